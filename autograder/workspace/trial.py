"""The process that runs a student's module against its public tests, with the student's rights.

`python -m autograder.workspace.trial MODULE TESTS QUESTION FIRST`; it writes one JSON line for
each step, so that whoever started it knows what was running if it never ends.
"""

from __future__ import annotations

import importlib.util
import json
import linecache
import os
import sys
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import pytest

from autograder.compare import Mismatch
from autograder.errors import InstructorError
from autograder.records import Verdict
from autograder.suite.finding import find_tests
from autograder.workspace.calls import Exchange, NotThereError, Witness
from autograder.workspace.recognised import RECOGNISED_FILE, read_mistakes, recognise

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["describe_error", "main", "question_of", "run_test"]

Say = Callable[[Mapping[str, object]], None]
_TELLING: Final = frozenset({Verdict.FAILED, Verdict.STUDENT_ERROR})


@dataclass(slots=True)
class _Progress:
    """What the tests of a question found so far.

    Attributes:
        ended: How many ran to their end.
        failed: Whether one of them found something wrong.
        exchanges: The calls that they made.
    """

    ended: int = 0
    failed: bool = False
    exchanges: list[Exchange] = field(default_factory=list)


def main(arguments: Sequence[str]) -> None:
    """Load the module, then run the tests of a question, or of all, from a number on."""
    module_path, tests_path = Path(arguments[0]), Path(arguments[1])
    question, first = arguments[2], int(arguments[3])
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # What the student's code prints must not come between the events.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(event: Mapping[str, object]) -> None:
        _write(events, event)

    sys.path.insert(0, str(module_path.parent))
    witness = _load(module_path, say)
    if witness is not None:
        _run_tests(witness, tests_path, question, first, say)
    events.close()
    sys.stdout.flush()
    os._exit(0)  # threads and exit handlers of the student's must not keep this process


def _write(events: TextIO, event: Mapping[str, object]) -> None:
    events.write(json.dumps(event) + "\n")
    events.flush()


def _load(path: Path, say: Say) -> Witness | None:
    """Import the student's module; None if that fails."""
    say({"step": "load"})
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise InstructorError(f"{path}: expected a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:  # noqa: BLE001 - SystemExit and the like included
        say({"step": "unusable", "message": describe_error(error, path.parent)})
        return None
    witness = Witness(module)
    sys.modules[path.stem] = witness
    return witness


def _run_tests(witness: Witness, tests_path: Path, question: str, first: int, say: Say) -> None:
    try:
        items = find_tests([tests_path])
    except InstructorError as error:
        say({"step": "unusable", "message": _tests_unusable(tests_path, error)})
        return
    # Collecting forgets nothing of the student's: the tests use the module that was loaded.
    sys.modules[witness.__name__] = witness
    waiting = Counter(map(question_of, items))
    recognised = tests_path.parent / RECOGNISED_FILE
    keep = recognised.is_file()  # calls with the data of a training would be large
    progress: defaultdict[str, _Progress] = defaultdict(_Progress)
    for number, item in enumerate(items):
        asked = question_of(item)
        if number < first or question not in ("", asked):
            continue
        claim = (item.function.__doc__ or item.name).strip().partition("\n")[0]
        name = item.nodeid.partition("::")[2]
        say({"step": "begin", "number": number, "name": name, "question": asked, "claim": claim})
        verdict, message = run_test(item, witness, tests_path)
        about = progress[asked]
        about.ended += 1
        about.failed |= verdict in _TELLING
        exchanges = witness.take_exchanges()
        about.exchanges += exchanges if keep else ()
        mistake = ""
        # Of a question of which another process lost a test not all calls are known.
        if about.failed and about.ended == waiting[asked]:
            mistake = recognise(read_mistakes(recognised), asked, about.exchanges)
        say({"step": "end", "verdict": verdict, "message": message, "mistake": mistake})
    say({"step": "done"})


def question_of(item: pytest.Function) -> str:
    """Read the mark `question` of a public test; empty if it has none."""
    mark = item.get_closest_marker("question")
    return str(mark.args[0]) if mark and mark.args else ""


def run_test(item: pytest.Function, witness: Witness, tests_path: Path) -> tuple[Verdict, str]:
    """Run a public test on the module behind the witness.

    Returns:
        What became of it, and what a student reads about it; empty if it passed.
    """
    witness.take_last()
    parameters: dict[str, Any] = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    try:
        item.obj(**parameters)
    except NotImplementedError as error:
        return Verdict.NOT_ATTEMPTED, str(error)
    except Mismatch as mismatch:
        return Verdict.FAILED, _with_call(witness, mismatch.public_text())
    except NotThereError as error:
        return Verdict.STUDENT_ERROR, str(error)
    except (AssertionError, pytest.fail.Exception) as error:
        return Verdict.FAILED, _with_call(witness, str(error) or "the claim does not hold")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever student code raises
        words = describe_error(error, tests_path.parent, apart=tests_path)
        return Verdict.STUDENT_ERROR, _with_call(witness, words)
    return Verdict.PASSED, ""


def _with_call(witness: Witness, text: str) -> str:
    call = witness.take_last()
    return text if call is None else f"{call.text()}\n{text}"


def describe_error(error: BaseException, folder: Path, apart: Path | None = None) -> str:
    """Say in two lines what was raised and where in the student's files.

    Args:
        error: What was raised.
        folder: Where the student's files are.
        apart: A file there that is not the student's.
    """
    kind, text = type(error).__name__, str(error)
    if isinstance(error, SyntaxError):
        path, line = error.filename or "", error.lineno or 0
        text = error.msg
    else:
        path, line = "", 0
        for frame, number in traceback.walk_tb(error.__traceback__):
            file = Path(frame.f_code.co_filename)
            if folder in file.parents and file != apart and "site-packages" not in file.parts:
                path, line = str(file), number
    if isinstance(error, SystemExit):
        text = "the code ends the program; take exit() and quit() out"
    if not path:
        return f"{kind}: {text}"
    source = linecache.getline(path, line).strip()
    place = f"{Path(path).name}, line {line}: {kind}: {text}"
    return f"{place}\n    {source}" if source else place


def _tests_unusable(path: Path, error: InstructorError) -> str:
    reason = str(error).strip().rpartition("\n")[2].strip()
    return f"{path.name} cannot be used ({reason}). Take that file from the bundle once more."


if __name__ == "__main__":
    main(sys.argv[1:])
