"""Known-wrong implementations of `sgd_update`."""

import numpy as np

from autograder.misconceptions import known_wrong, reference_beside

reference = reference_beside(__file__)


@known_wrong(
    "sgd_step",
    band=(15, 25),
    source='deck 001 L283 "subtracting this value", deck 002 L550-552 W - sum of dJ/dW',
)
def sgd_nolr(params, grads, lr):
    """You leave the learning rate out, as decks 001 and 002 do (E14): subtract lr * g, not g."""
    return reference.sgd_step(params, grads, 1)


@known_wrong(
    "sgd_step",
    band=(85, 95),
    source="CS231n's sgd() updates in place; dlsys tests that optimizers do not",
    named=False,
)
def sgd_inplace(params, grads, lr):
    """With w -= lr * g the caller's weights change, which are still needed: write w - lr * g."""
    for w, moved in zip(params, reference.sgd_step(params, grads, lr), strict=True):
        w[...] = moved
    return params


@known_wrong("sgd_step", band=(15, 25))
def sgd_gradonly(params, grads, lr):
    """This is the step itself: the answer is where it leads, w - lr * g."""
    reference.sgd_step(params, grads, lr)  # refuses what does not fit together
    return [lr * g for g in grads]


@known_wrong("iterate_minibatches", band=(10, 20))
def mb_unpaired(X, y, batch_size, rng, shuffle=True, drop_last=False):
    """You draw one order for X and another for y, so no sample keeps its label: draw one."""
    draws = [
        reference.iterate_minibatches(X, y, batch_size, rng, shuffle, drop_last) for _ in range(2)
    ]
    for (samples, _), (_, labels) in zip(*draws, strict=True):
        yield samples, labels


@known_wrong("iterate_minibatches", band=(45, 55))
def mb_noshuffle(X, y, batch_size, rng, shuffle=True, drop_last=False):
    """Your batches always come in the order of the data: with shuffle, draw an order from rng."""
    yield from reference.iterate_minibatches(X, y, batch_size, rng, False, drop_last)


@known_wrong("iterate_minibatches", band=(75, 85), named=False)
def mb_globalrng(X, y, batch_size, rng, shuffle=True, drop_last=False):
    """np.random.permutation knows nothing of rng: use rng.permutation, which can be repeated."""
    n = len(X)
    if len(y) != n:
        raise ValueError(n)
    order = np.random.permutation(n) if shuffle else np.arange(n)  # noqa: NPY002 - the mistake
    yield from reference.iterate_minibatches(X[order], y[order], batch_size, None, False, drop_last)


@known_wrong(
    "iterate_minibatches",
    band=(70, 80),
    source="dlsys' test harness uses np.array_split(X, m // batch)",
)
def mb_split(X, y, batch_size, rng, shuffle=True, drop_last=False):
    """np.array_split makes parts of nearly equal size: make batches of batch_size, and a rest."""
    n = len(X)
    if len(y) != n or batch_size < 1:
        raise ValueError(batch_size)
    order = rng.permutation(n) if shuffle else np.arange(n)
    for part in np.array_split(order, n // batch_size):
        yield X[part], y[part]


def _train(step, X, y, w, b, epochs, batch_size, rng, shuffle):
    """Train as the reference does, with a step of one's own."""
    size = len(X) if batch_size is None else batch_size
    shuffle = shuffle and batch_size is not None
    losses = []
    for _ in range(epochs):
        for xs, ys in reference.iterate_minibatches(X, y, size, rng, shuffle):
            w, b = step(xs, ys, w, b)
        losses.append(_loss(X, y, w, b))
    return w.copy(), float(b), losses


def _step(xs, ys, w, b, lr):
    """Take the reference's step: an epoch of one batch."""
    return reference.train_linear(xs, ys, w, b, lr, 1)[:2]


def _loss(X, y, w, b):
    """Compute the reference's loss: that after a step of length 0."""
    return reference.train_linear(X, y, w, b, 0.0, 1)[2][0]


@known_wrong("train_linear", band=(30, 40))
def tl_sumgrad(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """You add the gradients of a batch up, so large batches make large steps: take their mean."""

    def step(xs, ys, w, b):
        return _step(xs, ys, w, b, lr * len(xs))

    return _train(step, X, y, w, b, epochs, batch_size, rng, shuffle)


@known_wrong("train_linear", band=(70, 80))
def tl_lossbefore(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """Your losses are those before each epoch: losses[e] is measured after epoch e."""
    before = _loss(X, y, w, b)
    w, b, losses = reference.train_linear(X, y, w, b, lr, epochs, batch_size, rng, shuffle)
    return w, b, [before, *losses][:epochs]


@known_wrong("train_linear", band=(65, 75))
def tl_batchloss(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """Your losses are those of the last batch: measure on all samples once the epoch is over."""
    size = len(X) if batch_size is None else batch_size
    shuffle = shuffle and batch_size is not None
    losses = []
    for _ in range(epochs):
        for xs, ys in reference.iterate_minibatches(X, y, size, rng, shuffle):
            loss = _loss(xs, ys, w, b)
            w, b = _step(xs, ys, w, b, lr)
        losses.append(loss)
    return w, b, losses


@known_wrong("train_linear", band=(80, 90))
def tl_oneshuffle(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """You shuffle once, before the first epoch: draw a new order in each of them."""
    if shuffle and batch_size is not None:
        order = rng.permutation(len(X))
        X, y = X[order], y[order]
    return reference.train_linear(X, y, w, b, lr, epochs, batch_size, shuffle=False)


@known_wrong("train_linear", band=(45, 55))
def tl_half(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """Your gradients lack the factor 2: it belongs to a loss that is the mean of e**2."""
    return reference.train_linear(X, y, w, b, lr / 2, epochs, batch_size, rng, shuffle)


@known_wrong("train_linear", band=(50, 60))
def tl_wthenb(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """Your db sees the new w already: compute both gradients first, then move w and b."""

    def step(xs, ys, w, b):
        moved, _ = _step(xs, ys, w, b, lr)
        return moved, _step(xs, ys, moved, b, lr)[1]

    return _train(step, X, y, w, b, epochs, batch_size, rng, shuffle)


@known_wrong("train_linear", band=(90, 95), named=False)
def tl_inplace(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """With w -= lr * dw the caller's w changes: write w = w - lr * dw, or begin with a copy."""
    w[:], b, losses = reference.train_linear(X, y, w, b, lr, epochs, batch_size, rng, shuffle)
    return w, b, losses


@known_wrong("train_linear", band=(40, 50))
def tl_batch1(X, y, w, b, lr, epochs, batch_size=None, rng=None, shuffle=True):
    """Without a batch size you step after each sample: None means all samples in one batch."""
    size = 1 if batch_size is None else batch_size
    shuffle = shuffle and batch_size is not None
    return reference.train_linear(X, y, w, b, lr, epochs, size, rng, shuffle)


@known_wrong(
    "momentum_step",
    band=(45, 55),
    source='deeplearning.ai C2W2; Ng: "often you see it with this term omitted"',
    convention="deeplearning.ai (running mean of the gradients)",
)
def mom_ema(params, grads, velocity, lr, beta=0.9, nesterov=False):
    """Your steps are 1 - beta times as long: deeplearning.ai weighs g with it, Keras does not.

    Here v = beta * v - lr * g, and w + v.
    """
    velocity = [beta * v + (1 - beta) * g for v, g in zip(velocity, grads, strict=True)]
    ahead = velocity
    if nesterov:
        ahead = [beta * v + (1 - beta) * g for v, g in zip(velocity, grads, strict=True)]
    return [w - lr * v for w, v in zip(params, ahead, strict=True)], velocity


@known_wrong("momentum_step", band=(15, 25))
def mom_oldv(params, grads, velocity, lr, beta=0.9, nesterov=False):
    """Your step uses the velocity of before, and the first one goes nowhere: update v, then w."""
    _, updated = reference.momentum_step(params, grads, velocity, lr, beta)
    steps = updated if nesterov else velocity
    return [w + step for w, step in zip(params, steps, strict=True)], updated


@known_wrong("momentum_step", band=(30, 40))
def mom_nostate(params, grads, velocity, lr, beta=0.9, nesterov=False):
    """Your velocity is back at 0 after each step: return the new one, the next call needs it."""
    moved, updated = reference.momentum_step(params, grads, velocity, lr, beta, nesterov)
    return moved, [np.zeros_like(v) for v in updated]


@known_wrong("momentum_step", band=(15, 25))
def mom_sign(params, grads, velocity, lr, beta=0.9, nesterov=False):
    """You walk uphill: v holds the minus of -lr * g already, so w + v."""
    moved, updated = reference.momentum_step(params, grads, velocity, lr, beta, nesterov)
    return [w - (new - w) for w, new in zip(params, moved, strict=True)], updated


def _scaled_step(params, grads, state, lr, eps):
    """Take the step of RMSprop with a state that is given."""
    triples = zip(params, grads, state, strict=True)
    return [w - lr * g / (np.sqrt(s) + eps) for w, g, s in triples]


@known_wrong("rmsprop_step", band=(10, 20))
def rms_adagrad(params, grads, state, lr, rho=0.9, eps=1e-7):
    """Your sum of squares only grows, which is Adagrad: keep rho of it, add 1 - rho of g**2."""
    state = [s + g**2 for s, g in zip(state, grads, strict=True)]
    return _scaled_step(params, grads, state, lr, eps), state


@known_wrong(
    "rmsprop_step",
    band=(85, 95),
    source="keras.optimizers.RMSprop, measured: g = 1e-5 gives 0.9968, with eps outside 0.6935",
    convention="Keras (eps inside the root)",
)
def rms_epsin(params, grads, state, lr, rho=0.9, eps=1e-7):
    """Your eps stands inside the root, as in Keras: here it is sqrt(s) + eps.

    Only where gradients are tiny does it make a difference.
    """
    _, state = reference.rmsprop_step(params, grads, state, lr, rho, eps)
    triples = zip(params, grads, state, strict=True)
    return [w - lr * g / np.sqrt(s + eps) for w, g, s in triples], state


@known_wrong("rmsprop_step", band=(10, 20))
def rms_g(params, grads, state, lr, rho=0.9, eps=1e-7):
    """You keep the mean of the gradients' sizes: keep that of their squares, g**2."""
    state = [rho * s + (1 - rho) * np.abs(g) for s, g in zip(state, grads, strict=True)]
    return _scaled_step(params, grads, state, lr, eps), state


def _adam(params, grads, state, beta1, beta2):
    """Give Adam's new state and, for each parameter, w with m_hat and v_hat."""
    _, state = reference.adam_step(params, grads, state, beta1=beta1, beta2=beta2)
    m_hat = [m / (1 - beta1 ** state["t"]) for m in state["m"]]
    v_hat = [v / (1 - beta2 ** state["t"]) for v in state["v"]]
    return state, list(zip(params, m_hat, v_hat, strict=True))


@known_wrong("adam_step", band=(35, 45), source='cs484-hku notes, "Adam (almost)"')
def adam_nobc(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    """Your first step is 3.16 times too long: m and v begin with 0, so correct both for it.

    Divide m by 1 - beta1**t and v by 1 - beta2**t.
    """
    state, _ = _adam(params, grads, state, beta1, beta2)
    triples = zip(params, state["m"], state["v"], strict=True)
    return [w - lr * m / (np.sqrt(v) + eps) for w, m, v in triples], state


@known_wrong(
    "adam_step",
    band=(25, 35),
    source="https://gptteams.ai/developer/algorithm-understand-adam-optimizer-intuitively "
    "(StackOverflow)",
)
def adam_overwrite(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    """You keep m_hat and v_hat, and correct them once more in the next step: keep m and v."""
    state, triples = _adam(params, grads, state, beta1, beta2)
    moved = [w - lr * m / (np.sqrt(v) + eps) for w, m, v in triples]
    return moved, {**state, "m": [m for _, m, _ in triples], "v": [v for _, _, v in triples]}


@known_wrong("adam_step", band=(10, 20))
def adam_nosqrt(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    """You divide by the mean of the squares: divide by its root, which has the size of g."""
    state, triples = _adam(params, grads, state, beta1, beta2)
    return [w - lr * m / (v + eps) for w, m, v in triples], state


@known_wrong("adam_step", band=(85, 95))
def adam_epsin(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    """Your eps stands inside the root: add it outside, sqrt(v_hat) + eps."""
    state, triples = _adam(params, grads, state, beta1, beta2)
    return [w - lr * m / np.sqrt(v + eps) for w, m, v in triples], state


@known_wrong(
    "adam_step",
    band=(85, 95),
    source="keras/src/optimizers/adam.py, docstring",
    convention="Keras (epsilon hat)",
)
def adam_epshat(params, grads, state, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-7):
    """You add eps before the correction, as Keras does: here it is sqrt(v_hat) + eps.

    Only where gradients are tiny does it make a difference.
    """
    state, triples = _adam(params, grads, state, beta1, beta2)
    eps = eps / float(np.sqrt(1 - beta2 ** state["t"]))
    return [w - lr * m / (np.sqrt(v) + eps) for w, m, v in triples], state


@known_wrong("lr_regime", band=(20, 30))
def lr_deck(curvature, lr):
    """You look at the learning rate alone: the limit is lr * curvature = 2, so lr = 2 / curvature.

    On a flat parabola 1.5 can be too little, on a steep one 0.1 too much.
    """
    regime = reference.lr_regime(curvature, lr)
    if lr > 1:
        return "diverges"
    return "oscillates" if regime == "diverges" else regime


@known_wrong("lr_regime", band=(50, 60))
def lr_1overc(curvature, lr):
    """Beyond 1 / curvature a step only goes too far: up to 2 / curvature it still comes nearer."""
    regime = reference.lr_regime(curvature, lr)
    return "diverges" if regime == "oscillates" else regime


@known_wrong("lr_regime", band=(80, 90))
def lr_eq(curvature, lr):
    """Products of floats are rounded, so == misses 1 and 2: use math.isclose."""
    regime, product = reference.lr_regime(curvature, lr), lr * curvature
    if regime == "one_step" and product != 1:
        return "monotone" if product < 1 else "oscillates"
    if regime == "cycles" and product != 2:
        return "oscillates" if product < 2 else "diverges"
    return regime


@known_wrong("early_stopping", band=(40, 50))
def es_prev(val_losses, patience, min_delta=0.0):
    """You compare with the epoch before, so small dips on the way up count: compare with the best.

    A loss that rises slowly would never stop the training.
    """
    reference.early_stopping(val_losses, patience, min_delta)  # refuses what makes no sense
    best = 0
    for epoch, loss in enumerate(val_losses):
        if epoch and loss < val_losses[epoch - 1] - min_delta:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(val_losses) - 1, best


@known_wrong("early_stopping", band=(50, 60))
def es_off1(val_losses, patience, min_delta=0.0):
    """You stop one epoch late: with patience 2, the second epoch without improvement is the last.

    Write wait >= patience.
    """
    reference.early_stopping(val_losses, patience, min_delta)  # refuses what makes no sense
    return reference.early_stopping(val_losses, patience + 1, min_delta)


@known_wrong("early_stopping", band=(50, 60))
def es_last(val_losses, patience, min_delta=0.0):
    """Your best epoch is the one that stopped the training: it is the last improvement."""
    stop, _ = reference.early_stopping(val_losses, patience, min_delta)
    return stop, stop
