"""Digits with Keras, in functional style."""

import keras
import numpy as np
from keras import Input, Model, layers

from forward import conv, dense, max_pool, relu, softmax


def preprocess(images, labels):
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, {len(labels)} labels")
    x = np.divide(images, 255, dtype=np.float32)
    return x.reshape(*images.shape, 1), np.array(labels, dtype=np.int64)


def build_mlp(hidden=(8,)):
    inputs = x = Input((13,))
    for units in hidden:
        x = layers.ReLU()(layers.Dense(units)(x))
    return Model(inputs, layers.Dense(1, activation=keras.activations.sigmoid)(x))


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    inputs = Input(input_shape)
    x = layers.Conv2D(filters, 3, padding="valid")(inputs)
    x = layers.ReLU()(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(128, activation="relu")(x)
    x = layers.Dropout(rate=0.2)(x)
    x = layers.Dense(10)(x)
    return Model(inputs, layers.Softmax()(x))


def build_binary_cnn():
    inputs = x = Input((150, 150, 3))
    for filters, pool in zip((32, 64, 128, 128, 128), (2, 2, 3, 2, 2)):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPooling2D(pool)(x)
    x = layers.Dense(512, activation="relu")(layers.Flatten()(x))
    return Model(inputs, layers.Dense(1, activation="sigmoid")(x))


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    keras.utils.set_random_seed(seed)
    one_hot = keras.utils.to_categorical(y, model.output_shape[1])
    loss = keras.losses.CategoricalCrossentropy()
    model.compile(keras.optimizers.Nadam(2e-3), loss, metrics=["accuracy"])
    history = model.fit(x, one_hot, batch_size, epochs, verbose=0)
    return {key: list(map(float, values)) for key, values in history.history.items()}


def evaluate(model, x, y):
    p = np.asarray(model(x))
    k = p.shape[1]
    confusion = np.bincount(y * k + p.argmax(1), minlength=k * k).reshape(k, k)
    right = np.take_along_axis(p, y[:, None], axis=1)[:, 0]
    return {
        "loss": float(np.mean(-np.log(np.clip(right.astype(float), 1e-7, 1 - 1e-7)))),
        "accuracy": float(np.trace(confusion) / confusion.sum()),
        "confusion": confusion,
    }


def numpy_replay(weights, x):
    kernel, bias, *rest = weights
    features = max_pool(relu(conv(x, kernel, bias)))
    hidden = relu(dense(features.reshape(len(x), -1), *rest[:2]))
    return softmax(dense(hidden, *rest[2:]))


def build_lenet5(activation="tanh", pool="avg"):
    if pool not in ("avg", "max"):
        raise ValueError(pool)
    pooling = layers.AveragePooling2D if pool == "avg" else layers.MaxPooling2D
    inputs = Input((28, 28, 1))
    x = layers.Conv2D(6, (5, 5), padding="same", activation=activation)(inputs)
    x = pooling((2, 2))(x)
    x = layers.Conv2D(16, (5, 5), activation=activation)(x)
    x = pooling((2, 2))(x)
    x = layers.Flatten()(x)
    for units in (120, 84):
        x = layers.Dense(units, activation=activation)(x)
    return Model(inputs, layers.Dense(10, activation="softmax")(x))


def transfer(base, num_classes, x, y, epochs=5, batch_size=32, seed=0):
    classes = sorted(set(y.tolist()))
    if len(classes) != num_classes:
        raise ValueError(f"labels of {len(classes)} classes, not {num_classes}")
    keras.utils.set_random_seed(seed)
    copy = keras.models.clone_model(base)
    copy.set_weights(base.get_weights())
    last = [n for n, layer in enumerate(copy.layers) if isinstance(layer, layers.Dense)][-1]
    for layer in copy.layers[:last]:
        layer.trainable = False
    features = copy.layers[last - 1].output
    model = Model(copy.inputs, layers.Dense(num_classes, activation="softmax")(features))
    train(model, x, np.searchsorted(classes, y), epochs, batch_size, seed)
    return model
