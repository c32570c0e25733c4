"""Running a suite against a submission that answers in this process."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.compare import Tolerance
from autograder.figures import MOST_FIGURES, Curves, Matrix
from autograder.records import Verdict
from autograder.suite.fixtures import SpeedBudget
from autograder.suite.run import run_suite
from autograder.suite.student import Reply

TOLERANCES = {"float64": Tolerance(1e-9, 1e-10), "float32": Tolerance(1e-5, 1e-6)}
SPEED = SpeedBudget(ratio=20, floor_seconds=0.02)


def run(
    suite, answer, *, seed_key=b"key", tolerances=TOLERANCES, speed=SPEED, only=None, models=False
):
    return run_suite(
        suite,
        answer,
        seed_key=seed_key,
        tolerances=tolerances,
        speed=speed,
        only=only,
        models=models,
    )


def hidden(body, fixtures="student, reference, rng", marks=""):
    """Write one hidden test of T1.1 with a body of indented lines."""
    return (
        f'{marks}@pytest.mark.group("values")\ndef test_x({fixtures}):\n    """Claim."""\n{body}\n'
    )


@pytest.fixture
def outcome_of(tiny_course, right):
    """Run one hidden test of T1.1 and return its outcome."""

    def outcome(body, answer=None, fixtures="student, reference, rng", **options):
        tiny_course.set_hidden(hidden(body, fixtures))
        found = run(
            tiny_course.collect(),
            right() if answer is None else answer,
            only=frozenset({"test_double.py::test_x"}),
            **options,
        )
        assert len(found) == 1
        return found[0]

    return outcome


def verdicts(outcomes):
    return {outcome.id: outcome.verdict for outcome in outcomes}


def test_run_right_submission_passes_everything_in_order(tiny_course, right):
    """A right submission passes every check, in the suite's order, with nothing to say."""
    suite = tiny_course.collect()
    outcomes = run(suite, right())
    assert [outcome.id for outcome in outcomes] == [check.id for check in suite.checks]
    assert {outcome.verdict for outcome in outcomes} == {Verdict.PASSED}
    assert {(outcome.message, outcome.detail) for outcome in outcomes} == {("", "")}
    assert {outcome.fraction for outcome in outcomes} == {1.0}


def test_run_outcome_carries_what_the_check_says(tiny_course, right):
    """Question, group, claim, weight and marks are the check's."""
    outcomes = {outcome.id: outcome for outcome in run(tiny_course.collect(), right())}
    one = outcomes["test_double.py::TestHygiene::test_input_kept"]
    assert (one.question, one.group, one.weight, one.critical, one.public) == (
        ("T1.1", "hygiene", 2.5, False, False)
    )
    assert outcomes["test_toy.py::test_double_of_two_numbers"].public
    assert outcomes["test_double.py::test_agrees[shape0]"].critical


def test_run_single_calls_travel_in_one_round(tiny_course, right):
    """A suite of tests with one call each asks once."""
    answer = right()
    run(tiny_course.collect(), answer)
    assert [len(names) for names in answer.rounds] == [6]


def test_run_call_that_depends_on_an_answer_works(outcome_of, right):
    """A second call may use the first one's answer; it travels in a second round."""
    answer = right()
    one = outcome_of(
        "    y = student.double(student.double(rng.normal(size=3)))\n    assert y.shape == (3,)",
        answer,
    )
    assert one.verdict is Verdict.PASSED
    assert [len(names) for names in answer.rounds] == [1, 1]


def test_run_tests_with_different_numbers_of_calls_stay_apart(tiny_course, right):
    """Each test gets its own answers, whatever the others ask for."""
    tests = "".join(
        f'@pytest.mark.group("values")\ndef test_{n}(student):\n    """Claim."""\n'
        f"    for k in range({n}):\n        assert student.double({n} + k) == 2 * ({n} + k)\n\n"
        for n in range(1, 6)
    )
    tiny_course.set_hidden(tests)
    answer = right()
    outcomes = run(tiny_course.collect(), answer)
    assert {outcome.verdict for outcome in outcomes} == {Verdict.PASSED}
    assert [len(names) for names in answer.rounds] == [8, 4, 3, 2, 1]


def test_run_expected_exception_is_seen(outcome_of, in_process):
    """`pytest.raises(ValueError)` catches the student's ValueError."""

    def double(x):
        raise ValueError("no")

    body = "    with pytest.raises(ValueError):\n        student.double(1)"
    assert outcome_of(body, in_process(double=double)).verdict is Verdict.PASSED


def test_run_other_exception_is_the_students_error(outcome_of, in_process):
    """A TypeError is none that `pytest.raises(ValueError)` waits for."""

    def double(x):
        raise TypeError("no")

    body = "    with pytest.raises(ValueError):\n        student.double(1)"
    one = outcome_of(body, in_process(double=double))
    assert one.verdict is Verdict.STUDENT_ERROR
    assert one.message == "double(int): TypeError: no"


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("ValueError", "ValueError was expected, but the call returned"),
        ("(ValueError, TypeError)", "ValueError or TypeError was expected, but the call returned"),
    ],
)
def test_run_exception_that_does_not_come_has_its_words(outcome_of, expected, words):
    """A call that returns where an error is due fails with the error's name."""
    one = outcome_of(f"    with pytest.raises({expected}):\n        student.double(1)")
    assert one.verdict is Verdict.FAILED
    assert one.message == f"double(int): {words}"


@pytest.mark.parametrize(
    "kind", [Verdict.NOT_ATTEMPTED, Verdict.LIMIT_EXCEEDED, Verdict.STUDENT_ERROR]
)
def test_run_reply_without_an_answer_gives_its_verdict(outcome_of, in_process, kind):
    """What the session says of a call becomes the check's verdict and words."""
    answer = in_process(double=Reply(kind, message="its words"))
    one = outcome_of("    student.double(rng.normal(size=(2, 3)))", answer)
    assert (one.verdict, one.fraction) == (kind, 0.0)
    assert one.message == "double(float64 (2, 3)): its words"


def test_run_stub_is_not_attempted(tiny_course, in_process):
    """A submission that raises NotImplementedError everywhere attempted nothing."""

    def stub(*_):
        raise NotImplementedError

    outcomes = run(tiny_course.collect(), in_process(double=stub, mean=stub))
    assert {outcome.verdict for outcome in outcomes} == {Verdict.NOT_ATTEMPTED}


@pytest.mark.parametrize(
    ("body", "verdict", "fraction", "message"),
    [
        ("    award(0.25, 'a quarter')", Verdict.FAILED, 0.25, "a quarter"),
        ("    award(1, 'all')", Verdict.PASSED, 1.0, ""),
        ("    award(0, 'none')", Verdict.FAILED, 0.0, "none"),
        ("    award(0.25, 'a')\n    award(0.5, 'half')", Verdict.FAILED, 0.5, "half"),
        ("    award(0.5, 'half')\n    assert False, 'no'", Verdict.FAILED, 0.5, "no"),
    ],
)
def test_run_award_gives_partial_credit(outcome_of, body, verdict, fraction, message):
    """The last award is the fraction, its reason the message."""
    one = outcome_of(body, fixtures="award")
    assert (one.verdict, one.fraction, one.message) == (verdict, fraction, message)


def test_run_award_beyond_one_is_the_suites_mistake(outcome_of):
    """An impossible award is a grader error, never a score."""
    one = outcome_of("    award(1.5, 'too much')", fixtures="award")
    assert (one.verdict, one.fraction) == (Verdict.GRADER_ERROR, 0.0)


@pytest.mark.parametrize(
    ("statement", "words"),
    [("assert False, 'say this'", "say this"), ("assert 1 == 2", "the claim does not hold")],
)
def test_run_plain_assert_tells_its_words(outcome_of, statement, words):
    """A plain assert's message is shown; without one nothing is made up or dissected."""
    one = outcome_of(f"    {statement}", fixtures="")
    assert (one.verdict, one.message) == (Verdict.FAILED, words)


ODD = [None, "text", [1, 2], np.zeros(7), {"a": 1}, 3.5]


@pytest.mark.parametrize("odd", ODD, ids=[type(odd).__name__ for odd in ODD])
def test_run_odd_answer_that_upsets_a_test_fails_its_check(outcome_of, in_process, odd):
    """A test that stumbles over an odd answer is the student's failure, with the mismatch."""
    body = (
        "    y = student.double(rng.normal(size=(2, 3)))\n"
        "    assert (y[0, :2] * y.shape[1]).sum(axis=0) is not None"
    )
    one = outcome_of(body, in_process(double=lambda _: odd))
    assert one.verdict is Verdict.FAILED
    assert "differs" in one.message
    assert "Traceback" not in one.message
    assert one.detail == ""


def test_run_odd_answer_that_agrees_fails_without_blame_on_the_suite(outcome_of, in_process):
    """Where the odd answer is no mismatch by itself, the check fails in general words."""

    class Counter:
        calls = 0

        def __call__(self, x):
            self.calls += 1
            return 2 * x

    body = (
        "    first = student.double(1)\n    second = student.double(1)\n"
        "    [0, 0, 0][first + second]\n"
    )
    tolerant = body.replace("[0, 0, 0]", "[0, 0, 0, 0, 0]")
    assert outcome_of(tolerant, in_process(double=Counter())).verdict is Verdict.PASSED
    one = outcome_of(body, in_process(double=Counter()))
    assert one.verdict is Verdict.GRADER_ERROR  # the reference's answers upset it too


BUGS = {
    "an exception": "    raise RuntimeError('inside 123.456')",
    "a wrong name": "    student.double(undefined_name)",
    "an unknown function": "    student.tripel(1)",
    "pytest.skip": "    pytest.skip('inside 123.456')",
    "pytest.exit": "    pytest.exit('inside 123.456')",
    "sys.exit": "    raise SystemExit(0)",
    "a returned comparison": "    return student.double(1) == 2",
    "an argument that cannot cross": "    student.double(object())",
    "a wrong comparison": "    assert_agrees(student.double(1), object())",
}


@pytest.mark.parametrize("body", BUGS.values(), ids=BUGS)
def test_run_bug_of_the_suite_is_a_grader_error(outcome_of, body):
    """A bug of the suite is never the student's loss, and its details are the instructor's."""
    one = outcome_of(body)
    assert (one.verdict, one.fraction) == (Verdict.GRADER_ERROR, 0.0)
    assert one.message == "the check itself failed; your instructor has the details"
    assert "Traceback" in one.detail


def test_run_bug_of_the_suite_stays_one_when_the_answer_is_wrong_too(outcome_of, in_process):
    """A test that cannot run with the right answer says nothing about a wrong one."""
    body = "    student.double(np.ones(2))\n    raise RuntimeError"
    one = outcome_of(body, in_process(double=lambda x: 3 * x))
    assert one.verdict is Verdict.GRADER_ERROR


def test_run_bug_in_a_public_test_is_rehearsed_with_the_right_student(tiny_course, in_process):
    """The public tests' module stands for the reference while a mishap is looked into."""
    tiny_course.set_public(
        '@pytest.mark.question("T1.1")\ndef test_x():\n    """Claim."""\n'
        "    assert toy.double(np.ones(2)).sum() == 4\n"
    )
    suite = tiny_course.collect()
    one = run(suite, in_process(double=lambda _: None), only=frozenset({"test_toy.py::test_x"}))[0]
    assert one.verdict is Verdict.FAILED
    assert "kind differs" in one.message


def test_run_numpys_assert_in_a_hidden_test_shows_no_values(outcome_of, in_process):
    """An assertion whose words a library wrote, with both arrays in it, is not passed on."""
    body = "    np.testing.assert_allclose(student.double(np.array([1.25])), [2.5])"
    one = outcome_of(body, in_process(double=lambda x: 7 * x))
    assert one.verdict is Verdict.FAILED
    assert one.message == "double(float64 (1,)): the claim does not hold"


def test_run_public_mismatch_shows_input_and_values(tiny_course, right):
    """A public check shows what went in, what was expected and what came."""
    outcomes = run(tiny_course.collect(), right(double=lambda x: x + 1.0625))
    message = next(one.message for one in outcomes if one.public)
    assert message.startswith("double(float64 (2,)): values differ")
    for shown in ("argument 1:\n    [1. , 2.5]", "2.0625", "3.5625"):
        assert shown in message


def test_run_hidden_mismatch_shows_neither_input_nor_values(tiny_course, right):
    """A hidden check's message has shapes and differences, none of the data."""
    answer = right(double=lambda x: x + 1.0625)
    suite = tiny_course.collect()
    outcomes = run(suite, answer)
    x = np.random.Generator(np.random.PCG64(0)).normal(size=3)
    assert x.shape == (3,)
    message = next(one.message for one in outcomes if one.id.endswith("test_agrees[shape0]"))
    assert message.startswith("double(float64 (3,)): values differ")
    assert "argument 1" not in message


NUMBER = st.floats(min_value=-1e6, max_value=1e6).map(lambda x: round(x, 7))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(scalar=NUMBER, values=st.lists(NUMBER, min_size=1, max_size=6), wrong=NUMBER)
def test_run_hidden_message_never_holds_the_data(
    tiny_course_of_numbers, in_process, scalar, values, wrong
):
    """Whatever goes in and comes out, no scalar, input or expected value is in the message."""
    suite = tiny_course_of_numbers(scalar, values)
    array = np.array(values)

    def double(x, by):
        raise ValueError(f"received {x} and {by!r}")

    for function in (double, lambda x, _: x + wrong, lambda x, _: str(x), lambda _, by: by):
        outcome = run(suite, in_process(double=function))[-1]
        secret = {repr(scalar), repr(float(scalar * 3))}
        secret |= {repr(float(value)) for value in (*array, *(array * scalar))}
        for text in (text for text in secret if len(text.strip("-")) > 5):
            if function is not double:  # its own words are redacted by the session
                assert text not in outcome.message, outcome.message


@pytest.fixture
def tiny_course_of_numbers(tiny_course):
    """Collect once; each example sets the numbers that the one test uses."""
    tiny_course.set_public("")
    tiny_course.set_hidden(
        '@pytest.mark.group("values")\ndef test_m():\n    """M."""\n', "test_mean.py"
    )
    tiny_course.set_hidden(
        hidden(
            "    x, by = reference.NUMBERS\n"
            "    assert_agrees(student.double(x, by), reference.double(x, by))"
        )
    )
    reference = "NUMBERS = None\n\n\ndef double(x, by):\n    return x * by\n"
    tiny_course.write("solutions/toy.py", reference)
    suite = tiny_course.collect()

    def fill(scalar, values):
        suite.reference.NUMBERS = (np.array(values), scalar)
        return type(suite)(suite.assignment, suite.checks[:1], suite.reference)

    return fill


def test_run_same_key_gives_the_same_inputs(tiny_course, right):
    """Inputs depend on key and test alone."""
    suite = tiny_course.collect()
    first, again, other = right(), right(), right()
    run(suite, first)
    run(suite, again)
    run(suite, other, seed_key=b"another")
    assert first.blobs == again.blobs
    assert first.blobs[1] != other.blobs[1]


def test_run_each_test_has_inputs_of_its_own(tiny_course, right):
    """Two tests that draw alike do not draw the same."""
    tests = "".join(
        hidden("    student.double(rng.normal(size=3))").replace("test_x", f"test_{name}")
        for name in "ab"
    )
    tiny_course.set_hidden(tests)
    answer = right()
    run(tiny_course.collect(), answer)
    drawn = answer.blobs[1:3]
    assert drawn[0] != drawn[1]


def test_run_only_some_checks_gives_them_the_usual_inputs(tiny_course, right):
    """A check that is run alone has the inputs that it has among all."""
    suite = tiny_course.collect()
    everything, alone = right(), right()
    run(suite, everything)
    run(suite, alone, only=frozenset({"test_double.py::test_agrees[shape1]"}))
    assert alone.blobs == [everything.blobs[2]]


def test_run_tolerances_reach_the_tests(tiny_course, right):
    """The assignment's tolerances hold within every test, also after an answer came."""
    suite = tiny_course.collect()
    close = right(double=lambda x: 2 * x * (1 + 1e-7))
    hidden_only = frozenset({"test_double.py::test_agrees[shape0]"})
    strict = run(suite, close, only=hidden_only)
    loose = dict.fromkeys(TOLERANCES, Tolerance(1e-3, 1e-3))
    lax = run(suite, close, only=hidden_only, tolerances=loose)
    assert (strict[0].verdict, lax[0].verdict) == (Verdict.FAILED, Verdict.PASSED)


def test_run_answers_in_another_order_give_the_same_outcomes(tiny_course, right):
    """Outcomes are in the suite's order though the submission works through it backwards."""
    suite = tiny_course.collect()
    inner = right(double=lambda x: 3 * x)

    def backwards(requests):
        return inner(list(reversed(requests)))[::-1]

    assert run(suite, backwards) == run(suite, right(double=lambda x: 3 * x))


def test_run_missing_reply_stops_the_run(tiny_course, right):
    """A round with too few replies is an error of ours, not a pass."""
    answer = right()
    with pytest.raises(ValueError, match="zip"):
        run(tiny_course.collect(), lambda requests: answer(requests)[:-1])


def test_run_lost_submission_ends_every_test(tiny_course):
    """When the submission is lost the tests that wait are ended, and the error gets out."""
    tiny_course.set_hidden(
        hidden(
            "    try:\n        student.double(1)\n    finally:\n        reference.LOG.append('end')"
        )
    )
    suite = tiny_course.collect()
    suite.reference.LOG = []

    def lost(_):
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        run(suite, lost)
    assert suite.reference.LOG == ["end"]


def test_run_hostile_submission_in_between_changes_nothing(tiny_course, right, in_process):
    """The same submission gets the same outcomes before and after one that answers rubbish."""
    tiny_course.set_hidden(
        "@pytest.mark.group('values')\n@pytest.mark.parametrize('x', [np.arange(3.0)])\n"
        "def test_x(student, reference, x):\n"
        '    """Claim."""\n'
        "    x += 1\n"
        "    student.double(x)[:] = 9\n"
        "    assert x[0] == 1, 'changed by an earlier run'\n"
        "    assert_agrees(student.double(x), reference.double(x))\n"
    )
    suite = tiny_course.collect()
    first = run(suite, right(mean=lambda _: 0.0))
    rubbish = in_process(double=lambda x: x.fill(np.nan), mean=lambda _: {"__class__": "x"})
    run(suite, rubbish)
    assert run(suite, right(mean=lambda _: 0.0)) == first
    assert first[1].verdict is Verdict.PASSED


def test_run_late_import_of_a_public_function_works(tiny_course, right):
    """`from toy import double` in the public tests calls the student of the running test."""
    tiny_course.write(
        "assignments/toy/test_toy.py",
        "import pytest\nfrom toy import double\n\n\n"
        '@pytest.mark.question("T1.1")\ndef test_x():\n    """Claim."""\n'
        "    assert double(2) == 4\n",
    )
    suite = tiny_course.collect()
    good = run(suite, right())[0]
    bad = run(suite, right(double=lambda x: x))[0]
    assert (good.verdict, bad.verdict) == (Verdict.PASSED, Verdict.FAILED)


def timed(seconds):
    """Answer rightly, after so many seconds of processor time."""

    def answer(requests):
        return [
            Reply(Verdict.PASSED, np.zeros(3), cpu_seconds=seconds if request.measured else 0.0)
            for request in requests
        ]

    return answer


FAST = "    assert_fast('double', np.zeros(3))"


def test_run_call_below_the_floor_is_fast(outcome_of):
    """Below the floor no ratio counts."""
    assert outcome_of(FAST, timed(0.019), "assert_fast").verdict is Verdict.PASSED


def test_run_slow_call_fails_in_words_that_repeat(outcome_of):
    """A slow call fails with the allowed ratio, never the measured one, and the advice."""
    one = outcome_of(FAST, timed(50.0), "assert_fast")
    assert one.verdict is Verdict.FAILED
    assert "more than 20 times as slow" in one.message


def test_run_wrong_call_is_not_timed(outcome_of, in_process):
    """A wrong answer fails as such, however fast."""
    one = outcome_of(FAST, in_process(double=lambda x: x + 1), "assert_fast")
    assert one.verdict is Verdict.FAILED
    assert "values differ" in one.message


def test_run_long_message_is_cut(outcome_of):
    """No message is longer than a page."""
    one = outcome_of("    assert False, 'x' * 100_000", fixtures="")
    assert len(one.message) == 4000


SHOWING = "student, show"
IMPORT = "    from autograder.figures import Curves, Matrix\n"


@pytest.mark.parametrize(("claim", "verdict"), [("True", "passed"), ("False", "failed")])
def test_run_show_keeps_figures_in_order_whatever_the_verdict(outcome_of, claim, verdict):
    """What a check shows is in its outcome, passed or not, and there is nothing by default."""
    body = IMPORT + (
        "    show(Curves.of('Loss', 'epoch', 'loss', {'a': [2, 1]}))\n"
        "    show(Matrix.of('Confusion', 'true', 'said', [0], [[1]]))\n"
        f"    assert {claim}"
    )
    outcome = outcome_of(body, fixtures=SHOWING)
    assert outcome.verdict == verdict
    assert outcome.figures == (
        Curves.of("Loss", "epoch", "loss", {"a": [2, 1]}),
        Matrix.of("Confusion", "true", "said", [0], [[1]]),
    )
    assert outcome_of("    pass", fixtures=SHOWING).figures == ()


@pytest.mark.parametrize("models", [False, True])
@pytest.mark.parametrize(
    "body",
    [
        f"    for _ in range({MOST_FIGURES + 1}): show(Matrix.of('T', 'r', 'c', [0], [[1]]))",
        "    show({'title': 'a dict'})",
        "    student.double(np.ones(2))\n    show(Curves.of('T', 'x', 'y', {}))",
    ],
)
def test_run_show_of_what_is_no_figure_blames_the_check(outcome_of, body, models):
    """A figure that cannot be shown is the suite's mistake, where models are made as well."""
    outcome = outcome_of(IMPORT + body, fixtures=SHOWING, models=models)
    assert outcome.verdict is Verdict.GRADER_ERROR
    assert "FigureError" in outcome.detail
    assert "show" in outcome.detail
    assert len(outcome.figures) <= MOST_FIGURES


def test_run_show_of_an_odd_answer_fails_the_submission(outcome_of, right):
    """Where the reference's answer can be shown, it is this answer that cannot."""
    body = IMPORT + "    show(Curves.of('T', 'x', 'y', {'a': student.double(np.ones(2))}))"
    outcome = outcome_of(body, right(double=lambda _: "two"), fixtures=SHOWING)
    assert outcome.verdict is Verdict.FAILED
    assert outcome.figures == ()
