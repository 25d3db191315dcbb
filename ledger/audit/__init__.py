"""How anyone can tell that the ledger is as it was written: digests, chains and checkpoints."""
