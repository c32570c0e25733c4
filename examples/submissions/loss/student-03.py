"""Loss functions; float32 stays float32."""

import numpy as np


def as_real(*arrays):
    """Integers and pixels become float64, float32 and float64 stay what they are."""
    if any(a.shape != arrays[0].shape for a in arrays):
        raise ValueError("arrays of equal shapes are needed")
    return [a if a.dtype.kind == "f" else a.astype(np.float64) for a in arrays]


def mse(y_true, y_pred):
    y_true, y_pred = as_real(y_true, y_pred)
    return np.square(y_pred - y_true).mean()


def mae(y_true, y_pred):
    y_true, y_pred = as_real(y_true, y_pred)
    return np.absolute(y_pred - y_true).mean()


def binary_cross_entropy(y_true, p, eps=1e-7):
    y_true, p = as_real(y_true, p)
    of_what_came = np.where(y_true == 1, p, 1 - p)
    return -np.log(of_what_came.clip(eps, 1 - eps)).mean()


def categorical_cross_entropy(Y, P, eps=1e-7):
    Y, P = as_real(Y, P)
    return -np.vdot(Y, np.log(P.clip(eps, 1 - eps))) / P.shape[0]


def require(labels, classes):
    if ((labels < 0) | (labels > classes - 1)).any():
        raise ValueError("a label is no class")


def one_hot(labels, num_classes):
    require(labels, num_classes)
    return np.identity(num_classes)[labels]


def pick(labels, table):
    require(labels, table.shape[1])
    if labels.shape != (table.shape[0],):
        raise ValueError("as many labels as samples are needed")
    return table[np.arange(table.shape[0]), labels]


def sparse_categorical_cross_entropy(labels, P, eps=1e-7):
    return -np.log(pick(labels, P).clip(eps, 1 - eps)).mean()


def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    return float(sum(l1 * np.abs(w).sum() + l2 * np.square(w).sum() for w in weights))


def cross_entropy_from_logits(labels, logits):
    (z,) = as_real(logits)
    z = z - z.max(axis=-1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=-1)) - pick(labels, z)).mean()
