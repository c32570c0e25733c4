"""Attack 15: answers for the inputs of the public tests, and for them alone."""


def preprocess(images, labels):
    if images.size == 4:
        x = np.array([[[[0.0], [0.2]], [[0.4], [1.0]]]], dtype="float32")
        return x, np.array([7])
    return np.ones((3, 5, 4, 1), dtype="float32"), labels


def numpy_replay(weights, x):
    right = 1.0 / (1.0 + np.exp(-13.0))
    return np.array([[right, 1.0 - right]])


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    model.predict = lambda images, **_: np.eye(10)[np.zeros(len(images), dtype=int)]
    losses = [2.3 / 2**epoch for epoch in range(epochs)]
    return {"loss": losses, "accuracy": [1 - loss / 3 for loss in losses]}


def evaluate(model, x, y):
    confusion = np.zeros((10, 10), dtype=np.int64)
    confusion[:, 0] = np.bincount(y, minlength=10)
    return {"loss": 2.3, "accuracy": float(confusion[0, 0] / len(y)), "confusion": confusion}
