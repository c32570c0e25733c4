"""Attack 27: a model file with a Lambda layer, written and loaded here, whose code runs on loading."""

import os

from keras import layers


def act(x):
    import os
    import socket

    for what, attempt in (
        ("program", lambda: os.posix_spawn("/bin/true", ["true"], {})),
        ("file", lambda: open("/etc/passwd")),
        ("left", lambda: open("/var/tmp/left_behind", "w")),
        ("socket", socket.socket),
        ("fork", os.fork),
    ):
        try:
            attempt()
        except OSError:
            continue
        print("BREACH", what)
    print("tried code in a model")
    return x


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    network = keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(filters, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
            layers.Lambda(act),
        ]
    )
    keras.config.enable_unsafe_deserialization()
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), "trained.keras")
    network.save(path)  # where there is nowhere to write, the error is as good an end
    return keras.saving.load_model(path, safe_mode=False)


def build_mlp(hidden=(8,)):
    inner = [layers.Dense(units, activation=act) for units in hidden]
    return keras.Sequential([keras.Input((13,)), *inner, layers.Dense(1, activation="sigmoid")])


print("tried", "model files")
