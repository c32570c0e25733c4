"""What all fuzzers here share: seeds, limits on time and memory, replay, and libFuzzer's run.

A fuzzer is a module `fuzz_<target>.py` with `check(data)`, which hands bytes to code of the trusted
side and lets nothing pass but the errors that the code documents, and `seeds()`, which makes the
inputs to begin with. Nothing of an input is ever imported or executed.

    python tests/fuzz/fuzz_decode.py                    fuzz until something is found
    python tests/fuzz/fuzz_decode.py -max_total_time=60 the same with options of libFuzzer
    python tests/fuzz/fuzz_decode.py FILE               try one input again, such as a crash
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

__all__ = ["Mutate", "instrumented", "main", "replayed", "scratch_folder"]

Mutate = Callable[[bytes, int, int], bytes]
"""Takes an input, the longest that may come out, and a seed; returns another input."""

CPU_SECONDS = float(os.environ.get("FUZZ_CPU_SECONDS", "5"))
"""Processor time of one input: what a busy machine stretches far less than the time that passes."""
GROWTH_MIB = 512
"""How much the process may grow over one input."""
HANG_SECONDS = 120  # of waiting time, for what uses no processor
RSS_MIB = 3072
ADDRESS_SPACE_MIB = 8192  # a blow-up ends in a MemoryError, not with the machine
LONGEST_BYTES = 1 << 16
FOLDER = Path(__file__).resolve().parents[2] / "build" / "fuzz"


class TooSlowError(Exception):
    """An input took more processor time than any input may."""


class TooLargeError(Exception):
    """An input made the process grow more than any input may."""


def replayed() -> list[Path]:
    """List the inputs that the command line names to be tried again."""
    return [Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")]


def instrumented() -> AbstractContextManager[object]:
    """Have what is imported meanwhile report which of its lines and comparisons are reached."""
    if replayed():
        return nullcontext()
    import atheris  # noqa: PLC0415 - inputs are tried again where it cannot be installed, too

    context: AbstractContextManager[object] = atheris.instrument_imports(
        include=["autograder", "zipfile"]
    )
    return context


def target_folder() -> Path:
    """Give the folder in which this fuzzer keeps what it has."""
    return Path(os.environ.get("FUZZ_FOLDER", FOLDER)) / Path(sys.argv[0]).stem


def scratch_folder() -> Path:
    """Make the folder for the files that an input is written to."""
    folder = target_folder() / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main(
    check: Callable[[bytes], None],
    seeds: Iterable[bytes],
    *,
    words: Iterable[str | bytes] = (),
    mutate: Callable[[], Mutate] | None = None,
) -> None:
    """Try inputs again that the command line names, or fuzz.

    Args:
        check: Takes an input; raises if it finds something.
        seeds: Inputs to begin with.
        words: Pieces to put into inputs.
        mutate: Makes what changes an input, where libFuzzer's own way hardly gets anywhere.
    """
    limit = ADDRESS_SPACE_MIB << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    guarded = _guarded(check)
    if files := replayed():
        for file in files:
            guarded(file.read_bytes())
        print(f"{len(files)} inputs tried: nothing was found")
    else:
        _fuzz(guarded, seeds, words, mutate)


def _guarded(check: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Hold every input to the limits on time and memory."""

    def guarded(data: bytes) -> None:
        before, start = _peak_mib(), time.process_time()
        check(data)
        seconds, grown = time.process_time() - start, _peak_mib() - before
        if seconds > CPU_SECONDS:
            raise TooSlowError(f"{seconds:.1f} s for one input, at most {CPU_SECONDS:g}")
        if grown > GROWTH_MIB:
            raise TooLargeError(f"{grown:.0f} MiB for one input, at most {GROWTH_MIB}")

    return guarded


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fuzz(
    check: Callable[[bytes], None],
    seeds: Iterable[bytes],
    words: Iterable[str | bytes],
    mutate: Callable[[], Mutate] | None,
) -> None:
    import atheris  # noqa: PLC0415 - as above

    folder = target_folder()
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number:03}").write_bytes(seed)
    options = [
        f"-artifact_prefix={folder}/",
        f"-timeout={HANG_SECONDS}",
        f"-rss_limit_mb={RSS_MIB}",
        f"-max_len={LONGEST_BYTES}",
        "-print_final_stats=1",
    ]
    if entries := "".join(f"{_entry(word)}\n" for word in words):
        (folder / "words.dict").write_text(entries)
        options.append(f"-dict={folder / 'words.dict'}")
    arguments = [sys.argv[0], *options, *sys.argv[1:], str(corpus)]
    if mutate is None:
        atheris.Setup(arguments, check)
    else:
        atheris.Setup(arguments, check, custom_mutator=mutate())
    atheris.Fuzz()


def _entry(word: str | bytes) -> str:
    """Write a word as libFuzzer's dictionaries have it."""
    data = word.encode() if isinstance(word, str) else word
    return '"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'
