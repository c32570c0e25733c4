"""Grading again what a changed suite affects: who moves, by how much, through which check."""
