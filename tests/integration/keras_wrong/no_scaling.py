"""Pixels go into the network as they are, from 0 to 255."""

import numpy as np


def preprocess(images, labels):
    if len(images) != len(labels):
        raise ValueError("another number of labels than of images")
    return images[..., np.newaxis].astype("float32"), labels.astype("int64")
