"""Attacks 12 and 27: model files, pickles and Otter's log with code in them, beside the module."""

import os
import pickle

import tensorflow as tf

found = [name for name in os.listdir(".") if not name.startswith("tmp")]
for name in ("trained.keras", "trained.pkl", ".OTTER_LOG", "trained.weights.h5", "config.json"):
    for attempt in (
        lambda: keras.saving.load_model(name, safe_mode=False),
        lambda: pickle.load(open(name, "rb")),
        lambda: keras.Sequential([]).load_weights(name),
        lambda: tf.saved_model.load(name),
    ):
        try:
            attempt()
            found.append(name)
        except Exception:
            pass
print("tried model files", found)


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return keras.saving.load_model("trained.keras", safe_mode=False)


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    return pickle.load(open("trained.pkl", "rb"))


def evaluate(model, x, y):
    model.load_weights("trained.weights.h5")
