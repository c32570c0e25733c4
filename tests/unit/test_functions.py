"""NumPy's functions on their way to a student's function: by name, from a table, one way only."""

from __future__ import annotations

import functools
import struct
from functools import partial
from itertools import product
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import autograder.records
from autograder.records import SourceFile, Submission
from autograder.sandbox.channel import Patience
from autograder.sandbox.codec import (
    REQUEST_LIMITS,
    FrameError,
    Limits,
    Opaque,
    decode,
    encode,
    encode_reply,
)
from autograder.sandbox.functions import FUNCTIONS, describe_function, function_name
from autograder.sandbox.host import Zygote
from autograder.suite.assertions import assert_inputs_unchanged
from autograder.suite.rehearsal import Rehearsal
from autograder.suite.session import RuleBook, Session, SessionLimits
from autograder.suite.student import Call, Student, describe_arguments

SOURCE = """
import numpy as np

ORIGINAL = np.prod
np.prod = np.linalg.norm = lambda *args, **kwargs: 7.0

def call(f, x):
    return f(x)

def keep(f):
    return f

def keep_all(f):
    return [f, 1, {"f": f}]

def is_the_real_one(f):
    return f is ORIGINAL

def fill(f, x):
    x[:] = f(x)
"""


def reference():
    """Make a module with the same names."""
    module = ModuleType("reference")
    module.call = module.fill = lambda f, x: f(x)
    module.keep = module.keep_all = module.is_the_real_one = lambda f: f
    return module


@pytest.fixture(scope="module")
def session():
    """Load the source above in a real worker."""
    patience = Patience(5, 20)
    submission = Submission("one", "00", (SourceFile("toy.py", SOURCE),), ())
    limits = SessionLimits(patience, patience, 60, 1000)
    canary = Path(autograder.records.__file__)
    with Zygote({}, canary) as zygote:
        rules = RuleBook(("numpy",), (), {})
        with Session(zygote, submission, "toy", rules, limits) as one:
            yield one


@pytest.fixture
def student(session):
    """Make the student of a new test."""
    return Student(lambda request: session.answer([request])[0], reference())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_of_the_table_crosses_as_its_name(name):
    """What is decoded is the very function, and nothing but its name travelled."""
    data = encode(FUNCTIONS[name])
    assert data == b"u" + struct.pack("<I", len(name)) + name.encode()
    assert decode(data, REQUEST_LIMITS) is FUNCTIONS[name]
    assert function_name(FUNCTIONS[name]) == name


def test_partial_function_crosses_with_its_arguments():
    """A partial of a function in the table keeps its function, arguments and keywords."""
    weights = np.array([1.0, 2.0])
    sent = [partial(np.vdot, weights), partial(np.linalg.norm, ord=3)]
    first, second = decode(encode(sent), REQUEST_LIMITS)
    assert first.func is np.vdot
    assert first(np.array([3.0, 4.0])) == 11.0
    assert (second.func, second.args, second.keywords) == (np.linalg.norm, (), {"ord": 3})


class _Partial(functools.partial):
    pass


@pytest.mark.parametrize(
    "function",
    [
        len,
        lambda x: x,
        np.cos,
        np.load,
        np.ndarray.sum,
        np.array([1.0]).sum,
        partial(len),
        partial(np.load, "file"),
        partial(lambda x: x),
        _Partial(np.sum),
        partial(np.vdot, object()),
        np.vectorize(np.sum),
    ],
)
def test_function_that_is_not_in_the_table_does_not_cross(function):
    """Neither code nor the name of any other function is written."""
    with pytest.raises(FrameError):
        encode(function)


@pytest.mark.parametrize("value", [np.prod, partial(np.vdot, np.ones(2))])
def test_function_in_a_reply_is_named_and_nothing_more(value):
    """A worker's answer never makes a function here: it is written as its type's name."""
    assert type(decode(encode_reply([value]))[0]) is Opaque
    assert type(decode(encode_reply([value]), REQUEST_LIMITS)[0]) is Opaque


@pytest.mark.parametrize("value", [np.prod, partial(np.vdot, 1.0), [np.prod]])
def test_function_in_a_forged_reply_is_refused(value):
    """Bytes that name a function are no reply, whatever else the limits allow."""
    forged = b"p" + encode(1.0) + encode(()) + encode({})
    for data, limits in product((encode(value), forged), (Limits(), Limits(generators=True))):
        with pytest.raises(FrameError, match="a function where none may be"):
            decode(data, limits)


def name(text):
    """Write a function's name, whatever it is."""
    return b"u" + struct.pack("<I", len(text)) + text


@pytest.mark.parametrize(
    "data",
    [
        name(b"numpy.load"),
        name(b"os.system"),
        name(b""),
        name(b"\xff"),
        name(b"a" * 65),
        b"u\x00",
        b"u" + struct.pack("<I", 2**32 - 1),
        b"p",
        b"p" + name(b"numpy.sum"),
        b"p" + name(b"os.system") + encode(()) + encode({}),
        b"p" + encode(len.__name__) + encode(()) + encode({}),
        b"p" + encode([]) + encode(()) + encode({}),
        b"p" + name(b"numpy.sum") + encode([]) + encode({}),
        b"p" + name(b"numpy.sum") + encode(()) + encode(()),
        b"p" + name(b"numpy.sum") + encode(()) + encode({1: 2}),
        b"p" * 100_000 + name(b"numpy.sum"),
        b"p" + encode(partial(np.sum)) + encode(()) + encode({}),
    ],
)
def test_malformed_function_raises_a_frame_error(data):
    """Where functions may be named, every other form of one is refused too."""
    with pytest.raises(FrameError):
        decode(data, REQUEST_LIMITS)


@pytest.mark.parametrize(
    "value", [None, 1, "numpy.prod", [], {}, np.ones(2), len, np.cos, partial(len)]
)
def test_function_name_of_anything_else_is_none(value):
    """Whatever comes, hashable or not, is looked at by its type first."""
    assert function_name(value) is None
    assert describe_function(value) is None


def test_function_in_a_worker_is_its_own(student):
    """The worker's table has the functions of before the student's code was loaded."""
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert student.call(np.prod, x) == 24.0
    assert student.is_the_real_one(np.prod) is True
    assert student.call(np.linalg.norm, np.array([3.0, 4.0])) == 5.0
    assert student.call(partial(np.polyval, [1.0, 0.0, 2.0]), 3.0) == 11.0
    assert student.call(partial(np.vdot, x), x) == 30.0


def test_function_that_a_worker_returns_does_not_cross(student):
    """What comes back is plain data: a function is named, not rebuilt, and the rest is kept."""
    assert student.keep(np.prod) == Opaque("numpy._ArrayFunctionDispatcher")
    assert student.keep(partial(np.vdot, 1.0)) == Opaque("functools.partial")
    answer = student.keep_all(np.prod)
    assert [type(part) for part in answer] == [Opaque, int, dict]


def test_function_beside_an_array_leaves_the_array_watched(student):
    """A function is no modified argument, and does not hide one."""
    student.call(np.prod, np.ones(3))
    student.call(partial(np.vdot, np.ones(3)), np.ones(3))
    assert_inputs_unchanged(student)
    student.fill(np.sum, np.ones(3))
    with pytest.raises(AssertionError, match="modified its argument number 2"):
        assert_inputs_unchanged(student)


def test_rehearsal_calls_the_same_function():
    """The reference in the student's place is handed what the worker is handed."""
    one = Student(Rehearsal(reference()).answer, reference())
    assert one.call(partial(np.vdot, np.array([1.0, 2.0])), np.array([3.0, 4.0])) == 11.0


@pytest.mark.parametrize("public", [True, False])
def test_described_function_has_no_address_and_no_data(public):
    """A message reads the same each time, and does not tell the weights of a partial function."""
    call = Call("call", (np.linalg.norm, np.ones(2)), {"g": partial(np.vdot, np.ones(2))})
    expected = "call(numpy.linalg.norm, float64 (2,), g=partial(numpy.vdot, ...))"
    assert describe_arguments(call, public=public) == expected
