"""Lets `python -m autograder.cli` do what `autograder` does."""

from autograder.cli import main

main()
