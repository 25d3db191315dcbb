"""From truth to facts: what the ledger gets to see, when, and how wrong (domain.md section 4.7).

Each module makes the rows of some kinds, as Arrow tables in the ledger's own Parquet form; ``view``
is what they share, ``observed`` puts them together.
"""
