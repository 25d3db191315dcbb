"""Subject credit: who must pay, and who sells."""
