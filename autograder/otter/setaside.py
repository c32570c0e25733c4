"""The hand-in goes out of Otter's reach, and a trusted driver into its place."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from autograder.otter.place import Place

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["DRIVER", "driver_notebook", "set_aside"]

DRIVER: Final = "driver.ipynb"
_TESTS: Final = "tests"
_PACKAGE: Final = "__init__.py"
_BIGGEST_DRIVER_BYTES: Final = 64 * 2**10


def set_aside(place: Place, assignment: str, name: str = DRIVER, *, prepared: bool = False) -> None:
    """Move everything that was handed in to a private folder, and put the driver in its place.

    Nothing of the hand-in is opened. A second call finds the driver, and changes nothing but the
    test files, which are copied from the release once more.

    Args:
        place: The run's folders.
        assignment: The assignment's id, for the driver.
        name: What the driver is called: the name that Otter has found for the submission.
        prepared: Whether Otter has put its own files beside the hand-in already.

    Raises:
        OSError: A file cannot be moved or written.
    """
    if not _is_set_aside(place, name):
        _move_away(place, prepared=prepared)
        _put_driver(place, assignment, name)
    target = place.submission / _TESTS
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(place.tests, target)


def driver_notebook(place: Place, assignment: str, comment: str = "") -> NotebookNode:
    """Make the notebook that Otter executes instead of the submission.

    Args:
        place: The run's folders.
        assignment: The assignment's id.
        comment: Put at its top.
    """
    from nbformat import v4  # noqa: PLC0415 - slow to import

    source = _driver_source(place, assignment, comment)
    cell = v4.new_code_cell(source, id="driver")  # type: ignore[no-untyped-call]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[cell], metadata={"kernelspec": kernel}
    )
    return cast("NotebookNode", notebook)


def _driver_source(place: Place, assignment: str, comment: str) -> str:
    return (
        f"# {comment}\n"
        "from autograder.otter.driver import grade_handed_in\n"
        f"autograder_outcome = grade_handed_in({str(place.root)!r}, {assignment!r})\n"
    )


def _is_set_aside(place: Place, name: str) -> bool:
    """Tell whether the driver there is the one that this module wrote.

    Its token was drawn by chance after the hand-in came, so no hand-in can contain it.
    """
    driver = place.submission / name
    if not place.token.is_file() or driver.is_symlink() or not driver.is_file():
        return False
    if driver.stat().st_size > _BIGGEST_DRIVER_BYTES:
        return False
    ours = {entry.name for entry in place.submission.iterdir()} <= {name, _TESTS, _PACKAGE}
    return ours and place.token.read_bytes() in driver.read_bytes()


def _move_away(place: Place, *, prepared: bool) -> None:
    # What an earlier run in the same folder left is of another hand-in.
    if place.private.exists():
        shutil.rmtree(place.private)
    place.private.mkdir(mode=0o700)
    place.handed_in.mkdir(mode=0o700)
    for entry in list(place.submission.iterdir()):
        if prepared and _is_otters(entry):
            continue
        # Also where the two folders are on different file systems; links are moved as links.
        shutil.move(entry, place.handed_in / entry.name)
    for entry in list(place.submission.iterdir()):
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _is_otters(entry: Path) -> bool:
    """Tell whether Otter wrote it: it replaces `tests`, and adds an empty `__init__.py`."""
    if entry.name == _TESTS:
        return True
    return entry.name == _PACKAGE and not entry.is_symlink() and entry.stat().st_size == 0


def _put_driver(place: Place, assignment: str, name: str) -> None:
    import nbformat  # noqa: PLC0415 - slow to import

    token = secrets.token_hex(16)
    driver = place.submission / name
    if driver.suffix == ".ipynb":
        notebook = driver_notebook(place, assignment, token)
        text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
        driver.write_text(text, encoding="utf-8")
    else:
        driver.write_text(_driver_source(place, assignment, token), encoding="utf-8")
    place.token.write_text(token, encoding="ascii")
