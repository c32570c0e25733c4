"""The report of a disagreement: one form for hidden checks, one for public ones."""

from __future__ import annotations

from typing import Final, NamedTuple

from autograder.compare.relation import Array, Mask

__all__ = ["Compared", "Mismatch"]


class Compared(NamedTuple):
    """Two arrays of one shape whose values were compared.

    Attributes:
        received: The answer, or the part of it that is off.
        expected: The reference's.
        different: The entries that do not agree.
    """

    received: Array
    expected: Array
    different: Mask


class Mismatch(AssertionError):
    """An answer that does not agree with the expected one, and what can be said about it.

    `str` of it is the hidden form, so that a careless print gives nothing away.

    Attributes:
        headline: The stage that failed, such as `values differ`.
        lines: Facts that hold no expected and no received value.
        hint: What the mistake looks like and where to look; empty if nothing fits.
        public_lines: The expected and the received values; for public checks only.
        compared: The arrays themselves, where it is their values that differ; for pictures of
            public checks only.
    """

    def __init__(
        self,
        headline: str,
        lines: tuple[str, ...] = (),
        hint: str = "",
        public_lines: tuple[str, ...] = (),
        compared: Compared | None = None,
    ) -> None:
        """Keep the parts; they are not changed afterwards."""
        super().__init__(headline, lines, hint, public_lines)
        self.headline: Final = headline
        self.lines: Final = lines
        self.hint: Final = hint
        self.public_lines: Final = public_lines
        self.compared: Final = compared

    def __str__(self) -> str:
        """Return the hidden form."""
        return self.hidden_text()

    def with_hint(self, hint: str) -> Mismatch:
        """Return the same mismatch with another hint."""
        return Mismatch(self.headline, self.lines, hint, self.public_lines, self.compared)

    def hidden_text(self) -> str:
        """Write what a student may read about a hidden check.

        Returns:
            The headline, then the facts and the hint, one on each line and indented by two.
        """
        return "\n  ".join([self.headline, *self.lines, *self._hint_lines()])

    def public_text(self) -> str:
        """Write what a student may read about a check that they have themselves.

        Returns:
            The hidden form, followed by the expected and the received values.
        """
        return "\n  ".join([self.hidden_text(), *self.public_lines])

    def _hint_lines(self) -> tuple[str, ...]:
        return (f"hint: {self.hint}",) if self.hint else ()
