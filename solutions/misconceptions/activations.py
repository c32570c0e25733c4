"""Known-wrong implementations of `activations`."""

import math

import numpy as np

from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)


@known_wrong("step", band=(70, 80))
def step_ge(x):
    """Your unit fires at exactly 0: it may only fire above, so write x > 0 (deck 004 L124)."""
    return np.greater_equal(x, 0).astype(x.dtype)


@known_wrong("step", band=(55, 65))
def step_heaviside_half(x):
    """Your unit answers one half at the threshold: a step unit knows 0 and 1 only, and 0 there."""
    return np.heaviside(x, 0.5)


@known_wrong("step", band=(0, 10))
def step_scalar_if(x):
    """An `if` decides for one number: compare the whole array at once, as in x > 0."""
    return 1 if x > 0 else 0


@known_wrong("sigmoid", band=(80, 90))
def sig_pos_exp(x):
    """For large x both exponentials are inf, and inf / inf is nan: raise e to -|x| only."""
    raised = np.exp(reference._as_real(x))
    return raised / (1 + raised)


@known_wrong("sigmoid", band=(15, 25))
def sig_parens(x):
    """Division comes before addition: put parentheses around the denominator, 1 + exp(-x)."""
    return 1 / 1 + np.exp(-reference._as_real(x))


@known_wrong(
    "sigmoid",
    band=(0, 10),
    source='deeplearning.ai C1W2: "basic_sigmoid" exists to show exactly this',
)
def sig_math(x):
    """math.exp takes one number: np.exp takes a whole array."""
    return 1 / (1 + math.exp(-x))


@known_wrong("sigmoid", band=(90, 99))
def sig_f64(x):
    """You always answer in float64: an input of float32 asks for float32."""
    return reference.sigmoid(x.astype(np.float64))


@known_wrong("sigmoid", band=(90, 99), named=False)
def sig_inplace(x):
    """You overwrite the array that was handed in, which is still needed: work on a copy."""
    x = reference._as_real(x)
    np.exp(np.negative(x, out=x), out=x)
    return 1 / (1 + x)


@known_wrong("tanh", band=(85, 95))
def tanh_deck004(x):
    """Deck 004's fraction becomes inf / inf for large |x| and loses digits near 0 (erratum E35)."""
    x = reference._as_real(x)
    up, down = np.exp(x), np.exp(-x)
    return (up - down) / (up + down)


@known_wrong("tanh", band=(15, 25))
def tanh_no2(x):
    """This is tanh(x / 2): with a single exponential, its exponent is 2x."""
    x = reference._as_real(x)
    decay = np.exp(-np.abs(x))
    return np.sign(x) * (1 - decay) / (1 + decay)


@known_wrong("tanh", band=(15, 25))
def tanh_plus(x):
    """Numerator and denominator are the same, so the answer is always 1: subtract in the former."""
    x = reference._as_real(x)
    up, down = np.exp(x), np.exp(-x)
    return (up + down) / (up + down)


@known_wrong("relu", band=(0, 10))
def relu_max(x):
    """With max one argument wins as a whole: np.maximum compares number by number."""
    return max(0, reference._as_real(x))


@known_wrong("relu", band=(20, 30))
def relu_abs(x):
    """Negative numbers become 0, not positive."""
    return np.abs(reference._as_real(x))


@known_wrong("relu", band=(15, 25))
def relu_minus1(x):
    """You cut at 1: numbers between 0 and 1 pass unchanged, and negative ones become 0."""
    return np.maximum(reference._as_real(x), 1)


@known_wrong("relu", band=(65, 75))
def relu6(x):
    """You cap the answer: nothing limits it upwards."""
    return np.clip(reference._as_real(x), 0, 6)


@known_wrong("leaky_relu", band=(85, 95))
def leaky_max_general(x, negative_slope=0.01):
    """The larger of x and slope * x is right up to slope 1 only: ask for the sign instead (E36)."""
    x = reference._as_real(x)
    return np.maximum(negative_slope * x, x)


@known_wrong("leaky_relu", band=(20, 30))
def leaky_const(x, negative_slope=0.01):
    """Negative numbers become the slope itself: multiply them by it."""
    x = reference._as_real(x)
    return np.where(x >= 0, x, negative_slope)


@known_wrong(
    "leaky_relu",
    band=(30, 40),
    source="keras.layers.LeakyReLU().negative_slope is 0.3 in Keras 3.15",
    convention="Keras (0.3 in the layer, 0.2 in the function)",
)
def leaky_default(x, negative_slope=0.3):
    """Your slope is another one where none is given: the lectures' is 0.01 (deck 004 L171)."""
    return reference.leaky_relu(x, negative_slope)


@known_wrong(
    "softmax",
    band=(80, 90),
    source="https://openillumi.com/en/en-softmax-numerical-stability-python",
)
def softmax_noshift(x, axis=-1):
    """Big scores overflow to inf / inf: subtract each sample's largest score first, it cancels."""
    raised = np.exp(reference._as_real(x))
    return raised / raised.sum(axis=axis, keepdims=True)


@known_wrong(
    "softmax",
    band=(85, 95),
    source="https://shusei-e.github.io/deep%20learning/softmax_without_overflow/ uses np.max(x)",
)
def softmax_globalmax(x, axis=-1):
    """You subtract the batch's maximum: a sample far below it becomes 0 / 0, so use its own."""
    x = reference._as_real(x)
    raised = np.exp(x - x.max())
    return raised / raised.sum(axis=axis, keepdims=True)


@known_wrong(
    "softmax",
    band=(10, 20),
    source='StackOverflow softmax_2, "operands could not be broadcast together with shapes '
    '(80,3) (80,)"',
)
def softmax_nokeep(x, axis=-1):
    """Your sums lost the axis, so NumPy divides along another one: pass keepdims=True."""
    x = reference._as_real(x)
    raised = np.exp(x - x.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis)


@known_wrong("softmax", band=(20, 30), source="the same StackOverflow thread (softmax_2)")
def softmax_parens(x, axis=-1):
    """You divide inside the exponential: raise first, then divide by the sum of the powers."""
    x = reference._as_real(x)
    return np.exp(x / np.exp(x).sum(axis=axis, keepdims=True))


@known_wrong("softmax", band=(20, 30))
def softmax_noexp(x, axis=-1):
    """You divide the scores by their sum: without exp a probability can be negative."""
    x = reference._as_real(x)
    return x / x.sum(axis=axis, keepdims=True)


@known_wrong(
    "activation_grad",
    band=(55, 65),
    source="deeplearning.ai C1W3 thread 63071 (planar backward)",
)
def dtanh_1_x2(x, kind, negative_slope=0.01):
    """1 - a**2 holds for the answer a = tanh(x): you squared the net input x."""
    if kind == "tanh":
        return 1 - reference._as_real(x) ** 2
    return reference.activation_grad(x, kind, negative_slope)


@known_wrong(
    "activation_grad",
    band=(90, 99),
    source="http://runxinzhi.com/mtcnn-p-9422247.html uses `dout*(x>=0)`",
)
def drelu_ge(x, kind, negative_slope=0.01):
    """At exactly 0 you take relu's slope from the right: here, as in TensorFlow, it is 0."""
    if kind == "relu":
        return np.greater_equal(x, 0).astype(reference._as_real(x).dtype)
    return reference.activation_grad(x, kind, negative_slope)


@known_wrong("activation_grad", band=(55, 65))
def drelu_returns_x(x, kind, negative_slope=0.01):
    """This is relu itself: its slope is 0 on the left and 1 on the right, whatever x is."""
    if kind == "relu":
        return reference.relu(x)
    return reference.activation_grad(x, kind, negative_slope)


@known_wrong("activation_grad", band=(70, 80))
def dleaky_zero(x, kind, negative_slope=0.01):
    """Below 0 your slope is relu's: leaky_relu keeps its negative_slope there."""
    kind = "relu" if kind == "leaky_relu" else kind
    return reference.activation_grad(x, kind, negative_slope)


@known_wrong("log_softmax", band=(80, 90))
def lsm_logof(x, axis=-1):
    """A tiny probability is rounded to 0 before its logarithm: subtract log(sum(exp)) instead."""
    return np.log(reference.softmax(x, axis))


@known_wrong("log_softmax", band=(10, 20))
def lsm_nokeep(x, axis=-1):
    """Your sums lost the axis, so NumPy subtracts along another one: pass keepdims=True."""
    x = reference._as_real(x)
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis))


@known_wrong("log_softmax", band=(20, 30))
def lsm_noexpmax(x, axis=-1):
    """Only the sum is shifted, so the answer is off by the maximum: subtract it from x as well."""
    x = reference._as_real(x)
    shifted = x - x.max(axis=axis, keepdims=True)
    return x - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
