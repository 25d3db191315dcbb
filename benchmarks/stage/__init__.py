"""What the benchmarks stand on: a lender's world, and taking times side by side."""
