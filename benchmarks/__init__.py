"""What it costs, as ratios: ``python -m benchmarks.NAME [--json]``, or ``make bench`` for all.

Each module measures two ways side by side in one run, so that the machine cancels out.
"""
