"""A lesson in Markdown -> the notebook that students open."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from autograder.errors import InstructorError

__all__ = ["lesson_notebook"]

_KERNEL: Final = {"display_name": "Python 3", "language": "python", "name": "python3"}
_FORMAT, _MINOR = 4, 5
_ID_DIGITS: Final = 12


def lesson_notebook(lesson: str, assignment_id: str) -> bytes:
    """Make the notebook of a lesson, without outputs, the same bytes each time.

    Args:
        lesson: A Jupytext notebook in Markdown.
        assignment_id: Noted in the notebook's metadata, so that a mix-up can be told.

    Returns:
        The notebook as JSON in UTF-8.

    Raises:
        InstructorError: The lesson's header is not Jupytext's.
    """
    import jupytext  # noqa: PLC0415 - slow to import
    import nbformat  # noqa: PLC0415 - slow to import

    cells = jupytext.reads(lesson, fmt="md").cells
    if cells and cells[0].cell_type == "raw" and cells[0].source.startswith("---"):
        raise InstructorError(
            f"{assignment_id}.md: expected a header whose keys stand below `jupyter:`, or none; "
            "as it is, students would see it as a cell"
        )
    document = {
        "cells": [_cell(cell, name) for cell, name in zip(cells, _cell_ids(cells), strict=True)],
        # Jupytext would note its own version here.
        "metadata": {"autograder": {"assignment": assignment_id}, "kernelspec": _KERNEL},
        "nbformat": _FORMAT,
        "nbformat_minor": _MINOR,
    }
    nbformat.validate(document)
    return f"{json.dumps(document, indent=1, ensure_ascii=False)}\n".encode()


def _cell(cell: Any, name: str) -> dict[str, Any]:
    """Write a cell as it is in a notebook that was never run."""
    kept = {"cell_type": cell.cell_type, "id": name, "metadata": dict(cell.metadata)}
    if cell.cell_type == "code":
        kept |= {"execution_count": None, "outputs": []}
    return {**kept, "source": cell.source.splitlines(keepends=True)}


def _cell_ids(cells: Iterable[Any]) -> list[str]:
    """Name each cell by its text; one whose text occurred before by how often it did."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for cell in cells:
        text = f"{cell.cell_type}|{cell.source}"
        count = seen[text] = seen.get(text, 0) + 1
        name = hashlib.sha256(f"{count}|{text}".encode()).hexdigest()
        names.append(name[:_ID_DIGITS])
    return names
