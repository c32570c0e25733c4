"""What a late hand-in loses: the policy, the due time and the time of arrival -> points.

Days are those of the course's clock: a hand-in due at 23:59 is one day late until 23:59 of the
next day, also where a clock change makes that day 23 or 25 hours long. Everything here is pure:
the time of grading is never asked for, so a rerun gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from autograder.records import Lateness

if TYPE_CHECKING:
    from autograder.config import Course, LatePolicy

__all__ = [
    "Lateness",
    "due_for",
    "due_words",
    "late_penalty",
    "late_rules",
    "lateness_of",
    "read_instant",
]

_DAY: Final = timedelta(days=1)
_YEARS: Final = (2000, 2100)
_DECIMALS: Final = 2


def read_instant(text: str) -> datetime:
    """Read a point in time as ISO 8601 with its offset, such as `2026-10-20T23:59:00+02:00`.

    Args:
        text: What was written; `Z` stands for UTC.

    Returns:
        The time, aware.

    Raises:
        ValueError: It cannot be read, has no offset, or is not of this century; in words.
    """
    found = text.strip()
    try:
        instant = datetime.fromisoformat(found)
    except ValueError:
        message = "expected a time such as 2026-10-20T23:59:00+02:00"
        raise ValueError(message) from None
    if instant.utcoffset() is None:
        raise ValueError("expected a time with its offset from UTC, such as +02:00 or Z at its end")
    first, last = _YEARS
    if not first <= instant.year < last:
        raise ValueError(f"expected a time from {first} to {last - 1}")
    return instant


def due_for(
    course: Course,
    assignment_id: str,
    students: Iterable[str] = (),
    granted: datetime | None = None,
) -> datetime | None:
    """Find the due time of one student, or of a group that hands in together.

    Args:
        course: The policy.
        assignment_id: Such as `activations`.
        students: Their ids and addresses of mail; the latest extension counts.
        granted: An extension that was granted elsewhere, aware; it counts where it is later.

    Returns:
        Aware, in the course's zone; None where the assignment has no due time.

    Raises:
        InstructorError: The course has no such assignment.
    """
    policy = course.assignment(assignment_id)
    if policy.due is None:
        return None
    names = {student.casefold() for student in students}
    own = [time for name, time in policy.extensions.items() if name.casefold() in names]
    times = [_instant(time, course.zone) for time in (policy.due, *own)]
    if granted is not None:
        times.append(granted.astimezone(course.zone))
    return max(times, key=_utc)


def lateness_of(
    course: Course,
    assignment_id: str,
    *,
    submitted: datetime,
    points: float,
    students: Iterable[str] = (),
    granted: datetime | None = None,
) -> Lateness | None:
    """Tell how late a hand-in came, and what that costs.

    Args:
        course: The policy.
        assignment_id: Such as `activations`.
        submitted: When it came, aware.
        points: What it earned, bonus included.
        students: As for `due_for`.
        granted: As for `due_for`.

    Returns:
        None where the assignment has no due time.

    Raises:
        InstructorError: The course has no such assignment.
        ValueError: The time has no zone.
    """
    due = due_for(course, assignment_id, students, granted)
    if due is None:
        return None
    return late_penalty(course.late_policy(assignment_id), submitted, due, points)


def late_penalty(
    policy: LatePolicy, submitted: datetime, due: datetime, points: float = 0.0
) -> Lateness:
    """Work out what a hand-in loses by the time it came.

    Args:
        policy: Grace, penalty and cut-off.
        submitted: When it came, aware, in any zone.
        due: The student's due time, aware; its zone is the one whose days count.
        points: What it earned, bonus included, 0 or more.

    Returns:
        The penalty, rounded to 2 decimals, and what is left.

    Raises:
        ValueError: A time has no zone.
    """
    if submitted.utcoffset() is None or due.utcoffset() is None:
        raise ValueError(f"expected times with a zone; received {submitted} and {due}")
    past_due = _utc(submitted) - _utc(due)
    late = past_due > timedelta(minutes=policy.grace_minutes)
    days = _started_days(due, submitted) if late else 0
    cut_off = late and policy.cutoff_days is not None and days > policy.cutoff_days
    percent = 100.0 if cut_off else min(100.0, float(days * _exact(policy.percent_per_day)))
    total = _exact(points)
    penalty = round(total * _exact(percent) / 100, _DECIMALS)
    return Lateness(
        due=due,
        submitted=submitted.astimezone(due.tzinfo),
        seconds_late=max(0.0, past_due.total_seconds()),
        days=days,
        percent=percent,
        penalty_points=float(penalty),
        final_points=float(total - penalty),
        cut_off=cut_off,
        words=_words(policy, submitted.astimezone(due.tzinfo), due, days, cut_off, percent),
    )


def due_words(course: Course, assignment_id: str) -> str:
    """Say when an assignment is due, such as `2026-10-20 23:59 (Europe/Berlin)`.

    Args:
        course: The policy.
        assignment_id: Such as `activations`.

    Returns:
        The due time of students without an extension; empty where there is none.

    Raises:
        InstructorError: The course has no such assignment.
    """
    due = course.assignment(assignment_id).due
    return "" if due is None else f"{_clock(due)} ({course.course.time_zone})"


def late_rules(course: Course, assignment_id: str) -> str:
    """Say in one sentence what late work loses.

    Args:
        course: The policy.
        assignment_id: Such as `activations`.

    Returns:
        For students; empty where the assignment has no due time.

    Raises:
        InstructorError: The course has no such assignment.
    """
    if course.assignment(assignment_id).due is None:
        return ""
    policy = course.late_policy(assignment_id)
    rules = []
    if policy.grace_minutes and (policy.percent_per_day or policy.cutoff_days):
        rules.append(f"up to {_counted(policy.grace_minutes, 'minute')} late costs nothing")
    if policy.percent_per_day:
        cost = f"{policy.percent_per_day:g} % of the points earned"
        after = "then each" if rules else "each"
        rules.append(f"{after} started day after the due time costs {cost}")
    if policy.cutoff_days:
        after = f"more than {_counted(policy.cutoff_days, 'day')} after the due time"
        rules.append(f"work handed in {after} earns nothing")
    sentence = "; ".join(rules) or "late work loses nothing"
    return f"{sentence[0].upper()}{sentence[1:]}."


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Put a local time on the time line; where a clock change gives two, the later one counts."""
    return max((local.replace(tzinfo=zone, fold=fold) for fold in (0, 1)), key=_utc)


def _utc(instant: datetime) -> datetime:
    # Two times of one zone are compared by their clocks, which a clock change turns back.
    return instant.astimezone(UTC)


def _started_days(due: datetime, submitted: datetime) -> int:
    """Count the days, on the clock of the due time's zone, that had begun."""
    days = max(1, (_utc(submitted) - _utc(due)) // _DAY - 1)
    while _utc(submitted) > _utc(_end_of_day(due, days)):
        days += 1
    return days


def _end_of_day(due: datetime, days: int) -> datetime:
    end = due.replace(tzinfo=None) + days * _DAY
    zone = due.tzinfo
    return _instant(end, zone) if isinstance(zone, ZoneInfo) else end.replace(tzinfo=zone)


def _exact(number: float) -> Fraction:
    """Take a number as it is written: 0.1 is one tenth."""
    return Fraction(str(number))


def _words(
    policy: LatePolicy,
    submitted: datetime,
    due: datetime,
    days: int,
    cut_off: bool,  # noqa: FBT001 - one more column of a row
    percent: float,
) -> str:
    times = f"Handed in {_clock(submitted, seconds=True)}, due {_clock(due)}"
    if _utc(submitted) <= _utc(due):
        return f"{times}: in time."
    if not days:
        grace = _counted(policy.grace_minutes, "minute")
        return f"{times}: late, but within the {grace} that cost nothing."
    if cut_off:
        last = _counted(policy.cutoff_days or 0, "day")
        return f"{times}: more than {last} late, so it earns nothing."
    cost = f"{percent:g} % of the points are taken off" if percent else "that costs nothing"
    return f"{times}: {_counted(days, 'started day')} late, {cost}."


def _clock(time: datetime, *, seconds: bool = False) -> str:
    shown = f"{time:%Y-%m-%d %H:%M:%S}" if seconds or time.second else f"{time:%Y-%m-%d %H:%M}"
    return f"{shown} {time.tzname() or ''}".rstrip()


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else noun + 's'}"
