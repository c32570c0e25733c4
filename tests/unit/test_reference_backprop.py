"""The reference solution of `backprop` against SciPy, complex steps, naive loops, and its laws."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import expit, log_softmax, softmax

from autograder.suite.collect import load_reference

SOLUTION = Path(__file__).parents[2] / "solutions" / "backprop.py"


reference = load_reference(SOLUTION, SOLUTION.stem)

repeatable = settings(max_examples=60, deadline=None, derandomize=True, database=None)
small = st.integers(1, 5)
seeds = st.integers(0, 2**32 - 1)
hidden = st.sampled_from(["linear", "sigmoid", "tanh", "relu", "leaky_relu"])
smooth = st.sampled_from(["linear", "sigmoid", "tanh"])
FORWARD = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),  # complex numbers too
    "tanh": np.tanh,
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "leaky_relu": lambda z: np.where(z.real > 0, z, 0.01 * z),
}


def complex_step(function, x: np.ndarray) -> np.ndarray:
    """Differentiate an analytic function: Im f(x + ih) / h, with no difference to lose digits."""
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        point = x.astype(complex)
        point[index] += 1e-30j
        gradient[index] = function(point).imag / 1e-30
    return gradient


def loss(params, activations, x, d_last):
    """Walk forward and weigh the last pre-activation with d_last: its gradient is d_last."""
    a = x
    for (w, b), kind in zip(params[:-1], activations[:-1], strict=True):
        a = FORWARD[kind](a @ w + b)
    w, b = params[-1]
    return np.sum(d_last * (a @ w + b))


@repeatable
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=8))
def test_poly_derivative_agrees_with_numpys(coeffs: list[float]) -> None:
    """NumPy's own derivative of a polynomial is the same, the constant's included."""
    expected = np.polynomial.polynomial.polyder(coeffs)
    np.testing.assert_allclose(reference.poly_derivative(np.array(coeffs)), expected, rtol=1e-15)


@repeatable
@given(small, small, seeds)
def test_poly_derivative_obeys_the_product_rule(one: int, other: int, seed: int) -> None:
    """(pq)' = p'q + pq' for polynomials as coefficients."""
    rng = np.random.default_rng(seed)
    p, q = rng.normal(size=one + 1), rng.normal(size=other + 1)
    slope_p, slope_q = reference.poly_derivative(p), reference.poly_derivative(q)
    expected = np.convolve(slope_p, q) + np.convolve(p, slope_q)
    answer = reference.poly_derivative(np.convolve(p, q))
    np.testing.assert_allclose(answer, expected, atol=1e-12)


@repeatable
@given(*[st.floats(-10, 10, allow_subnormal=False)] * 4)
def test_linear_mse_step_is_the_complex_steps_gradient(
    x: float, y: float, w: float, b: float
) -> None:
    """Both derivatives agree with complex steps to rounding."""
    y_hat, error, dw, db = reference.linear_mse_step(x, y, w, b)
    slopes = complex_step(lambda p: (x * p[0] + p[1] - y) ** 2, np.array([w, b]))
    np.testing.assert_allclose([dw, db], slopes, rtol=1e-12, atol=1e-12)
    assert (y_hat, error) == (x * w + b, (x * w + b - y) ** 2)


def test_numerical_gradient_agrees_with_scipy_to_its_accuracy() -> None:
    """SciPy's one-sided gradient of Rosenbrock's function is the same to about 1e-5."""

    def valley(p: np.ndarray) -> float:
        return float(100 * (p[1] - p[0] ** 2) ** 2 + (1 - p[0]) ** 2)

    x = np.array([-1.2, 1.0])
    answer = reference.numerical_gradient(valley, x)
    np.testing.assert_allclose(answer, approx_fprime(x, valley, 1e-8), rtol=1e-5)
    np.testing.assert_allclose(answer, [-215.6, -88.0], rtol=1e-8)


@repeatable
@given(st.tuples(small, small), seeds, st.floats(1e-6, 1e-4))
def test_numerical_gradient_agrees_with_complex_steps(
    shape: tuple[int, int], seed: int, h: float
) -> None:
    """Centred differences of a smooth function of two axes are right to about h^2."""
    x = np.random.default_rng(seed).normal(size=shape)
    weights = np.cos(np.arange(x.size)).reshape(shape)
    expected = complex_step(lambda p: np.sum(weights * np.sin(p) * p), x)
    answer = reference.numerical_gradient(lambda p: float(np.sum(weights * np.sin(p) * p)), x, h)
    np.testing.assert_allclose(answer, expected, atol=1e-7)


@pytest.mark.parametrize("dtype", ["int64", "float32", "bool", "float64"])
def test_numerical_gradient_of_any_dtype_is_exact_and_leaves_x_alone(dtype: str) -> None:
    """The point is copied into float64: a cube's gradient is right at integers and float32."""
    x = np.array([[0, 1], [1, 1]]).astype(dtype)
    kept = x.copy()
    answer = reference.numerical_gradient(lambda p: float(np.sum(p**3)), x)
    assert answer.dtype == np.float64
    np.testing.assert_allclose(answer, [[0, 3], [3, 3]], atol=1e-9)
    assert (x.dtype, x.tobytes()) == (kept.dtype, kept.tobytes())


@repeatable
@given(small, small, small, seeds)
def test_dense_backward_agrees_with_its_definition(n: int, d: int, m: int, seed: int) -> None:
    """Every entry of the three gradients is the sum that the chain rule writes down."""
    rng = np.random.default_rng(seed)
    dout, x, w = rng.normal(size=(n, m)), rng.normal(size=(n, d)), rng.normal(size=(d, m))
    dx, dw, db = np.zeros((n, d)), np.zeros((d, m)), np.zeros(m)
    for i, j, k in np.ndindex(n, d, m):
        dx[i, j] += dout[i, k] * w[j, k]
        dw[j, k] += x[i, j] * dout[i, k]
    for i, k in np.ndindex(n, m):
        db[k] += dout[i, k]
    for answer, expected in zip(reference.dense_backward(dout, x, w), (dx, dw, db), strict=True):
        np.testing.assert_allclose(answer, expected, atol=1e-12)


@repeatable
@given(smooth, seeds)
def test_activation_backward_agrees_with_complex_steps(kind: str, seed: int) -> None:
    """The gradient of a weighted sum of activations is right to rounding."""
    dout, z = np.random.default_rng(seed).normal(scale=3.0, size=(2, 3, 4))
    expected = complex_step(lambda p: np.sum(dout * FORWARD[kind](p)), z)
    answer = reference.activation_backward(dout, z, kind)
    np.testing.assert_allclose(answer, expected, rtol=1e-12, atol=1e-14)


@repeatable
@given(st.floats(-1e4, 1e4), st.floats(-3, 3), st.floats(0, 3))
def test_activation_backward_of_the_rectifiers_is_one_of_two_slopes(
    z: float, dout: float, slope: float
) -> None:
    """Above 0 everything passes, elsewhere nothing or the slope's part: at 0 too."""
    arrays = np.array([dout]), np.array([z])
    below = z <= 0
    assert reference.activation_backward(*arrays, "relu")[0] == (0 if below else dout)
    leaky = reference.activation_backward(*arrays, "leaky_relu", slope)
    assert leaky[0] == (slope * dout if below else dout)


@pytest.mark.parametrize("kind", ["sigmoid", "tanh"])
def test_activation_backward_never_overflows(kind: str) -> None:
    """Saturated units pass nothing on, without a warning; SciPy's sigmoid agrees in between."""
    z = np.array([-1e4, -40.0, 0.5, 40.0, 1e4])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        answer = reference.activation_backward(np.ones(5), z, kind)
    slopes = {"sigmoid": expit(z) * expit(-z), "tanh": 1 / np.cosh(np.minimum(abs(z), 300)) ** 2}
    np.testing.assert_allclose(answer, slopes[kind], rtol=1e-6, atol=1e-15)


def test_unknown_activation_is_a_value_error() -> None:
    """A name that is not in the list is refused, in a network's hidden layer too."""
    x, layer = np.ones((1, 1)), (np.ones((1, 1)), np.ones(1))
    with pytest.raises(ValueError, match="expected one of linear"):
        reference.activation_backward(x, x, "swish")
    with pytest.raises(ValueError, match="expected one of linear"):
        reference.mlp_backward([layer, layer], ["swish", "linear"], x, x)


@repeatable
@given(small, st.integers(2, 6), seeds)
def test_softmax_ce_backward_agrees_with_scipy_and_complex_steps(n: int, c: int, seed: int) -> None:
    """It is SciPy's softmax less the one-hot labels by N, and the slope of the mean loss."""
    rng = np.random.default_rng(seed)
    labels, logits = rng.integers(0, c, size=n), rng.normal(scale=3.0, size=(n, c))
    answer = reference.softmax_ce_backward(labels, logits)
    expected = (softmax(logits, axis=1) - np.eye(c)[labels]) / n
    np.testing.assert_allclose(answer, expected, atol=1e-14)

    def mean_loss(z: np.ndarray) -> complex:
        return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(n), labels])

    np.testing.assert_allclose(answer, complex_step(mean_loss, logits), atol=1e-13)
    np.testing.assert_allclose(answer.sum(axis=1), 0, atol=1e-14)


def test_softmax_ce_backward_of_large_scores_descends() -> None:
    """Scores of 1000 give finite gradients, and a step against them lowers SciPy's loss."""
    logits, labels = np.array([[1000.0, 999.0, -1000.0], [0.0, -1000.0, 1.0]]), np.array([1, 0])
    answer = reference.softmax_ce_backward(labels, logits)
    before, after = (
        -log_softmax(z, axis=1)[[0, 1], labels].mean() for z in (logits, logits - 0.1 * answer)
    )
    assert np.isfinite(answer).all()
    assert after < before


@repeatable
@given(st.lists(small, min_size=2, max_size=4), small, st.data(), seeds)
def test_mlp_backward_agrees_with_complex_steps(
    widths: list[int], n: int, data: st.DataObject, seed: int
) -> None:
    """Every weight's and bias' gradient is right to rounding, for any depth and activation."""
    rng = np.random.default_rng(seed)
    params = [(rng.normal(size=(d, m)), rng.normal(size=m)) for d, m in pairwise(widths)]
    activations = [data.draw(hidden) for _ in params]
    x, d_last = rng.normal(size=(n, widths[0])), rng.normal(size=(n, widths[-1]))
    answer = reference.mlp_backward(params, activations, x, d_last)
    for layer, gradients in enumerate(answer):
        for part in (0, 1):

            def loss_at(point: np.ndarray, layer: int = layer, part: int = part) -> complex:
                changed = [list(pair) for pair in params]
                changed[layer][part] = point
                return loss(changed, activations, x, d_last)

            expected = complex_step(loss_at, params[layer][part])
            np.testing.assert_allclose(gradients[part], expected, rtol=1e-10, atol=1e-12)


@repeatable
@given(small, small, small, seeds)
def test_mlp_backward_of_one_layer_is_dense_backward(n: int, d: int, m: int, seed: int) -> None:
    """A network of one layer has that layer's gradients, whatever its activation is called."""
    rng = np.random.default_rng(seed)
    dout, x, w = rng.normal(size=(n, m)), rng.normal(size=(n, d)), rng.normal(size=(d, m))
    ((dw, db),) = reference.mlp_backward([(w, np.ones(m))], ["softmax"], x, dout)
    _, expected_dw, expected_db = reference.dense_backward(dout, x, w)
    np.testing.assert_array_equal(dw, expected_dw)
    np.testing.assert_array_equal(db, expected_db)


@repeatable
@given(small, small, seeds, st.sampled_from([0, 1, -1]))
def test_softmax_vjp_is_the_product_with_the_jacobian(n: int, c: int, seed: int, axis: int) -> None:
    """It agrees with complex steps through the softmax, and with the Jacobian written out."""
    dout, z = np.random.default_rng(seed).normal(size=(2, n, c))
    s = softmax(z, axis=axis)
    answer = reference.softmax_vjp(dout, s, axis=axis)

    def weighted(point: np.ndarray) -> complex:
        raised = np.exp(point)
        return np.sum(dout * raised / raised.sum(axis=axis, keepdims=True))

    np.testing.assert_allclose(answer, complex_step(weighted, z), atol=1e-13)
    for row, p, d in zip(
        np.moveaxis(answer, axis, -1),
        np.moveaxis(s, axis, -1),
        np.moveaxis(dout, axis, -1),
        strict=True,
    ):
        np.testing.assert_allclose(row, (np.diag(p) - np.outer(p, p)) @ d, atol=1e-14)


def test_softmax_vjp_after_the_loss_is_softmax_ce_backward() -> None:
    """The two halves of the chain rule give what the shortcut p - y gives."""
    labels, logits = np.array([2, 0]), np.array([[0.3, -1.0, 2.0], [1.0, 0.0, 0.5]])
    s = softmax(logits, axis=1)
    dout = -np.eye(3)[labels] / s / 2
    expected = reference.softmax_ce_backward(labels, logits)
    np.testing.assert_allclose(reference.softmax_vjp(dout, s), expected, atol=1e-14)


def test_reference_keeps_float32_and_promotes_integers() -> None:
    """Every function that answers with arrays keeps float32, and makes float64 of integers."""
    for dtype, wanted in (("f4", np.float32), ("f8", np.float64), ("i4", np.float64)):
        x, w, b = (np.ones(shape, dtype) for shape in ((2, 3), (3, 3), (3,)))
        layers = [(w, b), (w, b)]
        gradients = [
            reference.mlp_backward(layers, [kind, "linear"], x, x)
            for kind in ("linear", "sigmoid", "tanh", "relu", "leaky_relu")
        ]
        answers = [
            reference.poly_derivative(b),
            reference.poly_derivative(b[:1]),
            *reference.dense_backward(x, x, w),
            *(reference.activation_backward(x, x, kind) for kind in FORWARD),
            reference.softmax_ce_backward(np.array([0, 2]), x),
            reference.softmax_vjp(x, x),
            *(part for answer in gradients for pair in answer for part in pair),
        ]
        assert {answer.dtype for answer in answers} == {np.dtype(wanted)}
