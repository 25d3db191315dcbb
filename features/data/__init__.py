"""Data credit: what the trade data shows."""
