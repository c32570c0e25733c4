"""The course's policy: `grading.yml`, read into frozen records.

`load_course` tells every mistake of the file at once, each with its line, and never half a
course. The file is read in three steps: the YAML text into plain values that remember their
lines, the values against the schema (the records), and what the schema cannot say: sums, and
names that refer to each other.
"""

from autograder.config.course import load_course
from autograder.config.errata import read_errata
from autograder.config.limits import IntakeLimits, Limits, Rules
from autograder.config.records import (
    About,
    AssignmentPolicy,
    Course,
    ForbidPolicy,
    QuestionPolicy,
    ScorePolicy,
    SpeedPolicy,
    Tolerance,
)
from autograder.config.schedule import LatePolicy, ReleasePolicy, ResourcePolicy

__all__ = [
    "About",
    "AssignmentPolicy",
    "Course",
    "ForbidPolicy",
    "IntakeLimits",
    "LatePolicy",
    "Limits",
    "QuestionPolicy",
    "ReleasePolicy",
    "ResourcePolicy",
    "Rules",
    "ScorePolicy",
    "SpeedPolicy",
    "Tolerance",
    "load_course",
    "read_errata",
]
