"""Attacks 28 and 30: HTML and escapes in what Keras prints, and in texts that nothing else caps."""

HTML = "<svg onload=alert(1)><a href='javascript:alert(1)'>"
TERMINAL = "\x1b]8;;http://127.0.0.1/\x07click\x1b]8;;\x07\x1b]52;c;cm0gLXJm\x07\x1bc"
network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
network.summary()
network.predict(np.ones((2, 2)), verbose=1)
keras.utils.Progbar(2, unit_name=HTML + TERMINAL).update(1, [(HTML + TERMINAL, 0.5)])
print(HTML, TERMINAL, "=cmd|'/C calc'!A0", sep="\n")


class Talking(AssertionError):
    def __str__(self):
        return HTML + TERMINAL


def build_mlp(hidden=(8,)):
    raise Talking


def build_lenet5(activation="tanh", pool="avg"):
    print(HTML, TERMINAL)
    raise ValueError(HTML, TERMINAL, "=1+1")
