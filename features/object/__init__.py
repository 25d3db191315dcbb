"""Object credit: the receivable itself."""
