"""What the schema cannot say: sums, and names that refer to each other."""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from autograder.config.calendar import calendar_problems
from autograder.config.errata import errata_problems
from autograder.config.limits import Limits
from autograder.config.problems import MISSING
from autograder.config.records import RULES_GROUP
from autograder.config.source import KeyPath, Source, dotted
from autograder.errors import Problem, nearest_name

__all__ = ["consistency_problems"]

_WHOLE: Final = 100
_WITHOUT_GPU: Final = "numpy"  # the runtime that an assignment has if it names none
_DTYPES: Final = ("float64", "float32")


def consistency_problems(source: Source) -> Iterator[Problem]:
    """Find what does not fit together, also where the schema found mistakes.

    Args:
        source: The file's values; those of the wrong kind are passed over.
    """
    for check in _CHECKS:
        yield from check(source)
    yield from calendar_problems(source)
    yield from errata_problems(source)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _sum(parts: Mapping[str, Any]) -> tuple[Fraction, str]:
    """Add up numbers as they are written, and show the sum with its parts."""
    total = sum((Fraction(str(part)) for part in parts.values()), Fraction())
    listed = ", ".join(f"{name} {part:g}" for name, part in parts.items())
    return total, f"{_nearly(total):g} ({listed})"


def _nearly(number: Fraction) -> float:
    """Return the nearest float; infinity where the sum of floats is none any more."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _check_weights(source: Source) -> Iterator[Problem]:
    weights = source.mapping("score", "group_weights")
    if weights and all(_is_number(weight) for weight in weights.values()):
        total, shown = _sum(weights)
        if total != _WHOLE:
            path, rule = ("score", "group_weights"), "expected weights that add up to 100"
            yield source.problem(path, rule, shown, mend=_difference(total))
    if weights and RULES_GROUP not in weights:
        rule = f"expected a group {RULES_GROUP}: broken exercise rules count in it"
        yield source.problem(("score", "group_weights"), rule, mend="add it")


def _difference(total: Fraction) -> str:
    gap = _nearly(abs(_WHOLE - total))
    return f"add {gap:g} more" if total < _WHOLE else f"take {gap:g} away"


def _check_points(source: Source) -> Iterator[Problem]:
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


def _check_order(source: Source) -> Iterator[Problem]:
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


def _check_tolerances(source: Source) -> Iterator[Problem]:
    tolerances = source.mapping("tolerances")
    for name in tolerances:
        given = source.mapping("tolerances", name).keys()
        for dtype in _DTYPES:
            if dtype not in given and not nearest_name(dtype, given - set(_DTYPES)):
                yield source.problem(("tolerances", name, dtype), MISSING, mend="add it")
    for assignment in source.mapping("assignments"):
        used = source.mapping("assignments", assignment).get("tolerance")
        if isinstance(used, str) and tolerances and used not in tolerances:
            path = ("assignments", assignment, "tolerance")
            rule = f"expected a name of tolerances ({', '.join(tolerances)})"
            yield source.problem(path, rule, used, nearest=nearest_name(used, tolerances))


def _functions(source: Source, assignment: str) -> Iterator[tuple[KeyPath, str]]:
    """Yield every function that an assignment asks for, with its key path."""
    questions = ("assignments", assignment, "questions")
    for question in source.mapping(*questions):
        functions = source.mapping(*questions, question).get("functions")
        for index, name in enumerate(functions if isinstance(functions, tuple) else ()):
            if isinstance(name, str):
                yield (*questions, question, "functions", index), name


def _check_functions(source: Source) -> Iterator[Problem]:
    """Find names that are asked for twice: a stub can say only one question's id."""
    for assignment in source.mapping("assignments"):
        first: dict[str, KeyPath] = {}
        for path, name in _functions(source, assignment):
            if first.setdefault(name, path) != path:
                found = f"{name}, which is in {dotted(first[name][3:])} too"
                rule, mend = "expected each function once", "remove one of the two"
                yield source.problem(path, rule, found, mend=mend)


def _check_forbid(source: Source) -> Iterator[Problem]:
    groups = source.mapping("score", "group_weights")
    for assignment in source.mapping("assignments"):
        known = {name for _, name in _functions(source, assignment)} | _imports(source, assignment)
        questions = ("assignments", assignment, "questions")
        for question in source.mapping(*questions):
            path = (*questions, question, "forbid")
            group, names = source.mapping(*path).get("group"), source.mapping(*path).get("names")
            if isinstance(group, str) and groups and group not in groups:
                rule = f"expected a group of score.group_weights ({', '.join(groups)})"
                nearest = nearest_name(group, groups)
                yield source.problem((*path, "group"), rule, group, nearest=nearest)
            for index, name in enumerate(names if isinstance(names, tuple) else ()):
                if isinstance(name, str) and _is_stray(name, known):
                    rule = (
                        "expected a dotted name, a builtin, an allowed import or a function of "
                        "the assignment"
                    )
                    nearest = nearest_name(name, known)
                    yield source.problem((*path, "names", index), rule, name, nearest=nearest)


def _imports(source: Source, assignment: str) -> set[str]:
    """Return the modules that an assignment's code may import; a question may forbid one."""
    rules = (source.mapping("rules"), source.mapping("assignments", assignment, "rules"))
    lists = [one.get("allowed_imports") for one in rules]
    return {str(name) for one in lists if isinstance(one, tuple) for name in one}


def _check_limits(source: Source) -> Iterator[Problem]:
    """Find fractions where an assignment's own limit is a number of something."""
    for assignment in source.mapping("assignments"):
        path = ("assignments", assignment, "limits")
        for name, value in source.mapping(*path).items():
            field = Limits.model_fields.get(name)
            if isinstance(value, float) and field is not None and field.annotation is int:
                yield source.problem((*path, name), "expected a whole number", f"{value:g}")


def _check_gpus(source: Source) -> Iterator[Problem]:
    """Find GPUs that would be waited for and not used."""
    for assignment in source.mapping("assignments"):
        path = ("assignments", assignment, "resources")
        gpus = source.mapping(*path).get("gpus")
        runtime = source.mapping("assignments", assignment).get("runtime", _WITHOUT_GPU)
        if runtime == _WITHOUT_GPU and isinstance(gpus, int) and gpus > 0:
            rule = f"expected 0 where the runtime is {_WITHOUT_GPU}, which computes on no GPU"
            mend = "remove it, or write runtime: keras below the assignment"
            yield source.problem((*path, "gpus"), rule, f"{gpus:g}", mend=mend)


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
    _check_limits,
    _check_gpus,
)
