"""What people read of a grading run: JSON, the terminal's table, and HTML pages.

Every module here takes the records of `autograder.records` and changes nothing in them. Text that
students or suites wrote passes through `autograder.report.text` before it is shown anywhere.
"""
