"""A rendered human body with known motion: examples, ground truth for stage 1, measured noise."""
