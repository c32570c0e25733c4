"""Finding an assignment's parts, and telling what is missing or does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.catalog import AssignmentParts, find_course, locate, suite_digest
from autograder.config import Course, load_course
from autograder.errors import InstructorError, SuiteError

POLICY = """\
course: {title: A course}
order: [shapes]
score:
  group_weights: {values: 75, hygiene: 25}
  critical_cap: 30
  total_cap: 110
tolerances:
  forward:
    float64: {rtol: 1.0e-9, atol: 1.0e-10}
    float32: {rtol: 1.0e-4, atol: 1.0e-5}
  other:
    float64: {rtol: 1.0e-3, atol: 1.0e-3}
    float32: {rtol: 1.0e-3, atol: 1.0e-3}
rules: {allowed_imports: [numpy], forbidden_names: [eval]}
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
      A1.1: {title: Area, functions: [area, edge], points: 60}
      A1.2: {title: Table, functions: [find, TABLE], points: 40}
"""
STUB = '''\
"""Shapes."""

TABLE: dict[str, int] = {}


def area(width: float, height: float = 1.0) -> float:
    """Multiply."""
    raise NotImplementedError("A1.1 area")


def edge(width: float, *, height=(1, 1)):
    raise NotImplementedError("A1.1 edge")


def find(name: str) -> int:
    """Look it up.

    In two lines.
    """
    raise NotImplementedError("A1.2 find")
'''
REFERENCE = """\
TABLE = {"square": 4}
def area(width, height=1.0):
    return width * height
def edge(width, *, height=(1,1)):
    return 2 * width
def find(name: str):
    return TABLE[name]
raise SystemExit("a catalogue runs nothing")
"""
FILES = {
    "grading.yml": POLICY,
    "assignments/shapes/shapes.py": STUB,
    "assignments/shapes/test_shapes.py": "import shapes\n",
    "solutions/shapes.py": REFERENCE,
    "tests/hidden/shapes/test_area.py": "raise SystemExit\n",
    "tests/hidden/shapes/test_find.py": "raise SystemExit\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a course's folder with one whole assignment."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def course_of(folder: Path) -> Course:
    return load_course(folder / "grading.yml")


def parts_of(folder: Path) -> AssignmentParts:
    return locate(folder, course_of(folder), "shapes")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} is not once in {path.name}"
    path.write_text(text.replace(old, new))


def complaint(folder: Path) -> str:
    """Give what is said about the assignment, without the folder's name."""
    with pytest.raises(SuiteError) as caught:
        parts_of(folder)
    return str(caught.value).replace(f"{folder}/", "")


def test_find_course_from_a_folder_below_gives_the_top(folder: Path) -> None:
    """The course is found from any folder in it."""
    assert find_course(folder / "tests" / "hidden" / "shapes") == folder.resolve()


def test_find_course_from_the_folder_itself_gives_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a start, the search begins in the current folder."""
    monkeypatch.chdir(folder)
    assert find_course() == folder.resolve()


def test_find_course_outside_says_what_to_do(tmp_path: Path) -> None:
    """Outside a course, the message names the folder, the file and the mend."""
    with pytest.raises(InstructorError) as caught:
        find_course(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path.resolve()}: expected a course; neither here nor in a folder above lies "
        "grading.yml; run in the course's folder"
    )


def test_locate_whole_assignment_gives_every_part(folder: Path) -> None:
    """A whole assignment's parts are found, and no code of it runs."""
    parts = parts_of(folder)
    assert parts.id == "shapes"
    assert parts.stub == folder / "assignments/shapes/shapes.py"
    assert parts.public_tests == folder / "assignments/shapes/test_shapes.py"
    assert parts.reference == folder / "solutions/shapes.py"
    assert parts.hidden == folder / "tests/hidden/shapes"
    assert list(parts.hidden_files.items()) == [
        ("A1.1", folder / "tests/hidden/shapes/test_area.py"),
        ("A1.2", folder / "tests/hidden/shapes/test_find.py"),
    ]
    assert parts.policy.title == "Shapes"


def test_locate_unknown_assignment_names_the_nearest(folder: Path) -> None:
    """A misspelt assignment is told with the one that was meant."""
    with pytest.raises(InstructorError, match="did you mean shapes"):
        locate(folder, course_of(folder), "shape")


@pytest.mark.parametrize("name", sorted(FILES.keys() - {"grading.yml"}))
def test_locate_file_missing_names_it(folder: Path, name: str) -> None:
    """Each part that is missing is named with its path."""
    (folder / name).unlink()
    assert f"  {name}: expected a file; there is none\n    write the " in complaint(folder)


GOLDEN = {
    "signature": (
        ("solutions/shapes.py", "area(width, height=1.0)", "area(width, height=2.0)"),
        (
            "solutions/shapes.py:2: area: expected what the stub has on line 6: "
            "area(width, height=1.0); found area(width, height=2.0)\n    make the two alike"
        ),
    ),
    "keyword-only": (
        ("solutions/shapes.py", "width, *, height", "width, height"),
        (
            "solutions/shapes.py:4: edge: expected what the stub has on line 11: "
            "edge(width, *, height=(1, 1)); found edge(width, height=(1, 1))\n    make the "
            "two alike"
        ),
    ),
    "function for a name": (
        ("solutions/shapes.py", 'TABLE = {"square": 4}', "def TABLE(): ..."),
        (
            "solutions/shapes.py:1: TABLE: expected what the stub has on line 3: TABLE = ...; "
            "found TABLE()\n    make the two alike"
        ),
    ),
    "undefined in the reference": (
        ("solutions/shapes.py", "def find(", "def fnid("),
        (
            "solutions/shapes.py: find: expected a definition on the module's own level; "
            "there is none\n"
            "    did you mean fnid? define it, or correct functions in grading.yml"
        ),
    ),
    "only annotated": (
        ("assignments/shapes/shapes.py", "TABLE: dict[str, int] = {}", "TABLE: dict[str, int]"),
        (
            "assignments/shapes/shapes.py: TABLE: expected a definition on the module's own level; "
            "there is none\n    define it, or correct functions in grading.yml"
        ),
    ),
    "stub of another question": (
        ("assignments/shapes/shapes.py", '"A1.1 area"', '"A1.2 area"'),
        (
            "assignments/shapes/shapes.py:8: area: expected the body raise "
            'NotImplementedError("A1.1 '
            "area\"); found raise NotImplementedError('A1.2 area')\n    make it the only statement"
        ),
    ),
    "stub with an answer": (
        (
            "assignments/shapes/shapes.py",
            '    raise NotImplementedError("A1.1 edge")',
            '    print(1)\n    raise NotImplementedError("A1.1 edge")',
        ),
        (
            "assignments/shapes/shapes.py:12: edge: expected the body raise "
            'NotImplementedError("A1.1 '
            'edge"); found print(1)\n    make it the only statement'
        ),
    ),
    "stub with nothing but a docstring": (
        ("assignments/shapes/shapes.py", '    raise NotImplementedError("A1.1 area")\n', ""),
        (
            "assignments/shapes/shapes.py:6: area: expected the body raise "
            'NotImplementedError("A1.1 '
            'area"); found nothing\n    make it the only statement'
        ),
    ),
    "syntax": (
        ("tests/hidden/shapes/test_area.py", "raise SystemExit", "def test_(:"),
        "tests/hidden/shapes/test_area.py:1: expected Python: invalid syntax\n    mend the syntax",
    ),
    "null byte": (
        ("tests/hidden/shapes/test_area.py", "raise SystemExit", "a\0b"),
        "tests/hidden/shapes/test_area.py",
    ),
}


@pytest.mark.parametrize(("change", "expected"), GOLDEN.values(), ids=GOLDEN.keys())
def test_locate_one_mistake_is_told_exactly(
    folder: Path, change: tuple[str, str, str], expected: str
) -> None:
    """A mistake is told once: where, what was expected, what was found, what to do."""
    name, old, new = change
    replace(folder / name, old, new)
    assert complaint(folder).startswith(f"the assignment is not complete: 1 problem\n  {expected}")


def test_locate_stray_test_file_is_told_with_the_missing_one(folder: Path) -> None:
    """A misnamed test file is told with the name that it should have."""
    hidden = folder / "tests/hidden/shapes"
    (hidden / "test_area.py").rename(hidden / "test_aera.py")
    assert complaint(folder) == (
        "the assignment is not complete: 2 problems\n"
        "  tests/hidden/shapes/test_aera.py: expected a test file to be named after a question's "
        "first function\n"
        "    did you mean test_area.py? rename or remove it, or add its question to grading.yml\n"
        "  tests/hidden/shapes/test_area.py: expected a file; there is none\n"
        "    write the hidden checks of A1.1"
    )


def test_locate_annotations_differ_is_no_problem(folder: Path) -> None:
    """The stub may be annotated more than the reference: a call is the same."""
    replace(folder / "solutions/shapes.py", "def find(name: str)", "def find(name)")
    assert parts_of(folder).id == "shapes"


def test_locate_bytecode_of_an_old_test_is_no_problem(folder: Path) -> None:
    """What Python leaves behind in `__pycache__` is no part of the suite."""
    before = suite_digest(parts_of(folder))
    cache = folder / "tests/hidden/shapes/__pycache__"
    cache.mkdir()
    (cache / "test_old.py").write_text("")
    (cache / "test_area.cpython-311.pyc").write_bytes(b"\0")
    assert suite_digest(parts_of(folder)) == before


def test_locate_nothing_there_tells_every_file(folder: Path) -> None:
    """An assignment that exists in grading.yml only is told all of its files."""
    for name in FILES.keys() - {"grading.yml"}:
        (folder / name).unlink()
    assert complaint(folder).startswith("the assignment is not complete: 5 problems")


def test_suite_digest_same_files_elsewhere_is_the_same(folder: Path) -> None:
    """The digest depends on the content, not on where the course lies."""
    first = suite_digest(parts_of(folder))
    other = folder / "copy"
    for name, text in FILES.items():
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text(text)
    assert suite_digest(parts_of(other)) == first
    assert first.startswith("sha256:")
    assert len(first) == len("sha256:") + 64


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("tests/hidden/shapes/test_find.py", "SystemExit", "SystemExit(1)"),
        ("assignments/shapes/test_shapes.py", "shapes", "shapes, math"),
        ("solutions/shapes.py", "2 * width", "4 * width"),
        ("grading.yml", "title: Area", "title: Field"),
        ("grading.yml", "values: 75, hygiene: 25", "values: 70, hygiene: 30"),
        ("grading.yml", "rtol: 1.0e-9", "rtol: 1.0e-8"),
        ("grading.yml", "[eval]", "[exec]"),
        ("grading.yml", "memory_mib: 512", "memory_mib: 256"),
        ("grading.yml", "{title: Area,", "{forbid: {loops: true}, title: Area,"),
    ],
)
def test_suite_digest_what_grading_depends_on_changed_differs(
    folder: Path, name: str, old: str, new: str
) -> None:
    """Whatever can change a score changes the digest."""
    before = suite_digest(parts_of(folder))
    replace(folder / name, old, new)
    assert suite_digest(parts_of(folder)) != before


def test_suite_digest_file_moved_differs(folder: Path) -> None:
    """A helper's name is part of the digest, not only its text."""
    helper = folder / "tests/hidden/shapes/cases.py"
    helper.write_text("CASES = 3\n")
    before = suite_digest(parts_of(folder))
    helper.rename(helper.with_name("other.py"))
    assert suite_digest(parts_of(folder)) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("assignments/shapes/shapes.py", "Look it up", "Search it"),
        (
            "grading.yml",
            "rtol: 1.0e-3, atol: 1.0e-3}\n    float32",
            "rtol: 1, atol: 1}\n    float32",
        ),
        ("grading.yml", "files: 50", "files: 60"),
    ],
)
def test_suite_digest_what_grading_does_not_depend_on_changed_is_the_same(
    folder: Path, name: str, old: str, new: str
) -> None:
    """A stub's wording, another tolerance and the size of hand-ins move no score."""
    before = suite_digest(parts_of(folder))
    replace(folder / name, old, new)
    assert suite_digest(parts_of(folder)) == before


@pytest.mark.parametrize("assignment", ["activations", "convolution"])
def test_locate_assignments_of_the_project_are_whole(assignment: str) -> None:
    """The project's own assignments have all their parts, and they fit together."""
    root = find_course(Path(__file__).parent)
    parts = locate(root, course_of(root), assignment)
    assert len(parts.hidden_files) == 8
