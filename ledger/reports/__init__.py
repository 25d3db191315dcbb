"""Reports: rows in the ledger's own form, as JSON, NDJSON, CSV or Parquet, read in bounded memory.

Read ``reading`` first: it names the forms. Each form has a reader that yields a `ReadRow` for every
row, good or bad; ``taking`` hands them to the writer, chunk by chunk.
"""
