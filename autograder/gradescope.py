"""What Gradescope tells about a hand-in, and whether its hidden checks run now.

Gradescope writes `submission_metadata.json` beside the grader. Its documentation says that the
format may change, so whatever is missing or unreadable there is left out, and grading goes on.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autograder.config import ReleasePolicy
from autograder.errors import GraderFault
from autograder.lateness import read_instant

__all__ = [
    "GradescopeMetadata",
    "GradescopeUser",
    "PreviousSubmission",
    "TryDecision",
    "decide_try",
    "read_metadata",
]

_Object = Mapping[str, Any]  # JSON's values have no useful static type


@dataclass(frozen=True, slots=True)
class GradescopeUser:
    """One of those who hand in together; mostly there is one.

    Attributes:
        id: Gradescope's number, as text; empty if it is not told.
        email: Empty if it is not told.
        name: Empty if it is not told.
        sid: The school's id of the student; empty if it is not told.
        due: The due time that Gradescope keeps for this student; None if it tells none.
        late_due: Up to when Gradescope accepts late work of this student; None if it tells none.
    """

    id: str = ""
    email: str = ""
    name: str = ""
    sid: str = ""
    due: datetime | None = None
    late_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class PreviousSubmission:
    """An earlier hand-in of the same student or group.

    Attributes:
        submitted: When it came; None if it is not told.
        score: Its score; None if it is not told.
        results: Its `results.json`; empty if it is not told.
        failed: Whether the grader failed on it, which uses up no try.
    """

    submitted: datetime | None = None
    score: float | None = None
    results: _Object = field(default_factory=dict)
    failed: bool = False


@dataclass(frozen=True, slots=True)
class GradescopeMetadata:
    """What `submission_metadata.json` says of a hand-in.

    Attributes:
        id: Gradescope's number of the submission, as text; empty if it is not told.
        created_at: When it came, aware; a rerun does not change it. None if it is not told.
        users: Those who hand in together.
        previous: Their earlier hand-ins, in the order of the file.
        title: Of Gradescope's assignment; empty if it is not told.
        due: The assignment's due time at Gradescope; None if it tells none.
        late_due: Up to when Gradescope accepts late work; None if it tells none.
        released: From when on Gradescope accepts work; None if it tells none.
        total_points: What the assignment is worth at Gradescope; None if it is not told.
        method: How it came: `upload`, `GitHub`, `Bitbucket`; empty if it is not told.
    """

    id: str = ""
    created_at: datetime | None = None
    users: tuple[GradescopeUser, ...] = ()
    previous: tuple[PreviousSubmission, ...] = ()
    title: str = ""
    due: datetime | None = None
    late_due: datetime | None = None
    released: datetime | None = None
    total_points: float | None = None
    method: str = ""

    @property
    def students(self) -> tuple[str, ...]:
        """List every name by which `grading.yml` may know who handed in."""
        names = (name for user in self.users for name in (user.sid, user.email, user.id))
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def granted(self) -> datetime | None:
        """Give the latest extension that Gradescope keeps for somebody of the group.

        A user's due time is an extension only where it is later than the assignment's own: that
        one is for everybody, and `grading.yml` says when work is due.
        """
        if self.due is None:
            return None
        later = [user.due for user in self.users if user.due is not None and user.due > self.due]
        return max(later, default=None)


@dataclass(frozen=True, slots=True)
class TryDecision:
    """Whether the hidden checks grade this hand-in.

    Attributes:
        graded: Whether they do.
        number: Which hand-in of its day it is, from 1.
        day: The day, on the course's calendar; None if no time is known.
        words: For the student; empty where there is no limit.
        earlier: The last hand-in before this one, whose results stand if this one is not graded;
            None if there is none.
    """

    graded: bool
    number: int
    day: date | None
    words: str
    earlier: PreviousSubmission | None = None


def read_metadata(path: Path) -> GradescopeMetadata | None:
    """Read `submission_metadata.json`; what is missing or of another kind is left out.

    Args:
        path: Of the file.

    Returns:
        None where there is no file, or one that says nothing.

    Raises:
        GraderFault: The file is no JSON object: a person must look, for the times are unknown.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise GraderFault(f"{path}: expected JSON that can be read; {reason}") from error
    if not isinstance(data, dict):
        raise GraderFault(f"{path}: expected a JSON object; found a {type(data).__name__}")
    return _metadata(data) if data else None


def decide_try(
    policy: ReleasePolicy, zone: ZoneInfo, metadata: GradescopeMetadata | None
) -> TryDecision:
    """Decide whether the hidden checks grade a hand-in: only the first few of each day.

    Days are those of the course's calendar, and what counts is when the hand-ins came. So a
    rerun decides the same, and a hand-in beyond the limit does not put off the next day's.

    Args:
        policy: Holds the limit.
        zone: The course's.
        metadata: What Gradescope tells; without a time of arrival there is no limit.
    """
    limit = policy.tries_per_day
    if limit is None or metadata is None or metadata.created_at is None:
        return TryDecision(graded=True, number=1, day=None, words="")
    now = metadata.created_at
    day = now.astimezone(zone).date()
    before = [
        one for one in metadata.previous if one.submitted and one.submitted < now and not one.failed
    ]
    same_day = [
        one for one in before if one.submitted and one.submitted.astimezone(zone).date() == day
    ]
    earlier = max(before, key=lambda one: one.submitted or now, default=None)
    number = len(same_day) + 1
    graded = number <= limit
    words = _try_words(number, limit, day, zone, graded=graded)
    return TryDecision(graded=graded, number=number, day=day, words=words, earlier=earlier)


def _try_words(number: int, limit: int, day: date, zone: ZoneInfo, *, graded: bool) -> str:
    which = f"This is hand-in {number} of {day} ({zone.key})"
    if graded:
        left = limit - number
        more = f"{left} more" if left else "no more"
        return f"{which}; {limit} a day are graded in full, so {more} on this day."
    return (
        f"{which}, and {limit} a day are graded in full: this one was checked with the public "
        "tests only. Hand in again on another day to have it graded in full."
    )


def _metadata(data: _Object) -> GradescopeMetadata:
    assignment = _mapping(data.get("assignment"))
    return GradescopeMetadata(
        id=_text(data.get("id")),
        created_at=_time(data.get("created_at")),
        users=tuple(_user(_mapping(one)) for one in _list(data.get("users"))),
        previous=tuple(_previous(_mapping(one)) for one in _list(data.get("previous_submissions"))),
        title=_text(assignment.get("title")),
        due=_time(assignment.get("due_date")),
        late_due=_time(assignment.get("late_due_date")),
        released=_time(assignment.get("release_date")),
        total_points=_number(assignment.get("total_points")),
        method=_text(data.get("submission_method")),
    )


def _user(data: _Object) -> GradescopeUser:
    own = _mapping(data.get("assignment"))
    return GradescopeUser(
        id=_text(data.get("id")),
        email=_text(data.get("email")),
        name=_text(data.get("name")),
        sid=_text(data.get("sid")),
        due=_time(own.get("due_date")),
        late_due=_time(own.get("late_due_date")),
    )


def _previous(data: _Object) -> PreviousSubmission:
    return PreviousSubmission(
        submitted=_time(data.get("submission_time")),
        score=_number(data.get("score")),
        results=_mapping(data.get("results")),
        failed=data.get("autograder_error") is True,
    )


def _mapping(value: object) -> _Object:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def _time(value: object) -> datetime | None:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return read_instant(value)
    return None


def _number(value: object) -> float | None:
    """Read a number, also one in quotes, as Gradescope writes the points."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        with contextlib.suppress(ValueError, OverflowError):
            number = float(value)
            return number if abs(number) < float("inf") else None
    return None
