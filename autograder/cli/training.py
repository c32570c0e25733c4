"""The second part of `autograder doctor`: GPUs, what is below Keras, and why no GPU is used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.errors import AutograderError
from autograder.gpus import Gpus, Mask, find_gpus, masks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

__all__ = ["Backend", "show_training"]

_IMPORT_SECONDS: Final = 120
_PROGRAM: Final = (
    "import json; from autograder.sandbox.keras_backend import build_facts; "
    "print(json.dumps(build_facts()))"
)
_LIMITS: Final = {
    "memory_mib": 4096,
    "scratch_mib": 64,
    "open_files": 256,
    "threads": 128,
    "cpu_seconds": 600,
}


class Backend:
    """What is below Keras, asked in a process of its own, which begins at once."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        if find_spec("keras") is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                # It tells how it was built; CUDA itself is not to be started here.
                env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"},
            )

    def facts(self) -> tuple[dict[str, str], str]:
        """Return `backend`, `version` and `cuda`; or nothing, and why."""
        if self._process is None:
            return {}, "Keras is not installed: pip install --requirement requirements/full.txt"
        try:
            output, errors = self._process.communicate(timeout=_IMPORT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            return {}, f"Keras could not be imported within {_IMPORT_SECONDS} s"
        if self._process.returncode:
            last = (errors.strip().splitlines() or ["no reason given"])[-1]
            return {}, f"Keras cannot be imported: {last}"
        return json.loads(output.splitlines()[-1]), ""


def show_training(backend: Backend, console: Console) -> None:
    """Print what this machine can train on."""
    from rich.table import Table  # noqa: PLC0415 - --help stays quick

    gpus = find_gpus(os.environ)
    facts, missing = backend.facts()
    table = Table(title="What networks are trained on here", title_justify="left")
    for heading in ("what", "found"):
        table.add_column(heading)
    for what, found in _rows(gpus, facts, missing):
        table.add_row(what, found)
    console.print()
    console.print(table)
    console.print(_verdict(gpus, facts, missing))


def _rows(gpus: Gpus, facts: dict[str, str], missing: str) -> Iterator[tuple[str, str]]:
    """Yield what the machine offers, line by line."""
    yield "NVIDIA driver", gpus.driver or "none"
    yield "CUDA_VISIBLE_DEVICES", "not set" if gpus.variable is None else repr(gpus.variable)
    for device in gpus.devices:
        parts = (device.model, device.name, " ".join(device.nodes))
        yield "device", ", ".join(filter(None, parts))
    for number, mask in enumerate(masks(gpus, 1, len(gpus.devices)), start=1):
        yield f"grading process {number}", f"CUDA_VISIBLE_DEVICES={mask.visible}"
    if facts:
        built = f"built for CUDA {facts['cuda']}" if facts["cuda"] else "built without CUDA"
        yield "below Keras", f"{facts['backend']} {facts['version']}, {built}"
    else:
        yield "below Keras", missing


def _verdict(gpus: Gpus, facts: dict[str, str], missing: str) -> str:
    """Say in a sentence what is trained on, and why it is no GPU."""
    if not facts:
        return f"nothing is trained here: {missing}"
    if gpus.reason:
        return f"no GPU is used: {gpus.reason}"
    if not facts["cuda"]:
        name = f"{facts['backend']} {facts['version']}"
        return f"no GPU is used: {name} is a build without CUDA; docs/gpu.md names the right one"
    return _tried(masks(gpus, 1, 1)[0])


def _tried(mask: Mask) -> str:
    """Have a worker in the sandbox compute on a GPU, and say what came of it."""
    from autograder.sandbox.channel import Patience  # noqa: PLC0415 - --help stays quick
    from autograder.sandbox.host import Zygote  # noqa: PLC0415 - --help stays quick
    from autograder.suite.device import ask_device, training_words  # noqa: PLC0415
    from autograder.suite.keras_environment import keras_environment  # noqa: PLC0415
    from autograder.suite.session import SessionLimits  # noqa: PLC0415

    patience = Patience(cpu_seconds=120, wall_seconds=120)
    limits = SessionLimits(patience, patience, wall_seconds=300, printed_characters=0)
    environment = keras_environment(os.environ, mask, cpus=1, epochs=1)
    canary = Path(__file__).resolve()
    try:
        with Zygote(
            _LIMITS, canary, runtime="keras", environment=environment, devices=mask.nodes
        ) as zygote:
            words = training_words(ask_device(zygote, limits, mask), "full")
    except AutograderError as error:
        return f"no GPU is used: {error}"
    return f"a process in the sandbox computes on {words['device']} ({words['backend']})"
