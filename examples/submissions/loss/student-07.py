"""Loss functions."""

import numpy as np


def mse(y_true, y_pred):
    return ((y_true - y_pred) ** 2).mean()


def mae(y_true, y_pred):
    return abs(y_true - y_pred).mean()


def binary_cross_entropy(y_true, p, eps=1e-7):
    p = np.clip(p, eps, 1 - eps)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def categorical_cross_entropy(Y, P, eps=1e-7):
    P = np.clip(P, eps, 1 - eps)
    return -np.mean(np.sum(Y * np.log(P), axis=1))


def one_hot(labels, num_classes):
    return np.eye(num_classes)[labels]


def sparse_categorical_cross_entropy(labels, P, eps=1e-7):
    return categorical_cross_entropy(one_hot(labels, P.shape[1]), P, eps)


def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    total = 0.0
    for w in weights:
        total += l1 * np.sum(np.abs(w)) + l2 * np.sum(w ** 2)
    return total


def cross_entropy_from_logits(labels, logits):
    targets = one_hot(labels, logits.shape[1])
    z = logits - np.max(logits, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(np.sum(targets * log_p, axis=1))
