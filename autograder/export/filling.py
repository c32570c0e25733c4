"""Grades into the cells of a sheet: what was there is changed only where a grade stands."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal

from autograder.errors import GraderFault, InstructorError
from autograder.export.cells import number_text, read_number
from autograder.export.matching import Matches
from autograder.export.records import ClassGrades, Exported, LeftOut, left_out
from autograder.export.sheet import Row, Sheet
from autograder.gradebook.records import Entry
from autograder.report.words import counted, number

__all__ = ["Filling", "read_maximum"]


@dataclass(slots=True)
class Filling:
    """A sheet that is being filled.

    Attributes:
        sheet: As it was read.
        matches: Which row is whose.
        comma: Whether its numbers have decimal commas.
        refuse: Says why a row's cell in a column must stay as it is; empty if it need not.
        changes: Index of row and cell to the new text.
        grades: How many grades are in the file.
        left_out: The hand-ins whose grades are not.
        notes: Sentences for the instructor.
    """

    sheet: Sheet
    matches: Matches
    comma: bool
    refuse: Callable[[Row, int], str]
    changes: dict[tuple[int, int], str] = field(default_factory=dict)
    grades: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def put_grades(
        self, grades: ClassGrades, column: int, maximum: Decimal, *, bonus: bool
    ) -> list[tuple[Entry, int]]:
        """Put an assignment's points into a column, scaled to the column's maximum.

        Args:
            grades: Of the assignment.
            column: Index of the cell in each row.
            maximum: What the platform says the assignment is worth.
            bonus: Whether the platform takes more points than that.

        Returns:
            Each grade that was put, and the index of its row.
        """
        placed: dict[int, Entry] = {}
        capped = 0
        for entry in grades.entries:
            row = self._row_of(entry, column)
            if isinstance(row, LeftOut):
                self.left_out.append(row)
                continue
            if row in placed:
                raise GraderFault(f"two grades of {entry.student} stand for {grades.assignment}")
            placed[row] = entry
            points = _on_scale(entry, maximum)
            if points > maximum and not bonus:
                points = maximum
                capped += 1
            self._put_number(row, column, points)
        self.grades += len(placed)
        self._note(grades.assignment, placed.values(), maximum, capped)
        return [(entry, row) for row, entry in placed.items()]

    def exported(self) -> Exported:
        """Write the file."""
        content = self.sheet.with_cells(self.changes).encode()
        notes = (*self.notes, *self.matches.notes)
        return Exported(content, self.grades, tuple(self.left_out), notes)

    def _row_of(self, entry: Entry, column: int) -> int | LeftOut:
        """Find the row of a grade, or why there is none."""
        reason = left_out(entry)
        if reason is not None:
            return reason
        row = self.matches.rows.get(entry.student)
        if row is None:
            nobody = f"no row of {self.sheet.path} has the student's id or address"
            why = self.matches.doubtful.get(entry.student, nobody)
        else:
            why = self.refuse(self.sheet.rows[row], column)
        return LeftOut(entry.assignment, entry.student, why) if row is None or why else row

    def _note(
        self, assignment: str, entries: Collection[Entry], maximum: Decimal, capped: int
    ) -> None:
        """Say what an instructor might not expect of a column."""
        out_of = counted(int(maximum), "point") if maximum == int(maximum) else f"{maximum} points"
        scales = {entry.grade.max_points for entry in entries} - {float(maximum)}
        told = [f"grades out of {number(own)} are scaled to {out_of}" for own in sorted(scales)]
        if capped:
            told.append(f"{counted(capped, 'grade')} with bonus cut to {out_of}")
        if missing := len(self.matches.rows) - len(entries):
            told.append(f"{counted(missing, 'row')} of students without such a grade left as found")
        self.notes += [f"{assignment}: {one}" for one in told]

    def _put_number(self, row: int, column: int, points: Decimal) -> None:
        new = number_text(points, comma=self.comma)
        # A cell that says the same already keeps its bytes: `80` is not rewritten as `80.00`.
        if read_number(self.sheet.rows[row].cells[column].value) != read_number(new):
            self.changes[row, column] = new


def read_maximum(sheet: Sheet, row: Row, column: int) -> Decimal:
    """Read what a column's grades are out of.

    Raises:
        InstructorError: The cell holds no number above 0.
    """
    found = row.values[column] if column < len(row.cells) else ""
    maximum = read_number(found)
    if not maximum:
        message = (
            f"{sheet.path}:{row.line}: {sheet.header[column]}: expected a maximum above 0; "
            f"found {found!r}; set the assignment's points on the platform and export anew"
        )
        raise InstructorError(message)
    return maximum


def _on_scale(entry: Entry, maximum: Decimal) -> Decimal:
    points, own = (Decimal(str(n)) for n in (entry.final_points, entry.grade.max_points))
    if not own:
        raise GraderFault(f"{entry.assignment}: a grade out of 0 points cannot be scaled")
    return points * maximum / own
