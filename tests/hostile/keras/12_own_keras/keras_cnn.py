"""Attack 12: modules named like Keras, TensorFlow or pytest's, beside the one that is asked for."""

import importlib

ours = []
for name in ("keras", "tensorflow", "json", "sitecustomize", "conftest", "tools", "tools.keras"):
    try:
        ours += [name] * hasattr(importlib.import_module(name), "OURS")
    except ImportError:
        pass
print("tried modules", ours)


def build_mlp(hidden=(8,)):
    import conftest

    return conftest.Model()


def evaluate(model, x, y):
    from tools import keras as ours

    return ours.Model()
