"""What the schema cannot say about times: clock changes, extensions, cut-offs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from autograder.config.kinds import local_time
from autograder.config.source import KeyPath, Source
from autograder.errors import Problem

__all__ = ["calendar_problems"]

_MINUTES_PER_DAY: Final = 24 * 60


def calendar_problems(source: Source) -> Iterator[Problem]:
    """Find due times that no clock shows once, and late rules that contradict each other.

    Args:
        source: The file's values; those of the wrong kind are passed over.
    """
    zone = _zone(source)
    yield from _cutoff_problems(source, ("late",), {})
    for assignment in source.mapping("assignments"):
        path: KeyPath = ("assignments", assignment)
        yield from _cutoff_problems(source, (*path, "late"), source.mapping("late"))
        due = _time(source.mapping(*path).get("due"))
        if due is not None and zone is not None:
            yield from _clock_problems(source, (*path, "due"), due, zone)
        yield from _extension_problems(source, path, due, zone)


def _extension_problems(
    source: Source, path: KeyPath, due: datetime | None, zone: ZoneInfo | None
) -> Iterator[Problem]:
    extensions = source.mapping(*path, "extensions")
    if extensions and "due" not in source.mapping(*path):
        rule, mend = "expected a due time to extend", "add due to the assignment"
        yield source.problem((*path, "extensions"), rule, mend=mend)
    seen: dict[str, str] = {}
    for student, value in extensions.items():
        here = (*path, "extensions", student)
        first = seen.setdefault(student.casefold(), student)
        if first != student:
            rule, found = "expected each student once", f"{first} too, which is the same"
            yield source.problem(here, rule, found, mend="remove one of the two")
        time = _time(value)
        if time is None:
            continue
        if due is not None and time <= due:
            rule = f"expected a time after the due time {due:%Y-%m-%d %H:%M}"
            found, mend = f"{time:%Y-%m-%d %H:%M}", "an extension only ever gives more time"
            yield source.problem(here, rule, found, mend=mend)
        if zone is not None:
            yield from _clock_problems(source, here, time, zone)


def _clock_problems(
    source: Source, path: KeyPath, time: datetime, zone: ZoneInfo
) -> Iterator[Problem]:
    """Tell a time that a clock change leaves out, or lets come twice."""
    found = f"{time:%Y-%m-%d %H:%M}"
    early, late = (time.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return
    exists = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == time
    how = "comes twice: the clocks go back" if exists else "never comes: the clocks go forward"
    rule = f"expected a time that {zone.key} has once"
    mend = "write a time an hour earlier or later"
    yield source.problem(path, rule, f"{found}, which {how}", mend=mend)


def _cutoff_problems(source: Source, path: KeyPath, course: dict[str, Any]) -> Iterator[Problem]:
    """Tell a cut-off that comes before the grace has ended."""
    own = source.mapping(*path)
    both = {**course, **own}
    grace, days = both.get("grace_minutes"), both.get("cutoff_days")
    if not {"grace_minutes", "cutoff_days"} & own.keys():
        return
    if type(grace) is int and type(days) is int and 0 < days * _MINUTES_PER_DAY < grace:
        rule = f"expected a cut-off after the grace of {grace} minutes"
        key = "cutoff_days" if "cutoff_days" in own else "grace_minutes"
        found = f"{days} days, which are {days * _MINUTES_PER_DAY} minutes"
        mend = "raise cutoff_days or lower grace_minutes"
        yield source.problem((*path, key), rule, found, mend=mend)


def _zone(source: Source) -> ZoneInfo | None:
    name = source.mapping("course").get("time_zone", "UTC")
    if isinstance(name, str):
        with contextlib.suppress(ValueError, OSError, KeyError):
            return ZoneInfo(name)
    return None


def _time(value: object) -> datetime | None:
    with contextlib.suppress(PydanticCustomError):
        return local_time(value)
    return None
