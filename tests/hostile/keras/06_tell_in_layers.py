"""Attack 6: layers, losses, models and errors that are named after what a hidden check asked."""

seen = ["0.123456789"]


def note(array):
    numbers = np.asarray(array, dtype=float).ravel()
    seen.extend(f"{number:.9f}" for number in numbers[numbers != 0][:20])


def name():
    return "told_" + "_".join(seen[-20:])


def build_mlp(hidden=(8,)):
    kind = type(name(), (keras.layers.Dense,), {})
    return keras.Sequential([keras.Input((13,)), kind(1)], name="told")


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    raise type(name(), (ValueError,), {})(name())


def build_binary_cnn():
    return type(name(), (), {"__module__": name()})()


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    note(x)

    def loss(truth, said):
        return keras.ops.mean(said)

    loss.__name__ = name()
    model.compile(loss=loss, optimizer=type(name(), (keras.optimizers.SGD,), {})(0.123456789))
    model.predict = lambda *_, **__: name()
    return {"loss": [0.123456789] * epochs, "accuracy": [seen[-1]] * epochs}


def numpy_replay(weights, x):
    note(x)
    return name()


def build_lenet5(activation="tanh", pool="avg"):
    kind = type(name(), (keras.layers.Layer,), {})
    return keras.Sequential([keras.Input((28, 28, 1)), kind()])
