"""A student's own folder: find it, check it, pack it."""
