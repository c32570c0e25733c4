"""Attack 28: HTML in the words of an error that comes while the module is loaded."""

import numpy as np

print("<script>alert(1)</script>")
raise type("<script>alert(5)</script>", (Exception,), {})("</li></ul><script>alert(6)</script>")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
