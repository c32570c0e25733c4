"""Reference solution of `keras_cnn`: what the other assignments built by hand, in Keras.

Only the names of Keras 3 are used, none of TensorFlow, so it runs on every backend of Keras.
`numpy_replay` needs no Keras at all: it is the NumPy of the assignments before.
"""

import keras
import numpy as np
from keras import layers
from numpy.lib.stride_tricks import sliding_window_view

_EPS = 1e-7  # as near as a probability comes to 0 or 1 in Keras' losses
_POOLS = {"avg": layers.AveragePooling2D, "max": layers.MaxPooling2D}


def preprocess(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale pixels to 0..1 and add the axis of channels.

    All images are divided by the same number, so that a dark image stays a dark image.

    Raises:
        ValueError: There are not as many labels as images.
    """
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images do not go with {len(labels)} labels")
    return images[..., np.newaxis].astype(np.float32) / 255, labels.astype(np.int64)


def build_mlp(hidden: tuple[int, ...] = (8,)) -> keras.Model:
    """Put one dense layer on the other; a single sigmoid tells two classes apart."""
    return keras.Sequential(
        [
            keras.Input((13,)),
            *(layers.Dense(units, activation="relu") for units in hidden),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def build_mnist_cnn(
    input_shape: tuple[int, int, int] = (28, 28, 1), filters: int = 28
) -> keras.Model:
    """Write the nine layers of the deck, the activations inside the layers that they follow."""
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(filters, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )


def build_binary_cnn() -> keras.Model:
    """Stack five pairs of convolution and pooling: the maps shrink while their number grows."""
    stack = ((32, 2), (64, 2), (128, 3), (128, 2), (128, 2))
    pairs = (
        (layers.Conv2D(filters, (3, 3), activation="relu"), layers.MaxPooling2D((pool, pool)))
        for filters, pool in stack
    )
    return keras.Sequential(
        [
            keras.Input((150, 150, 3)),
            *(layer for pair in pairs for layer in pair),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def train(
    model: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    epochs: int = 5,
    batch_size: int = 64,
    seed: int = 0,
) -> dict[str, list[float]]:
    """Compile and fit; the seed comes first, since it decides the order of the images."""
    keras.utils.set_random_seed(seed)  # shuffling and dropout follow from it
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(x, y, epochs=epochs, batch_size=batch_size, verbose=0).history
    return {name: [float(value) for value in history[name]] for name in ("loss", "accuracy")}


def evaluate(model: keras.Model, x: np.ndarray, y: np.ndarray) -> dict[str, float | np.ndarray]:
    """Predict once, and count.

    `np.add.at` counts a pair of classes as often as it comes; `confusion[y, answers] += 1` would
    count it once. Right answers stand on the diagonal.
    """
    probabilities = model.predict(x, verbose=0).astype(np.float64)
    classes = probabilities.shape[1]
    confusion = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(confusion, (y, probabilities.argmax(axis=1)), 1)
    of_truth = np.clip(probabilities[np.arange(len(y)), y], _EPS, 1 - _EPS)
    return {
        "loss": float(-np.log(of_truth).mean()),
        "accuracy": float(np.trace(confusion) / len(y)),
        "confusion": confusion,
    }


def numpy_replay(weights: list[np.ndarray], x: np.ndarray) -> np.ndarray:
    """Walk through the layers of `build_mnist_cnn`; dropout does nothing outside training."""
    kernel, bias, hidden_weights, hidden_bias, head_weights, head_bias = weights
    features = _max_pool(_relu(_convolve(x, kernel) + bias))
    hidden = _relu(features.reshape(len(x), -1) @ hidden_weights + hidden_bias)
    return _softmax(hidden @ head_weights + head_bias)


def _convolve(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Correlate each image with each filter: one product of matrices, windows times filters."""
    rows, columns, channels, filters = kernel.shape
    windows = sliding_window_view(x, (rows, columns), axis=(1, 2))  # N, H', W', C, rows, columns
    patches = np.moveaxis(windows, 3, -1)
    flat = patches.reshape(*patches.shape[:3], rows * columns * channels)
    return flat @ kernel.reshape(-1, filters)


def _max_pool(x: np.ndarray) -> np.ndarray:
    """Take the maximum of tiles of 2x2; a last odd row or column belongs to no tile."""
    height, width = x.shape[1] // 2, x.shape[2] // 2
    tiles = x[:, : 2 * height, : 2 * width].reshape(len(x), height, 2, width, 2, -1)
    return tiles.max(axis=(2, 4))


def _relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0)


def _softmax(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def build_lenet5(activation: str = "tanh", pool: str = "avg") -> keras.Model:
    """Build the network of 1998; "same" padding stands in for its border of two pixels.

    Raises:
        ValueError: `pool` is neither "avg" nor "max".
    """
    if pool not in _POOLS:
        raise ValueError(f"expected pool to be one of {', '.join(_POOLS)}, received {pool!r}")
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, (5, 5), padding="same", activation=activation),
            _POOLS[pool]((2, 2)),
            layers.Conv2D(16, (5, 5), activation=activation),
            _POOLS[pool]((2, 2)),
            layers.Flatten(),
            layers.Dense(120, activation=activation),
            layers.Dense(84, activation=activation),
            layers.Dense(10, activation="softmax"),
        ]
    )


def transfer(
    base: keras.Model,
    num_classes: int,
    x: np.ndarray,
    y: np.ndarray,
    epochs: int = 5,
    batch_size: int = 32,
    seed: int = 0,
) -> keras.Model:
    """Put a new head in the place of the base's last dense layer, and train it alone.

    The layers before it are the base's own, so nothing is copied. They are frozen before the model
    is compiled: once it has been fitted, it takes no notice of what is frozen.

    Raises:
        ValueError: The labels are not of `num_classes` classes.
    """
    classes, places = np.unique(y, return_inverse=True)
    if len(classes) != num_classes:
        raise ValueError(f"expected labels of {num_classes} classes, received {len(classes)}")
    keras.utils.set_random_seed(seed)  # shuffling and dropout follow from it
    dense = [place for place, one in enumerate(base.layers) if isinstance(one, layers.Dense)]
    body = [one for one in base.layers[: dense[-1]] if not isinstance(one, layers.InputLayer)]
    for layer in body:
        layer.trainable = False
    head = layers.Dense(num_classes, activation="softmax")
    model = keras.Sequential([keras.Input(base.input_shape[1:]), *body, head])
    train(model, x, places, epochs, batch_size, seed)
    return model
