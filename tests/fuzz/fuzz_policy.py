"""The course's policy and errata: YAML and Markdown of any kind, each mistake told as a problem."""

from __future__ import annotations

from collections.abc import Iterator

import harness
import mutators

with harness.instrumented():
    from autograder.config import load_course, read_errata
    from autograder.errors import ConfigError
    from autograder.lateness import due_for, due_words, late_rules

COURSE = """\
course:
  title: A course
  time_zone: Europe/Berlin
  errata: errata.md
  lessons: https://example.org/{assignment}.html
order: [shapes, sounds]
score:
  group_weights: {example: 15, values: 60, hygiene: 25}
  critical_cap: 30
  total_cap: 110
tolerances:
  forward:
    float64: {rtol: 1.0e-9, atol: 1.0e-10}
    float32: {rtol: 1.0e-4, atol: 1.0e-5}
rules:
  allowed_imports: [numpy, __future__]
  forbidden_names: [eval, numpy.random.seed]
limits:
  call_cpu_seconds: 2
  call_wall_seconds: 10
  import_cpu_seconds: 5
  import_wall_seconds: 20
  submission_wall_seconds: 120
  memory_mib: 512
  scratch_mib: 16
  open_files: 64
  threads: 16
  printed_kib: 16
intake: {files: 50, file_kib: 512, total_kib: 4096, archive_ratio: 100}
assignments:
  shapes:
    title: Shapes
    tolerance: forward
    speed: {ratio: 20, floor_ms: 20}
    questions:
      A1.1: {title: Area, functions: [area, edge], points: 60, sources: [deck 004 L3-5, E01]}
      A1.2:
        title: Volume
        functions: [volume]
        points: 40
        forbid: {names: [area, numpy.prod], loops: true, group: values, critical: true}
      A1.3: {title: Surface, functions: [surface], points: 8, stretch: true}
    limits: {memory_mib: 100}
    rules: {allowed_imports: [math]}
  sounds:
    title: Sounds
    tolerance: forward
    speed: {ratio: 60, floor_ms: 20}
    questions:
      A2.1: {title: Pitch, functions: [pitch, NOTES], points: 100}
    due: 2026-10-20 23:59
    extensions: {s-07: 2026-10-22 12:00, ann@example.org: 2026-10-27 23:59:30}
    late: {percent_per_day: 20, cutoff_days: null}
    release: {tries_per_day: 3}
    resources: {gpus: 1}
    runtime: keras
late: {grace_minutes: 15, percent_per_day: 10, cutoff_days: 5}
release: {hidden_results: after_due, tries_per_day: 10}
"""
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
