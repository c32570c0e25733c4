"""Known-wrong implementations: what a file of them gives, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.errors import Problem, SuiteError
from autograder.misconceptions import Misconception, load_misconceptions

FUNCTIONS = {"double": "T1.1", "half": "T1.1", "mean": "T1.2"}
HEAD = """\
from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], tuple[Misconception, ...]]:
    """Write `solutions/toy.py` and what is known-wrong about it, and read the latter."""
    folder = tmp_path / "solutions" / "misconceptions"
    folder.mkdir(parents=True)
    (folder.parent / "toy.py").write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")

    def load(text: str) -> tuple[Misconception, ...]:
        file = folder / "toy.py"
        file.write_text(HEAD + dedent(text), encoding="utf-8")
        return load_misconceptions(file, FUNCTIONS)

    return load


@pytest.fixture
def problems_of(
    load: Callable[[str], tuple[Misconception, ...]],
) -> Callable[[str], tuple[Problem, ...]]:
    """Read a file that must be refused, and give what is wrong with it."""

    def problems_of(text: str) -> tuple[Problem, ...]:
        with pytest.raises(SuiteError) as caught:
            load(text)
        return caught.value.problems

    return problems_of


def test_load_of_a_function_fills_every_field(load):
    """The id is the name with hyphens, the message the docstring in one line."""
    (found,) = load('''
        @known_wrong(
            "mean", band=(40, 50.5), source="deck 9", convention="a textbook", named=False
        )
        def mean_of_squares(x):
            """You add up squares:

               add up the numbers."""
            return sum(v * v for v in x) / len(x)
    ''')
    assert found == Misconception(
        id="mean-of-squares",
        question="T1.2",
        implementations=found.implementations,
        message="You add up squares: add up the numbers.",
        band=(40, 50.5),
        source="deck 9",
        convention="a textbook",
        named=False,
    )
    assert list(found.implementations) == ["mean"]
    assert found.implementations["mean"]([1, 3]) == 5


def test_load_of_a_function_with_a_band_only_leaves_the_rest_at_its_defaults(load):
    """Without more words it has no source, is nobody's convention, and its answers tell."""
    (found,) = load('''
        @known_wrong("double", band=(0, 100))
        def triple(x):
            """Twice, not thrice."""
            return 3 * x
    ''')
    assert (found.source, found.convention, found.named) == ("", "", True)


def test_load_of_a_class_takes_its_static_methods(load):
    """Each static method stands in for the function of its name; other methods do not."""
    (found,) = load('''
        @known_wrong(band=(20, 30))
        class wrong_way:
            """You double where you should halve."""

            @staticmethod
            def half(x):
                return 2 * x

            @staticmethod
            def double(x):
                return x / 2

            def mean(self):
                return 0
    ''')
    assert (found.id, found.question, found.band) == ("wrong-way", "T1.1", (20, 30))
    assert list(found.implementations) == ["half", "double"]
    assert found.implementations["half"](3) == 6
    assert found.implementations["double"](3) == 1.5


def test_load_of_several_keeps_their_order_and_skips_what_is_not_marked(load):
    """Entries come as they are written; helpers and the reference are no entries."""
    found = load('''
        def _add(x, y):
            return x + y

        @known_wrong("double", band=(1, 2))
        def z_first(x):
            """One."""
            return _add(x, 2)

        @known_wrong("mean", band=(3, 4))
        def a_second(x):
            """Two."""
            return 0
    ''')
    assert [entry.id for entry in found] == ["z-first", "a-second"]
    assert found[0].implementations["double"](5) == 7


def test_reference_beside_gives_the_solution_of_the_same_name(load):
    """A known-wrong implementation can build on the right one."""
    (found,) = load('''
        @known_wrong("double", band=(10, 20))
        def off_by_one(x):
            """One too many."""
            return reference.double(x) + 1
    ''')
    assert found.implementations["double"](10) == 21


def test_load_of_a_missing_file_gives_nothing(tmp_path):
    """An assignment without such a file has no known-wrong implementations."""
    assert load_misconceptions(tmp_path / "toy.py", FUNCTIONS) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def broken(:\n    pass\n", "SyntaxError"),
        ("import no_such_package_at_all\n", "No module named 'no_such_package_at_all'"),
        ("raise ZeroDivisionError('on purpose')\n", "ZeroDivisionError: on purpose"),
    ],
    ids=["syntax", "import", "raise"],
)
def test_load_of_a_file_that_cannot_be_imported_says_why(load, problems_of, text, words, tmp_path):
    """The error names the file, and what importing it raised is said and kept as the cause."""
    (problem,) = problems_of(text)
    assert problem.file == str(tmp_path / "solutions" / "misconceptions" / "toy.py")
    assert problem.rule.startswith("expected a module that can be imported")
    assert words in problem.rule
    with pytest.raises(SuiteError) as caught:
        load(text)
    assert isinstance(caught.value.__cause__, Exception)


def test_load_of_a_file_that_is_no_python_says_so(tmp_path):
    """A file whose ending no importer knows is a problem of the course, not a crash."""
    file = tmp_path / "toy.text"
    file.write_text("plain words", encoding="utf-8")
    with pytest.raises(SuiteError, match="expected a Python file"):
        load_misconceptions(file, FUNCTIONS)


def test_load_without_the_reference_names_the_file_that_is_not_there(problems_of, tmp_path):
    """Without the solution that it builds on, the path of that solution is told."""
    solution = tmp_path / "solutions" / "toy.py"
    solution.unlink()
    (problem,) = problems_of("")
    assert str(solution) in problem.rule


@pytest.mark.parametrize(
    ("function", "rule"),
    [
        ("duoble", "no question asks for 'duoble'; did you mean 'double'?"),
        ("zzz", "no question asks for 'zzz'"),
    ],
    ids=["near", "far"],
)
def test_load_of_an_unknown_function_names_the_nearest(problems_of, function, rule):
    """A name that no question asks for is a problem; one that is nearly right gets a hint."""
    (problem,) = problems_of(f'''
        @known_wrong("{function}", band=(0, 10))
        def wrong(x):
            """No."""
            return x
    ''')
    assert problem.rule == rule
    assert problem.key_path == "wrong"


@pytest.mark.parametrize("band", [(30, 20), (-1, 10), (90, 101)])
def test_load_of_a_band_that_is_none_shows_it(problems_of, band):
    """A band goes from a lower to a higher per cent, both of 0 to 100."""
    (problem,) = problems_of(f'''
        @known_wrong("double", band={band})
        def wrong(x):
            """No."""
            return x
    ''')
    assert problem.rule.startswith("band: expected two per cents")
    assert problem.rule.endswith(f"received {band}")


@pytest.mark.parametrize("docstring", ["", '""" """'], ids=["none", "blank"])
def test_load_without_a_docstring_asks_for_the_message(problems_of, docstring):
    """Without words for the student there is no misconception."""
    (problem,) = problems_of(f"""
        @known_wrong("double", band=(0, 10))
        def wrong(x):
            {docstring or "pass"}
            return x
    """)
    assert problem.rule.startswith("expected a docstring")


@pytest.mark.parametrize(
    "methods",
    [
        "pass",
        "double = staticmethod(abs)\n            mean = staticmethod(max)",
    ],
    ids=["no function", "two questions"],
)
def test_load_of_a_class_for_other_than_one_question_is_refused(problems_of, methods):
    """A class replaces functions of exactly one question."""
    (problem,) = problems_of(f'''
        @known_wrong(band=(0, 10))
        class wrong:
            """No."""

            {methods}
    ''')
    assert problem.key_path == "wrong"
    assert problem.rule.startswith("expected one function, or a class with static methods")


def test_load_of_a_class_with_an_unknown_method_names_the_nearest(problems_of):
    """The name of each static method must be asked for."""
    (problem,) = problems_of('''
        @known_wrong(band=(0, 10))
        class wrong:
            """No."""

            @staticmethod
            def maen(x):
                return x
    ''')
    assert problem.rule == "no question asks for 'maen'; did you mean 'mean'?"


def test_load_tells_all_that_is_wrong_with_the_lines(problems_of):
    """Every entry that does not fit is told at once, each with its line."""
    problems = problems_of('''\
        @known_wrong("double", band=(50, 40))
        def first(x):
            """No."""
            return x

        @known_wrong("double", band=(0, 10))
        def right(x):
            """Yes."""
            return x

        @known_wrong("double", band=(0, 10))
        def second(x):
            return x
    ''')
    lines = [HEAD.count("\n") + offset for offset in (1, 11)]
    assert [(problem.key_path, problem.line) for problem in problems] == [
        ("first", lines[0]),
        ("second", lines[1]),
    ]
