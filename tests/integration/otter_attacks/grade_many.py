"""Grade many submissions with Otter zips in one process, for Otter takes seconds to import.

Reads jobs from standard input as JSON, `[[name, how, zip, submission], ...]`, and writes to the
file that its argument names what became of each, or the error. There are three ways:

- `otter run`: as an instructor grades a module or a notebook.
- `gradescope`: in Gradescope's folders, as `run_otter.py` does; for what Otter cannot open, too.
- `driver`: what Otter's kernel is given to execute, without Otter around it: a tenth of the time.
"""

import contextlib
import io
import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from otter.run import main as otter_run

from autograder.otter.driver import grade_handed_in
from autograder.otter.entry import main as run_in_folders
from autograder.otter.outcome import Outcome, from_json
from autograder.otter.place import Place
from autograder.otter.results import PLUGIN
from autograder.otter.setaside import set_aside


def _told(outcome: Outcome):
    """Give what is compared of an outcome."""
    return {
        "kind": outcome.kind.value,
        "reason": outcome.reason,
        "points": {question.id: question.points for question in outcome.questions},
        "total": outcome.score,
        "words": {one.id: [one.public_words, one.hidden_words] for one in outcome.questions},
        "details": list(outcome.details),
    }


def _by_otter_run(autograder, submission):
    results = otter_run(submission, autograder=autograder, output_dir=None, no_logo=True)
    points = {name: results.get_score(name) for name in results.results}
    outcome = results.get_plugin_data(PLUGIN)
    told = {} if outcome is None else _told(outcome)  # a zip of plain Otter has none
    return told | {"points": points, "total": results.total}


@contextlib.contextmanager
def _folders(autograder, submission):
    """Lay out a zip and a submission as Gradescope does; the submission moves there."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        place.results.mkdir()
        place.submission.mkdir()
        with zipfile.ZipFile(autograder) as archive:
            archive.extractall(place.root / "source")
        place.metadata.write_text("{}")
        path = Path(submission)
        # Moved, for a copy of a link or of a pipe is none.
        for one in path.iterdir() if path.is_dir() else [path]:
            shutil.move(one, place.submission)
        yield place


def _in_folders(autograder, submission):
    with _folders(autograder, submission) as place:
        status = run_in_folders(str(place.root))
        results = json.loads((place.results / "results.json").read_text(encoding="utf-8"))
        told = _told(from_json(place.outcome.read_bytes()))
        return told | {"status": status, "results": results, "total": results["score"]}


def _by_driver(autograder, submission):
    with _folders(autograder, submission) as place:
        set_aside(place, "activations")
        return _told(grade_handed_in(str(place.root), "activations"))


WAYS = {"otter run": _by_otter_run, "gradescope": _in_folders, "driver": _by_driver}


def _grade(how, autograder, submission):
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            told = WAYS[how](autograder, submission)
    except Exception as error:  # noqa: BLE001 - told as a result
        return {"error": f"{type(error).__name__}: {error}", "stdout": printed.getvalue()}
    return told | {"stdout": printed.getvalue()}


if __name__ == "__main__":
    jobs = json.load(sys.stdin)
    found = {name: _grade(how, zip_, submission) for name, how, zip_, submission in jobs}
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
