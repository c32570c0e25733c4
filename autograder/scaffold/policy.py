"""An assignment's entry put into `grading.yml` as text: every other byte stays as it is."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

from autograder.errors import InstructorError

__all__ = ["insert_assignment"]


def insert_assignment(text: str, assignment_id: str, entry: str) -> str:
    """Put an assignment at the end of the order and of the assignments.

    Args:
        text: Of `grading.yml`, which can be loaded.
        assignment_id: Which the text does not have yet.
        entry: The assignment's lines, beginning with its id, not indented.

    Returns:
        The text with two insertions.

    Raises:
        InstructorError: The file is laid out in a way that this cannot add to.
    """
    expected: dict[str, Any] = yaml.safe_load(text)
    expected["order"].append(assignment_id)
    expected["assignments"] |= yaml.safe_load(entry)
    found = None
    try:
        changed = _with_insertions(text, assignment_id, entry)
        found = yaml.safe_load(changed)
    except (yaml.YAMLError, ValueError):
        changed = text
    # Equal values in another order are not enough: students meet the questions in the file's.
    if found != expected or list(found["assignments"]) != list(expected["assignments"]):
        raise InstructorError(
            "grading.yml: expected order as a list and assignments as a block, an assignment on a "
            f"line of its own; nothing was written; add {assignment_id} at the end of order, and "
            f"lay assignments out so that this fits at its end:\n{textwrap.indent(entry, '  ')}"
        )
    return changed


def _with_insertions(text: str, assignment_id: str, entry: str) -> str:
    """Insert from behind, so that the places found first stay right.

    Raises:
        ValueError: The file has no block of assignments, or no list that is an order.
    """
    keys = {key.value: value for key, value in _mapping(yaml.compose(text)).value}
    order, assignments = keys["order"], _mapping(keys["assignments"])
    if assignments.flow_style or not isinstance(order, yaml.SequenceNode):
        raise ValueError("no block of assignments, or no list")
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = " " * assignments.start_mark.column
    lines = textwrap.indent(entry, indent).splitlines()
    insertions = [
        (_end_of_block(text, assignments), newline.join(["", *lines, ""])),
        _order_insertion(text, order, assignment_id, newline),
    ]
    for place, addition in sorted(insertions, reverse=True):
        # Behind the last line of a file that does not end it.
        missing = newline if place == len(text) and not text.endswith("\n") else ""
        text = text[:place] + missing + addition + text[place:]
    return text


def _mapping(node: yaml.Node | None) -> yaml.MappingNode:
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("no mapping")  # noqa: TRY004 - one kind of error for every odd layout
    return node


def _order_insertion(
    text: str, order: yaml.SequenceNode, assignment_id: str, newline: str
) -> tuple[int, str]:
    """Say where the id goes in the order, and how it is written there."""
    last: int = order.value[-1].end_mark.index
    if order.flow_style:
        return last, f", {assignment_id}"
    return _next_line(text, last), f"{' ' * order.start_mark.column}- {assignment_id}{newline}"


def _end_of_block(text: str, node: yaml.Node) -> int:
    """Find the line after a block's last value and the comments that belong to it."""
    while isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end: int = node.end_mark.index
    place = end if text[end - 1] == "\n" else _next_line(text, end)  # a block of text ends its line
    while _is_indented_comment(line := text[place : _next_line(text, place)]):
        place += len(line)
    return place


def _is_indented_comment(line: str) -> bool:
    return line.startswith(" ") and line.lstrip().startswith("#")


def _next_line(text: str, place: int) -> int:
    """Find where the line after this place begins; the text's end if there is none."""
    end = text.find("\n", place)
    return len(text) if end < 0 else end + 1
