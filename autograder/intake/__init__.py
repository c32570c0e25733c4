"""Intake: turn what a student handed in into a `Submission`, or say why that cannot be done.

Nothing of a hand-in is executed, imported, unpacked to disk or followed out of its place. Whatever
a student can do to a file ends in a `Refusal` with a sentence for them, never in an exception.
"""

from autograder.intake.members import IntakeLimits
from autograder.intake.names import printable
from autograder.intake.package import check_package
from autograder.intake.record import Expected
from autograder.intake.submissions import find_submissions, read_submission, submission_names

__all__ = [
    "Expected",
    "IntakeLimits",
    "check_package",
    "find_submissions",
    "printable",
    "read_submission",
    "submission_names",
]
