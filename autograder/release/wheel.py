"""This project's own wheel, built from its checkout, the same bytes each time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import autograder
from autograder.archive import Member, unzip, zip_bytes
from autograder.errors import InstructorError

__all__ = ["PROJECT", "Wheel", "build_wheel", "source_checkout"]

PROJECT: Final = "dlcv-autograder"
_EPOCH_SECONDS: Final = "315532800"  # 1980-01-01, the earliest time that a zip can hold


@dataclass(frozen=True, slots=True)
class Wheel:
    """A built wheel.

    Attributes:
        name: Its file name.
        version: Of the project.
        content: Its bytes.
    """

    name: str
    version: str
    content: bytes


def source_checkout() -> Path:
    """Find the checkout that the running package lies in: a release carries the code that made it.

    Raises:
        InstructorError: The package was installed without its sources.
    """
    package = Path(autograder.__file__).resolve().parent
    pyproject = package.parent / "pyproject.toml"
    if pyproject.is_file():
        project = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == PROJECT:
            return package.parent
    raise InstructorError(
        f"{package}: a release holds the wheel of {PROJECT}, which is built from its sources; "
        "expected pyproject.toml beside the package, there is none of this project; "
        "install the grader from a checkout with pip install --editable"
    )


def build_wheel(source: Path) -> Wheel:
    """Build the project's wheel.

    The build tool's archive is packed again, so that neither its compression nor the time shows.

    Args:
        source: The project's checkout.

    Raises:
        InstructorError: The build tool is missing or failed; with what it said.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-wheel-") as folder:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "hatchling",
                "build",
                "--target",
                "wheel",
                "--directory",
                folder,
            ],
            cwd=source,
            env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH_SECONDS},
            capture_output=True,
            text=True,
            check=False,
        )
        built = sorted(Path(folder).glob("*.whl"))
        if done.returncode != 0 or len(built) != 1:
            said = (done.stderr or done.stdout).strip().splitlines()[-3:]
            raise InstructorError(
                f"{source}: the wheel of {PROJECT} cannot be built: {' / '.join(said)}; "
                "is hatchling installed? pip install -r requirements/core.txt brings it"
            )
        content = built[0].read_bytes()
        name = built[0].name
    packed = {path: Member(data) for path, data in unzip(content).items()}
    return Wheel(name, name.split("-")[1], zip_bytes(packed))
