"""What is recorded: the kinds of fact, a file for each theme (``ledger.kinds`` lists them)."""
