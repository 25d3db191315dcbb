"""What happened: append-only facts with three clocks, one writer, importers.

Read ``clocks`` first (what may be seen when), then ``facts`` (what every row carries),
``kinds`` (which tables there are), ``writer`` and ``loads`` (the one way in).
"""
