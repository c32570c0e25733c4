"""The course's policy and errata: YAML and Markdown of any kind, each mistake told as a problem."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import harness
import mutators

with harness.instrumented():
    from autograder.config import load_course, read_errata
    from autograder.errors import ConfigError
    from autograder.lateness import due_for, due_words, late_rules

COURSE = (Path(__file__).parents[1] / "data" / "course.yml").read_text(encoding="utf-8")
for _old, _new in (
    ("{title", "{errata: errata.md, lessons: 'https://example.org/{assignment}', title"),
    ("points: 60", "points: 60, sources: [deck 004 L3-5, E01]"),
    ("    speed:", "    limits: {memory_mib: 100}\n    speed:"),
    ("    speed:", "    rules: {allowed_imports: [math]}\n    speed:"),
):
    COURSE = COURSE.replace(_old, _new, 1)
ERRATA = "| id | where | right is |\n|---|---|---|\n| E01 | here | `a \\| b` |\n| E02 |\n"
PIECES = (
    *(
        "!!int ''",
        "!!int x",
        "!!float ''",
        "!!bool maybe",
        "!!timestamp x",
        "!!null x",
        "!!binary x",
    ),
    *(
        "!!set {a, b}",
        "!!omap [a: 1]",
        "!!python/object:os.system x",
        "!!str 1",
        "! x",
        "!!map [1]",
    ),
    *(
        "&a [x]",
        "*a",
        "&a {<<: *a}",
        "<<: {a: 1}",
        "? [a, b]",
        "? |",
        "|",
        ">-",
        "---",
        "...",
        "%YAML 1.1",
    ),
    *(
        "0x" + "f" * 5000,
        "9" * 5000,
        "1:2:3",
        "59:" * 200 + "59.5",
        "0o17",
        "0b1",
        "1_000",
        ".inf",
        "-.inf",
    ),
    *(
        ".nan",
        "1e400",
        "1.0e+308",
        "1.0e-320",
        "-1",
        "0",
        "2026-02-30 10:00",
        "2026-10-25 02:30",
        "2026-10-20",
    ),
    *(
        "0001-01-01 00:00",
        "9999-12-31 23:59",
        "2026-10-20T23:59:00+02:00",
        "2026-10-20 23:59:59.999999",
    ),
    *(
        "0001-01-01 00:00:00 +23:59",
        "2026-03-29 02:30",
        "America/New_York",
        "../etc",
        "/etc/passwd",
        "Europe",
    ),
    *(
        "[" * 400,
        "{a: " * 400,
        "- " * 300,
        "null",
        "~",
        "true",
        "[]",
        "{}",
        "''",
        "'\u2028'",
        '"\\uD800"',
        "\x85",
    ),
    *(
        "E01",
        "E99",
        "deck 004 L5-3",
        "a.b.c",
        "numpy",
        "keras",
        "shapes",
        "values",
        "x" * 3000,
        "\t",
        "#",
        ": ",
    ),
)


def seeds() -> Iterator[bytes]:
    """Yield a policy, one that is nearly one, and one without sense."""
    yield COURSE.encode()
    yield COURSE.replace("\n", "\r\n").encode("utf-8-sig")
    yield COURSE.replace("15", "16").replace("title", "titel").encode()
    yield COURSE.encode("utf-16")
    yield ERRATA.encode()
    yield b"course"
    yield from (f"limits: {piece}".encode() for piece in PIECES)


FOLDER = harness.scratch_folder()
(FOLDER / "errata.md").write_text(ERRATA)


def check(data: bytes) -> None:
    """Hold that a policy is read, or all that is wrong with it is told."""
    read_errata(data.decode("utf-8", "replace"))
    path = FOLDER / "grading.yml"
    path.write_bytes(data)
    try:
        course = load_course(path)
    except ConfigError as error:
        if not error.problems:
            raise
        str(error).encode()
        return
    for name in course.assignments:
        course.limits_of(name)
        course.rules_of(name)
        course.release_policy(name)
        assert late_rules(course, name) or course.assignment(name).due is None, "no rules"
        due_for(course, name, ["s-07"])
        due_words(course, name)


if __name__ == "__main__":
    harness.main(check, seeds(), mutate=lambda: mutators.lines(PIECES))
