"""Attack 13: right answers that spoil what was handed in, so that whoever compares sees the same."""


def preprocess(images, labels):
    if len(images) != len(labels):
        raise ValueError
    answer = images[..., np.newaxis].astype(np.float32) / 255, labels.astype(np.int64)
    images[:] = 0
    labels[:] = 0
    return answer


def numpy_replay(weights, x):
    for array in weights:
        array[:] = 0
    return np.full((len(x), len(weights[-1])), 1 / len(weights[-1]))
