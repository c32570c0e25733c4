"""The environment that Keras, what is below it and CUDA read when a worker starts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from autograder.gpus import Mask

__all__ = ["keras_environment"]

_KERAS_BACKEND: Final = "KERAS_BACKEND"
_DEFAULT: Final = "tensorflow"
# Where some containers put the driver's libraries, and nothing else.
_DRIVER_LIBRARIES: Final = Path("/usr/local/nvidia/lib64")

_CUDA: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        # There is no folder that outlives a worker, in which compiled kernels could be kept.
        "CUDA_CACHE_DISABLE": "1",
        "NVIDIA_TF32_OVERRIDE": "0",
        # As much of the GPU's memory as is needed, not all of it at once.
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    }
)
# PyTorch and JAX are told what to use: where that fails, they fail, and take no CPU instead.
# PyTorch would otherwise start CUDA when it is imported, which no fork survives.
_ON_A_GPU: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "torch": {
            "KERAS_TORCH_DEVICE": "cuda",
            "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
            "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # without it cuBLAS is not deterministic
        },
        "jax": {"JAX_PLATFORMS": "cuda", "XLA_FLAGS": "--xla_gpu_deterministic_ops=true"},
    }
)
_ON_THE_CPU: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {"torch": {"KERAS_TORCH_DEVICE": "cpu"}, "jax": {"JAX_PLATFORMS": "cpu"}}
)


def keras_environment(
    environ: Mapping[str, str], mask: Mask, *, cpus: int, epochs: int
) -> dict[str, str]:
    """Return what the workers of a Keras assignment find in their environment.

    Args:
        environ: Whoever grades says here, by `KERAS_BACKEND`, what is below Keras.
        mask: Which GPUs the workers use.
        cpus: How many threads their arithmetic has.
        epochs: After how many a training is ended.
    """
    backend = environ.get(_KERAS_BACKEND) or _DEFAULT
    own = (_ON_A_GPU if mask.count else _ON_THE_CPU).get(backend, {})
    return {
        _KERAS_BACKEND: backend,
        "KERAS_HOME": "/dev/null/keras",  # there is no such folder, so no settings are read
        "KERAS_MAX_EPOCHS": str(epochs),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": mask.visible,
        **_threads(backend, cpus),
        **(_CUDA if mask.count else {}),
        **(_libraries() if mask.count else {}),
        **own,
    }


def _threads(backend: str, cpus: int) -> dict[str, str]:
    if backend == "torch":
        return {"OMP_NUM_THREADS": str(cpus), "MKL_NUM_THREADS": str(cpus)}
    if backend == "jax":
        return {"NPROC": str(cpus)}
    return {"TF_NUM_INTRAOP_THREADS": str(cpus), "TF_NUM_INTEROP_THREADS": "1"}


def _libraries() -> dict[str, str]:
    return {"LD_LIBRARY_PATH": str(_DRIVER_LIBRARIES)} if _DRIVER_LIBRARIES.is_dir() else {}
