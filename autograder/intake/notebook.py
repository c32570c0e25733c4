"""A notebook -> its code cells as units; outputs and metadata play no part."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, cast

from autograder.errors import StudentFault
from autograder.intake.magics import LeftOut, without_magics
from autograder.intake.members import KIB, IntakeLimits, size_text
from autograder.intake.names import printable, quoted
from autograder.intake.source import unified_newlines
from autograder.records import SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Cells", "read_notebook"]

_FORMAT = 4
_CODE_CELLS = 1000
_MAGICS_SHOWN = 8
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_SAVE_AGAIN = "Open it in Jupyter, save it, and hand in the saved file."


@dataclass(frozen=True, slots=True)
class Cells:
    """What a notebook has to execute.

    Attributes:
        units: The code cells that are not empty, in order.
        notes: What was left out, for the student.
    """

    units: tuple[SourceFile, ...]
    notes: tuple[str, ...]


def read_notebook(data: bytes, path: str, assignment: str, limits: IntakeLimits) -> Cells:
    """Read the code cells of a notebook.

    Args:
        data: The file's content.
        path: What messages call the file.
        assignment: The assignment's id; the units are called `ID.ipynb[cell N]`.
        limits: `file_kib` limits the code.

    Raises:
        StudentFault: It is not a notebook that Jupyter could have saved, it has no code, or it is
            the lesson of another assignment.
    """
    units: list[SourceFile] = []
    left_out: list[tuple[int, LeftOut]] = []
    code_bytes = 0
    document = _document(data, path)
    _require_own(document, path, assignment)
    for number, source in _code_sources(document, path):
        _check_characters(source, path, number)
        code_bytes += len(source.encode())
        if code_bytes > limits.file_kib * KIB:
            raise StudentFault(
                f"The code in {quoted(path)} is larger than {size_text(limits.file_kib * KIB)}, "
                "the most that is accepted. Leave out data and whatever is not your own code."
            )
        cell = without_magics(unified_newlines(source))
        left_out += [(number, line) for line in cell.left_out]
        if cell.text is not None:
            units.append(SourceFile(f"{assignment}.ipynb[cell {number}]", cell.text))
    if not units:
        raise StudentFault(
            f"{quoted(path)} has no code cell with Python in it. Write your functions into code "
            "cells, save the notebook, and hand in again."
        )
    return Cells(tuple(units), _notes(left_out))


def _require_own(document: Mapping[str, object], path: str, assignment: str) -> None:
    """Refuse a notebook whose metadata, as the bundle has them, name another assignment.

    Raises:
        StudentFault: They do.
    """
    metadata = document.get("metadata")
    ours = metadata.get("autograder") if isinstance(metadata, dict) else None
    made_for = ours.get("assignment") if isinstance(ours, dict) else None
    if isinstance(made_for, str) and made_for != assignment:
        raise StudentFault(
            f"{quoted(path)} is the notebook of {quoted(made_for)}, but {quoted(assignment)} is "
            f"graded here. Hand in your `{assignment}.py`, or the notebook of that assignment."
        )


def _document(data: bytes, path: str) -> dict[str, object]:
    """Parse the JSON, strictly."""
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise _not_a_notebook(path, "it is not UTF-8 text") from error
    except RecursionError as error:
        raise _not_a_notebook(path, "its JSON is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise _not_a_notebook(
            path, f"its JSON breaks off or is damaged in line {error.lineno}"
        ) from error
    except ValueError as error:
        raise _not_a_notebook(path, f"its JSON is invalid ({printable(str(error))})") from error
    if not isinstance(document, dict):
        raise _not_a_notebook(path, "its JSON is not an object")
    return cast("dict[str, object]", document)


def _code_sources(document: Mapping[str, object], path: str) -> Iterator[tuple[int, str]]:
    """Give number and source of each code cell that is not empty."""
    version = document.get("nbformat")
    if version != _FORMAT:
        found = f"version {printable(repr(version), 20)}" if version is not None else "no version"
        raise _not_a_notebook(path, f"it has {found} of the notebook format, not version {_FORMAT}")
    sources = [
        (number, cell.get("source"))
        for number, cell in enumerate(_code_cells(document, path), start=1)
    ]
    filled = [(number, source) for number, source in sources if source not in ("", [])]
    if len(filled) > _CODE_CELLS:
        raise _not_a_notebook(path, f"it has {len(filled)} code cells, more than {_CODE_CELLS}")
    for number, source in filled:
        text = _text(source, path)
        if text.strip():
            yield number, text


def _code_cells(document: Mapping[str, object], path: str) -> list[dict[str, object]]:
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise _not_a_notebook(path, "it has no list of cells")
    if not all(isinstance(cell, dict) for cell in cells):
        raise _not_a_notebook(path, "one of its cells is not an object")
    return [cell for cell in cells if cell.get("cell_type") == "code"]


def _text(source: object, path: str) -> str:
    """Join a cell's lines, as the format writes them: one text, or a list of them.

    Nothing else of a notebook is looked at, so nothing else has to be right: Colab and others
    write outputs and metadata that do not validate, and nbformat takes a minute to say so.
    """
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    if not isinstance(source, str):
        raise _not_a_notebook(path, "the source of a code cell is not text")
    return source


def _check_characters(source: str, path: str, number: int) -> None:
    """Refuse what JSON can write and Python source cannot hold."""
    found = _NO_TEXT.search(source)
    if found:
        line = 1 + source.count("\n", 0, found.start())
        raise StudentFault(
            f"{quoted(path)} holds a character that is not text in cell {number}, line {line}. "
            "Delete it, save the notebook, and hand in again."
        )


def _notes(left_out: list[tuple[int, LeftOut]]) -> tuple[str, ...]:
    if not left_out:
        return ()
    shown = [
        f"cell {number} line {magic.line} `{printable(magic.text, 60)}`"
        for number, magic in left_out[:_MAGICS_SHOWN]
    ]
    more = len(left_out) - len(shown)
    rest = f", and {more} more" if more else ""
    return (f"Left out, because only a notebook understands it: {', '.join(shown)}{rest}.",)


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _not_a_notebook(path: str, why: str) -> StudentFault:
    return StudentFault(f"{quoted(path)} cannot be read as a notebook: {why}. {_SAVE_AGAIN}")
