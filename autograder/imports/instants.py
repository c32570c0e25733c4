"""Times as other systems write them -> points in time, or nothing where they do not tell."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from autograder.lateness import read_instant

__all__ = ["local_time", "offset_time"]

_OFFSET_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ]+(\d\d:\d\d(?::\d\d)?)(\.\d{1,6})?\d*\s*(Z|UTC|[+-]\d\d:?\d\d)"
)
_LOCAL_FORMS: Final = tuple(
    f"{day} {time}"
    for day in ("%A, %d %B %Y,", "%A, %B %d, %Y,", "%A, %d %b %Y,", "%d %B %Y,", "%Y-%m-%d")
    for time in ("%I:%M %p", "%H:%M", "%I:%M:%S %p", "%H:%M:%S")
)


def offset_time(text: str) -> datetime | None:
    """Read a time with its offset, as Rails and GitHub write it.

    Args:
        text: Such as `2026-10-20 21:59:58.123456000 Z` or `2026-10-20 21:59:58 UTC`.

    Returns:
        Aware; None where the text is no time of this century, or has no offset.
    """
    match = _OFFSET_TIME.fullmatch(text.strip())
    if match is None:
        return None
    day, clock, fraction, offset = match.groups(default="")
    with contextlib.suppress(ValueError):
        return read_instant(f"{day}T{clock}{fraction}{'Z' if offset == 'UTC' else offset}")
    return None


def local_time(text: str, zone: ZoneInfo) -> datetime | None:
    """Read a time of a clock in words, as Moodle writes it in English.

    Args:
        text: Such as `Tuesday, 20 October 2026, 11:59 PM`.
        zone: Where the clock hangs.

    Returns:
        In UTC; of two that a clock change gives, the earlier. None where it cannot be read.
    """
    # Newer versions of the locale data put narrow no-break spaces before AM and PM.
    plain = " ".join(text.split())
    for form in _LOCAL_FORMS:
        # The first and the last days that a clock can show may not exist in UTC.
        with contextlib.suppress(ValueError, OverflowError):
            found = datetime.strptime(plain, form)  # noqa: DTZ007 - the zone comes next
            return read_instant(found.replace(tzinfo=zone).astimezone(UTC).isoformat())
    return None
