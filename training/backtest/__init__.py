"""What another model or policy would have answered in the past, beside the one that is compared."""
