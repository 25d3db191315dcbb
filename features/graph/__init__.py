"""Measures of the graph of trade, taken once a night and kept as facts (docs/graph.md)."""
