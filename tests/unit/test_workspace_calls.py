"""The witness of a student's module: what it notes of each call."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from autograder.sandbox.codec import REQUEST_LIMITS, decode
from autograder.workspace.calls import Witness


@pytest.fixture
def witness():
    """Make a witness of a module with these functions."""

    def make(**functions):
        module = ModuleType("toy")
        vars(module).update(functions)
        return Witness(module)

    return make


def counting(n):
    yield from range(n)


def test_exchange_is_as_it_was_when_the_function_answered(witness):
    """Neither the function nor the test changes it afterwards."""
    kept = np.zeros(2)

    def add_in_place(x):
        x += 1
        kept[:] += x
        return kept

    toy = witness(add=add_in_place)
    toy.add(np.ones(2))
    toy.add(x=np.ones(2))
    first, second = toy.take_exchanges()
    assert [decode(one.answer, REQUEST_LIMITS).tolist() for one in (first, second)] == [
        [2.0, 2.0],
        [4.0, 4.0],
    ]
    (argument,), _ = decode(first.arguments, REQUEST_LIMITS)
    assert argument.tolist() == [1.0, 1.0]
    assert decode(second.arguments, REQUEST_LIMITS)[1]["x"].tolist() == [1.0, 1.0]
    assert toy.take_exchanges() == ()


def test_exchange_of_a_generator_is_the_list_of_what_it_gave(witness):
    """It is an answer once the generator has ended, and not before."""
    toy = witness(count=counting)
    numbers = toy.count(2)
    assert [next(numbers), next(numbers)] == [0, 1]
    assert toy.take_exchanges() == ()
    assert list(numbers) == []
    (ended,) = toy.take_exchanges()
    assert decode(ended.answer, REQUEST_LIMITS) == [0, 1]


def test_exchange_of_a_function_that_raises_has_the_names_of_the_classes(witness):
    """Also where a generator raises; and the error goes on."""

    def stop():
        yield 1
        raise KeyError

    toy = witness(divide=lambda x: x / 0, stop=stop)
    with pytest.raises(ZeroDivisionError):
        toy.divide(1)
    with pytest.raises(KeyError):
        list(toy.stop())
    divided, stopped = toy.take_exchanges()
    assert divided.raised[:2] == ("ZeroDivisionError", "ArithmeticError")
    assert stopped.raised[:2] == ("KeyError", "LookupError")
    assert (divided.answer, stopped.answer) == (None, None)


def test_exchange_with_what_is_no_data_has_none_in_its_place(witness):
    """A function among the arguments, an object as the answer."""
    toy = witness(call=lambda f: f, new=object)
    toy.call(print)
    (called,) = toy.take_exchanges()
    assert (called.name, called.arguments, called.answer) == ("call", None, None)


def test_witness_stands_for_another_module_and_forgets(witness):
    """Tests that imported it call the other module's functions."""
    toy = witness(f=lambda: 1)
    assert toy.f() == 1
    other = ModuleType("toy")
    other.f = lambda: 2
    toy.stand_for(other)
    assert toy.take_exchanges() == ()
    assert toy.f() == 2
    assert len(toy.take_exchanges()) == 1
