"""A student's files -> the one file to upload, with the same bytes for the same work."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from autograder.archive import Member, zip_bytes
from autograder.errors import StudentFault

__all__ = ["HAND_IN_RECORD", "hand_in_name", "pack_hand_in", "stripped_notebook", "write_hand_in"]

HAND_IN_RECORD: Final = "handin.json"
"""The file in a hand-in that says for which assignment and which release it was made."""

_SCHEMA: Final = 1
_FORMAT: Final = 4
# What a cell keeps beside its source: none of it changes when the notebook is run.
_KEPT_OF_A_CELL: Final = ("cell_type", "id", "attachments")
_KEPT_OF_A_NOTEBOOK: Final = ("kernelspec", "autograder")


def hand_in_name(assignment: str) -> str:
    """Name the file that a student uploads."""
    return f"{assignment}-handin.zip"


def pack_hand_in(assignment: str, files: Mapping[str, bytes], release: str) -> bytes:
    """Pack a student's files as one zip.

    Notebooks lose their outputs. Where there is a module but no notebook of the assignment, a
    cover notebook is put beside it, so that Otter finds its one notebook at the top.

    Args:
        assignment: The assignment's id.
        files: Path in the hand-in, with forward slashes, to content.
        release: The digest of the bundle that the student works in; empty if it is not known.

    Returns:
        The zip: entries in the order of their names, stored, with a fixed time and permissions.

    Raises:
        StudentFault: A notebook cannot be read.
    """
    record = {"schema": _SCHEMA, "assignment": assignment, "release": release}
    packed = {HAND_IN_RECORD: _json_bytes(record)}
    for path, content in files.items():
        packed[path] = stripped_notebook(content, path) if path.endswith(".ipynb") else content
    if f"{assignment}.py" in packed:
        packed.setdefault(f"{assignment}.ipynb", _cover(assignment))
    return zip_bytes({path: Member(content) for path, content in packed.items()})


def write_hand_in(path: Path, content: bytes) -> None:
    """Write the zip beside its place, then put it there in one step.

    Raises:
        OSError: The folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def stripped_notebook(content: bytes, path: str) -> bytes:
    """Take out of a notebook what running it put in: outputs, counts, the state of widgets.

    Args:
        content: The notebook's file.
        path: What messages call it.

    Raises:
        StudentFault: It is not a notebook of format 4.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _not_a_notebook(path, "it is not a whole JSON document") from error
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list) or document.get("nbformat") != _FORMAT:
        raise _not_a_notebook(path, f"it has no cells in version {_FORMAT} of the format")
    if not all(isinstance(cell, dict) for cell in cells):
        raise _not_a_notebook(path, "one of its cells is not an object")
    metadata = document.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    return _json_bytes(
        {
            "cells": [_stripped_cell(cast("dict[str, Any]", cell)) for cell in cells],
            "metadata": {key: metadata[key] for key in _KEPT_OF_A_NOTEBOOK if key in metadata},
            "nbformat": _FORMAT,
            "nbformat_minor": document.get("nbformat_minor", 4),
        }
    )


def _stripped_cell(cell: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: cell[key] for key in _KEPT_OF_A_CELL if key in cell}
    source = cell.get("source", "")
    # Jupyter writes a list of lines, other editors one text: the work is the same.
    whole = isinstance(source, list) and all(isinstance(line, str) for line in source)
    kept |= {"metadata": {}, "source": "".join(source) if whole else source}
    if cell.get("cell_type") == "code":
        kept |= {"execution_count": None, "outputs": []}
    return kept


def _cover(assignment: str) -> bytes:
    text = f"The work of this hand-in is in `{assignment}.py`, beside this notebook."
    cell = {"cell_type": "markdown", "id": "cover", "metadata": {}, "source": text}
    return _json_bytes({"cells": [cell], "metadata": {}, "nbformat": _FORMAT, "nbformat_minor": 5})


def _json_bytes(document: dict[str, Any]) -> bytes:
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)
    # Half of a character, as a broken editor writes it, is kept for the grader to complain about.
    return f"{text}\n".encode(errors="surrogatepass")


def _not_a_notebook(path: str, why: str) -> StudentFault:
    return StudentFault(
        f"`{path}` cannot be read as a notebook: {why}. Open it in Jupyter, save it, and try again."
    )
