"""Hidden checks of A2.5 `count_params`."""

from itertools import pairwise

import numpy as np
import pytest

from autograder.suite import assert_inputs_unchanged, assert_repeatable


def sizes(rng, layers):
    """Draw the sizes of layers, all different."""
    return [int(size) for size in rng.choice(np.arange(2, 40), size=layers, replace=False)]


def number(answer):
    """Give an answer back once it is known to be one number, be it an int or a float."""
    kinds = (int, float, np.number, np.ndarray)
    assert isinstance(answer, kinds) and np.ndim(answer) == 0, "the answer is not a number"
    return answer


def assert_count(answer, expected):
    """Hold that the answer is this number."""
    assert bool(number(answer) == expected), "not the number of weights and biases"


@pytest.mark.group("values")
@pytest.mark.parametrize("layers", [3, 5])
def test_counts_weights_and_biases(student, reference, rng, layers):
    """Every unit has a weight for each input, and a bias."""
    layer_sizes = sizes(rng, layers)
    assert_count(student.count_params(layer_sizes), reference.count_params(layer_sizes))


@pytest.mark.group("values")
def test_counts_the_entries_of_the_arrays(student, rng):
    """The count is the number of entries of the arrays of such a network."""
    widths = sizes(rng, 4)
    arrays = [np.zeros(shape) for shape in pairwise(widths)]
    arrays += [np.zeros(width) for width in widths[1:]]
    assert_count(student.count_params(widths), sum(array.size for array in arrays))


@pytest.mark.group("values")
def test_counts_weights_alone(student, rng):
    """Without biases only the weights are counted."""
    first, second, third = sizes(rng, 3)
    expected = first * second + second * third
    assert_count(student.count_params([first, second, third], bias=False), expected)


@pytest.mark.group("shapes")
def test_takes_a_single_layer(student, rng):
    """One layer is a network too."""
    inputs, units = sizes(rng, 2)
    assert_count(student.count_params([inputs, units]), inputs * units + units)


@pytest.mark.group("shapes")
def test_counts_nothing_without_a_layer(student, rng):
    """Inputs alone have no parameters, whereas a unit behind them has."""
    (inputs,) = sizes(rng, 1)
    assert_count(student.count_params([inputs]), 0)
    assert_count(student.count_params([inputs, 1]), inputs + 1)


@pytest.mark.group("hygiene")
def test_answers_with_an_int(student, rng):
    """A count is an int, with and without biases."""
    for bias in (True, False):
        answer = student.count_params(sizes(rng, 3), bias=bias)
        is_int = isinstance(answer, int | np.integer) and not isinstance(answer, bool)
        assert is_int, f"the answer is a {type(answer).__name__}"


@pytest.mark.group("hygiene")
def test_leaves_the_list_alone_and_repeats_itself(student, rng):
    """The list is the same afterwards, and the same question gets the same answer."""
    layer_sizes = sizes(rng, 4)
    answer = number(student.count_params(layer_sizes))
    assert_repeatable(answer, student.count_params(layer_sizes))
    assert_inputs_unchanged(student)
