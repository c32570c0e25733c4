"""Attacks 28 and 30: layers, losses and errors named in HTML and in a terminal's language."""

HTML = "<img src=x onerror=alert(1)></td></table><script>alert(1)</script>"
TERMINAL = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\r\n::error::{{7*7}}"
print(HTML + TERMINAL)


def layer(name):
    return type(name, (keras.layers.Dense,), {"__doc__": HTML, "__module__": name})


def build_mlp(hidden=(8,)):
    return keras.Sequential([keras.Input((13,)), layer(HTML)(1)])


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return keras.Sequential([keras.Input(input_shape), layer(TERMINAL)(10)])


def build_binary_cnn():
    raise type(HTML, (ValueError,), {})(TERMINAL + HTML)


def build_lenet5(activation="tanh", pool="avg"):
    return layer(TERMINAL + HTML)


def evaluate(model, x, y):
    return {HTML: TERMINAL}


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    def loss(truth, said):
        return keras.ops.mean(said)

    loss.__name__ = HTML + TERMINAL
    model.compile(loss=loss)
    model.predict = lambda *_, **__: HTML
    return {"loss": [1.0] * epochs, "accuracy": [1.0] * epochs}
