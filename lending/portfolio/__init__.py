"""A whole book: how concentrated it is, what it may lose, what warns of it, what may be told."""
