"""Hand-ins and the roster -> whose each hand-in is; what is not certain is left open."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from autograder.imports.records import Assigned, HandIn, Person, Placed, Unplaced
from autograder.intake.names import natural_key
from autograder.roster import Directory, Student, can_name_a_hand_in

__all__ = ["assign", "run_together", "safe_name"]

_NOBODY: Final = "nobody on the roster, or nobody for certain"
_UNSAFE: Final = re.compile(r"[^\w.@+-]+")
_LONGEST: Final = 60


def assign(hand_ins: Iterable[HandIn], roster: Mapping[str, Student] | None) -> Assigned:
    """Find whose the hand-ins are.

    What several people handed in together is placed once for each of them. Two hand-ins that
    would be one student's are both left open: which of them counts is not for us to say.

    Args:
        hand_ins: What an export holds.
        roster: The students; None to take the other system's own names for people.
    """
    find = _own_name if roster is None else _Finder(roster)
    placed: list[Placed] = []
    unplaced: list[Unplaced] = []
    for hand_in in hand_ins:
        if hand_in.fault:
            looked_for = "; ".join(map(str, hand_in.people))
            unplaced.append(Unplaced(hand_in, looked_for, hand_in.fault))
            continue
        for person in hand_in.people:
            name = find(person)
            if name:
                placed.append(Placed(name, hand_in))
            else:
                unplaced.append(Unplaced(hand_in, str(person), _NOBODY))
        if not hand_in.people:
            unplaced.append(Unplaced(hand_in, str(Person("")), _NOBODY))
    return _without_rivals(placed, unplaced)


def run_together(name: str) -> str:
    """Write a name as Canvas does in names of files, less what is neither letter nor digit.

    Args:
        name: Such as `Lee, Ann`.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def safe_name(text: str) -> str:
    """Make a folder's name of what another system calls somebody.

    Args:
        text: Anything.
    """
    name = _UNSAFE.sub("-", unicodedata.normalize("NFKC", text)).lstrip("._-+@=")[:_LONGEST]
    return name if can_name_a_hand_in(name) else "unnamed"


def _own_name(person: Person) -> str:
    return safe_name(person.own)


def _without_rivals(placed: list[Placed], unplaced: list[Unplaced]) -> Assigned:
    counts = Counter(one.name.casefold() for one in placed)
    single = [one for one in placed if counts[one.name.casefold()] == 1]
    for one in placed:
        if counts[one.name.casefold()] > 1:
            reason = f"several hand-ins would be those of {one.name}"
            unplaced.append(Unplaced(one.hand_in, "; ".join(map(str, one.hand_in.people)), reason))
    single.sort(key=lambda one: natural_key(one.name))
    return Assigned(tuple(single), tuple(unplaced))


class _Finder:
    """Finds the student that another system's person is.

    Args:
        roster: The students.
    """

    def __init__(self, roster: Mapping[str, Student]) -> None:
        self._directory = Directory(roster.values())
        self._by_run_together: dict[str, set[str]] = {}
        for student in roster.values():
            for name in _orders(student.name):
                self._by_run_together.setdefault(name, set()).add(student.id)

    def __call__(self, person: Person) -> str:
        """Give the student's id; empty if it is nobody, or nobody for certain."""
        if person.doubt:
            return ""
        looked_up = [self._directory.find(id=one) for one in person.ids]
        looked_up.append(self._directory.find(email=person.email))
        # A name counts only where neither an id nor an address is anybody's.
        if not any(looked_up):
            looked_up.append(self._directory.find(name=person.name))
        found = {student.id for student in looked_up if student is not None}
        if person.run_together and not found:
            found = self._by_run_together.get(run_together(person.run_together), set())
        return next(iter(found)) if len(found) == 1 else ""


def _orders(name: str) -> set[str]:
    """Give each way in which a name can be run together: family names can be several words."""
    family, comma, given = name.partition(",")
    if comma:
        return {run_together(family + given)} - {""}
    words = name.split()
    return {run_together("".join(words[cut:] + words[:cut])) for cut in range(len(words))} - {""}
