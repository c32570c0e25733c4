"""What is below Keras: TensorFlow, PyTorch or JAX, how it is set, and what it computes on.

`settle` sets switches and computes nothing, so it may run before a fork. `device_facts` starts the
backend, and with it CUDA, which survives no fork: it is for a worker alone.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final

import keras

__all__ = ["build_facts", "device_facts", "seed", "settle"]

_SEED: Final = 0
_ON_A_GPU: Final = ("gpu", "cuda")
_JAX_DETERMINISM: Final = "--xla_gpu_deterministic_ops=true"


def settle(*, gpu: bool) -> None:
    """Switch TF32 off; for a GPU, have operations give the same answer each time.

    TF32 rounds what a GPU multiplies to 10 bits.

    Raises:
        ValueError: `KERAS_BACKEND` names a backend that trains nothing.
    """
    name = keras.backend.backend()
    if name not in _BACKENDS:
        known = ", ".join(_BACKENDS)
        raise ValueError(f"KERAS_BACKEND: expected one of {known}; received {name}")
    _BACKENDS[name].settle(importlib.import_module(name), gpu)
    seed()  # each worker does it again; what it imports is then there already


def seed() -> None:
    """Seed what draws at random, for code that seeds nothing.

    The same work then gives the same grade, and TensorFlow, which refuses random numbers without a
    seed where its operations are deterministic, refuses nobody's.
    """
    keras.utils.set_random_seed(_SEED)


def device_facts() -> dict[str, object]:
    """Tell what this process computes on, after a small convolution that shows it.

    Raises:
        RuntimeError: The backend cannot compute; other errors of the backend mean the same.
    """
    name = keras.backend.backend()
    answer: Any = keras.ops.conv(keras.ops.ones((1, 4, 4, 1)), keras.ops.ones((2, 2, 1, 1)))
    return {
        "backend": name,
        "keras": keras.version(),
        "on_gpu": any(word in str(answer.device).lower() for word in _ON_A_GPU),
        **_BACKENDS[name].tell(importlib.import_module(name)),
    }


def build_facts() -> dict[str, str]:
    """Tell which build of the backend is installed: its version and, if there is one, its CUDA."""
    name = keras.backend.backend()
    module = importlib.import_module(name)
    return {
        "backend": name,
        "version": str(module.__version__),
        "cuda": _BACKENDS[name].cuda(module) if name in _BACKENDS else "",
    }


def _settle_tensorflow(tf: Any, gpu: bool) -> None:  # noqa: FBT001 - one of a table
    tf.config.experimental.enable_tensor_float_32_execution(enabled=False)
    if gpu:
        tf.config.experimental.enable_op_determinism()


def _tell_tensorflow(tf: Any) -> dict[str, object]:
    # The one switch that TensorFlow's public functions set and do not tell.
    framework: Any = importlib.import_module("tensorflow.python.framework.config")
    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    return {
        "version": tf.__version__,
        "gpus": [str(one.get("device_name", "of an unknown model")) for one in details],
        "tf32": bool(tf.config.experimental.tensor_float_32_execution_enabled()),
        "deterministic": bool(framework.is_op_determinism_enabled()),
        "threads": int(os.environ.get("TF_NUM_INTRAOP_THREADS", "0")),
    }


def _cuda_of_tensorflow(tf: Any) -> str:
    built = tf.test.is_built_with_cuda()
    return str(tf.sysconfig.get_build_info().get("cuda_version", "")) if built else ""


def _settle_torch(torch: Any, gpu: bool) -> None:  # noqa: FBT001 - one of a table
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    if gpu:
        # An operation that has no such form still works: that is no fault of the student's.
        torch.use_deterministic_algorithms(mode=True, warn_only=True)
        torch.backends.cudnn.benchmark = False


def _tell_torch(torch: Any) -> dict[str, object]:
    numbers = range(torch.cuda.device_count())
    return {
        "version": str(torch.__version__),
        "gpus": [str(torch.cuda.get_device_name(number)) for number in numbers],
        "tf32": torch.backends.cuda.matmul.allow_tf32 or torch.backends.cudnn.allow_tf32,
        "deterministic": bool(torch.are_deterministic_algorithms_enabled()),
        "threads": int(torch.get_num_threads()),
    }


def _cuda_of_torch(torch: Any) -> str:
    return str(torch.version.cuda or "")


def _settle_jax(jax: Any, gpu: bool) -> None:  # noqa: ARG001, FBT001 - one of a table
    # What makes it deterministic stands in its environment.
    jax.config.update("jax_default_matmul_precision", "highest")


def _tell_jax(jax: Any) -> dict[str, object]:
    return {
        "version": str(jax.__version__),
        "gpus": [str(one.device_kind) for one in jax.devices() if one.platform == "gpu"],
        "tf32": jax.config.jax_default_matmul_precision != "highest",
        "deterministic": _JAX_DETERMINISM in os.environ.get("XLA_FLAGS", ""),
        "threads": int(os.environ.get("NPROC", "0")),
    }


def _cuda_of_jax(_: Any) -> str:
    """Read off the name of the package that brings CUDA, such as `jax-cuda12-plugin`."""
    names = {str(one.metadata["Name"]) for one in metadata.distributions()}
    plugins = sorted(name for name in names if name.startswith("jax-cuda"))
    return plugins[0].removeprefix("jax-cuda").partition("-")[0] if plugins else ""


@dataclass(frozen=True, slots=True)
class _Backend:
    settle: Callable[[Any, bool], None]
    tell: Callable[[Any], dict[str, object]]
    cuda: Callable[[Any], str]


_BACKENDS: Final = {
    "tensorflow": _Backend(_settle_tensorflow, _tell_tensorflow, _cuda_of_tensorflow),
    "torch": _Backend(_settle_torch, _tell_torch, _cuda_of_torch),
    "jax": _Backend(_settle_jax, _tell_jax, _cuda_of_jax),
}
