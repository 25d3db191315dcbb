"""Facts to numbers: every feature declared once, beside the SQL that computes it.

Read ``feature`` (what a declaration is), ``catalogue`` (which there are), then ``pipeline`` (how a
million rows, or one, are computed by the same text).
"""
