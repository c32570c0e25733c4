"""Runs Otter on a grading machine: sets the hand-in aside first, and never makes up a score."""

from __future__ import annotations

import contextlib
import json
import traceback
from pathlib import Path
from typing import Any, Final

from autograder.errors import InstructorError
from autograder.otter.place import Place
from autograder.otter.results import PLUGIN
from autograder.otter.setaside import set_aside

__all__ = ["main"]

_NEUTRAL: Final = (
    "The grader could not grade this hand-in, and that is not your fault. It is not a zero: your "
    "instructor can see what happened and will grade it again. You need not do anything."
)


def main(root: str) -> int:
    """Grade what lies in the autograder's folder.

    When the grader fails, its reason is printed, which only the instructor sees, and the results
    hold a sentence for the student but no score.

    Args:
        root: The autograder's folder, `/autograder` on Gradescope.

    Returns:
        The exit status: 0 if there are results, 1 if the grader failed.
    """
    from otter.run.run_autograder import main as run_otter  # noqa: PLC0415 - takes seconds

    place = Place(Path(root))
    for name in ("results.json", "results.pkl"):
        with contextlib.suppress(FileNotFoundError):
            (place.results / name).unlink()
    try:
        set_aside(place, _assignment(place))
        run_otter(str(place.root))
    except Exception:  # noqa: BLE001 - whatever it is, it must not become a score
        print(traceback.format_exc(), flush=True)
        _write_neutral(place)
        return 1
    return 0


def _assignment(place: Place) -> str:
    """Read which assignment the release is for.

    Raises:
        InstructorError: The configuration does not name this project's plugin.
    """
    path = place.root / "source" / "otter_config.json"
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for plugin in config.get("plugins", []):
        if isinstance(plugin, dict) and PLUGIN in plugin:
            return str(plugin[PLUGIN]["assignment"])
    raise InstructorError(f"{path}: expected the plugin {PLUGIN}; build the release again")


def _write_neutral(place: Place) -> None:
    place.results.mkdir(exist_ok=True)
    document = {"output": _NEUTRAL, "stdout_visibility": "hidden"}
    (place.results / "results.json").write_text(json.dumps(document, indent=4), encoding="utf-8")
