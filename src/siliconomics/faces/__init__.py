"""Faces show; they never compute."""
