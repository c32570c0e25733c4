"""Random generators on their way to a function, and what a generator function gives back."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograder.records
from autograder.compare import Tolerance
from autograder.records import SourceFile, Submission, Verdict
from autograder.sandbox.channel import Patience
from autograder.sandbox.codec import (
    REQUEST_LIMITS,
    FrameError,
    Opaque,
    decode,
    encode,
    encode_reply,
)
from autograder.sandbox.generators import STATE_BYTES, pack_generator, unpack_generator
from autograder.sandbox.host import Zygote
from autograder.suite.assertions import assert_inputs_unchanged
from autograder.suite.fixtures import SpeedBudget
from autograder.suite.rehearsal import Rehearsal
from autograder.suite.run import run_suite
from autograder.suite.session import RuleBook, Session, SessionLimits
from autograder.suite.student import Call, Reply, Student, describe_arguments

SOURCE = """
import itertools
import numpy as np

def draw(rng, count=3):
    return rng.permutation(count)

def draw_all(rngs):
    return [rng.random() for rng in rngs]

def keep(rng):
    return rng

def fill(x, rng):
    x[:] = rng.random(x.shape)
    return x

def batches(x, size):
    for start in range(0, len(x), size):
        yield x[start : start + size]

def pairs(x):
    return zip(x, x)

def fixed(x):
    return (x[:1], x[1:])

def nothing(x):
    x.sum()

def endless(x):
    return itertools.repeat(x)

def fails_late(x):
    yield x
    raise ValueError("late")

def noisy(x):
    yield np.log(x)

def eats(x):
    yield x
    x[:] = 0
"""


def reference():
    """Make a module in which `batches` and its like are generator functions."""
    module = ModuleType("reference")
    exec(compile(SOURCE, "reference.py", "exec"), vars(module))
    for name in ("pairs", "fixed", "nothing", "endless"):
        setattr(module, name, module.batches)
    return module


@pytest.fixture(scope="module")
def student():
    """Stand for `SOURCE` in a real worker."""
    limits = SessionLimits(Patience(2.0, 5.0), Patience(2.0, 5.0), 60.0, 200)
    submission = Submission("one", "00", (SourceFile("toy.py", SOURCE),), ())
    with (
        Zygote({}, Path(autograder.records.__file__)) as zygote,
        Session(zygote, submission, "toy", RuleBook(("numpy",), (), {}), limits) as session,
    ):
        yield lambda: Student(lambda request: session.answer([request])[0], reference())


draws = st.lists(st.sampled_from(["random", "integers", "normal", "permutation"]), max_size=6)


def moved(seed, names):
    """Make a generator and draw from it: 32-bit integers leave half a number behind."""
    rng = np.random.default_rng(seed)
    for name in names:
        if name == "integers":
            rng.integers(7, dtype=np.int32)
        elif name == "permutation":
            rng.permutation(5)
        else:
            getattr(rng, name)()
    return rng


@given(st.integers(0, 2**128), draws)
def test_packed_generator_goes_on_where_the_other_stood(seed, names):
    """The copy gives the same numbers as the original, which packing does not move."""
    rng = moved(seed, names)
    before = rng.bit_generator.state
    data = pack_generator(rng)
    assert len(data) == STATE_BYTES
    copy = unpack_generator(data)
    assert rng.bit_generator.state == before
    assert copy.bit_generator.state == before
    assert copy.integers(9, size=5, dtype=np.int32).tolist() == (
        rng.integers(9, size=5, dtype=np.int32).tolist()
    )
    assert copy.normal(size=4).tobytes() == rng.normal(size=4).tobytes()


@given(st.binary(min_size=STATE_BYTES, max_size=STATE_BYTES))
def test_unpacked_generator_of_any_bytes_draws(data):
    """No state makes the worker fail: every bit pattern is one."""
    assert 0 <= unpack_generator(data).random() < 1


@given(st.integers(0, 2**64), draws)
def test_request_with_generators_gives_them_back(seed, names):
    """A generator crosses in a request wherever a value may stand."""
    rng = moved(seed, names)
    (one, others), keywords = decode(encode(((rng, [rng]), {"rng": rng})), REQUEST_LIMITS)
    assert one.bit_generator.state == others[0].bit_generator.state == rng.bit_generator.state
    assert keywords["rng"].random() == rng.random()


def test_reply_with_a_generator_is_refused():
    """A generator written as in a request is no reply, whatever stands around it."""
    for value in (np.random.default_rng(3), [np.random.default_rng(3)]):
        with pytest.raises(FrameError, match="a random generator where none may be"):
            decode(encode(value))


def test_reply_of_a_generator_is_its_name():
    """A function that returns its generator answers with the type's name."""
    name = "numpy.random._generator.Generator of numpy.random._pcg64.PCG64"
    assert decode(encode_reply(np.random.default_rng(3))) == Opaque(name)


def test_request_cut_within_a_generator_is_refused():
    """A state that is not all there is a frame error."""
    data = encode(np.random.default_rng(3))
    for size in range(1, len(data)):
        with pytest.raises(FrameError):
            decode(data[:size], REQUEST_LIMITS)


class _Own(np.random.Generator):
    pass


@pytest.mark.parametrize(
    "value",
    [
        np.random.Generator(np.random.MT19937(1)),
        np.random.Generator(np.random.PCG64DXSM(1)),
        np.random.RandomState(1),
        _Own(np.random.PCG64(1)),
        np.random.PCG64(1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_request_with_another_source_of_numbers_is_the_suites_mistake(value):
    """Only what `default_rng` makes crosses; all else is refused by name."""
    with pytest.raises(FrameError, match="cannot cross"):
        encode(value)


def test_generator_in_a_worker_draws_the_same_numbers(student):
    """Student and reference get the same stream from one generator, the student called first."""
    rng = np.random.default_rng(5)
    drawn = student().draw(rng, count=9)
    assert drawn.tolist() == reference().draw(rng, count=9).tolist()
    one, two = np.random.default_rng(1), np.random.default_rng(2)
    assert student().draw_all([one, two]) == [one.random(), two.random()]


def test_generator_that_was_drawn_from_is_not_modified(student):
    """To draw is what a generator is for; an array beside it that changes is still noted."""
    one = student()
    one.draw(np.random.default_rng(5))
    assert_inputs_unchanged(one)
    one.fill(np.zeros(3), np.random.default_rng(5))
    with pytest.raises(AssertionError, match="modified its argument number 1"):
        assert_inputs_unchanged(one)


def test_generator_that_a_worker_returns_does_not_cross(student):
    """What comes back is plain data: a generator is named, not rebuilt."""
    assert type(student().keep(np.random.default_rng(5))) is Opaque


def test_iterator_where_the_reference_yields_is_a_list(student):
    """What a generator function, or another iterator, gives arrives as a list in order."""
    x = np.arange(5)
    assert [part.tolist() for part in student().batches(x, 2)] == [[0, 1], [2, 3], [4]]
    assert student().pairs(x[:2]) == [(0, 0), (1, 1)]
    halves = student().fixed(x)
    assert type(halves) is list
    assert [part.tolist() for part in halves] == [[0], [1, 2, 3, 4]]
    assert student().nothing(x) is None


def test_iterator_where_the_reference_returns_is_named(student):
    """Where a plain value is due, an iterator stays one: the message can say so."""
    one = student()
    one._reference.pairs = lambda x: list(x)  # noqa: PLW0108 - no generator function
    assert one.pairs(np.arange(2)) == Opaque("zip")


def test_iterator_without_an_end_is_too_much(student):
    """An endless iterator costs its own call, with words that say why."""
    answer = student().endless(1)
    assert type(answer) is Opaque
    assert "too many items" in answer.type_name


def test_iterator_that_fails_on_the_way_is_the_students_error(student):
    """An exception after the first item is seen, and so are floating-point errors and changes."""
    with pytest.raises(ValueError, match="late"):
        student().fails_late(1)
    one = student()
    one.noisy(np.zeros(1))
    assert one.calls[-1].float_errors == ("divide by zero",)
    one.eats(np.ones(2))
    assert one.calls[-1].mutated == (0,)


def test_rehearsal_of_a_generator_function_gives_a_list():
    """The reference in the student's place answers as the worker does."""
    rehearsal = Rehearsal(reference())
    one = Student(rehearsal.answer, reference())
    assert one.batches([1, 2, 3], 2) == [[1, 2], [3]]
    rng = np.random.default_rng(8)
    assert one.draw(rng).tolist() == rng.permutation(3).tolist()
    with pytest.raises(ValueError, match="ValueError"):
        one.fails_late(1)


def test_noted_call_keeps_the_generator_as_it_was_sent():
    """What a test draws after the call does not change what is known of the call."""
    one = Student(lambda _: Reply(Verdict.PASSED, 0), reference())
    rng = np.random.default_rng(4)
    expected = np.random.default_rng(4).random()
    one.draw(rng, count=2)
    one.draw(rng=rng)
    rng.random(7)
    assert one.calls[0].arguments[0].random() == expected
    assert one.calls[1].keywords["rng"].random() == expected


@pytest.mark.parametrize("public", [True, False])
def test_described_generator_has_no_address(public):
    """A message reads the same each time it is written."""
    call = Call("draw", (np.random.default_rng(4),), {"rng": np.random.default_rng(4)})
    assert describe_arguments(call, public=public) == "draw(Generator, rng=Generator)"


def checks(tiny_course, body, fixtures):
    """Write a course whose `double` draws and whose `mean` yields, with one hidden test."""
    tiny_course.write(
        "solutions/toy.py",
        "def double(x, rng=None):\n    return 2 * x if rng is None else x * rng.random()\n\n\n"
        "def mean(x):\n    yield x\n",
    )
    tiny_course.set_hidden(
        f'@pytest.mark.group("values")\ndef test_x({fixtures}):\n    """Claim."""\n{body}\n'
    )
    return tiny_course.collect()


def outcome(suite, answer):
    """Run the one hidden test."""
    (found,) = run_suite(
        suite,
        lambda requests: [answer(request) for request in requests],
        seed_key=b"key",
        tolerances=dict.fromkeys(("float32", "float64"), Tolerance(1e-9, 1e-10)),
        speed=SpeedBudget(ratio=20, floor_seconds=0.02),
        only=frozenset({"test_double.py::test_x"}),
    )
    return found


def test_timed_calls_with_a_generator_agree_each_time(tiny_course):
    """Both sides draw the same numbers in every repetition of `assert_fast`."""
    suite = checks(
        tiny_course,
        "    assert_fast('double', np.ones(3), rng=np.random.default_rng(3))",
        "assert_fast",
    )
    slow = Rehearsal(suite.reference)
    found = outcome(suite, lambda request: slow.answer(request)._replace(cpu_seconds=50.0))
    assert "right, but more than" in found.message
    assert outcome(suite, slow.answer).verdict is Verdict.PASSED


def test_odd_answer_of_a_generator_function_is_compared_with_its_list(tiny_course):
    """A test that cannot go on tells what is wrong with the answer, not that it stumbled."""
    suite = checks(tiny_course, "    assert list(student.mean(1)) == [1]", "student")
    found = outcome(suite, lambda _: Reply(Verdict.PASSED, None))
    assert found.verdict is Verdict.FAILED
    assert "expected list, received None" in found.message
