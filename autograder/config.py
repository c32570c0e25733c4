"""The course's policy: `grading.yml`, read into frozen records.

`load_course` tells every mistake of the file at once, each with its line, and never half a
course. The file is read in three steps: the YAML text into plain values that remember their
lines, the values against the schema (the models below), and what the schema cannot say: sums,
and names that refer to each other.
"""

from __future__ import annotations

import builtins
import contextlib
import json
import keyword
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, get_args

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from autograder.errors import ConfigError, InstructorError, Problem, nearest_name

__all__ = [
    "About",
    "AssignmentPolicy",
    "Course",
    "ForbidPolicy",
    "IntakeLimits",
    "Limits",
    "QuestionPolicy",
    "Rules",
    "ScorePolicy",
    "SpeedPolicy",
    "Tolerance",
    "load_course",
]

_RULES_GROUP: Final = "hygiene"
_WHOLE: Final = 100
_DTYPES: Final = ("float64", "float32")


def _check_points_decimals(points: float) -> float:
    if round(points, 2) != points:
        raise PydanticCustomError("points", "expected points with at most 2 decimals")
    return points


def _check_title(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("title", "expected a title of a few words")
    return text


def _check_name(name: str) -> str:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise PydanticCustomError("name", "expected a name that Python can define")
    return name


def _check_dotted(name: str) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        raise PydanticCustomError("dotted", "expected a name such as numpy.tanh")
    return name


def _check_question(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*", name):
        raise PydanticCustomError("question", "expected letters, digits and dots, such as A1.2")
    return name


_Title = Annotated[str, AfterValidator(_check_title)]
_Name = Annotated[str, AfterValidator(_check_name)]
_Dotted = Annotated[str, AfterValidator(_check_dotted)]
_QuestionId = Annotated[str, AfterValidator(_check_question)]
_Positive = Annotated[float, Field(gt=0)]
_Points = Annotated[float, Field(gt=0), AfterValidator(_check_points_decimals)]
_Count = Annotated[int, Field(ge=1)]
_NotNegative = Annotated[float, Field(ge=0)]


class _Record(BaseModel):
    """Frozen, with nothing converted and nothing ignored."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class About(_Record):
    """What the course is called.

    Attributes:
        title: As pages and reports show it.
    """

    title: _Title


class Tolerance(_Record):
    """How far an answer may be from the reference's, for one dtype.

    An answer agrees where |actual - expected| <= atol * max|expected| + rtol * |expected|.

    Attributes:
        rtol: Relative to each expected value; a fraction, 0 or more.
        atol: Relative to the largest expected value of the array; a fraction, 0 or more.
    """

    rtol: _NotNegative
    atol: _NotNegative


class ScorePolicy(_Record):
    """How checks become points.

    Attributes:
        group_weights: Check group to its share of a question, in per cent; they add up to 100.
            A group that a question lacks shares its weight among the others, in proportion.
        critical_cap: Per cent of a question's points that a failed critical check leaves, 0..100.
        total_cap: Per cent of an assignment's points that core and stretch questions can reach
            together, 100 or more.
    """

    group_weights: dict[_Name, _Positive]
    critical_cap: Annotated[float, Field(ge=0, le=100)]
    total_cap: Annotated[float, Field(ge=100)]


class Rules(_Record):
    """The exercise rules of every assignment, checked on the syntax tree.

    They tell a student what the exercise is about; the sandbox is what protects the grader.

    Attributes:
        allowed_imports: Top-level modules that a submission may import; its own always may be.
        forbidden_names: Dotted names, or builtins, that no question's code may use.
    """

    allowed_imports: tuple[_Name, ...]
    forbidden_names: tuple[_Dotted, ...]


class Limits(_Record):
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
    """

    call_cpu_seconds: _Positive
    call_wall_seconds: _Positive
    import_cpu_seconds: _Positive
    import_wall_seconds: _Positive
    submission_wall_seconds: _Positive
    memory_mib: _Count
    scratch_mib: _Count
    open_files: _Count
    threads: _Count
    printed_kib: _Count


class IntakeLimits(_Record):
    """How large a hand-in may be; a larger one is refused before anything of it is unpacked.

    Attributes:
        files: Files in a folder or archive.
        file_kib: Size of each file, in KiB.
        total_kib: Size of all files together, unpacked, in KiB.
        archive_ratio: Unpacked size divided by packed size, at most.
    """

    files: _Count
    file_kib: _Count
    total_kib: _Count
    archive_ratio: _Count


class SpeedPolicy(_Record):
    """When a timed call is fast enough: below the floor, or within the ratio.

    Attributes:
        ratio: Processor time of the student's call divided by the reference's, 1 or more.
        floor_ms: Processor time in milliseconds that is always fast enough.
    """

    ratio: Annotated[float, Field(ge=1)]
    floor_ms: _NotNegative


class ForbidPolicy(_Record):
    """What one question forbids, beyond the rules of every assignment.

    Attributes:
        names: Dotted names such as `numpy.tanh`, builtins, or functions of the assignment.
        loops: Whether loops and comprehensions are forbidden.
        group: The check group that a broken rule counts in.
        critical: Whether a broken rule caps the question.
    """

    names: tuple[_Dotted, ...] = ()
    loops: bool = False
    group: str = _RULES_GROUP
    critical: bool = False


class QuestionPolicy(_Record):
    """What one question asks for and is worth.

    Attributes:
        title: What it is about, in a few words.
        functions: The names that the student defines. The hidden checks lie in
            `tests/hidden/<assignment>/test_<first of them>.py`.
        points: At most to be earned, above 0.
        stretch: Whether the points are a bonus on top of the 100 of the core questions.
        forbid: What its code may not use.
    """

    title: _Title
    functions: Annotated[tuple[_Name, ...], Field(min_length=1)]
    points: _Points
    stretch: bool = False
    forbid: ForbidPolicy = ForbidPolicy()


class AssignmentPolicy(_Record):
    """One assignment.

    Attributes:
        title: As pages and reports show it.
        tolerance: The name, in `tolerances`, of how exact its answers must be.
        speed: When a timed call is fast enough.
        questions: Question id, such as `A1.2`, to its policy; in the order of the file.
    """

    title: _Title
    tolerance: str
    speed: SpeedPolicy
    questions: Annotated[dict[_QuestionId, QuestionPolicy], Field(min_length=1)]

    @property
    def max_points(self) -> float:
        """Add up what the core questions are worth."""
        return math.fsum(policy.points for policy in self.questions.values() if not policy.stretch)


class Course(_Record):
    """Everything that `grading.yml` says.

    Attributes:
        course: What the course is called.
        order: Assignment ids in the order in which students meet them.
        score: How checks become points.
        tolerances: Name to dtype to tolerance.
        rules: The exercise rules of every assignment.
        limits: What one submission's worker may use.
        intake: How large a hand-in may be.
        assignments: Assignment id, which is its module's name, to its policy.
    """

    course: About
    order: tuple[str, ...]
    score: ScorePolicy
    tolerances: dict[str, dict[Literal["float64", "float32"], Tolerance]]
    rules: Rules
    limits: Limits
    intake: IntakeLimits
    assignments: Annotated[dict[_Name, AssignmentPolicy], Field(min_length=1)]

    def assignment(self, assignment_id: str) -> AssignmentPolicy:
        """Look up an assignment.

        Args:
            assignment_id: Such as `activations`.

        Raises:
            InstructorError: The course has no such assignment.
        """
        if assignment_id in self.assignments:
            return self.assignments[assignment_id]
        nearest = nearest_name(assignment_id, self.assignments)
        meant = f" did you mean {nearest}?" if nearest else ""
        message = f"assignment {assignment_id!r}: expected one of {', '.join(self.order)};{meant}"
        raise InstructorError(message.rstrip(";"))


def load_course(path: Path) -> Course:
    """Read and check a course's policy.

    Args:
        path: `grading.yml`.

    Returns:
        The policy, complete and consistent.

    Raises:
        ConfigError: With everything that is wrong with the file, in the order of its lines.
    """
    source = _read(path)
    problems = list(source.problems)
    course: Course | None = None
    try:
        course = Course.model_validate(source.data)
    except ValidationError as error:
        problems += _schema_problems(source, error.errors(include_url=False))
    for check in _CHECKS:
        problems += check(source)
    if course is None or problems:
        raise ConfigError(sorted(problems, key=lambda problem: problem.line))
    return course


_KeyPath = tuple[str | int, ...]
_TAG: Final = "tag:yaml.org,2002:"


@dataclass(slots=True)
class _Source:
    """A YAML file as plain values (lists as tuples) that remember their lines."""

    file: str
    data: object = None
    lines: dict[_KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nodes: set[int] = field(default_factory=set)

    def problem(
        self, path: _KeyPath, rule: str, found: str = "", *, nearest: str = "", mend: str = ""
    ) -> Problem:
        """Make a problem of what lies at a key path, or of the nearest thing above it."""
        known = next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self.lines)
        return Problem(
            self.file, self.lines[known], _dotted(path), found, rule, nearest=nearest, mend=mend
        )

    def mapping(self, *path: str | int) -> dict[str, Any]:
        """Give the mapping at a key path; an empty one if there is none, which others report."""
        value = self.data
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value if isinstance(value, dict) else {}

    def add(self, node: yaml.Node, path: _KeyPath, loader: yaml.SafeLoader) -> object:
        """Turn a node of the YAML tree into a plain value, and note what is wrong with it."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self.nodes:
            rule, mend = "expected a value that is written out", "write it here once more"
            found = f"an alias of line {node.start_mark.line + 1}"
            self.problems.append(self.problem(path, rule, found, mend=mend))
            return None
        self.nodes.add(id(node))
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return tuple(self.add(n, (*path, i), loader) for i, n in enumerate(node.value))
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._add_mapping(node, path, loader)
        if isinstance(node, yaml.ScalarNode):
            with contextlib.suppress(yaml.YAMLError, ValueError):
                value: object = loader.construct_object(node)
                return value
        rule, mend = "expected a plain number, text, list or mapping", "remove the tag"
        self._note(node, path, rule, node.tag.replace(_TAG, "!!"), mend)
        return None

    def _add_mapping(
        self, mapping: yaml.MappingNode, path: _KeyPath, loader: yaml.SafeLoader
    ) -> dict[str, object]:
        values: dict[str, object] = {}
        for key, value in mapping.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            here = (*path, name)
            if key.tag != _TAG + "str":
                kind = key.tag.replace(_TAG, "!!")
                rule, mend = "expected a key that is text", "write the key in quotes"
                self._note(key, here, rule, f"{name}, which YAML takes for {kind}", mend)
            if name in values:
                found = f"it on line {self.lines[here]} too"
                self._note(key, here, "expected each key once", found, "remove one of the two")
            else:
                self.lines[here] = key.start_mark.line + 1
                values[name] = self.add(value, here, loader)
        return values

    def _note(self, node: yaml.Node, path: _KeyPath, rule: str, found: str, mend: str) -> None:
        line = node.start_mark.line + 1
        self.problems.append(Problem(self.file, line, _dotted(path), found, rule, mend=mend))


def _read(path: Path) -> _Source:
    source = _Source(str(path), lines={(): 1})
    mend = "run in the course's folder, the one that holds grading.yml"
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
    except FileNotFoundError:
        raise _unreadable(source, "expected a file; there is none", mend=mend) from None
    except OSError as error:
        rule = f"expected a file that can be read: {error.strerror}"
        raise _unreadable(source, rule, mend=mend) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        rule, mend = "expected text in UTF-8", "save it as UTF-8"
        raise _unreadable(source, rule, line, mend=mend) from error
    except yaml.MarkedYAMLError as error:
        raise _malformed(source, error) from error
    except yaml.YAMLError as error:
        reason = str(error).partition("\n")[0]
        mend = "remove control characters"
        raise _unreadable(source, f"expected YAML: {reason}", mend=mend) from error
    if node is None:
        mend = "write the policy, beginning with course:"
        raise _unreadable(source, "expected the course's policy; the file is empty", mend=mend)
    source.data = source.add(node, (), loader)
    return source


def _malformed(source: _Source, error: yaml.MarkedYAMLError) -> ConfigError:
    mark = error.problem_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    rule = f"expected YAML: {error.problem}, at column {column}"
    mend = "look at the indentation, colons, quotes and brackets here and just above"
    if r"\t" in str(error.problem):
        mend = "indent with spaces, not with tabs"
    return _unreadable(source, rule, line, mend=mend)


def _unreadable(source: _Source, rule: str, line: int = 0, *, mend: str) -> ConfigError:
    return ConfigError([Problem(source.file, line, "", "", rule, mend=mend)])


_MISSING: Final = "expected this key; it is missing"
_EXPECTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string_type": "expected text",
        "int_type": "expected a whole number",
        "float_type": "expected a number",
        "finite_number": "expected a finite number",
        "bool_type": "expected true or false",
        "dict_type": "expected a mapping",
        "model_type": "expected a mapping",
        "tuple_type": "expected a list",
        "greater_than": "expected a number above {gt:g}",
        "greater_than_equal": "expected a number of {ge:g} or more",
        "less_than_equal": "expected a number of {le:g} or less",
        "too_short": "expected at least {min_length} entry",
        "literal_error": "expected {expected}",
    }
)
_MENDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string_type": "write it in quotes",
        "bool_type": "write true or false, without quotes",
        "dict_type": "write its keys below it, indented, as key: value",
        "model_type": "write its keys below it, indented, as key: value",
        "tuple_type": "write it in square brackets, with commas between",
        "name": "use letters, digits and underscores, and begin with a letter",
    }
)


def _schema_problems(source: _Source, errors: Iterable[ErrorDetails]) -> Iterator[Problem]:
    """Put what the schema found into words; a misspelt key is not also a missing one."""
    meant: set[_KeyPath] = set()
    missing: list[_KeyPath] = []
    noted = {problem.key_path for problem in source.problems}
    for error in errors:
        path = tuple(part for part in error["loc"] if part != "[key]")
        if _dotted(path) in noted or (error["type"] == "too_short" and error["input"]):
            continue  # Told already: the length is that of the entries that were right.
        if error["type"] == "extra_forbidden":
            known, here = _keys(path[:-1]), source.mapping(*path[:-1])
            nearest = nearest_name(str(path[-1]), [key for key in known if key not in here])
            mend = "" if nearest else f"remove it: the keys here are {', '.join(known)}"
            yield source.problem(path, "expected a known key", nearest=nearest, mend=mend)
            meant.add((*path[:-1], nearest))
        elif error["type"] == "missing":
            missing.append(path)
        else:
            yield _value_problem(source, path, error)
    for path in missing:
        if path not in meant:
            yield source.problem(path, _MISSING, mend="add it")


def _value_problem(source: _Source, path: _KeyPath, error: ErrorDetails) -> Problem:
    kind, value = error["type"], error["input"]
    known = _EXPECTED.get(kind)
    rule = known.format(**error.get("ctx", {})) if known else error["msg"]
    nearest, mend = "", _MENDS.get(kind, "")
    if kind == "literal_error":
        nearest = nearest_name(str(value), re.findall(r"'(\w+)'", rule))
    elif kind in {"float_type", "int_type"}:
        mend = _number_mend(value, whole=kind == "int_type")
    return source.problem(path, rule, _show(value), nearest=nearest, mend=mend)


def _number_mend(value: object, *, whole: bool) -> str:
    """Say how to write the number that a text or a fraction was meant to be."""
    if isinstance(value, str):
        try:
            mantissa, e, exponent = f"{float(value):g}".partition("e")
        except ValueError:
            return "write digits, and no unit: it is in the key's name"
        if not e:
            return f"write it without quotes: {mantissa}"
        point = "" if "." in mantissa else ".0"
        return f"write {mantissa}{point}e{int(exponent):+d}: YAML needs the point and the sign"
    return "write it without a point" if whole and isinstance(value, float) else "write digits"


def _keys(path: _KeyPath) -> tuple[str, ...]:
    """List the keys that the schema knows below a key path."""
    kind: Any = Course
    for key in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(key)].annotation
        else:
            kind = get_args(kind)[-1]
    return tuple(kind.model_fields)


def _dotted(path: _KeyPath) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _show(value: object) -> str:
    if isinstance(value, dict | tuple):
        kind = "mapping" if isinstance(value, dict) else "list"
        return f"a {kind}" if value else f"an empty {kind}"
    if isinstance(value, str):
        return f"the text {json.dumps(value[:60], ensure_ascii=False)}"
    return "nothing" if value is None else str(value).lower()[:60]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _sum(parts: Mapping[str, Any]) -> tuple[Fraction, str]:
    """Add up numbers as they are written, and show the sum with its parts."""
    total = sum((Fraction(str(part)) for part in parts.values()), Fraction())
    listed = ", ".join(f"{name} {part:g}" for name, part in parts.items())
    return total, f"{float(total):g} ({listed})"


def _check_weights(source: _Source) -> Iterator[Problem]:
    weights = source.mapping("score", "group_weights")
    if weights and all(_is_number(weight) for weight in weights.values()):
        total, shown = _sum(weights)
        if total != _WHOLE:
            path, rule = ("score", "group_weights"), "expected weights that add up to 100"
            yield source.problem(path, rule, shown, mend=_difference(total))
    if weights and _RULES_GROUP not in weights:
        rule = f"expected a group {_RULES_GROUP}: broken exercise rules count in it"
        yield source.problem(("score", "group_weights"), rule, mend="add it")


def _difference(total: Fraction) -> str:
    gap = float(abs(_WHOLE - total))
    return f"add {gap:g} more" if total < _WHOLE else f"take {gap:g} away"


def _check_points(source: _Source) -> Iterator[Problem]:
    for assignment in source.mapping("assignments"):
        path = ("assignments", assignment, "questions")
        questions = source.mapping(*path)
        points = {name: source.mapping(*path, name).get("points") for name in questions}
        core = {
            name: value
            for name, value in points.items()
            if source.mapping(*path, name).get("stretch") is not True
        }
        if not core or not all(_is_number(value) for value in points.values()):
            continue
        total, shown = _sum(core)
        if total != _WHOLE:
            rule = "expected points of the core questions that add up to 100"
            mend = f"{_difference(total)}, or look at stretch: its points do not count here"
            yield source.problem(path, rule, shown, mend=mend)


def _check_order(source: _Source) -> Iterator[Problem]:
    order, assignments = source.mapping().get("order"), source.mapping("assignments")
    if not isinstance(order, tuple) or not assignments:
        return
    meant = {name for name in order if isinstance(name, str)}
    for index, name in enumerate(order):
        if not isinstance(name, str):
            continue
        if name not in assignments:
            nearest = nearest_name(name, assignments.keys() - set(order[:index]))
            meant.add(nearest)
            mend = "" if nearest else "add it to assignments, or remove it here"
            rule = "expected the id of an assignment"
            yield source.problem(("order", index), rule, name, nearest=nearest, mend=mend)
        elif name in order[:index]:
            rule = "expected each assignment once"
            yield source.problem(("order", index), rule, f"{name} again", mend="remove one")
    for name in assignments:
        if name not in meant:
            rule, mend = "expected every assignment", "add it where students meet it"
            yield source.problem(("order",), rule, f"no {name}", mend=mend)


def _check_tolerances(source: _Source) -> Iterator[Problem]:
    tolerances = source.mapping("tolerances")
    for name in tolerances:
        given = source.mapping("tolerances", name).keys()
        for dtype in _DTYPES:
            if dtype not in given and not nearest_name(dtype, given - set(_DTYPES)):
                yield source.problem(("tolerances", name, dtype), _MISSING, mend="add it")
    for assignment in source.mapping("assignments"):
        used = source.mapping("assignments", assignment).get("tolerance")
        if isinstance(used, str) and tolerances and used not in tolerances:
            path = ("assignments", assignment, "tolerance")
            rule = f"expected a name of tolerances ({', '.join(tolerances)})"
            yield source.problem(path, rule, used, nearest=nearest_name(used, tolerances))


def _functions(source: _Source, assignment: str) -> Iterator[tuple[_KeyPath, str]]:
    """Yield every function that an assignment asks for, with its key path."""
    questions = ("assignments", assignment, "questions")
    for question in source.mapping(*questions):
        functions = source.mapping(*questions, question).get("functions")
        for index, name in enumerate(functions if isinstance(functions, tuple) else ()):
            if isinstance(name, str):
                yield (*questions, question, "functions", index), name


def _check_functions(source: _Source) -> Iterator[Problem]:
    """Find names that are asked for twice: a stub can say only one question's id."""
    for assignment in source.mapping("assignments"):
        first: dict[str, _KeyPath] = {}
        for path, name in _functions(source, assignment):
            if first.setdefault(name, path) != path:
                found = f"{name}, which is in {_dotted(first[name][3:])} too"
                rule, mend = "expected each function once", "remove one of the two"
                yield source.problem(path, rule, found, mend=mend)


def _check_forbid(source: _Source) -> Iterator[Problem]:
    groups = source.mapping("score", "group_weights")
    for assignment in source.mapping("assignments"):
        functions = {name for _, name in _functions(source, assignment)}
        questions = ("assignments", assignment, "questions")
        for question in source.mapping(*questions):
            path = (*questions, question, "forbid")
            group, names = source.mapping(*path).get("group"), source.mapping(*path).get("names")
            if isinstance(group, str) and groups and group not in groups:
                rule = f"expected a group of score.group_weights ({', '.join(groups)})"
                nearest = nearest_name(group, groups)
                yield source.problem((*path, "group"), rule, group, nearest=nearest)
            for index, name in enumerate(names if isinstance(names, tuple) else ()):
                if isinstance(name, str) and _is_stray(name, functions):
                    rule = "expected a dotted name, a builtin or a function of the assignment"
                    nearest = nearest_name(name, functions)
                    yield source.problem((*path, "names", index), rule, name, nearest=nearest)


def _is_stray(name: str, functions: set[str]) -> bool:
    """Tell whether a forbidden name is a plain one that nothing defines: a slip of the pen."""
    return name.isidentifier() and name not in functions and not hasattr(builtins, name)


_CHECKS: Final = (
    _check_weights,
    _check_points,
    _check_order,
    _check_tolerances,
    _check_functions,
    _check_forbid,
)
