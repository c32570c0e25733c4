"""What Keras answers to the inputs of `test_keras_agreement`, as a program of its own.

TensorFlow starts threads, and a process with threads must not be forked, which other tests do. So
they run `python keras_oracle.py FILE`, which writes every answer under its name to an .npz file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

STRIDES_AND_PADDINGS = [(stride, padding) for stride in (1, 2, 3) for padding in ("valid", "same")]
KERNEL_SIZES = [(3, 3), (2, 4), (1, 3)]
POOLS = [((2, 2), 2), ((3, 2), 1), ((3, 3), 2)]
OPTIMIZER_STEPS = 6
TINY = 1e-5


def inputs() -> dict[str, np.ndarray]:
    """Make the arrays that both sides get: always the same."""
    rng = np.random.default_rng(20)
    scores = rng.normal(scale=3.0, size=(5, 4))
    probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    arrays = {
        "x": rng.normal(scale=4.0, size=(3, 7)),
        "scores": scores,
        "probabilities": probabilities,
        "labels": np.array([0, 3, 2, 1, 3]),
        "bits": np.array([0.0, 1.0, 1.0, 0.0, 1.0]),
        "chances": np.array([0.1, 0.9, 0.3, 1.0, 0.0]),
        "targets": rng.normal(size=(5, 4)),
        "features": rng.normal(size=(5, 6)),
        "W1": rng.normal(size=(6, 3)),
        "b1": rng.normal(size=3),
        "W2": rng.normal(size=(3, 4)),
        "b2": rng.normal(size=4),
        "images": rng.normal(size=(2, 7, 8, 3)),
        "bias": rng.normal(size=5),
        "weights": rng.normal(size=(4, 3)),
        "gamma": rng.uniform(0.5, 2.0, 3),
        "beta": rng.normal(size=3),
        "moving_mean": rng.normal(size=3),
        "moving_var": rng.uniform(0.5, 2.0, 3),
        "gradients": rng.uniform(0.5, 2.0, (OPTIMIZER_STEPS, 4, 3))
        * rng.choice([-1.0, 1.0], (OPTIMIZER_STEPS, 4, 3)),
    }
    for height, width in KERNEL_SIZES:
        arrays[f"kernel_{height}x{width}"] = rng.normal(size=(height, width, 3, 5))
    return arrays


def answers() -> dict[str, np.ndarray]:
    """Let Keras and TensorFlow compute everything, in double precision."""
    import keras  # noqa: PLC0415 - this file is imported for `inputs` too

    keras.config.set_floatx("float64")
    given = inputs()
    found: dict[str, np.ndarray] = {}
    for part in (_activations, _losses, _dense, _convolutions, _pools, _layers, _optimizers):
        found.update({name: np.asarray(value) for name, value in part(keras, given).items()})
    return found


def _activations(keras, given):
    act, x = keras.activations, given["x"]
    return {
        "sigmoid": act.sigmoid(x),
        "tanh": act.tanh(x),
        "relu": act.relu(x),
        "leaky_relu": act.leaky_relu(x, negative_slope=0.01),
        "leaky_relu_layer_default": keras.layers.LeakyReLU()(x),
        "softmax": act.softmax(keras.ops.convert_to_tensor(x)),
        "log_softmax": act.log_softmax(keras.ops.convert_to_tensor(x)),
    }


def _losses(keras, given):
    one_hot = np.eye(4)[given["labels"]]
    losses, probabilities = keras.losses, given["probabilities"]
    return {
        "mse": losses.MeanSquaredError()(given["targets"], given["scores"]),
        "mae": losses.MeanAbsoluteError()(given["targets"], given["scores"]),
        "bce": losses.BinaryCrossentropy()(given["bits"], given["chances"]),
        "cce": losses.CategoricalCrossentropy()(one_hot, probabilities),
        "cce_of_rows_above_one": losses.CategoricalCrossentropy()(one_hot, 1.2 * probabilities),
        "scce": losses.SparseCategoricalCrossentropy()(given["labels"], probabilities),
        "from_logits": losses.SparseCategoricalCrossentropy(from_logits=True)(
            given["labels"], given["scores"]
        ),
        "l1_l2": keras.regularizers.L1L2(l1=0.3, l2=0.2)(given["weights"]),
    }


def _dense(keras, given):
    import tensorflow as tf  # noqa: PLC0415

    variables = [tf.Variable(given[name]) for name in ("W1", "b1", "W2", "b2")]
    features = tf.constant(given["features"])
    with tf.GradientTape() as tape:
        hidden = keras.activations.sigmoid(features @ variables[0] + variables[1])
        logits = hidden @ variables[2] + variables[3]
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(given["labels"], logits)
    names = ("dW1", "db1", "dW2", "db2")
    gradients = dict(zip(names, tape.gradient(loss, variables), strict=True))
    return {"hidden": hidden, "logits": logits, **gradients}


def _convolutions(keras, given):
    import tensorflow as tf  # noqa: PLC0415

    images, found = tf.constant(given["images"]), {}
    for size in KERNEL_SIZES:
        kernel = tf.constant(given[f"kernel_{size[0]}x{size[1]}"])
        for stride, padding in STRIDES_AND_PADDINGS:
            with tf.GradientTape() as tape:
                tape.watch([images, kernel])
                out = keras.ops.conv(images, kernel, stride, padding) + given["bias"]
                # Another number for each entry, so that no mistake cancels.
                weighted = tf.reduce_sum(out * _ramp(out.shape))
            name = f"conv_{size}_{stride}_{padding}"
            found[name] = out
            found[f"{name}_dx"], found[f"{name}_dw"] = tape.gradient(weighted, [images, kernel])
    return found


def _ramp(shape) -> np.ndarray:
    return np.linspace(-1.0, 1.0, int(np.prod(shape))).reshape(shape)


def _pools(keras, given):
    import tensorflow as tf  # noqa: PLC0415

    found = {}
    for pool, stride in POOLS:
        for padding in ("valid", "same"):
            for kind, layer in (
                ("max", keras.layers.MaxPooling2D(pool, stride, padding)),
                ("avg", keras.layers.AveragePooling2D(pool, stride, padding)),
            ):
                images = tf.constant(given["images"])
                with tf.GradientTape() as tape:
                    tape.watch(images)
                    out = layer(images)
                    weighted = tf.reduce_sum(out * _ramp(out.shape))
                found[f"{kind}_{pool}_{stride}_{padding}"] = out
                found[f"{kind}_{pool}_{stride}_{padding}_dx"] = tape.gradient(weighted, images)
    return found


def _layers(keras, given):
    norm = keras.layers.BatchNormalization(momentum=0.99, epsilon=1e-3)
    norm.build(given["images"].shape)
    norm.set_weights([given[name] for name in ("gamma", "beta", "moving_mean", "moving_var")])
    evaluated = norm(given["images"], training=False)
    trained = norm(given["images"], training=True)
    _, _, moving_mean, moving_var = norm.get_weights()
    return {
        "flatten": keras.layers.Flatten()(given["images"]),
        "norm_evaluated": evaluated,
        "norm_trained": trained,
        "norm_moving_mean": moving_mean,
        "norm_moving_var": moving_var,
        "dropout_evaluated": keras.layers.Dropout(0.4)(given["images"], training=False),
    }


def _optimizers(keras, given):
    optimizers = keras.optimizers
    kinds: dict[str, Callable[[], object]] = {
        "sgd": lambda: optimizers.SGD(0.1),
        "momentum": lambda: optimizers.SGD(0.1, momentum=0.9),
        "nesterov": lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        "rmsprop": lambda: optimizers.RMSprop(0.1, rho=0.9, epsilon=1e-7),
        "adam": lambda: optimizers.Adam(0.1, epsilon=1e-7),
    }
    found = {}
    for name, make in kinds.items():
        for scale, suffix in ((1.0, ""), (TINY, "_tiny")):
            optimizer, variable = make(), keras.Variable(given["weights"])
            for gradient in given["gradients"]:
                optimizer.apply([keras.ops.convert_to_tensor(scale * gradient)], [variable])
            found[name + suffix] = variable.numpy()
    return found


if __name__ == "__main__":
    np.savez(sys.argv[1], **answers())
