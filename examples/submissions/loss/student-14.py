"""Loss functions."""

import numpy as np
from loss_tools import log_of_clipped


def check(a, b):
    if a.shape != b.shape:
        raise ValueError("shapes %s and %s differ" % (a.shape, b.shape))


def mse(y_true, y_pred):
    check(y_true, y_pred)
    diff = y_true.astype(float) - y_pred.astype(float)
    return np.mean(diff ** 2)


def mae(y_true, y_pred):
    check(y_true, y_pred)
    return np.mean(np.abs(y_true.astype(float) - y_pred.astype(float)))


def binary_cross_entropy(y_true, p, eps=1e-7):
    check(y_true, p)
    p = np.clip(p, eps, 1 - eps)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def categorical_cross_entropy(Y, P, eps=1e-7):
    check(Y, P)
    P = np.clip(P, eps, 1 - eps)
    return -np.mean(np.sum(Y * np.log(P), axis=1))


def one_hot(labels, num_classes):
    if np.any(labels < 0) or np.any(labels >= num_classes):
        raise ValueError("label out of range")
    out = np.zeros((len(labels), num_classes))
    out[np.arange(len(labels)), labels] = 1
    return out


def sparse_categorical_cross_entropy(labels, P, eps=1e-7):
    return categorical_cross_entropy(one_hot(labels, P.shape[1]), P, eps)


def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    total = 0.0
    for w in weights:
        total += l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2)
    return total


def cross_entropy_from_logits(labels, logits):
    targets = one_hot(labels, logits.shape[1])
    check(targets, logits)
    z = logits - np.max(logits, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(np.sum(targets * log_p, axis=1))
