"""Loss functions, number by number."""

from math import exp, fsum, log

import numpy as np


def flat(*arrays):
    if len({a.shape for a in arrays}) != 1:
        raise ValueError("the arrays have different shapes")
    return zip(*(a.ravel().tolist() for a in arrays))


def mean(values):
    values = list(values)
    return fsum(values) / len(values)


def clipped(p, eps):
    return min(max(p, eps), 1 - eps)


def mse(y_true, y_pred):
    return mean((p - y) ** 2 for y, p in flat(y_true, y_pred))


def mae(y_true, y_pred):
    return mean(abs(p - y) for y, p in flat(y_true, y_pred))


def binary_cross_entropy(y_true, p, eps=1e-7):
    pairs = [(y, clipped(q, eps)) for y, q in flat(y_true, p)]
    return mean(-log(q) if y else -log(1 - q) for y, q in pairs)


def categorical_cross_entropy(Y, P, eps=1e-7):
    return -fsum(y * log(clipped(p, eps)) for y, p in flat(Y, P)) / len(Y)


def valid(labels, samples, classes):
    labels = [int(label) for label in labels]
    if len(labels) != samples or not all(0 <= label < classes for label in labels):
        raise ValueError("there must be one label for each sample, from 0 to %d" % (classes - 1))
    return labels


def one_hot(labels, num_classes):
    rows = [[float(k == label) for k in range(num_classes)]
            for label in valid(labels, len(labels), num_classes)]
    return np.array(rows)


def sparse_categorical_cross_entropy(labels, P, eps=1e-7):
    labels = valid(labels, *P.shape)
    return mean(-log(clipped(float(row[k]), eps)) for k, row in zip(labels, P))


def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    numbers = [float(w) for array in weights for w in array.ravel()]
    return l1 * fsum(abs(w) for w in numbers) + l2 * fsum(w * w for w in numbers)


def cross_entropy_from_logits(labels, logits):
    costs = []
    for k, row in zip(valid(labels, *logits.shape), logits.tolist()):
        top = max(row)
        costs.append(top - row[k] + log(fsum(exp(z - top) for z in row)))
    return mean(costs)
