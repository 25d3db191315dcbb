"""The whole book on a day: what is out, what it may lose, what warns, who pays late, the index."""
