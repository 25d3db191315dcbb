"""How a bank's exports become facts: a declarative mapping, read, checked, then loaded at once.

Read ``mapping`` first (what a mapping file says), then ``source_rows`` (how a row of a file becomes
facts) and ``loading`` (the run as a whole). ``docs/mappings.md`` tells a bank how to write one.
"""
