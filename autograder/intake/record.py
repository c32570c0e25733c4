"""`handin.json`, which `autograder submit` puts into a hand-in, held against what is graded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.errors import StudentFault
from autograder.intake.members import KIB, Member
from autograder.intake.names import quoted
from autograder.records import SourceFile

__all__ = ["NOTHING_EXPECTED", "Expected", "check_record", "note_on_functions"]

_RECORD = "handin.json"
_MOST_BYTES = 16 * KIB
_FUNCTIONS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Expected:
    """What the grader knows about an assignment that a hand-in can be held against.

    Attributes:
        functions: The names that students write; empty if that is not to be checked.
        release: The digest of the student bundle in use; empty if it is not known.
    """

    functions: tuple[str, ...] = ()
    release: str = ""


NOTHING_EXPECTED = Expected()


def check_record(members: Sequence[Member], assignment: str, expected: Expected) -> tuple[str, ...]:
    """Hold the record of a hand-in against the assignment that it is graded as.

    A record that cannot be read is left out of account: the work counts, not the record.

    Args:
        members: The hand-in's files.
        assignment: The assignment's id.
        expected: Its release is compared.

    Returns:
        A note if the hand-in was made with another release.

    Raises:
        StudentFault: The hand-in was made for another assignment.
    """
    found = _record(members)
    made_for, release = found.get("assignment"), found.get("release")
    if isinstance(made_for, str) and made_for != assignment:
        raise StudentFault(
            f"This is the hand-in of {quoted(made_for)}, but {quoted(assignment)} is graded here. "
            f"Run `autograder submit {assignment}` in the folder of that assignment, and hand in "
            "the file that it writes."
        )
    if expected.release and isinstance(release, str) and release not in ("", expected.release):
        note = (
            f"This was made with another release of {quoted(assignment)} than the one in use; it "
            "is graded all the same. Take the newest bundle: its public tests may have changed."
        )
        return (note,)
    return ()


def note_on_functions(
    sources: Iterable[SourceFile], shown: str, assignment: str, expected: Expected
) -> tuple[str, ...]:
    """Wonder about work in which no name of the assignment occurs: it may be another's.

    Args:
        sources: All that would be executed.
        shown: What messages call the hand-in.
        assignment: The assignment's id.
        expected: Its functions are looked for.

    Returns:
        A note if none of them occurs anywhere.
    """
    names = "|".join(map(re.escape, expected.functions))
    if not names or any(re.search(rf"\b(?:{names})\b", source.text) for source in sources):
        return ()
    asked = ", ".join(quoted(name) for name in expected.functions[:_FUNCTIONS_SHOWN])
    more = ", …" if len(expected.functions) > _FUNCTIONS_SHOWN else ""
    note = (
        f"{quoted(shown)} has none of the functions of `{assignment}` ({asked}{more}). Is it the "
        f"work of another assignment? Hand in your `{assignment}.py`."
    )
    return (note,)


def _record(members: Sequence[Member]) -> dict[str, object]:
    for member in members:
        if member.path == _RECORD:
            try:
                found = json.loads(member.load(_MOST_BYTES))
            except (StudentFault, ValueError, RecursionError):
                return {}
            return found if isinstance(found, dict) else {}
    return {}
