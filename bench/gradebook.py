"""A class of thousands into a gradebook: submissions a second, memory, and what a rerun costs.

The hand-ins are the sample class of `activations` and the reference solution with each of the
known-wrong functions in turn; a comment makes every one of them another content.

    python bench/gradebook.py                                       # 500, then 5,000, into SQLite
    python bench/gradebook.py --gradebook postgresql+psycopg://...  # into an empty database
"""

from __future__ import annotations

import argparse
import ast
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from autograder.bookkeeping import Wishes, grade_into
from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation
from autograder.gradebook import open_gradebook
from autograder.handins import tasks_in
from autograder.job import Job, open_job
from autograder.mixed import local_work
from autograder.threads import hold_to_one_thread

COURSE = Path(__file__).resolve().parents[1]
ASSIGNMENT = "activations"
_FEW = 500
_ENDLESS = "student-12"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, default=5000)
    parser.add_argument("--few", type=int, default=_FEW)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--gradebook", default="")
    options = parser.parse_args()
    hold_to_one_thread()
    job = open_job(ASSIGNMENT, COURSE)
    texts = [*_sample_texts(), *_known_wrong_texts(job)]
    print(f"{len(texts)} kinds of hand-in, {options.workers} workers")
    print(
        f"{'':24}{'seconds':>10}{'a second':>10}{'main MiB':>10}{'others MiB':>12}{'on disk':>12}"
    )
    rates = []
    for count in (options.few, options.submissions):
        with tempfile.TemporaryDirectory() as folder:
            place = options.gradebook or f"{folder}/gradebook.sqlite"
            hand_ins = Path(folder) / "hand-ins"
            _write_class(hand_ins, texts, count)
            rates.append(count / _measure(job, hand_ins, place, options.workers, f"{count}"))
            _measure(job, hand_ins, place, options.workers, f"{count} again")
    print(f"rate at {options.submissions} / rate at {options.few}: {rates[1] / rates[0]:.3f}")


def _measure(job: Job, hand_ins: Path, place: str, workers: int, label: str) -> float:
    """Grade a folder, print a line about it, and return the seconds."""
    begin = time.perf_counter()
    with open_gradebook(place, COURSE, create=True) as book:
        works = local_work(
            {ASSIGNMENT: job}, {ASSIGNMENT: tasks_in(ASSIGNMENT, [hand_ins])}, workers, Isolation()
        )
        (outcome,) = grade_into(
            book,
            {ASSIGNMENT: job},
            works,
            LocalExecutor(workers),
            Wishes(),
            progress=lambda *_: None,
            tell=print,
        )
    seconds = time.perf_counter() - begin
    count = len(list(hand_ins.iterdir()))
    assert len(outcome.result.grades) >= count
    own, others = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    size = f"{Path(place).stat().st_size / 2**20:.0f} MiB" if Path(place).exists() else ""
    rate = f"{count / seconds:10.1f}{own:10.0f}{others:12.0f}{size:>12}"
    print(f"{label:24}{seconds:10.1f}{rate}", flush=True)
    return seconds


def _write_class(folder: Path, texts: list[str], count: int) -> None:
    folder.mkdir()
    for number, text in enumerate(islice(cycle(texts), count)):
        content = f"{text}\n# hand-in {number} of {count}\n"
        (folder / f"class-{count}-{number:05}.py").write_text(content, encoding="utf-8")


def _sample_texts() -> Iterator[str]:
    """Yield the modules of the sample class, save the one that never ends: it waits for limits."""
    for path in sorted((COURSE / "examples" / "submissions" / ASSIGNMENT).glob("*.py")):
        if path.stem != _ENDLESS:
            yield path.read_text(encoding="utf-8")


def _known_wrong_texts(job: Job) -> Iterator[str]:
    """Yield the reference solution with each known-wrong function in the place of the right one."""
    reference = job.parts.reference.read_text(encoding="utf-8")
    functions = [one.name for one in ast.parse(reference).body if isinstance(one, ast.FunctionDef)]
    kept = "\n".join(f"_right{name} = {name}" for name in functions)
    for wrong in ast.parse(job.parts.misconceptions.read_text(encoding="utf-8")).body:
        if isinstance(wrong, ast.FunctionDef) and wrong.decorator_list:
            decorator = wrong.decorator_list[0]
            assert isinstance(decorator, ast.Call)
            wrong.name = ast.literal_eval(decorator.args[0])
            wrong.decorator_list = []
            text = ast.unparse(_Renamed().visit(wrong))
            yield f"import math\n{reference}\n\n{kept}\n\n\n{text}\n"


class _Renamed(ast.NodeTransformer):
    """Writes `reference.name` of the library as the name that the hand-in keeps it by."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Rename one attribute."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "reference":
            return ast.Name(f"_right{node.attr}", ast.Load())
        return node


if __name__ == "__main__":
    main()
