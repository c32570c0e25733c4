"""The student's stand-in: what a test sees, and what a student reads of a call."""

from __future__ import annotations

import unicodedata
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.records import Verdict
from autograder.sandbox.codec import FrameError, Opaque, decode
from autograder.suite.assertions import (
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_number,
    assert_repeatable,
)
from autograder.suite.student import (
    Call,
    Reply,
    Student,
    StudentError,
    describe_arguments,
    error_class,
    presentable,
)


def reference():
    module = ModuleType("reference")
    module.double = lambda x: 2 * x
    module.TABLE = {"a": 1}
    return module


def student(reply, **options):
    """Make a student whose every request gets one reply, and the list of its requests."""
    asked = []

    def ask(request):
        asked.append(request)
        return reply

    return Student(ask, reference(), **options), asked


def test_student_function_sends_its_arguments():
    """A call becomes a request with name and arguments, and returns the answer."""
    one, asked = student(Reply(Verdict.PASSED, 6))
    assert one.double(3, scale=2) == 6
    assert asked[0].name == "double"
    assert decode(asked[0].blob) == ((3,), {"scale": 2})
    assert not asked[0].measured
    assert not asked[0].public


def test_student_value_is_fetched_without_arguments():
    """Where the reference has a plain value, the name alone fetches the student's."""
    one, asked = student(Reply(Verdict.PASSED, {"a": 2}))
    value = one.TABLE
    assert value == {"a": 2}
    assert asked[0].blob is None


def test_student_unknown_name_is_the_suites_mistake():
    """A name that the reference lacks is an AttributeError, not a call."""
    one, asked = student(Reply(Verdict.PASSED))
    with pytest.raises(AttributeError, match="the reference has no 'tripel'"):
        one.tripel(1)
    assert asked == []


def test_student_argument_that_cannot_cross_is_the_suites_mistake():
    """An argument that is no plain data is refused on the trusted side."""
    one, _ = student(Reply(Verdict.PASSED))
    with pytest.raises(FrameError, match="cannot cross"):
        one.double(object())


@pytest.mark.parametrize("kind", [ValueError, TypeError, IndexError, KeyError, ZeroDivisionError])
def test_student_exception_is_also_the_builtin_one(kind):
    """What the student raised is an instance of that builtin class, and of no other."""
    bases = tuple(base.__name__ for base in kind.__mro__)
    one, _ = student(Reply(Verdict.STUDENT_ERROR, message="words", bases=bases))
    with pytest.raises(kind) as caught:
        one.double(1)
    assert isinstance(caught.value, StudentError)
    assert caught.value.message == "words"
    others = {ValueError, TypeError, IndexError, KeyError, ZeroDivisionError} - {kind}
    assert not isinstance(caught.value, tuple(others))


def test_student_exception_of_an_own_class_is_its_builtin_base():
    """A class derived from ValueError counts as one."""
    found = error_class(("ShapeError", "UnicodeError", "ValueError", "Exception"))
    assert issubclass(found, ValueError)


@pytest.mark.parametrize(
    "bases", [(), ("Exception",), ("SystemExit", "BaseException"), ("AssertionError",)]
)
def test_student_exception_that_no_test_expects_is_plain(bases):
    """No other exception can pass for one that a test or the runner waits for."""
    assert error_class(bases) is StudentError


def test_student_calls_are_noted_even_if_they_fail():
    """The list of calls holds a failed one too, without an answer."""
    one, _ = student(Reply(Verdict.LIMIT_EXCEEDED, message="too slow"))
    with pytest.raises(StudentError):
        one.double(np.zeros(3))
    assert [call.name for call in one.calls] == ["double"]
    assert one.calls[0].value is None


def test_inputs_unchanged_names_function_and_argument():
    """A modified argument fails the check, with its position counted from 1 or its name."""
    one, _ = student(Reply(Verdict.PASSED, 1, mutated=(0, "bias")))
    assert_inputs_unchanged(one)
    one.double(1)
    with pytest.raises(AssertionError, match=r"double modified its argument number 1, 'bias'"):
        assert_inputs_unchanged(one)


def test_no_float_errors_names_the_kinds():
    """A floating-point error on the way fails the check."""
    one, _ = student(Reply(Verdict.PASSED, 1, float_errors=("overflow", "invalid value")))
    assert_no_float_errors(one)
    one.double(1)
    with pytest.raises(AssertionError, match=r"double .*overflow and invalid value"):
        assert_no_float_errors(one)


@pytest.mark.parametrize("answer", [1.5, np.float64(-0.0), np.float32(2.0), np.array(3.0)])
def test_number_of_any_float_type_holds(answer):
    """Python's float, NumPy's and an array without axes are numbers."""
    assert_number(answer)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "expected a real number, received None"),
        (1, "expected a real number, received int"),
        (True, "expected a real number, received bool"),
        (1.0 + 0.0j, "expected a real number, received complex"),
        ([1.5], "expected a real number, received list"),
        (Opaque("torch.Tensor"), "expected a real number, received torch.Tensor"),
        (np.ones(1), r"expected one number, received numpy.ndarray of shape \(1,\)"),
        (float("nan"), "expected a finite number"),
        (np.array(-np.inf, np.float32), "expected a finite number"),
    ],
)
def test_number_of_another_kind_or_not_finite_fails(answer, message):
    """Anything but one finite number fails the check, and the message names what came."""
    with pytest.raises(AssertionError, match=message):
        assert_number(answer)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([0.0]), np.array([-0.0]), False),
        (1, 1.0, False),
        (1, True, False),
        ((1, 2), [1, 2], False),
    ],
)
def test_repeatable_compares_to_the_last_bit(first, second, same):
    """Two answers are the same only if type and every bit are."""
    if same:
        assert_repeatable(first, second)
    else:
        with pytest.raises(AssertionError, match="two different answers"):
            assert_repeatable(first, second)


def test_describe_hidden_call_tells_types_and_settings_only():
    """Of a hidden call shapes, dtypes and keyword settings are told, positional numbers are not."""
    call = Call(
        "conv",
        (np.zeros((2, 3), np.float32), 0.123, [np.zeros(4), 7], "abc", {"w": 1.5}),
        {"stride": (2, 1), "padding": "valid", "data": [0.25], "w": np.ones(2), "cut": {"a": 9}},
    )
    assert describe_arguments(call, public=False) == (
        "conv(float32 (2, 3), float, [float64 (4,), int], str, dict, "
        "stride=(2, 1), padding='valid', data=list, w=float64 (2,), cut=dict)"
    )


def test_describe_fetched_value_is_its_name():
    """A value of the module is not written like a call."""
    one, _ = student(Reply(Verdict.PASSED, {"a": 1}))
    value = one.TABLE
    assert value == {"a": 1}
    assert describe_arguments(one.calls[0], public=False) == "TABLE"


def test_describe_public_call_shows_short_values():
    """Of a public call short values are shown; long ones stay a type."""
    call = Call("f", (0.5, "a" * 99), {"k": 2})
    assert describe_arguments(call, public=True) == "f(0.5, str, k=2)"


SCALARS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: len(repr(x)) > 5),
    st.integers(min_value=10**6),
    st.text(alphabet="abcdefghij", min_size=9),
)
HIDDEN = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.sampled_from("abc"), inner, min_size=1),
    ),
    max_leaves=5,
)


def leaves(value):
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in leaves(item)]
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    return [value]


@given(st.lists(HIDDEN, min_size=1, max_size=4))
def test_describe_hidden_call_never_holds_a_positional_value(arguments):
    """No number or text of a positional argument is in what a student reads."""
    words = describe_arguments(Call("f", tuple(arguments), {}), public=False)
    for leaf in leaves(arguments):
        assert repr(leaf) not in words


@given(st.text())
def test_presentable_any_text_can_be_written_and_shown(text):
    """Whatever a student's text is, it encodes, is short, and has no character that acts."""
    shown = presentable(text, limit=50, redact=False)
    assert len(shown) <= 50
    shown.encode("utf-8")
    assert all(
        unicodedata.category(char) not in ("Cc", "Cs") for char in shown if char not in "\t\n"
    )


@pytest.mark.parametrize(
    "nasty", ["\x1b[2J", "\r", "\x00", "\x9b", "\u202e", "\u2066", "\ud800", "\ufeff", "\U000e0041"]
)
def test_presentable_character_that_acts_is_replaced(nasty):
    """Control, bidirectional, invisible and lone surrogate characters become U+FFFD."""
    shown = presentable(f"a{nasty}b", limit=50, redact=False)
    assert shown[0] == "a"
    assert shown[1] == "\ufffd"
    assert shown[-1] == "b"
    assert nasty[0] not in shown


def test_presentable_text_without_end_is_cut_before_it_is_looked_at():
    """What lies far behind the limit is dropped unread, so that megabytes cost no more."""
    assert presentable("y" * 600 + " z", limit=50, redact=True) == "…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("expected 3 axes, received 2", "expected 3 axes, received 2"),
        ("x was 0.1234", "x was #"),
        ("-1e-05 and 1.5e+300 and .5", "# and # and #"),
        ("seed 123456", "seed #"),
        ("a" * 41, "…"),
        ("labels [3 1 4 1 5 9 2 6 5]: no", "labels […]: no"),
        ("[[-3, 1, 4],\n [1, -5, 9],\n [2, 6, 5]]", "[[…]]"),
        ("shapes (2,3,4,5) (3,4,5,2) differ", "shapes (2,3,4,5) (3,4,5,2) differ"),
    ],
)
def test_presentable_redacted_text_holds_no_data(text, shown):
    """Fractions, long numbers, rows of numbers and long words go; counts, shapes, words stay."""
    assert presentable(text, limit=300, redact=True) == shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_presentable_redacted_text_never_holds_a_float(number):
    """A float that is written into a message does not get through."""
    shown = presentable(f"got {number!r}!", limit=300, redact=True)
    assert shown == "got #!"
