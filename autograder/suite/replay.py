"""What a chain of layers answers, computed from its weights with NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.suite.models import Layer

__all__ = ["replay"]

Array = np.ndarray[Any, Any]
# So many images at once: windows of some hundred images stay in the processor's cache.
_BATCH: Final = 100


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
        AssertionError: A layer is none that the grader knows, or the weights do not fit.
    """
    try:
        steps = list(_steps(layers, weights))
        batches = [x[at : at + _BATCH].astype(np.float64) for at in range(0, len(x), _BATCH)]
        return np.concatenate([_through(steps, batch) for batch in batches])
    except (ValueError, TypeError, LookupError) as error:  # the student's process told of them
        raise AssertionError("the layers and the weights of the model do not fit") from error


def _through(steps: Sequence[Callable[[Array], Array]], x: Array) -> Array:
    for step in steps:
        x = step(x)
    return x


def _steps(layers: Sequence[Layer], weights: Sequence[Array]) -> Iterator[Callable[[Array], Array]]:
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
        yield make(settings, own)
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


def _windows(x: Array, size: tuple[int, int], settings: Mapping[str, Any], fill: float) -> Array:
    """Cut images into windows (N, rows, columns, C, height, width), padded as Keras pads."""
    if settings.get("dilation_rate", (1, 1)) != (1, 1) or settings.get("groups", 1) != 1:
        raise AssertionError("a convolution with dilation or groups, which no exercise asks for")
    strides = tuple(settings.get("strides", (1, 1)))
    if settings.get("padding") == "same":
        borders = [_borders(*lengths) for lengths in zip(x.shape[1:3], size, strides, strict=True)]
        x = np.pad(x, [(0, 0), *borders, (0, 0)], constant_values=fill)
    windows = sliding_window_view(x, size, axis=(1, 2))
    return np.asarray(windows[:, :: strides[0], :: strides[1]])


def _borders(length: int, size: int, stride: int) -> tuple[int, int]:
    """Work out "same" padding: the odd one goes behind."""
    total = max((-(-length // stride) - 1) * stride + size - length, 0)
    return total // 2, total - total // 2


def _conv2d(settings: Mapping[str, Any], arrays: Sequence[Array]) -> Callable[[Array], Array]:
    kernel, *bias = arrays
    height, width, channels, filters = kernel.shape
    flat = kernel.transpose(2, 0, 1, 3).reshape(channels * height * width, filters)

    def convolve(x: Array) -> Array:
        windows = _windows(x, (height, width), settings, 0.0)
        rows = windows.reshape(*windows.shape[:3], -1) @ flat
        return np.asarray(rows + bias[0] if bias else rows)

    return convolve


def _dense(_: Mapping[str, Any], arrays: Sequence[Array]) -> Callable[[Array], Array]:
    kernel, *bias = arrays
    return lambda x: np.asarray(x @ kernel + bias[0] if bias else x @ kernel)


def _max_pool(settings: Mapping[str, Any], _: Sequence[Array]) -> Callable[[Array], Array]:
    size = tuple(settings["pool_size"])

    def pool(x: Array) -> Array:
        windows = _windows(x, size, settings, -np.inf)
        # Place by place: far quicker than `max` over two axes that are so short.
        places = (windows[..., i, j] for i in range(size[0]) for j in range(size[1]))
        return np.asarray(reduce(np.maximum, places))

    return pool


def _average_pool(settings: Mapping[str, Any], _: Sequence[Array]) -> Callable[[Array], Array]:
    size = tuple(settings["pool_size"])  # Keras averages over what is no padding
    return lambda x: np.asarray(np.nanmean(_windows(x, size, settings, np.nan), axis=(-2, -1)))


def _batch_norm(_: Mapping[str, Any], arrays: Sequence[Array]) -> Callable[[Array], Array]:
    gamma, beta, mean, variance = arrays
    scale = gamma / np.sqrt(variance + 1e-3)  # Keras' epsilon
    return lambda x: np.asarray((x - mean) * scale + beta)


def _unchanged(_: Mapping[str, Any], __: Sequence[Array]) -> Callable[[Array], Array]:
    return lambda x: x


_Make = Callable[[Mapping[str, Any], Sequence[Array]], Callable[[Array], Array]]
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
