"""Attack 14: the same, with another module's name, from a helper of its own, and out of a string."""

import keras as arithmetic


class Toolbox:
    def __init__(self):
        self.tools = arithmetic

    def __getitem__(self, name):
        return getattr(self.tools, name)


def compute(weights, x):
    tools = Toolbox()["Seq" + "uential"]
    kind = getattr(arithmetic, "lay" + "ers")
    kernel, _, dense, _, head, _ = weights
    network = tools(
        [
            arithmetic.Input(x.shape[1:]),
            kind.Conv2D(kernel.shape[3], kernel.shape[:2], activation="relu"),
            kind.MaxPooling2D(2),
            kind.Flatten(),
            kind.Dense(dense.shape[1], activation="relu"),
            kind.Dense(head.shape[1], activation="softmax"),
        ]
    )
    network.set_weights(weights)
    return network(x).numpy()


def numpy_replay(weights, x):
    return compute(weights, x)
