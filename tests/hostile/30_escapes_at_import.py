"""Attack 30: escapes in the words of an error that comes while the module is loaded."""

import numpy as np

print("\x1b[2J\x1b]52;c;eA==\x07")
SHOWN = "\x1b]0;owned\x07\u202e\x9b2J"
raise ValueError(SHOWN + "‮" + chr(27) + '[2J')  # ‮⁦ in the source too


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
