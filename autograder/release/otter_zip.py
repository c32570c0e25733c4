"""The Otter autograder zip: what Otter's generate makes, and the course beside it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from autograder.archive import EXECUTABLE, PRIVATE, Member, unzip
from autograder.release.environment import PYTHON, environment_text
from autograder.release.wheel import Wheel

__all__ = ["GraderParts", "autograder_members"]

_SOURCE: Final = "/autograder/source"  # where Gradescope and Otter's containers unpack the zip
_SCRIPTS: Final = frozenset({"setup.sh", "run_autograder"})
_SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class GraderParts:
    """What goes into an autograder zip.

    Attributes:
        assignment: The assignment's id.
        course: Path inside the course to the file's content: policy, suite, reference, stub.
        secret: The course secret, so that a hand-in gets the same inputs wherever it is graded.
        bundle: The digest of the student bundle that belongs to it.
        suite: The digest of the suite.
        tests: Question id to the text of its Otter test file.
        config: What Otter reads from `otter_config.json`.
        run_otter: The text of the program that runs Otter on the grading machine.
        wheel: This project.
        pins: The locked version of every package that grading needs.
    """

    assignment: str
    course: Mapping[str, bytes]
    secret: bytes = field(repr=False)
    bundle: str
    suite: str
    tests: Mapping[str, str]
    config: Mapping[str, Any]
    run_otter: str
    wheel: Wheel
    pins: tuple[str, ...]


def autograder_members(parts: GraderParts) -> dict[str, Member]:
    """Put the autograder zip together.

    Otter's generate writes its scripts, the environment, the configuration and the test files;
    what it wrote is taken over as it is, save for `run_otter.py`, which has to set the hand-in
    aside before Otter looks at it.

    Returns:
        Path inside the zip to the file. What must not be read by others is readable by its owner
        alone: the course, with the secret.
    """
    members = {
        path: Member(content, EXECUTABLE) if path in _SCRIPTS else Member(content)
        for path, content in _generate(parts).items()
    }
    members["run_otter.py"] = Member(parts.run_otter.encode())
    for path, content in parts.course.items():
        members[f"course/{path}"] = Member(content, PRIVATE)
    members["course/.autograder/secret"] = Member(parts.secret + b"\n", PRIVATE)
    members["course/release.json"] = Member(_release_text(parts).encode(), PRIVATE)
    members[f"wheel/{parts.wheel.name}"] = Member(parts.wheel.content)
    return members


def _generate(parts: GraderParts) -> dict[str, bytes]:
    """Run Otter's generate in a folder of its own, and read the zip that it made."""
    import otter.generate  # noqa: PLC0415 - takes a second

    with tempfile.TemporaryDirectory(prefix="autograder-otter-") as name:
        folder = Path(name)
        (folder / "tests").mkdir()
        for question, text in parts.tests.items():
            (folder / "tests" / f"{question}.py").write_bytes(text.encode())
        config = folder / "otter_config.json"
        config.write_text(json.dumps(parts.config), encoding="utf-8")
        environment = folder / "environment.yml"
        # An absolute path: tools differ in what they take a relative one for. Otter's setup.sh
        # names the same folder.
        wheel = f"{_SOURCE}/wheel/{parts.wheel.name}"
        environment.write_text(environment_text(parts.pins, wheel), encoding="utf-8")
        output = folder / "autograder.zip"
        otter.generate.main(
            tests_dir=str(folder / "tests"),
            output_path=str(output),
            config=str(config),
            environment=str(environment),
            no_requirements=True,
            overwrite_requirements=True,
            python_version=PYTHON,
        )
        return unzip(output.read_bytes())


def _release_text(parts: GraderParts) -> str:
    page = {
        "schema": _SCHEMA,
        "assignment": parts.assignment,
        "bundle": parts.bundle,
        "suite": parts.suite,
        "version": parts.wheel.version,
    }
    return f"{json.dumps(page, indent=2)}\n"
