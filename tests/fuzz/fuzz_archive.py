"""The intake of zips: headers that lie, names that lead elsewhere, bombs, zips in zips."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import harness
import mutators

with harness.instrumented():
    import handins

    import autograder.intake
    import autograder.intake.notebook  # noqa: F401 - a zip can hold one

MODULE = "def step(x):\n    return x\n"
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": [MODULE]}],
}


def packed(files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack files as an ordinary program does."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return data.getvalue()


def seeds() -> Iterator[bytes]:
    """Yield hand-ins as students pack them, and some that are refused."""
    record = json.dumps({"schema": 1, "assignment": "activations", "release": "sha256:1"})
    yield packed({"activations.py": MODULE})
    yield packed({"top/activations.py": MODULE, "top/pads.py": "PAD = 1\n", "top/ü.bin": b"\xff"})
    yield packed({"activations.py": MODULE, "handin.json": record}, zipfile.ZIP_STORED)
    yield packed({"activations.ipynb": json.dumps(NOTEBOOK), "activations.py": MODULE})
    yield packed({"work.ipynb": json.dumps(NOTEBOOK), "__MACOSX/._work.ipynb": b"\0"})
    yield packed({"inner.zip": packed({"activations.py": MODULE})})
    yield packed({"activations.py": "#" * 2_000_000})
    yield packed({f"part{number}.py": "" for number in range(60)})
    yield packed({"../activations.py": MODULE, "/etc/x": "", "a\nb": "", "CON": ""})


def check(data: bytes) -> None:
    """Hold that a zip is read or refused."""
    handins.read(data, ".zip")


if __name__ == "__main__":
    harness.main(check, seeds(), mutate=mutators.zipped)
