"""Ask PyPI's list of known holes about every package of some lock files.

    python requirements/audit.py dev gpu

The exit status is 0 if every package was looked up and none has a known hole, 1 if one has, and 2
if something could not be looked up: then nothing is said about it.
"""

# ruff: noqa: INP001 - a script

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).resolve().parent
_HOLES, _UNKNOWN = 1, 2
_NAMED: Final = 5


def ask(lock: Path) -> tuple[list[dict[str, Any]], str]:
    """Look up the packages of a lock file, without installing or resolving anything.

    Returns:
        What pip-audit says of each package, and its last words if it says nothing of them.
    """
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip"]
    asked = subprocess.run(
        [*command, "--format", "json", "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except json.JSONDecodeError:
        return [], (asked.stderr.strip().splitlines() or ["it said nothing"])[-1]
    return packages, ""


def judge(name: str, packages: list[dict[str, Any]], failure: str) -> tuple[int, str]:
    """Say what came of one lock file.

    Without a word of its own pip-audit counts what it could not look up as free of holes.

    Args:
        name: The lock file's.
        packages: From `ask`.
        failure: Likewise.

    Returns:
        The exit status, and lines that say why.
    """
    if failure or not packages:
        why = failure or "the file lists no package"
        return _UNKNOWN, f"{name}: nothing could be looked up; is pypi.org in reach? {why}"
    holes = [
        f"{name}: {one['name']} {one['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    lines = [*holes]
    if skipped:
        named = ", ".join(skipped[:_NAMED]) + (", …" if len(skipped) > _NAMED else "")
        count = f"{len(skipped)} of {len(packages)} packages"
        lines.append(f"{name}: {count} could not be looked up, so nothing is known of {named}")
    if not lines:
        lines.append(f"{name}: {len(packages)} packages, no known hole")
    return (_HOLES if holes else _UNKNOWN if skipped else 0), "\n".join(lines)


def main(names: list[str]) -> int:
    """Audit lock files by their names, such as `dev`; return the exit status."""
    statuses = []
    for name in names:
        status, lines = judge(name, *ask(_FOLDER / f"{name}.txt"))
        print(lines, file=sys.stderr if status else sys.stdout)
        statuses.append(status)
    return _HOLES if _HOLES in statuses else max(statuses, default=_UNKNOWN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
