"""The reference solutions beside Keras: equal, save where conventions differ."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

PROGRAM = Path(__file__).with_name("keras_oracle.py")
ORACLE = runpy.run_path(str(PROGRAM))
GIVEN = ORACLE["inputs"]()
TIGHT = {"rtol": 1e-9, "atol": 1e-10}
# Where Keras has a setting, such as a slope or a rate, it keeps it in single precision.
SETTINGS = {"rtol": 1e-6, "atol": 1e-7}
POOLINGS = [
    (pool, stride, padding) for pool, stride in ORACLE["POOLS"] for padding in ("valid", "same")
]


@pytest.fixture(scope="module")
def keras(tmp_path_factory):
    """Give what Keras answered, by name."""
    file = tmp_path_factory.mktemp("keras") / "answers.npz"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(file)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(np.load(file))


@pytest.mark.parametrize(
    "name", ["sigmoid", "tanh", "relu", "leaky_relu", "softmax", "log_softmax"]
)
def test_activation_agrees_with_keras(name, keras, solution):
    """Each activation function gives Keras' numbers."""
    assert_allclose(getattr(solution("activations"), name)(GIVEN["x"]), keras[name], **SETTINGS)


def test_slope_of_the_leaky_layer_is_another_in_keras(keras, solution):
    """Keras' layer leaks 0.3 where the course leaks 0.01."""
    leaky = solution("activations").leaky_relu
    assert_allclose(leaky(GIVEN["x"], negative_slope=0.3), keras["leaky_relu_layer_default"])
    assert np.abs(leaky(GIVEN["x"]) - keras["leaky_relu_layer_default"]).max() > 0.5


def losses(solution) -> dict[str, float]:
    module = solution("loss")
    one_hot = module.one_hot(GIVEN["labels"], 4)
    return {
        "mse": module.mse(GIVEN["targets"], GIVEN["scores"]),
        "mae": module.mae(GIVEN["targets"], GIVEN["scores"]),
        "bce": module.binary_cross_entropy(GIVEN["bits"], GIVEN["chances"]),
        "cce": module.categorical_cross_entropy(one_hot, GIVEN["probabilities"]),
        "scce": module.sparse_categorical_cross_entropy(GIVEN["labels"], GIVEN["probabilities"]),
        "from_logits": module.cross_entropy_from_logits(GIVEN["labels"], GIVEN["scores"]),
        "l1_l2": module.l1_l2_penalty([GIVEN["weights"]], l1=0.3, l2=0.2),
    }


@pytest.mark.parametrize("name", ["mse", "mae", "bce", "cce", "scce", "from_logits", "l1_l2"])
def test_loss_agrees_with_keras(name, keras, solution):
    """Each loss is Keras' mean over the batch, clipped alike."""
    assert_allclose(losses(solution)[name], keras[name], **SETTINGS)


def test_rows_that_do_not_sum_to_one_are_renormalised_by_keras_only(keras, solution):
    """1.2 times the probabilities is another loss here, and the same one in Keras."""
    module = solution("loss")
    labels = module.one_hot(GIVEN["labels"], 4)
    ours = module.categorical_cross_entropy(labels, 1.2 * GIVEN["probabilities"])
    assert_allclose(keras["cce_of_rows_above_one"], keras["cce"])
    assert ours < keras["cce_of_rows_above_one"] - 0.1


def test_forward_pass_agrees_with_keras(keras, solution):
    """The hidden layer and the scores of a small network are those of Keras."""
    params = [(GIVEN["W1"], GIVEN["b1"]), (GIVEN["W2"], GIVEN["b2"])]
    forward = solution("forward_pass")
    out, cache = forward.mlp_forward(GIVEN["features"], params, ["sigmoid", "linear"])
    assert_allclose(out, keras["logits"], **TIGHT)
    assert_allclose(cache[1][0], keras["hidden"], **TIGHT)


def test_backpropagation_agrees_with_automatic_differentiation(keras, solution):
    """The gradients of the mean cross-entropy are those of TensorFlow's tape."""
    params = [(GIVEN["W1"], GIVEN["b1"]), (GIVEN["W2"], GIVEN["b2"])]
    backprop = solution("backprop")
    last = backprop.softmax_ce_backward(GIVEN["labels"], keras["logits"])
    gradients = backprop.mlp_backward(params, ["sigmoid", "linear"], GIVEN["features"], last)
    for layer, (dw, db) in enumerate(gradients, start=1):
        assert_allclose(dw, keras[f"dW{layer}"], **TIGHT)
        assert_allclose(db, keras[f"db{layer}"], **TIGHT)


def ramp(shape: tuple[int, ...]) -> np.ndarray:
    return np.linspace(-1.0, 1.0, int(np.prod(shape))).reshape(shape)


@pytest.mark.parametrize("size", ORACLE["KERNEL_SIZES"])
@pytest.mark.parametrize(("stride", "padding"), ORACLE["STRIDES_AND_PADDINGS"])
def test_convolution_agrees_with_keras(size, stride, padding, keras, solution):
    """The layer and its gradients are Keras', whatever the stride, the padding and the kernel."""
    module, name = solution("convolution"), f"conv_{size}_{stride}_{padding}"
    kernel = GIVEN[f"kernel_{size[0]}x{size[1]}"]
    out = module.conv2d_forward(
        GIVEN["images"], kernel, GIVEN["bias"], stride=stride, padding=padding
    )
    assert_allclose(out, keras[name], **TIGHT)
    dx, dw, db = module.conv2d_backward(
        ramp(out.shape), GIVEN["images"], kernel, stride=(stride, stride), padding=padding
    )
    assert_allclose(dx, keras[f"{name}_dx"], **TIGHT)
    assert_allclose(dw, keras[f"{name}_dw"], **TIGHT)
    assert_allclose(db, ramp(out.shape).sum(axis=(0, 1, 2)), **TIGHT)


@pytest.mark.parametrize(("pool", "stride", "padding"), POOLINGS)
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_agrees_with_keras(kind, pool, stride, padding, keras, solution):
    """Maxima and averages are Keras', and padding is never counted."""
    function = getattr(solution("pooling"), f"{kind}_pool2d")
    answer = function(GIVEN["images"], pool, stride, padding)
    assert_allclose(answer, keras[f"{kind}_{pool}_{stride}_{padding}"], **TIGHT)


@pytest.mark.parametrize(("pool", "stride"), ORACLE["POOLS"])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_gradient_agrees_with_keras(kind, pool, stride, keras, solution):
    """The gradients of pooling are those of TensorFlow's tape."""
    module, name = solution("pooling"), f"{kind}_{pool}_{stride}_valid"
    dout = ramp(keras[name].shape)
    if kind == "max":
        dx = module.max_pool2d_backward(dout, GIVEN["images"], pool, stride)
    else:
        dx = module.avg_pool2d_backward(dout, GIVEN["images"].shape, pool, stride)
    assert_allclose(dx, keras[f"{name}_dx"], **TIGHT)


def test_flatten_and_dropout_agree_with_keras(keras, solution):
    """Rows, columns, then channels; and dropout does nothing outside training."""
    module = solution("pooling")
    assert_allclose(module.flatten(GIVEN["images"]), keras["flatten"])
    out, _ = module.dropout_forward(GIVEN["images"], 0.4, np.random.default_rng(0), training=False)
    assert_allclose(out, keras["dropout_evaluated"])


@pytest.mark.parametrize("training", [False, True])
def test_batch_normalisation_agrees_with_keras(training, keras, solution):
    """Outputs and moving statistics are Keras', in training and outside of it."""
    given = [GIVEN[name] for name in ("gamma", "beta", "moving_mean", "moving_var")]
    out, mean, var = solution("pooling").batch_norm(GIVEN["images"], *given, training=training)
    # Keras' own kernel for this layer computes in single precision.
    assert_allclose(out, keras["norm_trained" if training else "norm_evaluated"], atol=1e-5)
    if training:
        assert_allclose(mean, keras["norm_moving_mean"], atol=1e-6)
        assert_allclose(var, keras["norm_moving_var"], atol=1e-6)


def optimised(solution, name: str, scale: float) -> np.ndarray:
    """Take the oracle's steps with the course's optimizer."""
    module = solution("sgd_update")
    params = [GIVEN["weights"].copy()]
    velocity = [np.zeros_like(params[0])]
    state = velocity if name == "rmsprop" else {"m": velocity, "v": velocity, "t": 0}
    for gradient in scale * GIVEN["gradients"]:
        grads = [gradient]
        if name == "sgd":
            params = module.sgd_step(params, grads, 0.1)
        elif name in ("momentum", "nesterov"):
            params, velocity = module.momentum_step(
                params, grads, velocity, 0.1, beta=0.9, nesterov=name == "nesterov"
            )
        else:
            step = getattr(module, f"{name}_step")
            params, state = step(params, grads, state, 0.1)
    return params[0]


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov"])
def test_optimizer_agrees_with_keras(name, keras, solution):
    """Plain, with momentum and Nesterov: the weights after six steps are Keras'."""
    assert_allclose(optimised(solution, name, 1.0), keras[name], **SETTINGS)
    assert_allclose(optimised(solution, name, ORACLE["TINY"]), keras[f"{name}_tiny"], **SETTINGS)


@pytest.mark.parametrize("name", ["rmsprop", "adam"])
def test_adaptive_optimizer_agrees_with_keras_but_for_epsilon(name, keras, solution):
    """With gradients of ordinary size they agree; with tiny ones the place of epsilon shows."""
    assert_allclose(optimised(solution, name, 1.0), keras[name], rtol=1e-4, atol=1e-5)
    tiny = keras[f"{name}_tiny"]
    moved = np.abs(tiny - GIVEN["weights"])
    assert (np.abs(optimised(solution, name, ORACLE["TINY"]) - tiny) > 0.005 * moved).all()
