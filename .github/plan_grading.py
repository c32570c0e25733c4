"""Say which runner grades which assignment, as a matrix for `grade.yml`.

Run in the course's folder: python .github/plan_grading.py activations
"""

# ruff: noqa: INP001 - a script

from __future__ import annotations

import json
import sys
from pathlib import Path

from autograder.config import load_course
from autograder.errors import AutograderError

HOSTED = ["ubuntu-latest"]
OWN = ["self-hosted", "linux", "x64", "gpu"]


def matrix(assignment: str) -> list[dict[str, object]]:
    """List what is to be graded, each with its runner and its locked set of requirements.

    Args:
        assignment: An assignment's id, or `all`.

    Raises:
        AutograderError: The course cannot be used, or has no such assignment.
    """
    course = load_course(Path("grading.yml"))
    names = course.order if assignment == "all" else (assignment,)
    rows: list[dict[str, object]] = []
    for name in names:
        policy = course.assignment(name)
        gpu = policy.resources.gpus > 0
        locked = "gpu" if gpu else "full" if policy.runtime == "keras" else "core"
        requirements = f"requirements/{locked}.txt"
        rows.append(
            {"assignment": name, "runner": OWN if gpu else HOSTED, "requirements": requirements}
        )
    return rows


if __name__ == "__main__":
    try:
        print(f"matrix={json.dumps(matrix(sys.argv[1]))}")
    except AutograderError as error:
        sys.exit(f"plan_grading: {error}")
