"""A bench on another machine: the course is opened there, and refused where it is another one.

Nothing of a course travels: neither tests nor solutions nor the secret. A node reads its own copy,
in a folder that has the same path everywhere, and proves that it has read the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from autograder.errors import InstructorError
from autograder.executor import Needs, Task
from autograder.grade import GradingBench, Isolation
from autograder.job import Job, masks_for, open_job
from autograder.secret import VARIABLE, seed_key

__all__ = ["NodeBench", "needs_of", "node_bench"]

_NAMED: Final = 3
# Beside a submission's worker: the suite, the reference, what they compute, and the zygote.
_TRUSTED_MIB: Final = 512


@dataclass(frozen=True, slots=True)
class NodeBench:
    """What a node needs to know to open a bench: plain text, and nothing of it is secret.

    Attributes:
        folder: The course's, on every node.
        assignment: The id.
        suite: The digest that the node's own files must have.
        secret: A code made with the course secret: it shows that the node has the same, and not
            which it is.
        version: Of this package.
        hand_ins: Folders and files that a node must see.
        isolation: What the sandbox must give.
        allow_cpu: Whether an assignment that asks for a GPU is trained on the CPU.
    """

    folder: str
    assignment: str
    suite: str
    secret: str
    version: str
    hand_ins: tuple[str, ...]
    isolation: Isolation
    allow_cpu: bool

    @contextmanager
    def __call__(self, slot: int) -> Iterator[GradingBench]:
        """Open the bench on the machine that calls this; its place is what Ray gave it.

        Raises:
            InstructorError: The course is not here, or another one is, or the hand-ins are not.
            GraderFault: The sandbox has gaps.
        """
        del slot
        self._require("dlcv-autograder", _version(), self.version)
        lacking = [path for path in (self.folder, *self.hand_ins) if not Path(path).exists()]
        if lacking:
            raise InstructorError(
                f"{', '.join(lacking[:_NAMED])}: expected on every node, under the same path; "
                "course and hand-ins must lie in a folder that all nodes share (docs/ray.md)"
            )
        job = open_job(self.assignment, Path(self.folder))
        self._require(f"the suite in {self.folder}", job.suite_digest, self.suite)
        if _proof(job) != self.secret:
            raise InstructorError(
                f"the course secret of {self.folder} is not that of the machine that asks: share "
                f"the folder's .autograder/secret, or set {VARIABLE} for Ray on every node"
            )
        (mask, *_) = masks_for(job, 1, allow_cpu=self.allow_cpu)
        with GradingBench(job, self.isolation, mask) as bench:
            yield bench

    def _require(self, what: str, found: str, expected: str) -> None:
        if found != expected:
            message = f"{what}: expected {expected}, as on the machine that asks; found {found}"
            raise InstructorError(f"{message}; make the two the same")


def node_bench(
    job: Job, tasks: Sequence[Task], isolation: Isolation, *, allow_cpu: bool = False
) -> NodeBench:
    """Write down what the nodes need to open benches of an assignment.

    Args:
        job: The assignment, as this machine has it.
        tasks: What will be graded; their paths must be absolute.
        isolation: What the sandbox must give.
        allow_cpu: As `NodeBench.allow_cpu`.

    Raises:
        InstructorError: The sandbox would let student code reach the cluster.
    """
    if not isolation.strict:
        raise InstructorError(
            "--executor ray: expected --isolation strict: without it a hand-in could read Ray's "
            "token and run anything on every node"
        )
    return NodeBench(
        folder=str(job.parts.reference.parents[1]),
        assignment=job.parts.id,
        suite=job.suite_digest,
        secret=_proof(job),
        version=_version(),
        hand_ins=tuple(sorted({str(task.path.parent) for task in tasks})),
        isolation=isolation,
        allow_cpu=allow_cpu,
    )


def needs_of(job: Job, *, allow_cpu: bool = False) -> Needs:
    """Tell what grading one hand-in keeps busy.

    Args:
        job: The assignment.
        allow_cpu: Whether one that asks for a GPU does without.
    """
    resources = job.parts.policy.resources
    memory = job.course.limits_of(job.parts.id).memory_mib + _TRUSTED_MIB
    return Needs(resources.cpus, 0 if allow_cpu else resources.gpus, memory)


def _version() -> str:
    return metadata.version("dlcv-autograder")


def _proof(job: Job) -> str:
    """Return what only somebody with the course secret can compute, and what gives no seed away."""
    return seed_key(job.secret, job.parts.id, f"proof|{job.suite_digest}").hex()
