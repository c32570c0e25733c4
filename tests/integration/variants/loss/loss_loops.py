"""A right solution in the style of loops: over numbers, with math, row by row."""

import math

import numpy as np


def _pairs(a, b):
    if a.shape != b.shape:
        raise ValueError("the shapes differ")
    return zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)


def _between(value, eps):
    if value < eps:
        return eps
    if value > 1 - eps:
        return 1 - eps
    return value


def mse(y_true, y_pred):
    """Add up square by square."""
    total = 0.0
    for t, p in _pairs(y_true, y_pred):
        total += (t - p) * (t - p)
    return total / y_true.size


def mae(y_true, y_pred):
    """Add up size by size."""
    total = 0.0
    for t, p in _pairs(y_true, y_pred):
        if t > p:
            total += t - p
        else:
            total += p - t
    return total / y_true.size


def binary_cross_entropy(y_true, p, eps=1e-7):
    """Decide by the label which logarithm it is."""
    total = 0.0
    for label, q in _pairs(y_true, p):
        likely = _between(q, eps)
        total -= math.log(likely) if label == 1 else math.log(1 - likely)
    return total / p.size


def categorical_cross_entropy(Y, P, eps=1e-7):
    """Loop over the samples, then over the classes; leave out what has no weight."""
    if Y.shape != P.shape:
        raise ValueError("the shapes differ")
    total = 0.0
    for weights, probabilities in zip(Y.tolist(), P.tolist(), strict=True):
        for weight, q in zip(weights, probabilities, strict=True):
            if weight != 0:
                total += -weight * math.log(_between(q, eps))
    return total / len(Y)


def one_hot(labels, num_classes):
    """Fill in a one for each label."""
    table = np.zeros((len(labels), num_classes))
    for row, label in enumerate(labels):
        if not 0 <= label < num_classes:
            raise ValueError("no such class")
        table[row, label] = 1
    return table


def sparse_categorical_cross_entropy(labels, P, eps=1e-7):
    """Loop over the samples."""
    if len(labels) != len(P):
        raise ValueError("one label for each sample, please")
    costs = []
    for label, row in zip(labels.tolist(), P.tolist(), strict=True):
        if label < 0 or label >= len(row):
            raise ValueError("no such class")
        costs.append(-math.log(_between(row[label], eps)))
    return math.fsum(costs) / len(costs)


def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    """Loop over arrays and over their entries."""
    penalty = 0.0
    for array in weights:
        for w in array.flat:
            penalty += l1 * abs(float(w)) + l2 * float(w) ** 2
    return penalty


def cross_entropy_from_logits(labels, logits):
    """Loop over the samples, each with its own maximum."""
    if len(labels) != len(logits):
        raise ValueError("one label for each sample, please")
    total = 0.0
    for label, row in zip(labels.tolist(), logits.tolist(), strict=True):
        if label not in range(len(row)):
            raise ValueError("no such class")
        top = max(row)
        total += top + math.log(sum(math.exp(z - top) for z in row)) - row[label]
    return total / len(logits)
