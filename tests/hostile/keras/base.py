"""What every hostile Keras hand-in has that is right: `preprocess`. It trains nothing."""

import keras
import numpy as np


def preprocess(images, labels):
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images do not go with {len(labels)} labels")
    return images[..., np.newaxis].astype(np.float32) / 255, labels.astype(np.int64)
