"""What `grading.yml` says about time, showing and machines: nothing here changes a raw score."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from autograder.config.kinds import Count, Days, Percent, Record

__all__ = ["LatePolicy", "ReleasePolicy", "ResourcePolicy"]


class LatePolicy(Record):
    """What a late hand-in loses.

    Attributes:
        grace_minutes: How long after the due time nothing is lost.
        percent_per_day: What each started day after the due time costs, in per cent of the
            points earned, bonus included.
        cutoff_days: Days after the due time from when on nothing counts; None for never.
    """

    grace_minutes: Annotated[int, Field(ge=0)] = 0
    percent_per_day: Percent = 0
    cutoff_days: Days | None = None


class ReleasePolicy(Record):
    """What a student learns of the hidden checks, and how often.

    Attributes:
        hidden_results: When the results of the hidden checks are shown; never their inputs or
            expected values.
        tries_per_day: Hand-ins of one student that the hidden checks grade on one day of the
            course's calendar; None for all of them.
    """

    hidden_results: Literal["never", "after_due", "after_published"] = "after_published"
    tries_per_day: Count | None = None


class ResourcePolicy(Record):
    """What a machine must have to grade an assignment.

    Attributes:
        cpus: Processors that one submission's worker uses at a time.
        gpus: How many; 0 for an assignment that any machine can grade.
    """

    cpus: Count = 1
    gpus: Annotated[int, Field(ge=0)] = 0
