"""Attack 27: own models, layers and metaclasses that pass for Keras', with answers of their own."""

from keras import layers

one = keras.Input((1,))
Functional = type(keras.Model(one, one))


class Meta(type(Functional)):
    """Makes classes that call themselves Keras', and say that they are."""

    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return hash(Functional)

    def __instancecheck__(cls, instance):
        return True


class Own(Functional, metaclass=Meta):
    """The right layers, and answers that are none of theirs."""

    def predict(self, x, **_):
        return np.linspace(0.1, 0.9, len(x))[:, np.newaxis].astype("float32")


Own.__name__ = Own.__qualname__ = "Functional"


class Dense(layers.Dense):
    """Computes as it likes."""

    __class__ = layers.Dense

    def call(self, inputs, **_):
        return keras.ops.zeros_like(super().call(inputs))


def build_mlp(hidden=(8,)):
    start = out = keras.Input((13,))
    for units in hidden:
        out = layers.Dense(units, activation="relu")(out)
    return Own(start, layers.Dense(1, activation="sigmoid")(out))


def build_lenet5(activation="tanh", pool="avg"):
    if pool not in ("avg", "max"):
        raise ValueError
    kind = layers.AveragePooling2D if pool == "avg" else layers.MaxPooling2D
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation=activation),
            kind(2),
            layers.Conv2D(16, 5, activation=activation),
            kind(2),
            layers.Flatten(),
            layers.Dense(120, activation=activation),
            Dense(84, activation=activation),
            layers.Dense(10, activation="softmax"),
        ]
    )
