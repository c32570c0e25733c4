"""Where hand-ins lie: those of one assignment, or of all that a folder has a child for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.errors import InstructorError, nearest_name
from autograder.executor import Task
from autograder.intake import find_submissions, submission_names

__all__ = ["assignment_folders", "tasks_in"]


def assignment_folders(folders: Sequence[Path], order: Sequence[str]) -> dict[str, list[Path]]:
    """Find the hand-ins of each assignment: in the child of a folder that has the assignment's id.

    Files beside these children are left alone: a class' list or notes may lie there.

    Args:
        folders: Folders such as `submissions/`, with `submissions/activations/` and others.
        order: The course's assignments.

    Returns:
        Assignment to folders of hand-ins, in the course's order.

    Raises:
        InstructorError: A folder's child is named for no assignment, or none is.
    """
    found: dict[str, list[Path]] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InstructorError(f"{folder}: expected a folder with a folder for each assignment")
        children = [path for path in sorted(folder.iterdir()) if path.is_dir()]
        for child in (path for path in children if not path.name.startswith(".")):
            if child.name not in order:
                near = nearest_name(child.name, order)
                meant = f"; did you mean {near}?" if near else ""
                expected = f"expected the id of an assignment: {', '.join(order)}"
                raise InstructorError(f"{child}: {expected}{meant}")
            found.setdefault(child.name, []).append(child)
    if not found:
        places = ", ".join(map(str, folders))
        raise InstructorError(f"{places}: expected a folder named for an assignment; there is none")
    return {assignment: found[assignment] for assignment in order if assignment in found}


def tasks_in(assignment: str, paths: Sequence[Path]) -> tuple[Task, ...]:
    """List the hand-ins of an assignment.

    Args:
        assignment: The id.
        paths: Hand-ins, or folders whose children are.

    Raises:
        InstructorError: There are none.
    """
    found = find_submissions(paths)
    if not found:
        places = ", ".join(map(str, paths))
        raise InstructorError(f"{places}: there is no hand-in to grade; a folder must hold some")
    names = submission_names(found)
    return tuple(
        Task(path.absolute(), name, assignment) for path, name in zip(found, names, strict=True)
    )
