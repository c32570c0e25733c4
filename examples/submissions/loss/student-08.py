"""Loss functions."""

import numpy as np


def check(a, b):
    if a.shape != b.shape:
        raise ValueError("shapes %s and %s differ" % (a.shape, b.shape))


def mse(y_true, y_pred):
    check(y_true, y_pred)
    diff = y_true.astype(float) - y_pred.astype(float)
    return np.sqrt(np.mean(diff ** 2))


def mae(y_true, y_pred):
    check(y_true, y_pred)
    return np.mean(y_true.astype(float) - y_pred.astype(float))


def binary_cross_entropy(y_true, p, eps=1e-7):
    check(y_true, p)
    p = np.clip(p, eps, 1 - eps)
    return -np.mean(y_true * np.log(p))


def categorical_cross_entropy(Y, P, eps=1e-7):
    check(Y, P)
    P = np.exp(P) / np.sum(np.exp(P), axis=1, keepdims=True)
    return -np.mean(np.sum(Y * np.log(P), axis=1))


def one_hot(labels, num_classes):
    return np.eye(num_classes)[labels - 1]


def sparse_categorical_cross_entropy(labels, P, eps=1e-7):
    return -np.mean(np.log(P[:, labels]))


def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    total = 0.0
    for w in weights:
        total += l1 * np.sum(w) + l2 * np.sum(w ** 2)
    return total


def cross_entropy_from_logits(labels, logits):
    z = logits - np.max(logits, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_p[:, labels])
