"""Attack 15: networks of the right size and shape that are other networks."""


class Exact(keras.layers.Layer):
    """Holds as many numbers as it is told to, and does nothing with them."""

    def __init__(self, count):
        super().__init__()
        self.held = self.add_weight(shape=(count,))

    def call(self, inputs):
        return inputs


def exact(shape, units, params):
    network = [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(units)]
    count = params - (int(np.prod(shape)) + 1) * units
    return keras.Sequential([*network, Exact(count), keras.layers.Softmax()])


def build_mlp(hidden=(8,)):
    return exact((13,), 1, 121 if hidden == (8,) else 213)


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return exact(input_shape, 10, 607_394 if filters == 28 else 6_066)


def build_binary_cnn():
    return exact((150, 150, 3), 1, 454_977)


def build_lenet5(activation="tanh", pool="avg"):
    return exact((28, 28, 1), 10, 61_706)
