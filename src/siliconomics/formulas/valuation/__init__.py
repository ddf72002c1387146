"""Valuation: what a share is worth by its book, its excess return, and what is said to last."""
