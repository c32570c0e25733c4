"""Attacks 18 and 20: progress bars, summaries and words without end."""


def build_mlp(hidden=(8,)):
    bar = keras.utils.Progbar(10**12)
    step = 0
    while True:
        step += 1
        bar.update(step, [("loss", step)])


def build_lenet5(activation="tanh", pool="avg"):
    raise ValueError("words " * 1_000_000)


class Chatty(keras.Sequential):
    def predict(self, x, **_):
        print("word " * 1_000_000)
        return super().predict(x, verbose=0)


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    network = Chatty([keras.Input(input_shape), keras.layers.Flatten(), keras.layers.Dense(10)])
    network.summary()
    return network
