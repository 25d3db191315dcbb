"""From a file to the draft of a mapping: what is seen, what is guessed, what must be decided.

Read ``draft`` first (the whole way), then ``first_rows`` (what is looked at), ``column_looks``
(what a column holds), ``kind_guess`` (what a row tells) and ``draft_toml`` (how it is written).
Nothing is assumed silently: what isn't evident is a `Question`, answered by a person or by a
default that the draft marks with ``# ?``.
"""
