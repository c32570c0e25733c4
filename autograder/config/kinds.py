"""The kinds of value that `grading.yml` is made of, each with what it is told as when wrong."""

from __future__ import annotations

import keyword
import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

__all__ = [
    "Count",
    "CoursePath",
    "Days",
    "Dotted",
    "LessonAddress",
    "LocalTime",
    "LookUp",
    "Name",
    "NotNegative",
    "Percent",
    "Points",
    "Positive",
    "QuestionId",
    "Record",
    "StudentId",
    "Title",
    "ZoneName",
    "is_course_path",
    "local_time",
]


def _check_points_decimals(points: float) -> float:
    if round(points, 2) != points:
        raise PydanticCustomError("points", "expected points with at most 2 decimals")
    return points


def _check_title(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("title", "expected a title of a few words")
    return text


def _check_name(name: str) -> str:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise PydanticCustomError("name", "expected a name that Python can define")
    return name


def _check_dotted(name: str) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        raise PydanticCustomError("dotted", "expected a name such as numpy.tanh")
    return name


def _check_question(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*", name):
        raise PydanticCustomError("question", "expected letters, digits and dots, such as A1.2")
    return name


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        rule = "expected a time zone such as Europe/Berlin"
        raise PydanticCustomError("time_zone", rule) from None
    return name


def _check_student(name: str) -> str:
    if not name or name != name.strip():
        raise PydanticCustomError("student", "expected a student's id or address of mail")
    return name


def is_course_path(path: str) -> bool:
    """Tell whether a text is a path that stays inside the course's folder, on every system."""
    parts = path.split("/")
    return not ("\\" in path or ":" in path or not all(parts) or {".", ".."} & set(parts))


def _check_course_path(path: str) -> str:
    if not is_course_path(path):
        rule = "expected a path inside the course's folder, such as docs/errata.md"
        raise PydanticCustomError("course_path", rule)
    return path


def _check_lesson_address(value: str) -> str:
    rest = value.replace("{assignment}", "")
    if not re.fullmatch(r"https?://[^\s{}\"'<>]+", rest):
        rule = "expected a web address; {assignment} in it stands for an assignment's id"
        raise PydanticCustomError("lesson_address", rule)
    return value


def _check_look_up(place: str) -> str:
    found = re.fullmatch(r"E\d\d|deck \d{3} L(?P<first>\d+)(-(?P<last>\d+))?", place)
    last = found["last"] if found else None
    if found is None or (last is not None and int(last) <= int(found["first"])):
        rule = "expected a place in a lecture or an erratum, such as deck 004 L343-345 or E03"
        raise PydanticCustomError("look_up", rule)
    return place


def local_time(value: object) -> datetime:
    """Read a local date and time: text such as `2026-10-20 23:59`, or what YAML made of it.

    Args:
        value: Text, or a `datetime` (YAML makes one where the seconds are written).

    Returns:
        Without a time zone: the course's is meant.

    Raises:
        PydanticCustomError: It is neither, does not exist, or has an offset from UTC.
    """
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            rule = "expected a date and a time that exist"
            raise PydanticCustomError("local_time", rule) from None
    if not isinstance(value, datetime):
        rule = "expected a local date and time such as 2026-10-20 23:59"
        raise PydanticCustomError("local_time", rule)
    if value.tzinfo is not None:
        rule = "expected a local time without an offset: course.time_zone says it"
        raise PydanticCustomError("local_time", rule)
    return value


# A description is the rule in words: the reference of grading.yml (autograder/reference) shows it.
Title = Annotated[str, AfterValidator(_check_title), Field(description="text, a few words")]
Name = Annotated[str, AfterValidator(_check_name), Field(description="name that Python can define")]
Dotted = Annotated[
    str, AfterValidator(_check_dotted), Field(description="name such as `numpy.tanh`")
]
QuestionId = Annotated[
    str,
    AfterValidator(_check_question),
    Field(description="letters, digits and dots, such as `A1.2`"),
]
Positive = Annotated[float, Field(gt=0)]
Points = Annotated[
    float,
    Field(gt=0, description="number with at most 2 decimals"),
    AfterValidator(_check_points_decimals),
]
Count = Annotated[int, Field(ge=1)]
NotNegative = Annotated[float, Field(ge=0)]
Percent = Annotated[float, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=1, le=1000)]
ZoneName = Annotated[
    str, AfterValidator(_check_zone), Field(description="IANA time zone such as `Europe/Berlin`")
]
StudentId = Annotated[
    str, AfterValidator(_check_student), Field(description="a student's id or address of mail")
]
LocalTime = Annotated[
    datetime,
    BeforeValidator(local_time),
    Field(description="local date and time such as `2026-10-20 23:59`"),
]
CoursePath = Annotated[
    str,
    AfterValidator(_check_course_path),
    Field(description="path inside the course's folder, such as `docs/errata.md`"),
]
LessonAddress = Annotated[
    str,
    AfterValidator(_check_lesson_address),
    Field(description="address such as `https://example.org/lessons/{assignment}.html`"),
]
LookUp = Annotated[
    str,
    AfterValidator(_check_look_up),
    Field(description="place such as `deck 004 L343-345`, or erratum such as `E03`"),
]


class Record(BaseModel):
    """Frozen, with nothing converted and nothing ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)
