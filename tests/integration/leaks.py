"""What is written for a student, and two searches in it: for lines of the staff's, for secrets.

A third search, for the numbers of hidden checks, is in `hidden_numbers.py`.
"""

from __future__ import annotations

import ast
import base64
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from autograder.intake import read_submission
from autograder.job import Job
from autograder.otter.wording import check_words, printed_words, sum_words
from autograder.records import ClassResult, Grade
from autograder.report.as_json import class_to_dict
from autograder.report.html import submission_page

COURSE = Path(__file__).resolve().parents[2]
SHORTEST = 20
OPENING = re.compile(
    r"@dataclass\(.*\)|with np\.errstate\(.*\):|with pytest\.raises\(\w+\):|\w+: .* = \{"
)
# Where a line can begin in a text: at the edge of a word, or behind a line end that was escaped.
BEGINNING = re.compile(r"(?:(?<!\w)|(?<=\\[nt]))\S")
PICTURES = r"<style>.*?</style>|<svg.*?</svg>|data:image/[^\"]*"


# Lines that only the staff has


def long_lines(text: str) -> set[str]:
    """List the lines that can be told from others; what merely opens a block tells nothing."""
    stripped = {line.strip() for line in text.splitlines()}
    return {line for line in stripped if len(line) >= SHORTEST and not OPENING.fullmatch(line)}


def imports(source: str) -> Iterator[str]:
    """List the lines of all imports."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from lines[node.lineno - 1 : node.end_lineno]


def contract(source: str) -> Iterator[str]:
    """List what a reference has from its stub: signatures, docstrings, imports, names of types."""
    lines = source.splitlines()
    yield from imports(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.FunctionDef):
            start = 0 if isinstance(node, ast.Module) else node.lineno - 1
            documented = ast.get_docstring(node) is not None
            end = node.body[0].end_lineno if documented else node.body[0].lineno - 1
            yield from lines[start:end]
        elif isinstance(node, ast.Assign) and names_a_type(node):
            yield from lines[node.lineno - 1 : node.end_lineno]


def names_a_type(node: ast.Assign) -> bool:
    """Tell a type alias, such as `Pair = int | tuple[int, int]`: its name is in CamelCase."""
    name = ast.unparse(node.targets[0])
    return name[:1].isupper() and not name.isupper()


def messages(source: str) -> Iterator[str]:
    """List what known-wrong implementations tell students: their docstrings, on purpose.

    Yields:
        The lines of each message as the file has them, quotes included.
    """
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
            yield from lines[node.body[0].lineno - 1 : node.body[0].end_lineno]


@cache
def staff_lines() -> Mapping[str, str]:
    """List the lines that only the staff may read, each with where it is from.

    What the stub holds is not taken off: a solution that slipped into it has to be found.
    """
    found: dict[str, str] = {}
    for path in sorted((COURSE / "solutions").rglob("*.py")):
        source = path.read_text()
        known_wrong = path.parent.name == "misconceptions"
        told = (*imports(source), *messages(source)) if known_wrong else contract(source)
        found |= dict.fromkeys(long_lines(source) - {line.strip() for line in told}, str(path))
    # The suites have some lines in common with the public tests, which students have.
    tests = [path.read_text() for path in sorted((COURSE / "assignments").rglob("test_*.py"))]
    public = long_lines("\n".join(tests))
    for path in sorted((COURSE / "tests" / "hidden").rglob("*.py")):
        source = path.read_text()
        shared = {line.strip() for line in imports(source)} | public
        found |= dict.fromkeys(long_lines(source) - shared, str(path))
    policy = COURSE / "grading.yml"
    comments = "\n".join(re.findall(r"#\s*(.*)", policy.read_text()))
    return found | dict.fromkeys(long_lines(comments), str(policy))


def lines_told(texts: Mapping[str, str], own: str) -> set[tuple[str, str]]:
    """Find staff lines in texts, save those that the student wrote too.

    Returns:
        A pair for each line found: where it stands, and where it is from.
    """
    return {
        (place, f"{staff_lines()[line]}: {line}")
        for place, text in texts.items()
        for line in lines_in(text, staff_lines())
        if line not in own
    }


def lines_in(text: str, lines: Iterable[str]) -> list[str]:
    """List those of many long lines that a text holds."""
    begun = {text[found.start() : found.start() + SHORTEST] for found in BEGINNING.finditer(text)}
    return [line for line in lines if line[:SHORTEST] in begun and line in text]


# The secret


def secret_forms(secret: bytes) -> set[str]:
    """List what a secret could look like on its way out."""
    forms = {secret, secret[::-1], secret.hex().encode(), secret[::-1].hex().encode()}
    forms |= {base64.b32encode(secret).rstrip(b"="), base64.b85encode(secret)}
    for shift in range(3):  # within a longer text three alignments look different
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms.add(encode(bytes(shift) + secret)[4 if shift else 0 : -4])
    return {form.decode("latin-1") for form in forms}


def secret_told(texts: Mapping[str, str], *secrets: bytes) -> set[str]:
    """List the texts that hold one of some secrets, in whatever case."""
    forms = {form.casefold() for secret in secrets for form in secret_forms(secret)}
    folded = {place: text.casefold() for place, text in texts.items()}
    return {place for place, text in folded.items() if any(form in text for form in forms)}


# Others


def others_told(texts: Mapping[str, str], name: str, works: Mapping[str, str]) -> set[str]:
    """Find names and lines of others in what is written for one student.

    Args:
        texts: What is written.
        name: Of the student's hand-in.
        works: Name of each hand-in to its code.
    """
    lines = {line for other, work in works.items() if other != name for line in long_lines(work)}
    lines = {line for line in lines if line not in works[name]}
    others = "|".join(re.escape(other) for other in works if other != name)
    found = set()
    for text in texts.values():
        found |= {*lines_in(text, lines), *re.findall(rf"(?<![\w-])(?:{others})(?![\w-])", text)}
    return found


# What students hand in, and what they get


def code_of(path: Path, job: Job) -> str:
    """Return what is executed of a hand-in; nothing where it is refused."""
    read = read_submission(path, job.parts.id, job.course.intake)
    return "\n".join(one.text for kind in ("units", "helpers") for one in getattr(read, kind, ()))


def grade_data(result: ClassResult, grade: Grade) -> dict[str, Any]:
    """Return a grade as the JSON of a run has it."""
    (data,) = class_to_dict(replace(result, grades=(grade,)))["grades"]
    return dict(data)


def student_texts(result: ClassResult, grade: Grade) -> dict[str, str]:
    """Write everything that is written about a hand-in, by what it is a part of.

    The page is what the student reads; the words for Otter and Gradescope are made from the same
    grade; the JSON is for programs, and goes no farther than the rest.
    """
    page = submission_page(result, grade, when=None, versions={})
    words = [
        check_words(grade, question, public=public)
        for question in grade.questions
        for public in (True, False)
    ]
    return {
        "page": html.unescape(re.sub(PICTURES, "", page, flags=re.DOTALL)),
        "otter": "\n".join([*words, sum_words(grade, grade.late), *printed_words(grade)]),
        "json": "\n".join(strings(grade_data(result, grade))),
    }


def strings(value: Any) -> Iterator[str]:
    """Yield all strings of a JSON document; the lines of a notebook's cell as one text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        if all(isinstance(one, str) for one in value):
            yield "".join(value)
        for one in value:
            yield from strings(one)
