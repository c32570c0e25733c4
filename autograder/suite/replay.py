"""What a chain of layers answers, computed from its weights with NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial, reduce
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.suite.models import Layer, facts, predict, set_weights, weights

__all__ = ["assert_replayed", "replay"]

Array = np.ndarray[Any, Any]
# So many images at once: windows of some hundred images stay in the processor's cache.
_BATCH: Final = 100
# A network of the course has 3 million numbers in its largest step, and 10,000 images take a
# third of the work; one that a process made up must cost neither the memory nor the time of ours.
_MOST_NUMBERS: Final = 2**25
_MOST_WORK: Final = 2**37  # multiplications
_WORK_OF_A_NUMBER: Final = 32  # to write one takes as long as so many multiplications
_MOST_PARAMS: Final = 2_000_000  # more than an answer of a worker can hold
_IMAGES: Final = 3
# What Keras' float32 differs by from float64, some ten times over.
_CLOSE: Final = 1e-4


def replay(layers: Sequence[Layer], weights: Sequence[Array], x: Array) -> Array:
    """Compute what a network answers when it does not train.

    Cross-correlation, "same" padding and the order of weights are those of Keras:
    https://keras.io/api/layers/ has each layer's formula.

    Args:
        layers: From `facts`.
        weights: From `weights`: kernel and bias of each layer that has them; gamma, beta, moving
            mean and moving variance for batch normalisation.
        x: Images (N, H, W, C) or rows (N, D).

    Returns:
        The output, float64.

    Raises:
        AssertionError: A layer is none that the grader knows, the weights do not fit, or the
            network is far larger than one of the course.
    """
    try:
        budget = _Budget()
        steps = list(_steps(layers, weights, budget))
        starts = range(0, len(x), _BATCH)
        answers = []
        for at in starts:
            answers.append(_through(steps, x[at : at + _BATCH].astype(np.float64), budget))
            budget.hold(len(starts), answers[-1].size)
        return np.concatenate(answers)
    # The student's process told of them.
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise AssertionError("the layers and the weights of the model do not fit") from error


def assert_replayed(model: object, rng: np.random.Generator) -> None:
    """Hold that a model is made of layers that are allowed, and computes what they do.

    What a model is made of is said by the student's process, and so can be made up. The weights
    and the images are drawn here: only a process that has such a network knows what it answers.
    Networks that cannot be replayed, or are far larger than those of the course, are let pass:
    none is right.

    Args:
        model: From a student's function.
        rng: Draws the weights and the images.

    Raises:
        AssertionError: A layer is not allowed, or the answers are those of another network.
    """
    found = facts(model)
    foreign = ", ".join(at.kind for at in found.layers if at.kind.startswith("not allowed"))
    assert not foreign, f"expected layers from the list in the module's docstring; {foreign}"
    if found.params > _MOST_PARAMS or not all(map(_is_known, found.layers)):
        return
    arrays = [_drawn(rng, array.shape) for array in weights(model)]
    x = rng.random((_IMAGES, *found.input_shape), dtype=np.float32)
    expected = replay(found.layers, arrays, x)
    set_weights(model, arrays)
    answer = predict(model, x)
    words = "the model does not compute what its layers and its weights say"
    assert answer.shape == expected.shape, words
    assert np.allclose(answer, expected, rtol=_CLOSE, atol=_CLOSE), words


def _is_known(layer: Layer) -> bool:
    activation = layer.settings.get("activation", "linear")
    return layer.kind in _LAYERS and activation in _ACTIVATIONS and not _is_sparse(layer.settings)


def _drawn(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep numbers near 1; vectors are positive, as a variance has to be."""
    if len(shape) < 2:
        return rng.uniform(0.1, 1, shape).astype(np.float32)
    return (rng.standard_normal(shape) / math.sqrt(math.prod(shape[:-1]))).astype(np.float32)


class _Budget:
    """What the arithmetic of one network may cost."""

    def __init__(self) -> None:
        self._left = _MOST_WORK

    def hold(self, *shape: int) -> None:
        """Account for an array, before it is made.

        Raises:
            AssertionError: It is too large, or the work so far was too much.
        """
        numbers = math.prod(shape)
        if numbers > _MOST_NUMBERS:
            raise AssertionError("the network is far larger than one of the course")
        self.work(numbers, _WORK_OF_A_NUMBER)

    def work(self, *factors: int) -> None:
        """Account for multiplications, so many as these numbers multiplied.

        Raises:
            AssertionError: The work so far was too much.
        """
        self._left -= math.prod(factors)
        if self._left < 0:
            raise AssertionError("the network is far larger than one of the course")


def _through(steps: Sequence[Callable[[Array], Array]], x: Array, budget: _Budget) -> Array:
    for step in steps:
        x = step(x)
        budget.hold(*x.shape)
    return x


def _steps(
    layers: Sequence[Layer], weights: Sequence[Array], budget: _Budget
) -> Iterator[Callable[[Array], Array]]:
    left = iter(weights)
    for layer in layers:
        make = _LAYERS.get(layer.kind)
        if make is None:
            raise AssertionError(f"a layer that the grader does not replay: {layer}")
        settings = layer.settings
        count = _ARRAYS.get(layer.kind, 0) - (1 if settings.get("use_bias") is False else 0)
        own = [
            np.asarray(array, dtype=np.float64)
            for _, array in zip(range(count), left, strict=False)
        ]
        if len(own) != count:
            raise AssertionError("the model has fewer weights than its layers need")
        yield make(settings, own, budget)
        if "activation" in settings:
            yield _activation(str(settings["activation"]))
    if next(left, None) is not None:
        raise AssertionError("the model has more weights than its layers need")


def _activation(name: str) -> Callable[[Array], Array]:
    if name not in _ACTIVATIONS:
        raise AssertionError(f"an activation that the grader does not replay: {name}")
    return _ACTIVATIONS[name]


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _sigmoid(z: Array) -> Array:
    with np.errstate(over="ignore"):  # exp(-z) of a very negative z is inf, and the answer 0
        return np.asarray(1 / (1 + np.exp(-z)))


_ACTIVATIONS: Final[Mapping[str, Callable[[Array], Array]]] = {
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "sigmoid": _sigmoid,
    "softmax": _softmax,
    "tanh": np.tanh,
}


def _windows(
    x: Array, size: tuple[int, int], settings: Mapping[str, Any], fill: float, budget: _Budget
) -> Array:
    """Cut images into windows (N, rows, columns, C, height, width), padded as Keras pads."""
    if _is_sparse(settings):
        raise AssertionError("a convolution with dilation or groups, which no exercise asks for")
    strides = tuple(settings.get("strides", (1, 1)))
    if settings.get("padding") == "same":
        borders = [_borders(*lengths) for lengths in zip(x.shape[1:3], size, strides, strict=True)]
        widths = [(0, 0), *borders, (0, 0)]
        budget.hold(*(length + sum(width) for length, width in zip(x.shape, widths, strict=True)))
        x = np.pad(x, widths, constant_values=fill)
    windows = sliding_window_view(x, size, axis=(1, 2))[:, :: strides[0], :: strides[1]]
    budget.hold(*windows.shape)
    return np.asarray(windows)


def _is_sparse(settings: Mapping[str, Any]) -> bool:
    """Tell whether a convolution leaves out places, or pairs of channels."""
    usual = {"dilation_rate": (1, 1), "groups": 1}
    return any(settings.get(name, value) != value for name, value in usual.items())


def _borders(length: int, size: int, stride: int) -> tuple[int, int]:
    """Work out "same" padding: the odd one goes behind."""
    total = max((-(-length // stride) - 1) * stride + size - length, 0)
    return total // 2, total - total // 2


def _conv2d(
    settings: Mapping[str, Any], arrays: Sequence[Array], budget: _Budget
) -> Callable[[Array], Array]:
    kernel, *bias = arrays
    height, width, channels, filters = kernel.shape
    _require_vectors(bias, filters)
    flat = kernel.transpose(2, 0, 1, 3).reshape(channels * height * width, filters)

    def convolve(x: Array) -> Array:
        windows = _windows(x, (height, width), settings, 0.0, budget)
        rows = windows.reshape(*windows.shape[:3], -1)
        return _product(rows, flat, bias, budget)

    return convolve


def _dense(
    _: Mapping[str, Any], arrays: Sequence[Array], budget: _Budget
) -> Callable[[Array], Array]:
    kernel, *bias = arrays
    _, units = kernel.shape
    _require_vectors(bias, units)
    return lambda x: _product(x, kernel, bias, budget)


def _product(x: Array, kernel: Array, bias: Sequence[Array], budget: _Budget) -> Array:
    """Multiply rows with a matrix, and add the bias if there is one."""
    budget.hold(*x.shape[:-1], kernel.shape[1])
    budget.work(x.size, kernel.shape[1])
    rows = x @ kernel
    return np.asarray(rows + bias[0] if bias else rows)


def _require_vectors(arrays: Sequence[Array], length: int) -> None:
    """Refuse what NumPy would broadcast.

    Raises:
        ValueError: An array is no vector of this length.
    """
    if any(array.shape != (length,) for array in arrays):
        raise ValueError("an array that is no vector, or of another length")


def _max_pool(
    settings: Mapping[str, Any], _: Sequence[Array], budget: _Budget
) -> Callable[[Array], Array]:
    size = tuple(settings["pool_size"])

    def pool(x: Array) -> Array:
        windows = _windows(x, size, settings, -np.inf, budget)
        # Place by place: far quicker than `max` over two axes that are so short.
        places = (windows[..., i, j] for i in range(size[0]) for j in range(size[1]))
        return np.asarray(reduce(np.maximum, places))

    return pool


def _average_pool(
    settings: Mapping[str, Any], _: Sequence[Array], budget: _Budget
) -> Callable[[Array], Array]:
    size = tuple(settings["pool_size"])  # Keras averages over what is no padding
    cut = partial(_windows, size=size, settings=settings, fill=np.nan, budget=budget)
    return lambda x: np.asarray(np.nanmean(cut(x), axis=(-2, -1)))


def _batch_norm(
    _: Mapping[str, Any], arrays: Sequence[Array], __: _Budget
) -> Callable[[Array], Array]:
    gamma, beta, mean, variance = arrays
    _require_vectors(arrays, gamma.size)
    scale = gamma / np.sqrt(variance + 1e-3)  # Keras' epsilon

    def normalise(x: Array) -> Array:
        _require_vectors(arrays, x.shape[-1])
        return np.asarray((x - mean) * scale + beta)

    return normalise


def _unchanged(*_: object) -> Callable[[Array], Array]:
    return lambda x: x


_Make = Callable[[Mapping[str, Any], Sequence[Array], _Budget], Callable[[Array], Array]]
_LAYERS: Final[Mapping[str, _Make]] = {
    "Conv2D": _conv2d,
    "Dense": _dense,
    "MaxPooling2D": _max_pool,
    "AveragePooling2D": _average_pool,
    "BatchNormalization": _batch_norm,
    "Flatten": lambda *_: lambda x: x.reshape(len(x), -1),
    "Dropout": _unchanged,
    "Activation": _unchanged,
}
_ARRAYS: Final = {"Conv2D": 2, "Dense": 2, "BatchNormalization": 4}
