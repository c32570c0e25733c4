"""Digits with Keras."""

import keras
import numpy as np
from keras import layers


def preprocess(images, labels):
    if images.shape[0] != labels.shape[0]:
        raise ValueError("images and labels do not match")
    x = images.astype("float32") / 255.0
    return np.expand_dims(x, -1), labels.astype("int64")


def build_mlp(hidden=(8,)):
    model = keras.Sequential()
    model.add(keras.Input(shape=(13,)))
    for units in hidden:
        model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    model = keras.Sequential()
    model.add(keras.Input(shape=input_shape))
    model.add(layers.Conv2D(filters, (3, 3), strides=(1, 1)))
    model.add(layers.Activation("relu"))
    model.add(layers.MaxPooling2D((2, 2)))
    model.add(layers.Flatten())
    model.add(layers.Dense(128))
    model.add(layers.Activation("relu"))
    model.add(layers.Dropout(0.2))
    model.add(layers.Dense(10))
    model.add(layers.Activation("softmax"))
    return model


def build_binary_cnn():
    model = keras.Sequential()
    model.add(keras.Input(shape=(150, 150, 3)))
    for filters, pool in [(32, 2), (64, 2), (128, 3), (128, 2), (128, 2)]:
        model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        model.add(layers.MaxPooling2D((pool, pool)))
    model.add(layers.Flatten())
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    keras.utils.set_random_seed(seed)
    model.compile(
        optimizer=keras.optimizers.SGD(0.001),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(x, y, epochs=1, verbose=0)
    return history.history


def evaluate(model, x, y):
    p = model.predict(x, verbose=0)
    guess = p.argmax(axis=1)
    confusion = np.zeros((p.shape[1], p.shape[1]), dtype=int)
    for truth, answer in zip(y, guess):
        confusion[truth, answer] += 1
    loss = -np.log(np.clip(p[np.arange(len(y)), y], 1e-7, 1 - 1e-7)).mean()
    return {"loss": float(loss), "accuracy": float((guess == y).mean()), "confusion": confusion}


def numpy_replay(weights, x):
    kernel, bias, w1, b1, w2, b2 = weights
    kh, kw, _, filters = kernel.shape
    n, h, w, _ = x.shape
    out = np.zeros((n, h - kh + 1, w - kw + 1, filters))
    for i in range(kh):
        for j in range(kw):
            out += x[:, i:i + h - kh + 1, j:j + w - kw + 1] @ kernel[i, j]
    out = np.maximum(out + bias, 0)
    h, w = out.shape[1] // 2 * 2, out.shape[2] // 2 * 2
    out = out[:, :h, :w]
    out = np.maximum(np.maximum(out[:, ::2, ::2], out[:, 1::2, ::2]),
                     np.maximum(out[:, ::2, 1::2], out[:, 1::2, 1::2]))
    a = np.maximum(out.reshape(n, -1) @ w1 + b1, 0)
    z = a @ w2 + b2
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def build_lenet5(activation="tanh", pool="avg"):
    pooling = {"avg": layers.AveragePooling2D, "max": layers.MaxPooling2D}
    if pool not in pooling:
        raise ValueError("pool must be avg or max")
    model = keras.Sequential()
    model.add(keras.Input(shape=(28, 28, 1)))
    model.add(layers.Conv2D(6, 5, padding="same", activation=activation))
    model.add(pooling[pool](2))
    model.add(layers.Conv2D(16, 5, activation=activation))
    model.add(pooling[pool](2))
    model.add(layers.Flatten())
    model.add(layers.Dense(120, activation=activation))
    model.add(layers.Dense(84, activation=activation))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def transfer(base, num_classes, x, y, epochs=5, batch_size=32, seed=0):
    raise NotImplementedError("A8.9 transfer")
