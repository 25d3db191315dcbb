"""What a lender's policy is made of: rules in code, their thresholds and dates as data.

Read ``rule`` first; ``rulebook`` lists every rule in its order. ``tables`` and ``matrix`` are what
the file of a pack says, ``pack_checks`` what it may not say.
"""
