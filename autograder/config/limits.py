"""What a submission may use: names in its code, and time, memory and files of the machine."""

from __future__ import annotations

from typing import Literal

from autograder.config.kinds import Count, Dotted, Name, Positive, Record

__all__ = ["IntakeLimits", "LimitName", "Limits", "MoreRules", "Rules"]


class Rules(Record):
    """The exercise rules of every assignment, checked on the syntax tree.

    They tell a student what the exercise is about; the sandbox is what protects the grader.

    Attributes:
        allowed_imports: Top-level modules that a submission may import; its own always may be.
        forbidden_names: Dotted names, or builtins, that no question's code may use.
    """

    allowed_imports: tuple[Name, ...]
    forbidden_names: tuple[Dotted, ...]


class MoreRules(Record):
    """What an assignment's code may use besides.

    Attributes:
        allowed_imports: Top-level modules, on top of the course's.
    """

    allowed_imports: tuple[Name, ...] = ()


class Limits(Record):
    """What one submission's worker may use; the unit is in the name.

    Attributes:
        call_cpu_seconds: Processor time of one call, all threads together.
        call_wall_seconds: Time on the clock that one call may take.
        import_cpu_seconds: Processor time for loading the module, or all cells of a notebook.
        import_wall_seconds: Time on the clock for the same.
        submission_wall_seconds: Time on the clock for all of a submission's calls together.
        memory_mib: Memory of the worker's data, in MiB (2**20 bytes).
        scratch_mib: Files that it may write in its private temporary folder, in MiB.
        open_files: Descriptors open at once.
        threads: Threads at once, the first included.
        printed_kib: Printed text that is kept, in KiB (2**10 bytes); the rest is dropped.
        epochs: Passes over the data after which a Keras training is ended, whatever was asked.
    """

    call_cpu_seconds: Positive
    call_wall_seconds: Positive
    import_cpu_seconds: Positive
    import_wall_seconds: Positive
    submission_wall_seconds: Positive
    memory_mib: Count
    scratch_mib: Count
    open_files: Count
    threads: Count
    printed_kib: Count
    epochs: Count = 100


class IntakeLimits(Record):
    """How large a hand-in may be; a larger one is refused before anything of it is unpacked.

    Attributes:
        files: Files in a folder or archive.
        file_kib: Size of each file, in KiB.
        total_kib: Size of all files together, unpacked, in KiB.
        archive_ratio: Unpacked size divided by packed size, at most.
    """

    files: Count
    file_kib: Count
    total_kib: Count
    archive_ratio: Count


LimitName = Literal[
    "call_cpu_seconds",
    "call_wall_seconds",
    "import_cpu_seconds",
    "import_wall_seconds",
    "submission_wall_seconds",
    "memory_mib",
    "scratch_mib",
    "open_files",
    "threads",
    "printed_kib",
    "epochs",
]
