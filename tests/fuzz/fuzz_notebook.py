"""The intake of notebooks: JSON of any shape, cells of any text, magics."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import harness
import mutators

with harness.instrumented():
    import handins

    import autograder.intake.notebook  # noqa: F401 - imported late by what reads hand-ins

MAGICS = (
    *("%matplotlib inline\n", "!ls\n", "?step", "step??", "%%bash\nls", "%%time\nx = 1", "x = !ls"),
    *("x = %pwd\n", "'''", '"""', "\\\n", "(", ")", "#", "x = 'a", "\r", "\0", "\ud800", "   %x"),
)


def cell(*source: str, kind: str = "code") -> dict[str, Any]:
    """Write a cell as Jupyter does."""
    more = {"outputs": [], "execution_count": 1} if kind == "code" else {}
    return {"cell_type": kind, "id": "a1", "metadata": {}, "source": list(source), **more}


def seeds() -> Iterator[bytes]:
    """Yield notebooks of Jupyter and of others."""
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    code = cell("%matplotlib inline\n", "x = (1,\n", "     '''2''')\n", "def step(x):\n")
    yield json.dumps({**whole, "cells": [cell("# Title", kind="markdown"), code]}).encode()
    magics = [cell(magic, "x = 1\n") for magic in MAGICS]
    yield json.dumps({**whole, "cells": magics}).encode()
    ours = {"autograder": {"assignment": "loss"}}
    yield json.dumps({**whole, "metadata": ours, "cells": [code]}).encode()
    yield json.dumps({"nbformat": 3, "worksheets": [{"cells": [code]}]}).encode()
    yield b"\xef\xbb\xbf" + json.dumps({**whole, "cells": [{**code, "source": "x = 1"}]}).encode()
    yield b"[" * 2000


def check(data: bytes) -> None:
    """Hold that a notebook is read or refused."""
    handins.read(data, ".ipynb")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    extra = [*MAGICS, cell("y = 2\n"), [cell("%x\n")] * 3, "code", 4, 5, float("nan")]
    harness.main(check, seeds(), mutate=lambda: mutators.json_text(extra))
