"""A convolutional network in Keras: build it, train it, judge it, and compute it by hand once more.

Write the bodies; keep the names and the arguments. You may add functions of your own.

The rules that hold for every function of this module:

* Keras 3 is wanted, with any backend: `keras.Input(...)` begins a model (the `input_shape=` of the
  decks is the old way, erratum E11).
* A model is a `keras.Sequential`, or a `keras.Model(inputs, outputs)` in which each layer takes
  what the one before gives. Its layers come from this list, and from nowhere else: Conv2D,
  MaxPooling2D, AveragePooling2D, Flatten, Dense, Dropout, Activation, ReLU, Softmax and
  BatchNormalization. An activation may be an argument, `Dense(8, activation="relu")`, or a layer
  of its own behind: both are the same network.
* Each call of a function that builds gives a new model with new random weights, not trained and
  not compiled.
* Images are float32 arrays of shape (N, H, W, C) with numbers from 0 to 1. Labels are integers of
  shape (N,), not one-hot rows.
* No array that is handed in is modified, nothing is printed (`verbose=0`), no file is read or
  written, and no state is kept between calls.
* Keras, TensorFlow, NumPy and the harmless standard library (math, typing, itertools, functools,
  collections, dataclasses, warnings) may be imported, nothing else.

Sources: "deck 002 L466" is line 466 of the text of lecture deck 002.
"""

import keras
import numpy as np


def preprocess(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Make of pixels and labels, as files have them, what a network takes.

    A pixel of 255 becomes 1, one of 0 stays 0: every image is divided by the same number, 255,
    whatever its own brightest pixel is. A convolution wants the channels as the last axis, even if
    there is one only. Whatever a network is trained on, and whatever it is tested on later, comes
    from this one function.

    Args:
        images: uint8 from 0 to 255, shape (N, H, W), N at least 1.
        labels: Integers of any type, shape (N,).

    Returns:
        The images, float32 from 0 to 1, shape (N, H, W, 1), and the labels, int64, shape (N,).

    Raises:
        ValueError: There are not as many labels as images.

    Example:
        >>> x, y = preprocess(np.array([[[0, 51], [102, 255]]], dtype="uint8"), np.array([7]))
        >>> x[0, :, :, 0].tolist(), x.shape, x.dtype, y.dtype
        ([[0.0, 0.20000000298023224], [0.4000000059604645, 1.0]], (1, 2, 2, 1), dtype('float32'),
         dtype('int64'))
    """
    raise NotImplementedError("A8.1 preprocess")


def build_mlp(hidden: tuple[int, ...] = (8,)) -> keras.Model:
    """Build a dense network that tells two classes apart (deck 000 L461-482).

    13 inputs, a dense layer with ReLU for each number of `hidden`, and one unit with a sigmoid:
    two classes need one output, not two (erratum E08). The input layer has no weights, so it is no
    Dense. With `hidden=(8,)` these are the 121 parameters of the deck's network, with the further
    layer of its exercise, `hidden=(8, 10)`, 213.

    Args:
        hidden: How many units each hidden layer has, one number or more.

    Returns:
        A model that maps (N, 13) to (N, 1), probabilities of class 1.

    Example:
        >>> build_mlp().count_params(), build_mlp((8, 10)).count_params()
        (121, 213)
    """
    raise NotImplementedError("A8.2 build_mlp")


def build_mnist_cnn(
    input_shape: tuple[int, int, int] = (28, 28, 1), filters: int = 28
) -> keras.Model:
    """Build the convolutional network of deck 002 L465-475, layer by layer.

    Convolution with `filters` filters of 3x3, stride 1, no padding, and ReLU; maximum pooling of
    2x2; flatten; dense layer of 128 with ReLU; dropout of 0.2, which is the fraction that is
    dropped; dense layer of 10 with softmax. A deeper network would have more filters, not larger
    ones, in its later layers (erratum E19).

    Args:
        input_shape: Height, width and channels of an image.
        filters: How many filters the convolution has.

    Returns:
        A model that maps (N, *input_shape) to (N, 10), probabilities of the ten classes. As called
        without arguments, it has 607,394 parameters.

    Example:
        >>> model = build_mnist_cnn()
        >>> model.count_params(), model.output_shape
        (607394, (None, 10))
    """
    raise NotImplementedError("A8.3 build_mnist_cnn")


def build_binary_cnn() -> keras.Model:
    """Build the network for cats and dogs of deck 002 L492-523.

    The slide's lines are out of order (erratum E20; as printed, Keras refuses the network). Right
    is, for colour images of 150x150: convolutions with 32, 64, 128, 128 and 128 filters of 3x3, no
    padding, each with ReLU, each followed by maximum pooling: 2x2, but 3x3 after the third one;
    flatten; dense layer of 512 with ReLU; one unit with a sigmoid.

    Returns:
        A model that maps (N, 150, 150, 3) to (N, 1), with 454,977 parameters. Behind convolutions
        and pools the maps measure 148, 74, 72, 36, 34, 11, 9, 4, 2 and 1.

    Example:
        >>> build_binary_cnn().count_params()
        454977
    """
    raise NotImplementedError("A8.4 build_binary_cnn")


def train(
    model: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    epochs: int = 5,
    batch_size: int = 64,
    seed: int = 0,
) -> dict[str, list[float]]:
    """Train a classifier, and say how it went.

    First `keras.utils.set_random_seed(seed)`, so that the same call repeats itself. Then the model
    is compiled and fitted: with cross-entropy (mean over the samples, A3.5), exactly `epochs`
    times through all images, none set apart, in batches of `batch_size`, starting with the weights
    that the model has. The output layer is a softmax already, so the loss takes probabilities, not
    logits. The images come from `preprocess`: they are scaled already.

    Any of Keras' optimizers is welcome, with a learning rate from 0.0001 to 0.01; Adam with 0.001
    is a good start. `sparse_categorical_crossentropy` takes the labels as they are;
    `categorical_crossentropy` wants them in one-hot form (`keras.utils.to_categorical`, with as
    many classes as the model has outputs), and is as good.

    Grading trains the network of `build_mnist_cnn` on 5,000 images for 5 epochs, three times, and
    counts its right answers on 10,000 others. The median of the three is to be 94.5 % or more.
    Where grading has a GPU it trains longer, on more images, and asks for more; its page says so.

    Args:
        model: It ends with a softmax; it is trained in place.
        x: Images, float32, shape (N, H, W, C).
        y: Labels from 0 to the number of outputs - 1, integers, shape (N,).
        epochs: How many times to go through all images.
        batch_size: How many images go into one step.
        seed: Decides the order of the images, and what is dropped.

    Returns:
        `{"loss": [...], "accuracy": [...]}`, and no other keys: what Keras tells of each epoch,
        `epochs` Python floats in each list.

    Example:
        >>> history = train(build_mnist_cnn(), x, y, epochs=2)
        >>> sorted(history), len(history["loss"])
        (['accuracy', 'loss'], 2)
    """
    raise NotImplementedError("A8.5 train")


def evaluate(model: keras.Model, x: np.ndarray, y: np.ndarray) -> dict[str, float | np.ndarray]:
    """Judge a classifier by images that it has not seen (deck 002 L481).

    One number hides which classes are mixed up; the confusion matrix shows it. Let the model
    predict, and count. The model need not be compiled, so `model.evaluate` may refuse; the model
    is not changed.

    The loss is that of A3.5, `-(1/N) * sum_i log(P[i, y[i]])` with P clipped to 1e-7..1 - 1e-7. The
    accuracy is the share of images whose greatest probability is that of their label.

    Args:
        model: It gives probabilities of C classes.
        x: Images, float32, shape (N, H, W, C_in), N at least 1.
        y: Labels from 0 to C - 1, integers, shape (N,).

    Returns:
        `{"loss": ..., "accuracy": ..., "confusion": ...}`: two Python floats, and an array of
        integers, shape (C, C). `confusion[i, j]` is the number of images of class i that were taken
        for class j: rows are the truth, columns the answers.

    Example:
        >>> found = evaluate(model, x, y)
        >>> found["confusion"].sum() == len(y), found["confusion"].trace() / len(y)
        (True, 0.953)
    """
    raise NotImplementedError("A8.6 evaluate")


def numpy_replay(weights: list[np.ndarray], x: np.ndarray) -> np.ndarray:
    """Compute, with NumPy alone, what a trained `build_mnist_cnn` answers.

    It is the code of the assignments before: convolution (A6.4), ReLU (A1.4), maximum pooling
    (A7.1), flatten in the order row, column, channel (A7.5), two dense layers (A2.3), softmax
    (A1.6). Dropout does nothing outside training. Kernel sizes, filters and units are those of the
    weights. Keras itself, and what it runs on, are not to be used here.

    Args:
        weights: What `model.get_weights()` gives: the convolution's kernel (KH, KW, C, F) and bias
            (F,), then weights (D, M) and bias (M,) of each of the two dense layers; float32.
        x: Images, float32, shape (N, H, W, C).

    Returns:
        float32 or float64, shape (N, number of classes): what `model.predict(x)` gives, to 0.00001.
        Scores of a thousand give no warning.

    Example:
        >>> model = build_mnist_cnn()
        >>> float(abs(numpy_replay(model.get_weights(), x) - model.predict(x, verbose=0)).max())
        2.3e-07
    """
    raise NotImplementedError("A8.7 numpy_replay")


def build_lenet5(activation: str = "tanh", pool: str = "avg") -> keras.Model:
    """Build LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998; deck 001 L402-403, erratum E15).

    For 28x28 images: convolution with 6 filters of 5x5, padding "same"; pooling of 2x2;
    convolution with 16 filters of 5x5, no padding; pooling of 2x2; flatten; dense layers of 120 and
    84; dense layer of 10 with softmax. Each convolution and each dense layer but the last one has
    the given activation. The second convolution sees all six maps, as Conv2D does (the original
    left some out).

    Args:
        activation: "tanh", as in 1998, or "relu", as today.
        pool: "avg", as in 1998, or "max", as today.

    Returns:
        A model that maps (N, 28, 28, 1) to (N, 10), with 61,706 parameters.

    Raises:
        ValueError: `pool` is neither "avg" nor "max".

    Example:
        >>> build_lenet5().count_params()
        61706
    """
    raise NotImplementedError("A8.8 build_lenet5")


def transfer(
    base: keras.Model,
    num_classes: int,
    x: np.ndarray,
    y: np.ndarray,
    epochs: int = 5,
    batch_size: int = 32,
    seed: int = 0,
) -> keras.Model:
    """Teach a trained network new classes, without touching what it has learned (deck 001 L29).

    The new model has all layers of the base up to its last dense layer, frozen, and in the place of
    that one a new dense layer of `num_classes` units with softmax, which alone is trained. Freeze
    before you compile: a model that has been fitted takes no notice of what is frozen later. It is
    one chain of layers, the base's own or copies with the same weights, not a model within a model.

    The labels may be any `num_classes` different integers, such as 5 to 9. Output k stands for the
    k-th smallest of them: with 5 to 9, output 0 is for label 5.

    Args:
        base: A trained classifier; it ends with a dense layer with softmax, such as what
            `build_mnist_cnn` gives. Its weights are the same afterwards, to the last bit.
        num_classes: How many classes the new model tells apart.
        x: Images, float32, shape (N, H, W, C).
        y: Labels, integers, shape (N,); each class is among them.
        epochs: How many times to go through all images.
        batch_size: How many images go into one step.
        seed: As in `train`.

    Returns:
        The new model, trained.

    Raises:
        ValueError: `y` has not exactly `num_classes` different labels.

    Example:
        >>> model = transfer(base, 5, x, y)  # base knows the digits 0 to 4, y are 5 to 9
        >>> sum(int(np.prod(w.shape)) for w in model.trainable_weights)
        645
    """
    raise NotImplementedError("A8.9 transfer")
