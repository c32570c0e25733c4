"""The environment that a grading machine installs: every package with its locked version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from autograder.errors import InstructorError

__all__ = ["PYTHON", "environment_text", "pinned_packages"]

PYTHON: Final = "3.11"  # what the locks were made for; the lowest that the project supports
# What the packages' markers are asked about: the machine that grades, not the one that releases.
_TARGET: Final = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": f"{PYTHON}.13",
    "python_version": PYTHON,
    "sys_platform": "linux",
    "extra": "",
}
_LOCKS: Final = {"numpy": "core", "keras": "full"}
_LOCKED: Final = re.compile(r"^[A-Za-z0-9][^\\#\n]*==[^\\#\n]*", re.MULTILINE)
# Otter starts a kernel for its driver; the locked set of grading alone does not hold one.
_KERNEL: Final = frozenset({"ipykernel", "debugpy", "nest-asyncio", "nest-asyncio2"})


def pinned_packages(requirements: Path, runtime: str) -> tuple[str, ...]:
    """Read the locked versions that grading needs, for the machine that grades.

    Args:
        requirements: The folder of the locks.
        runtime: As in `grading.yml`: with `keras`, Keras and TensorFlow are among them.

    Returns:
        `name==version`, sorted.

    Raises:
        InstructorError: A lock cannot be read.
    """
    core = dict(_locked(requirements / f"{_LOCKS[runtime]}.txt"))
    kernel = {name: pin for name, pin in _locked(requirements / "dev.txt") if name in _KERNEL}
    return tuple(sorted({**kernel, **core}.values()))


def _locked(path: Path) -> Iterator[tuple[str, str]]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - --help stays quick

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InstructorError(
            f"{path}: expected the locked versions that the grading environment gets; "
            f"the file cannot be read ({error.strerror}); make lock writes it"
        ) from error
    for line in _LOCKED.findall(text):
        requirement = Requirement(line.strip())
        if requirement.marker is None or requirement.marker.evaluate(_TARGET):
            yield requirement.name, f"{requirement.name}{requirement.specifier}"


def environment_text(pins: tuple[str, ...], wheel_path: str) -> str:
    """Write the environment that Otter's setup creates.

    Args:
        pins: `name==version` for every package.
        wheel_path: Where the wheel lies on the machine that grades.

    Returns:
        A Conda environment as YAML; what it says goes before Otter's own defaults.
    """
    import yaml  # noqa: PLC0415 - --help stays quick

    environment: dict[str, Any] = {
        "name": "otter-env",
        "channels": ["conda-forge"],
        "dependencies": [f"python={PYTHON}", "pip", {"pip": [*pins, wheel_path]}],
    }
    return yaml.safe_dump(environment, sort_keys=False)
