"""What students know about a question: a release writes it, and the student's commands read it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, as `assignment.json` has it.

    Attributes:
        id: Such as `A1.2`.
        title: What it is about, in a few words.
        functions: The names that the student defines.
        points: At most to be earned.
        stretch: Whether the points are a bonus.
        sources: Where to look it up, such as `deck 004 L343` or, for an erratum, `E03`.
    """

    id: str
    title: str
    functions: tuple[str, ...]
    points: float
    stretch: bool = False
    sources: tuple[str, ...] = ()
