"""Ownership: what a chip and a system give for their watts and their money, and what owning them costs."""
