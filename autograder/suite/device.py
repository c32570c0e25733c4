"""What a Keras assignment is trained on: asked of a worker of its own, before any student's."""

from __future__ import annotations

from typing import Any

from autograder.errors import GraderFault
from autograder.gpus import Mask, count_words
from autograder.records import SourceFile, Submission, Verdict
from autograder.sandbox.codec import encode
from autograder.sandbox.host import Zygote
from autograder.suite.session import RuleBook, Session, SessionLimits
from autograder.suite.student import Request

__all__ = ["ask_device", "training_words"]

_NOTHING = Submission("device", "", (SourceFile("device.py", ""),))
_NO_RULES = RuleBook((), (), {})
_QUESTION = Request("keras.device", encode(((), {})))


def ask_device(zygote: Zygote, limits: SessionLimits, mask: Mask) -> dict[str, Any]:
    """Have a worker without student code compute a little, and tell on what it did.

    CUDA starts in this worker and ends with it: a process that has started it must not be forked.

    Args:
        zygote: Forks the worker.
        limits: What the worker may use.
        mask: Which GPUs the worker must see; for the CPU, any answer will do.

    Returns:
        The facts of `autograder.sandbox.keras_backend.device_facts`.

    Raises:
        GraderFault: The worker cannot compute, or does not see the GPUs that it was given.
    """
    with Session(zygote, _NOTHING, "device", _NO_RULES, limits) as session:
        (reply,) = session.answer([_QUESTION])
    facts: Any = reply.value  # of our own code: no student's ran in this process
    if reply.verdict is not Verdict.PASSED:
        raise GraderFault(_refusal(mask, f"could not compute: {reply.message}"))
    if mask.count and not (facts["on_gpu"] and len(facts["gpus"]) == mask.count):
        backend = f"{facts['backend']} {facts['version']}"
        place = "a GPU" if facts["on_gpu"] else "the CPU"
        seen = f"sees {count_words(len(facts['gpus']))} and computed on {place} ({backend})"
        raise GraderFault(_refusal(mask, seen))
    return dict(facts)


def _refusal(mask: Mask, found: str) -> str:
    if not mask.count:
        return f"nothing can be graded: a process for training {found}"
    return (
        f"nothing can be graded: a process that was given {count_words(mask.count)} "
        f"(CUDA_VISIBLE_DEVICES={mask.visible}; {', '.join(mask.nodes)}) {found}. "
        "`autograder doctor` looks at the driver, the device nodes and the libraries; "
        "docs/gpu.md says what each needs."
    )


def training_words(facts: dict[str, Any], task: str) -> dict[str, str]:
    """Put down in words what a run was trained on, for its result.

    Args:
        facts: From `ask_device`.
        task: `full` or `reduced`.
    """
    gpus = sorted(set(facts["gpus"]))
    return {
        "device": f"{count_words(len(facts['gpus']))}: {', '.join(gpus)}" if gpus else "CPU",
        "backend": f"Keras {facts['keras']} on {facts['backend']} {facts['version']}",
        "tf32": "on" if facts["tf32"] else "off",
        "determinism": "on" if facts["deterministic"] else "off",
        "threads": str(facts["threads"]),
        "task": task,
    }
