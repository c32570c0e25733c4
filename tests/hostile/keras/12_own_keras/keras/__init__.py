"""Stands in for another module."""

OURS = True
