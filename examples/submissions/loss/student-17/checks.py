"""What losses ask of their arguments."""

import numpy as np


def check(a, b):
    if a.shape != b.shape:
        raise ValueError("shapes %s and %s differ" % (a.shape, b.shape))


def check_labels(labels, count, classes):
    if labels.shape != (count,) or not np.isin(labels, range(classes)).all():
        raise ValueError("there must be %d labels from 0 to %d" % (count, classes - 1))
