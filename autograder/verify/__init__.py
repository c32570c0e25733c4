"""Proves that a suite is good: it must find the mistakes that are put into the reference."""
