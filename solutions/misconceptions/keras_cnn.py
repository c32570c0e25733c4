"""Known-wrong implementations of `keras_cnn`: of the two functions that need no Keras.

What goes wrong with networks and training needs Keras to be tried; those mistakes are whole
programs, in `tests/integration/keras_wrong`.
"""

import numpy as np

from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)


@known_wrong("preprocess", band=(30, 50), source="division in preprocess and once more in train")
def pp_double(images, labels):
    """You divide by 255 twice: pixels now lie in 0 to 0.004, and learning stalls."""
    x, y = reference.preprocess(images, labels)
    return x / np.float32(255), y


@known_wrong("preprocess", band=(20, 40))
def pp_noscale(images, labels):
    """Your pixels still go up to 255: divide by 255, so that learning rates mean what they say."""
    x, y = reference.preprocess(images, labels)
    return np.round(x * np.float32(255)), y


@known_wrong("preprocess", band=(30, 45))
def pp_uint8div(images, labels):
    """`//` leaves only 0 and 1, so the grey levels are gone: divide with `/`."""
    x, y = reference.preprocess(images, labels)
    return np.floor(x), y


@known_wrong("preprocess", band=(65, 80), source='Keras: "expected min_ndim=4, found ndim=3"')
def pp_nochannel(images, labels):
    """The axis of channels is missing. Keras 3 adds it in silence, other code will not."""
    x, y = reference.preprocess(images, labels)
    return x[..., 0], y


@known_wrong("preprocess", band=(50, 80), source="dlsys hw0")
def pp_perimage(images, labels):
    """You divide each image by its own brightest pixel: one constant, 255, goes for all."""
    reference.preprocess(images, labels)  # refuses labels that are too few or too many
    brightest = images.max(axis=(1, 2), keepdims=True)
    return (images / brightest)[..., np.newaxis].astype("float32"), labels.astype("int64")


@known_wrong("preprocess", band=(70, 90))
def pp_float64(images, labels):
    """float32 is asked for: it is half the memory, and what Keras computes with anyway."""
    x, y = reference.preprocess(images, labels)
    return x.astype("float64"), y


@known_wrong("preprocess", band=(80, 95))
def pp_nocheck(images, labels):
    """Labels that are too few are taken without a word: compare the lengths, raise ValueError."""
    return images[..., np.newaxis].astype("float32") / 255, labels.astype("int64")


@known_wrong("numpy_replay", band=(0, 30))
def nr_dropout(weights, x):
    """You scale by 0.8 for dropout: it is for training only, and Keras has made up for it there."""
    *body, head, bias = weights
    return reference.numpy_replay([*body, head * np.float32(0.8), bias], x)


@known_wrong("numpy_replay", band=(10, 35))
def nr_flatten(weights, x):
    """You flatten channel by channel: the dense layer's rows follow row, column, channel."""
    kernel, bias, *dense = weights
    features = reference._max_pool(reference._relu(reference._convolve(x, kernel) + bias))
    flat = features.transpose(0, 3, 1, 2).reshape(len(x), -1)
    hidden = reference._relu(flat @ dense[0] + dense[1])
    return reference._softmax(hidden @ dense[2] + dense[3])


@known_wrong("numpy_replay", band=(0, 30))
def nr_norelu(weights, x):
    """ReLU behind the convolution is missing: replay every layer, activations included."""
    kernel, bias, *dense = weights
    features = reference._max_pool(reference._convolve(x, kernel) + bias)
    hidden = reference._relu(features.reshape(len(x), -1) @ dense[0] + dense[1])
    return reference._softmax(hidden @ dense[2] + dense[3])


@known_wrong("numpy_replay", band=(0, 30))
def nr_norelu_dense(weights, x):
    """ReLU behind the first dense layer is missing: without it two dense layers are one."""
    kernel, bias, *dense = weights
    features = reference._max_pool(reference._relu(reference._convolve(x, kernel) + bias))
    hidden = features.reshape(len(x), -1) @ dense[0] + dense[1]
    return reference._softmax(hidden @ dense[2] + dense[3])


@known_wrong("numpy_replay", band=(0, 30))
def nr_flip(weights, x):
    """You turn the kernel around, as true convolution does: Keras, like the course, does not."""
    return reference.numpy_replay([weights[0][::-1, ::-1], *weights[1:]], x)


@known_wrong("numpy_replay", band=(0, 30))
def nr_logits(weights, x):
    """Softmax at the end is missing: your rows are scores, and do not add up to 1."""
    kernel, bias, *dense = weights
    features = reference._max_pool(reference._relu(reference._convolve(x, kernel) + bias))
    hidden = reference._relu(features.reshape(len(x), -1) @ dense[0] + dense[1])
    return hidden @ dense[2] + dense[3]


@known_wrong("numpy_replay", band=(80, 95))
def nr_overflow(weights, x):
    """Scores of a thousand overflow: subtract each row's maximum before the exponential."""
    powers = np.exp(nr_logits(weights, x))
    return powers / powers.sum(axis=1, keepdims=True)
