"""The frozen records that pass between the steps of an import."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.intake import IntakeLimits
from autograder.intake.members import Member

__all__ = ["Assigned", "Export", "HandIn", "LaidOut", "Person", "Placed", "Request", "Unplaced"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be read, and how.

    Attributes:
        source: The file or folder that another system handed out.
        limits: How large one hand-in may be.
        opened: Holds what stays open while the hand-ins are being copied.
        table: What the other system tells in a table beside; None without one.
        assignment: The assignment's id; empty if it is not told.
        zone: In which times without an offset are meant, where the other system writes such.
    """

    source: Path
    limits: IntakeLimits
    opened: ExitStack
    table: Path | None = None
    assignment: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Person:
    """What another system knows of somebody who handed in.

    Attributes:
        own: That system's name for the person; names the hand-in where there is no roster.
        ids: What may be the roster's id.
        email: Empty if it is not told.
        name: In full; empty if it is not told.
        run_together: The name as Canvas writes it into a file name: small letters, family name
            first, nothing between; empty if it is not told.
        doubt: Why this is nobody to be looked for; empty where it is somebody.
    """

    own: str
    ids: tuple[str, ...] = ()
    email: str = ""
    name: str = ""
    run_together: str = ""
    doubt: str = ""

    def __str__(self) -> str:
        """Say what was looked for."""
        if self.doubt:
            return f"nobody: {self.doubt}"
        known = [*(f"id {one}" for one in self.ids if one)]
        known += [f"e-mail {self.email}"] if self.email else []
        known += [f"name {self.name}"] if self.name else []
        known += [f"name {self.run_together}, run together"] if self.run_together else []
        return ", ".join(known) or "nothing: the export does not say who it is"


@dataclass(frozen=True, slots=True)
class HandIn:
    """What one student or group handed in.

    Attributes:
        source: What messages call it: its folder or the beginning of its files' names.
        people: Those who handed it in.
        members: Its files, not read yet.
        submitted: When it came, aware; None if that is not known.
        fault: Why it cannot be taken; empty if it can.
    """

    source: str
    people: tuple[Person, ...]
    members: tuple[Member, ...] = ()
    submitted: datetime | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """What was found in a source.

    Attributes:
        hand_ins: In the order of their names.
        notes: What an instructor has to know about the times or the names.
        strays: What belongs to no hand-in, with the reason.
    """

    hand_ins: tuple[HandIn, ...]
    notes: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A hand-in, and the name under which it is laid out.

    Attributes:
        name: The student's id, or what stands for it; a single folder's name.
        hand_in: What is laid out.
        known: Whether it is somebody's of the roster, or there is no roster.
    """

    name: str
    hand_in: HandIn
    known: bool = True


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A hand-in, or somebody's share in one, that is nobody's for certain.

    Attributes:
        hand_in: What was handed in.
        looked_for: By what the student was looked for.
        reason: Why that was not enough.
    """

    hand_in: HandIn
    looked_for: str
    reason: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """Whose the hand-ins are.

    Attributes:
        placed: Those of known students, by name.
        unplaced: The others.
    """

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What came to lie in the import's folder.

    Attributes:
        written: The hand-ins that are there.
        refused: Those that are not, because of what they hold.
    """

    written: tuple[Placed, ...] = ()
    refused: tuple[Unplaced, ...] = ()
