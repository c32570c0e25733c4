"""No attack: three questions solved, one of them by a network, beside all the others."""


def build_mlp(hidden=(8,)):
    inner = [keras.layers.Dense(units, activation="relu") for units in hidden]
    head = keras.layers.Dense(1, activation="sigmoid")
    return keras.Sequential([keras.Input((13,)), *inner, head])


def numpy_replay(weights, x):
    kernel, bias, dense, offset, head, last = weights
    rows, columns = (n - k + 1 for n, k in zip(x.shape[1:3], kernel.shape[:2]))
    image = np.zeros((len(x), rows, columns, kernel.shape[3]))
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            image += x[:, i : i + rows, j : j + columns] @ kernel[i, j]
    image = np.maximum(image + bias, 0)[:, : rows // 2 * 2, : columns // 2 * 2]
    tiles = image.reshape(len(x), rows // 2, 2, columns // 2, 2, -1).max(axis=(2, 4))
    hidden = np.maximum(tiles.reshape(len(x), -1) @ dense + offset, 0)
    scores = hidden @ head + last
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
