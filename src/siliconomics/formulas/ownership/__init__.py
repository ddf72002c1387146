"""Ownership: what serving and training take and cost."""
