"""Studies: many questions asked of one model."""
