"""Hidden checks of A6.5 `conv_param_count` and `dense_equivalent`."""

import pytest

from autograder.suite import assert_agrees


@pytest.mark.group("values")
@pytest.mark.points(5)
def test_conv_param_count_with_biases(student, reference, rng):
    """Every filter has a weight for each pixel and input channel, and one bias."""
    for kh, kw in ((3, 3), (1, 1), (2, 7)):
        cin, cout = (int(number) for number in rng.integers(2, 40, size=2))
        expected = reference.conv_param_count(kh, kw, cin, cout)
        assert_agrees(student.conv_param_count(kh, kw, cin, cout), expected)


@pytest.mark.group("values")
def test_conv_param_count_without_biases(student, reference, rng):
    """Without biases only the weights are counted."""
    cin, cout = (int(number) for number in rng.integers(2, 40, size=2))
    expected = reference.conv_param_count(3, 5, cin, cout, bias=False)
    assert_agrees(student.conv_param_count(3, 5, cin, cout, bias=False), expected)


@pytest.mark.group("values")
def test_dense_equivalent_counts_every_pair_and_every_bias(student, reference, rng):
    """Each output value has a weight for each input value, and one bias."""
    for _ in range(2):
        sizes = [int(number) for number in rng.integers(2, 30, size=6)]
        assert_agrees(student.dense_equivalent(*sizes), reference.dense_equivalent(*sizes))
