"""Policy packs: dated thresholds and parameters, as data."""
