"""Ownership: what a chip costs to have and to run, and what a token of it then costs."""
