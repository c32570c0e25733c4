"""The command line: statuses, streams, and what it does not import before it must."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("numpy", "pydantic", "pytest", "rich.progress", "otter", "yaml", "jinja2", "nbformat")
RIGHT = """\
def double(x):
    return x + x


def mean(x):
    if len(x) == 0:
        raise ValueError("empty")
    return float(sum(x) / len(x))
"""


def command(*arguments, cwd=None):
    """Run `autograder` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "autograder.cli", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def grade(tiny_course):
    """Run `autograder grade` in the tiny course, whatever this machine isolates."""

    def run(*arguments):
        return command("grade", "--isolation", "best-effort", *arguments, cwd=tiny_course.root)

    return run


def loaded_by(program):
    """Return which of the heavy modules a program imports."""
    code = f"import sys\n{program}\nprint([n for n in {HEAVY!r} if n in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    return ran.stdout.splitlines()[-1]


def help_of(*command):
    """Write a program that shows a command's help."""
    return (
        f"from autograder.cli import main\nsys.argv = {['autograder', *command, '--help']!r}\n"
        "try: main()\nexcept SystemExit: pass"
    )


@pytest.mark.parametrize(
    ("program", "loaded"),
    [
        ("import autograder", "[]"),
        ("import autograder.cli", "[]"),
        (help_of(), "[]"),
        (help_of("grade"), "['pydantic']"),
        (help_of("doctor"), "['pydantic']"),
    ],
    ids=["package", "command line", "--help", "grade --help", "doctor --help"],
)
def test_cli_help_imports_nothing_heavy(program, loaded):
    """Help and import stay quick; Pydantic is Typer's own import for a command's parameters."""
    assert loaded_by(program) == loaded


def test_cli_without_arguments_shows_the_commands():
    """Without a command the help is shown, with the status of a usage error."""
    ran = command()
    assert ran.returncode == 2
    assert "grade" in ran.stdout + ran.stderr
    assert "doctor" in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("toys", "x.py"), "did you mean toy?"),
        (("toy", "no-such-file.py"), "no such file or folder"),
        (("toy", "assignments/toy/toy.py", "--json", "no/such/folder.json"), "cannot be written"),
        (("toy", "assignments/toy/toy.py", "--json", "assignments"), "cannot be written"),
        (("toy", "assignments/toy/toy.py", "--report", "grading.yml"), "cannot be written"),
        (("toy", "assignments/toy/toy.py", "--workers", "-1"), "--workers"),
        (("toy", "assignments/toy/toy.py", "--isolation", "none"), "--isolation"),
        (("toy",), "Missing argument"),
    ],
)
def test_cli_usage_error_is_told_in_words(grade, arguments, words):
    """A mistake on the command line has status 2, a message, no result and no traceback."""
    ran = grade(*arguments)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert words in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr


def test_cli_outside_of_a_course_is_told(tmp_path):
    """Without a grading.yml here or above, the message says what is missing."""
    ran = command("grade", "toy", "x.py", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "grading.yml" in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


def test_cli_suite_with_a_mistake_is_the_instructors(tiny_course, grade):
    """A suite that cannot be used has status 2 and names file and test."""
    tiny_course.add_hidden('def test_bad(student):\n    """Claim."""\n')
    ran = grade("toy", "assignments/toy/toy.py")
    assert ran.returncode == 2
    assert "test_double.py::test_bad" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_cli_grade_to_standard_output_is_pure_json(tiny_course, grade):
    """With `--json -` standard output is JSON and nothing else, and standard error is quiet."""
    tiny_course.write("hand-ins/a.py", "print('chatty')\n" + RIGHT)
    tiny_course.write("hand-ins/b.py", tiny_course.texts["assignments/toy/toy.py"])
    ran = grade("toy", "hand-ins", "--json", "-")
    assert (ran.returncode, ran.stderr) == (0, "")
    grades = json.loads(ran.stdout)["grades"]
    assert [(one["submission"], one["points"]) for one in grades] == [("a", 100), ("b", 0)]
    assert grades[0]["printed"] == "chatty\n"
    assert {question["verdict"] for question in grades[1]["questions"]} == {"not_attempted"}


def test_cli_grade_report_links_to_the_errata_beside_it(tiny_course, grade):
    """The page of who lost points links to the row of the erratum, in a page of the same folder."""
    tiny_course.write("docs/errata.md", "| id | right is |\n|---|---|\n| E01 | four |\n")
    text = tiny_course.texts["grading.yml"]
    text = text.replace("{title: A tiny course}", "{title: Toys, errata: docs/errata.md}")
    text = text.replace("points: 60", "points: 60, sources: [E01]")
    tiny_course.write("grading.yml", text)
    tiny_course.write("hand-ins/a.py", RIGHT.replace("x + x", "x + 1"))
    ran = grade("toy", "hand-ins", "--report", "pages", "--json", "grades.json")
    assert ran.returncode == 0, ran.stderr
    pages = tiny_course.root / "pages"
    assert 'erratum <a href="errata.html#E01">E01</a>: four' in (pages / "a.html").read_text()
    assert '<tr id="E01">' in (pages / "errata.html").read_text()
    (graded,) = json.loads((tiny_course.root / "grades.json").read_text())["grades"]
    assert [question.get("sources") for question in graded["questions"]] == [["E01"], None]


def test_cli_grade_twice_gives_the_same(tiny_course, grade):
    """Two runs differ in nothing but times, with one worker or two."""
    tiny_course.write("hand-ins/a.py", RIGHT.replace("x + x", "x + 1"))
    tiny_course.write("hand-ins/b.py", RIGHT)
    results = []
    for workers in (1, 2):
        ran = grade("toy", "hand-ins", "--json", "-", "--workers", workers)
        result = json.loads(ran.stdout)
        for one in result["grades"]:
            del one["seconds"]
        results.append(result)
    assert results[0] == results[1]


def test_cli_grade_with_something_ungraded_has_status_1(tiny_course, grade):
    """A hand-in that is refused leaves the others graded, and the status says so."""
    tiny_course.write("hand-ins/a.py", RIGHT)
    tiny_course.write("hand-ins/b.exe", "MZ")
    ran = grade("toy", "hand-ins", "--json", "grades.json", "--report", "pages")
    assert ran.returncode == 1
    assert "ungraded" in ran.stdout
    grades = json.loads((tiny_course.root / "grades.json").read_text())["grades"]
    assert [one["status"] for one in grades] == ["graded", "ungraded"]
    assert "is not a hand-in" in grades[1]["reason"]
    assert (tiny_course.root / "pages" / "index.html").exists()


def test_cli_grade_with_times_applies_lateness_and_names_who_is_missing(tiny_course, grade):
    """The penalty stands beside the raw points; hand-ins without a line are told."""
    due = "    due: 2026-10-20 23:59\nlate: {percent_per_day: 10}\n"
    tiny_course.write("grading.yml", tiny_course.texts["grading.yml"] + due)
    for name in "abcdef":
        tiny_course.write(f"hand-ins/{name}.py", RIGHT)
    times = "submission,submitted\na,2026-10-21T12:00:00Z\nb,2026-10-20T12:00:00Z\n"
    tiny_course.write("times.csv", times)
    ran = grade("toy", "hand-ins", "--submitted", "times.csv", "--json", "-")
    assert ran.returncode == 0
    grades = json.loads(ran.stdout)["grades"]
    assert {one["points"] for one in grades} == {100}
    finals = [one["late"]["final_points"] if "late" in one else None for one in grades]
    assert finals == [90, 100, None, None, None, None]
    assert ran.stderr == (
        "times.csv: no line for c, d, e and 1 more: no lateness applied to them\n"
    )


def test_cli_grade_with_times_but_no_due_time_says_so(tiny_course, grade):
    """An assignment without a due time is graded as ever, with a message."""
    tiny_course.write("a.py", RIGHT)
    tiny_course.write("times.csv", "submission,submitted\na,2026-10-21T12:00:00Z\n")
    ran = grade("toy", "a.py", "--submitted", "times.csv", "--json", "-")
    assert ran.returncode == 0
    assert "no due time for toy" in ran.stderr
    assert "late" not in json.loads(ran.stdout)["grades"][0]


def test_cli_grade_with_a_bad_table_of_times_grades_nothing(tiny_course, grade):
    """A mistake in the table is told with its line before anything is graded."""
    tiny_course.write("a.py", RIGHT)
    tiny_course.write("times.csv", "submission,submitted\na,noon\n")
    ran = grade("toy", "a.py", "--submitted", "times.csv")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "times.csv:2: submitted" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_cli_code_that_does_not_load_earns_nothing(tiny_course, grade):
    """A syntax error gets no point, not even for rules that unread code cannot break."""
    tiny_course.write("a.py", RIGHT + "def broken(:\n")
    (one,) = json.loads(grade("toy", "a.py", "--json", "-").stdout)["grades"]
    assert (one["status"], one["points"]) == ("graded", 0)
    assert {question["verdict"] for question in one["questions"]} == {"student_error"}
    assert "SyntaxError at toy.py, line 9" in one["notes"][-1]


def test_cli_bug_of_the_suite_leaves_everybody_ungraded(tiny_course, grade):
    """A check that cannot be made is nobody's zero: the status is 1 and the details are kept."""
    tiny_course.add_hidden(
        '@pytest.mark.group("values")\ndef test_bad():\n    """Claim."""\n'
        "    raise RuntimeError(7)\n"
    )
    tiny_course.write("a.py", RIGHT)
    ran = grade("toy", "a.py", "--json", "-")
    assert ran.returncode == 1
    (one,) = json.loads(ran.stdout)["grades"]
    assert (one["status"], one["points"]) == ("ungraded", 0)
    assert "test_double.py::test_bad" in one["reason"]
    assert "Traceback" not in one["reason"]


def test_cli_our_own_fault_has_status_3():
    """An exception that nobody foresaw is told as ours, with its traceback, and status 3."""
    program = (
        "import sys\nfrom autograder import cli\n"
        "def broken(*_, **__): raise RuntimeError('unforeseen')\n"
        "sys.modules['autograder.cli.grade'].grade_classes = broken\n"
        "sys.argv = ['autograder', 'grade', 'toy', 'x']\ncli.main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 3
    assert "RuntimeError: unforeseen" in ran.stderr
    assert "a defect of the grader" in ran.stderr


def test_cli_doctor_shows_every_layer_and_says_whether_strict_works():
    """The table has a row a layer; the status is 0 exactly where strict grading works."""
    ran = command("doctor")
    for layer in ("pid_namespace", "landlock", "seccomp", "rlimits", "user_switch"):
        assert layer in ran.stdout
    works = "strict grading works here" in ran.stdout
    blocked = "REACHABLE" not in ran.stdout
    assert ran.returncode == (0 if works else 1)
    assert works == blocked
    assert ran.stderr == ""
