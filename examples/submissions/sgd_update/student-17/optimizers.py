"""Steps of the optimizers, without their bookkeeping."""

import numpy as np


def rmsprop_step(params, grads, state, lr, rho=0.9, eps=1e-7):
    """Array by array."""
    w_out, s_out = [], []
    for w, g, s in zip(params, grads, state):
        s_new = rho * s + (1 - rho) * np.square(g)
        w_out.append(w - np.divide(lr * g, np.sqrt(s_new) + eps))
        s_out.append(s_new)
    return w_out, s_out


def momentum_step(params, grads, velocity, lr, beta=0.9, nesterov=False):
    """Array by array."""
    w_out, v_out = [], []
    for w, g, v in zip(params, grads, velocity):
        v_new = v * beta
        v_new -= lr * g
        step = beta * v_new - lr * g if nesterov else v_new
        w_out.append(w + step)
        v_out.append(v_new)
    return w_out, v_out
