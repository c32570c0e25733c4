"""Activation functions: what a neuron does with its net input.

Write the bodies; keep the names and the arguments. You may add functions of your own.

The rules that hold for every function of this module:

* An array is a `numpy.ndarray`, of any number of axes (0 included) unless a function says
  otherwise. The answer has the shape of `x`.
* `float32` in gives `float32` out, `float64` gives `float64`; integers and booleans are promoted
  to `float64`. (`step` alone keeps the dtype of `x`, whatever it is.)
* No argument is ever modified, nothing is printed, and no state is kept between calls.
* NumPy and the harmless standard library (math, typing, itertools, functools, collections,
  dataclasses, warnings) may be imported, nothing else.
* Batch is axis 0; the scores of one sample lie along the last axis.
* The answer is right for every finite input, and no NumPy warning of an overflow, an invalid
  value or a division by zero is raised on the way. (An underflow to 0 is fine.)

Sources: "deck 004 L124" is line 124 of the text of lecture deck 004.
"""

import numpy as np


def step(x: np.ndarray) -> np.ndarray:
    """Answer 1 where the net input is positive, and 0 elsewhere.

    `step(x) = 1 if x > 0 else 0` (deck 004 L124). The inequality is strict, so `step(0) = 0`:
    a perceptron whose net input is exactly at the threshold does not fire.

    Args:
        x: Net input, any shape and any real dtype.

    Returns:
        Zeros and ones, the shape and the dtype of `x`.

    Example:
        >>> step(np.array([-2.0, 0.0, 3.0]))
        array([0., 0., 1.])
    """
    raise NotImplementedError("A1.1 step")


def linear(x: np.ndarray, slope: float = 1.0) -> np.ndarray:
    """Multiply the net input by a constant slope.

    `linear(x) = slope * x`; with slope 1 this is the unit of deck 000 L290.

    Args:
        x: Net input, any shape.
        slope: The factor, any finite number.

    Returns:
        The shape of `x`; integers become `float64`.

    Example:
        >>> linear(np.array([-1.0, 2.0]), slope=3.0)
        array([-3.,  6.])
    """
    raise NotImplementedError("A1.1 linear")


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Squash every number into the range 0..1.

    `sigmoid(x) = 1 / (1 + exp(-x))` (deck 000 L93, deck 001 L254). `exp(-x)` overflows for
    x < -709 (in `float32` for x < -88): use `exp` on numbers that are not positive.

    Args:
        x: Net input, any shape.

    Returns:
        The shape of `x`, between 0 and 1.

    Example:
        >>> sigmoid(np.array([-2.0, 0.0, 3.0]))
        array([0.11920292, 0.5       , 0.95257413])
    """
    raise NotImplementedError("A1.2 sigmoid")


def tanh(x: np.ndarray) -> np.ndarray:
    """Squash every number into the range -1..1.

    `tanh(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x))` (deck 004 L145; deck 000 L101 and
    deck 001 L255 print the same function in other forms). Write it without the hyperbolic
    functions of NumPy and `math`: the exercise refuses `np.tanh`, `np.sinh` and `np.cosh`.

    In `float64` the relative error is at most 1e-6 for 1e-10 <= |x| <= 1000. None of the three
    printed forms reaches that everywhere: they give nan for big |x| or lose digits near 0
    (erratum E35). `exp(-2 * |x|)` never overflows, and `np.expm1` keeps the digits.

    Args:
        x: Net input, any shape.

    Returns:
        The shape of `x`, between -1 and 1.

    Example:
        >>> tanh(np.array([-2.0, 0.0, 0.5]))
        array([-0.96402758,  0.        ,  0.46211716])
    """
    raise NotImplementedError("A1.3 tanh")


def relu(x: np.ndarray) -> np.ndarray:
    """Keep the positive numbers and put 0 in place of the others.

    `relu(x) = max(0, x)`, element by element (deck 001 L256, deck 004 L159).

    Args:
        x: Net input, any shape; may hold infinities: `relu(inf)` is inf, `relu(-inf)` is 0.

    Returns:
        The shape of `x`, never negative.

    Example:
        >>> relu(np.array([-2.0, 0.0, 3.0]))
        array([0., 0., 3.])
    """
    raise NotImplementedError("A1.4 relu")


def leaky_relu(x: np.ndarray, negative_slope: float = 0.01) -> np.ndarray:
    """Keep the numbers from 0 up and multiply the negative ones by a slope.

    `leaky_relu(x) = x if x >= 0 else negative_slope * x` (deck 004 L171). Deck 004 and PyTorch
    use 0.01 as default; in Keras the layer has 0.3 and the function 0.2. The deck's
    `np.maximum(0.01*x, x)` is right for slopes up to 1 only: this function takes any slope.

    Args:
        x: Net input, any shape, finite.
        negative_slope: The factor for negative numbers, >= 0; may be greater than 1.

    Returns:
        The shape of `x`.

    Example:
        >>> leaky_relu(np.array([-2.0, 0.0, 3.0]))
        array([-0.02,  0.  ,  3.  ])
        >>> leaky_relu(np.array([-2.0, 0.0, 3.0]), negative_slope=2.0)
        array([-4.,  0.,  3.])
    """
    raise NotImplementedError("A1.5 leaky_relu")


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Turn scores into probabilities that add up to 1 along an axis.

    `softmax(x)_j = exp(x_j) / sum_i exp(x_i)` (deck 001 L260, deck 004 L136), where the sum runs
    along `axis` only. A constant that is added to all scores of a slice cancels: subtract each
    slice's own maximum, and `exp` cannot overflow. The deck's code (004 L139) does neither
    (erratum E34).

    Args:
        x: Scores, at least one axis, finite.
        axis: The axis along which the scores of one sample lie; negative counts from the end.

    Returns:
        The shape of `x`; the sums along `axis` are 1.

    Example:
        >>> softmax(np.array([[1.0, 2.0, 3.0], [1000.0, 1001.0, 999.0]]))
        array([[0.09003057, 0.24472847, 0.66524096],
               [0.24472847, 0.66524096, 0.09003057]])
    """
    raise NotImplementedError("A1.6 softmax")


def activation_grad(x: np.ndarray, kind: str, negative_slope: float = 0.01) -> np.ndarray:
    """Compute the derivative of an activation function at its net input.

    `x` is the net input z (the pre-activation), not the activation a. For the sigmoid,
    s'(x) = s(x) (1 - s(x)) (deck 004 L406-411, deck 000 L392).

    ReLU and leaky ReLU have a kink at 0. The course takes relu'(0) = 0 and
    leaky_relu'(0) = negative_slope, as TensorFlow and PyTorch do.

    Args:
        x: Net input, any shape.
        kind: "linear" (of slope 1), "sigmoid", "tanh", "relu" or "leaky_relu".
        negative_slope: The slope of "leaky_relu"; the other kinds ignore it.

    Returns:
        The shape of `x`; integers become `float64`.

    Raises:
        ValueError: `kind` is none of the five.

    Example:
        >>> activation_grad(np.array([-2.0, 0.0, 3.0]), "leaky_relu")
        array([0.01, 0.01, 1.  ])
    """
    raise NotImplementedError("A1.7 activation_grad")


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Compute the logarithm of the softmax without computing the softmax.

    `log_softmax(x)_j = x_j - log(sum_i exp(x_i))`, the logarithm of deck 004 L136, where the sum
    runs along `axis` only. `np.log(softmax(x))` is -inf as soon as a score lies 746 below the
    maximum; the difference above is not, if the maximum is subtracted first.

    Args:
        x: Scores, at least one axis, finite.
        axis: The axis along which the scores of one sample lie; negative counts from the end.

    Returns:
        The shape of `x`, never positive.

    Example:
        >>> log_softmax(np.array([1.0, 2.0, 3.0]))
        array([-2.40760596, -1.40760596, -0.40760596])
    """
    raise NotImplementedError("A1.8 log_softmax")
