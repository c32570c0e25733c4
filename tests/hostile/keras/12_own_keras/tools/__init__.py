"""A package of its own, which is no crime."""

OURS = True
