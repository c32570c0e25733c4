"""A file a change of the tables."""
