"""Known-wrong implementations of `loss`."""

import numpy as np

from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)


@known_wrong(
    "mse",
    band=(45, 55),
    source="CS231n/deeplearning.ai use 1/2m for regression",
    convention="CS231n and deeplearning.ai (factor 1/2)",
)
def mse_half(y_true, y_pred):
    """Your loss is half of what is asked: here, as in the lectures, there is no factor 1/2."""
    return reference.mse(y_true, y_pred) / 2


@known_wrong("mse", band=(20, 30))
def mse_sum(y_true, y_pred):
    """You add the squares up, so twice the data is twice the loss: divide by their number."""
    return reference.mse(y_true, y_pred) * np.size(y_true)


@known_wrong("mse", band=(10, 20))
def mse_root(y_true, y_pred):
    """You take the root at the end, which makes it the RMSE: the mean of the squares is asked."""
    return np.sqrt(reference.mse(y_true, y_pred))


@known_wrong("mse", band=(85, 95))
def mse_uint8(y_true, y_pred):
    """In uint8 there is nothing below 0, so 200 - 201 is 255: convert to float, then subtract."""
    reference.mse(y_true, y_pred)  # refuses shapes that differ
    return float(np.mean((y_pred - y_true) ** 2))


@known_wrong("mae", band=(5, 15))
def mae_noabs(y_true, y_pred):
    """One error of 5 and one of -5 make your loss 0: average the absolute values."""
    y_true, y_pred = reference._as_float64(y_true, y_pred)
    return float(np.mean(y_pred - y_true))


@known_wrong("mae", band=(5, 15))
def mae_sum(y_true, y_pred):
    """You add the errors up: divide by how many there are, of all axes together."""
    return reference.mae(y_true, y_pred) * np.size(y_true)


@known_wrong("binary_cross_entropy", band=(80, 90), source="Keras clips to [1e-7, 1-1e-7]")
def bce_noclip(y_true, p, eps=1e-7):
    """A probability of 0 or 1 gives inf or nan: clip p to eps and 1 - eps before the logarithm.

    With the default eps a prediction that is certain and wrong then costs 16.118.
    """
    y_true, p = reference._as_float64(y_true, p)
    return float(-np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p)))


@known_wrong(
    "binary_cross_entropy",
    band=(15, 25),
    source="stats.stackexchange 565956: CCE on one sigmoid output has exactly this defect",
)
def bce_posonly(y_true, p, eps=1e-7):
    """Samples with label 0 cost nothing, so a model that always says 1 is perfect.

    Add their term, (1 - y) * log(1 - p).
    """
    y_true, p = reference._as_float64(y_true, p)
    return float(-np.mean(y_true * np.log(np.clip(p, eps, 1 - eps))))


@known_wrong(
    "binary_cross_entropy", band=(40, 50), convention="deck 004 (sum over the samples, E40)"
)
def bce_sum(y_true, p, eps=1e-7):
    """You add the samples up, as deck 004 prints it: the course takes their mean (E40)."""
    return reference.binary_cross_entropy(y_true, p, eps) * np.size(y_true)


@known_wrong("binary_cross_entropy", band=(10, 20))
def bce_log2(y_true, p, eps=1e-7):
    """Your logarithm is to base 2: take the natural one, np.log, for which -log 0.3 is 1.2."""
    return reference.binary_cross_entropy(y_true, p, eps) / np.log(2)


@known_wrong("binary_cross_entropy", band=(20, 30))
def bce_swapped(y_true, p, eps=1e-7):
    """Your labels and probabilities have changed places: the logarithm is of p, y is its weight."""
    return reference.binary_cross_entropy(p, y_true, eps)


@known_wrong("categorical_cross_entropy", band=(35, 45))
def cce_meanall(Y, P, eps=1e-7):
    """You average over the classes too: add them up, and divide by the number of samples only."""
    return reference.categorical_cross_entropy(Y, P, eps) / np.shape(P)[1]


@known_wrong(
    "categorical_cross_entropy", band=(45, 55), convention="deck 004 (sum over the samples, E40)"
)
def cce_sum(Y, P, eps=1e-7):
    """You add the samples up, as deck 004 prints it: here and in Keras it is their mean (E40)."""
    return reference.categorical_cross_entropy(Y, P, eps) * len(P)


@known_wrong("categorical_cross_entropy", band=(80, 90))
def cce_noclip(Y, P, eps=1e-7):
    """Where P is 0 you get 0 * log(0), which is nan: clip P before the logarithm."""
    weights, probabilities = reference._as_float64(Y, P)
    return float(-np.sum(weights * np.log(probabilities)) / len(weights))


@known_wrong(
    "categorical_cross_entropy",
    band=(10, 20),
    source='Karpathy "A Recipe for Training Neural Networks": softmaxed outputs passed to a loss '
    "that expects raw logits",
)
def cce_softmaxagain(Y, P, eps=1e-7):
    """P holds probabilities already: a second softmax evens them out, and no loss comes near 0."""
    raised = np.exp(reference._as_float64(P)[0])
    return reference.categorical_cross_entropy(Y, raised / raised.sum(axis=1, keepdims=True), eps)


@known_wrong(band=(0, 10))
class oh_cols:
    """Your samples are columns: each sample is a row, along axis 0."""

    @staticmethod
    def one_hot(labels, num_classes):
        reference._require_labels(labels, num_classes)
        return np.eye(num_classes)[:, labels]

    @staticmethod
    def sparse_categorical_cross_entropy(labels, P, eps=1e-7):
        return reference.categorical_cross_entropy(oh_cols.one_hot(labels, P.shape[1]), P, eps)


@known_wrong(band=(0, 10))
class oh_1based:
    """You count the classes from 1: the first one is 0, and it ends up as your last one."""

    @staticmethod
    def one_hot(labels, num_classes):
        reference._require_labels(labels, num_classes)
        return np.eye(num_classes)[labels - 1]

    @staticmethod
    def sparse_categorical_cross_entropy(labels, P, eps=1e-7):
        return reference.categorical_cross_entropy(oh_1based.one_hot(labels, P.shape[1]), P, eps)


@known_wrong("l1_l2_penalty", band=(55, 65))
def l1_noabs(weights, l1=0.0, l2=0.0):
    """Negative weights lower your penalty: L1 adds up |w|, not w as deck 001 prints it (E13)."""
    signed = float(sum(np.sum(w, dtype=np.float64) for w in weights))
    return l1 * signed + reference.l1_l2_penalty(weights, l2=l2)


@known_wrong("l1_l2_penalty", band=(30, 40))
def l2_mean(weights, l1=0.0, l2=0.0):
    """You average the squares, and a large layer costs no more than a small one: add them up."""
    means = float(sum(np.mean(np.square(w, dtype=np.float64)) for w in weights))
    return reference.l1_l2_penalty(weights, l1=l1) + l2 * means


def _shifted(labels, logits):
    reference.cross_entropy_from_logits(labels, logits)  # refuses what does not fit together
    z = np.asarray(logits, dtype=np.float64)
    return z - z.max(axis=1, keepdims=True)


@known_wrong("cross_entropy_from_logits", band=(85, 95))
def cel_log_softmax(labels, logits):
    """A probability below e to the -745 is 0 in float64, and its logarithm is -inf.

    Take no softmax first: the logarithm of it is z - log(sum(exp(z))).
    """
    raised = np.exp(_shifted(labels, logits))
    probabilities = raised / raised.sum(axis=1, keepdims=True)
    return float(-np.mean(np.log(probabilities[np.arange(len(labels)), labels])))


@known_wrong("cross_entropy_from_logits", band=(20, 30))
def cel_colindex(labels, logits):
    """z[:, labels] takes every label for every sample: z[np.arange(N), labels] takes its own."""
    z = _shifted(labels, logits)
    log_sums = np.log(np.exp(z).sum(axis=1, keepdims=True))
    return float(np.mean(log_sums - z[:, labels]))
