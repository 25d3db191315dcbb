"""The report of a model: a page for those who sign for it, and its card."""
