"""Hidden checks of A4.2 `linear_mse_step`.

Every check compares all four numbers: one wrong derivative makes the step useless. A list in place
of the tuple costs one check of hygiene, and not the numbers.
"""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_repeatable, centred_difference

HALVED = "dw and db are half of the derivatives of (y_hat - y)^2: d(u^2) is 2u du"


def assert_step(award, answer, expected, **allowance):
    """Compare; the gradient of half the squared error, a convention elsewhere, earns a half."""
    answer = tuple(answer) if isinstance(answer, list) else answer
    y_hat, loss, dw, db = expected
    for halved in ((y_hat, loss, dw / 2, db / 2), (y_hat, loss / 2, dw / 2, db / 2)):
        try:
            assert_agrees(answer, halved, **allowance)
        except AssertionError:
            continue
        award(0.5, HALVED)
        return
    assert_agrees(answer, expected, **allowance)


def draw(rng):
    """Draw x, y, w, b with a prediction well away from the target."""
    x, w, b = rng.uniform(1.5, 3.0, size=3).tolist()
    return x, x * w + b + float(rng.uniform(0.5, 2.0)), w, b


@pytest.mark.group("values")
def test_linear_mse_step_agrees_with_the_reference(student, reference, rng, award):
    """All four numbers match the reference where the prediction is too low."""
    arguments = draw(rng)
    answer = student.linear_mse_step(*arguments)
    assert_step(award, answer, reference.linear_mse_step(*arguments))


@pytest.mark.group("values")
def test_linear_mse_step_where_the_prediction_is_too_high(student, reference, rng, award):
    """All four numbers match the reference for a negative input and a target far below."""
    x, y, w, b = draw(rng)
    answer = student.linear_mse_step(-x, -3 * y, -w, b)
    assert_step(award, answer, reference.linear_mse_step(-x, -3 * y, -w, b))


@pytest.mark.group("values")
def test_linear_mse_step_answers_the_slope_of_the_loss(student, rng, award):
    """The derivatives are the difference quotients of (x w + b - y)^2 with respect to w and b."""
    x, y, w, b = draw(rng)
    slopes = centred_difference(lambda p: float((x * p[0] + p[1] - y) ** 2), np.array([w, b]))
    expected = (x * w + b, (x * w + b - y) ** 2, *slopes.tolist())
    assert_step(award, student.linear_mse_step(x, y, w, b), expected, rtol=1e-6)


@pytest.mark.group("shapes")
def test_linear_mse_step_of_an_input_of_zero(student, reference, rng, award):
    """An input of zero leaves the weight alone, and not the bias."""
    _, y, w, b = draw(rng)
    answer = student.linear_mse_step(0.0, 2 * y, w, b)
    assert_step(award, answer, reference.linear_mse_step(0.0, 2 * y, w, b))


@pytest.mark.group("shapes")
def test_linear_mse_step_of_large_and_small_numbers(student, reference, rng, award):
    """Nothing is rounded or cut off: errors of a millionth and of a million are both exact."""
    x, y, w, b = draw(rng)
    for scale in (1e-6, 1e6):
        arguments = (x, scale * y, scale * w, scale * b)
        answer = student.linear_mse_step(*arguments)
        assert_step(award, answer, reference.linear_mse_step(*arguments))


@pytest.mark.group("hygiene")
def test_linear_mse_step_takes_numpy_scalars(student, reference, rng, award):
    """Numbers out of an array are as good as Python's."""
    arguments = tuple(np.float64(number) for number in draw(rng))
    answer = student.linear_mse_step(*arguments)
    assert_step(award, answer, reference.linear_mse_step(*arguments))


@pytest.mark.group("hygiene")
def test_linear_mse_step_repeats_itself(student, reference, rng, award):
    """The same call gives the same right tuple again, another call in between."""
    arguments = draw(rng)
    first = student.linear_mse_step(*arguments)
    assert isinstance(first, tuple), "the answer is not a tuple"
    student.linear_mse_step(1.0, 2.0, 3.0, 4.0)
    assert_repeatable(first, student.linear_mse_step(*arguments))
    assert_step(award, first, reference.linear_mse_step(*arguments))
