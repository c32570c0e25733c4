"""Run the fuzzers one after the other, each for `FUZZ_SECONDS`, and tell what they did.

    FUZZ_SECONDS=60 python tests/fuzz/run.py             all of them
    FUZZ_SECONDS=60 python tests/fuzz/run.py decode      one of them

What they kept lies in `build/fuzz`: the corpus, which the next run begins with, a log of each, and
the inputs that found something. The exit status is 1 if anything was found.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "build" / "fuzz"
TARGETS = sorted(path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.py"))
SECONDS = 600
STARTING_SECONDS = 600  # to import what is fuzzed, to try a large corpus, to end the last input


@dataclass(frozen=True)
class Run:
    """What one fuzzer did.

    Attributes:
        target: Its name.
        status: Its exit status; None if it had to be ended.
        inputs: How many it tried.
        seconds: How long it took.
        coverage: Branches that were reached.
        features: Branches with how often they were taken, and comparisons.
        rss_mib: The most memory that it had.
        found: Inputs that found something.
    """

    target: str
    status: int | None
    inputs: int
    seconds: int
    coverage: int
    features: int
    rss_mib: int
    found: tuple[Path, ...]

    @property
    def clean(self) -> bool:
        """Tell whether it ended in time and without a finding."""
        return self.status == 0 and not self.found


def run(target: str, seconds: int, folder: Path = FOLDER) -> Run:
    """Run a fuzzer, and read what it said."""
    kept = folder / f"fuzz_{target}"
    kept.mkdir(parents=True, exist_ok=True)
    before = set(_findings(kept))
    program = [sys.executable, str(HERE / f"fuzz_{target}.py"), f"-max_total_time={seconds}"]
    environment = {**os.environ, "FUZZ_FOLDER": str(folder)}
    status: int | None = None
    start = time.monotonic()
    with (kept / "log.txt").open("wb") as log:
        try:
            ran = subprocess.run(
                program,
                stdout=log,
                stderr=log,
                env=environment,
                timeout=seconds + STARTING_SECONDS,
                check=False,
            )
            status = ran.returncode
        except subprocess.TimeoutExpired:
            pass
    said = (kept / "log.txt").read_text(errors="replace")
    return Run(
        target,
        status,
        # libFuzzer's own words at the end, or as far as it came.
        inputs=_last(r"number_of_executed_units:\s*(\d+)", said),
        seconds=round(time.monotonic() - start),
        coverage=_last(r" cov: (\d+)", said),
        features=_last(r" ft: (\d+)", said),
        rss_mib=_last(r"peak_rss_mb:\s*(\d+)", said),
        found=tuple(sorted(set(_findings(kept)) - before)),
    )


def _findings(folder: Path) -> Iterator[Path]:
    for kind in ("crash", "timeout", "oom", "slow-unit"):
        yield from folder.glob(f"{kind}-*")


def _last(pattern: str, text: str) -> int:
    numbers = re.findall(pattern, text)
    return int(numbers[-1]) if numbers else 0


def main(targets: list[str]) -> int:
    """Run targets and print a table; return the exit status."""
    seconds = int(os.environ.get("FUZZ_SECONDS", SECONDS))
    unknown = sorted(set(targets) - set(TARGETS))
    if unknown:
        print(f"unknown: {', '.join(unknown)}; expected of {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    print(f"{'target':10} {'inputs':>9} {'a second':>9} {'coverage':>9} {'features':>9} {'MiB':>5}")
    runs = []
    for target in targets or TARGETS:
        one = run(target, seconds)
        runs.append(one)
        rate = one.inputs // max(one.seconds, 1)
        figures = f"{one.inputs:9} {rate:9} {one.coverage:9} {one.features:9} {one.rss_mib:5}"
        print(f"{target:10} {figures} {'' if one.clean else f'  status {one.status}'}", flush=True)
        for file in one.found:
            print(f"  again: {sys.executable} {HERE / f'fuzz_{target}.py'} {file}", flush=True)
    unclean = [one.target for one in runs if not one.clean]
    total = sum(one.inputs for one in runs)
    found = f"found something: {', '.join(unclean)}" if unclean else "nothing was found"
    print(f"{total} inputs in {sum(one.seconds for one in runs)} s: {found}")
    return 1 if unclean else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
