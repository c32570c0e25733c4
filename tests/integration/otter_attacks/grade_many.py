"""Run `otter run` for many submissions in one process, for Otter takes seconds to import.

Reads jobs from standard input as JSON, `[[name, zip, submission], ...]`, and writes to the file
that its argument names what became of each: points per question, total, or the error.
"""

import contextlib
import io
import json
import sys
from pathlib import Path

from otter.run import main as otter_run


def _grade(autograder, submission):
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            results = otter_run(submission, autograder=autograder, output_dir=None, no_logo=True)
    except Exception as error:  # noqa: BLE001 - told as a result
        return {"error": f"{type(error).__name__}: {error}", "stdout": printed.getvalue()}
    return {
        "points": {name: results.get_score(name) for name in results.results},
        "total": results.total,
        "stdout": printed.getvalue(),
    }


if __name__ == "__main__":
    jobs = json.load(sys.stdin)
    found = {name: _grade(autograder, submission) for name, autograder, submission in jobs}
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
