"""What both ends of the codec share: its limits, its errors, and the dtypes that cross."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias

import numpy as np

__all__ = [
    "DEFAULT_LIMITS",
    "DTYPES",
    "HANDLE_LIMITS",
    "MAX_AXES",
    "MAX_INT_BYTES",
    "REQUEST_LIMITS",
    "FrameError",
    "Handle",
    "Limits",
    "Opaque",
    "Plain",
]

# The closed set of types that `codec` lists; a recursive union slows mypy to a crawl.
Plain: TypeAlias = Any

_DTYPE_NAMES: Final = """
bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128
""".split()  # noqa: SIM905 - the place in this table is the code
DTYPES: Final = {code: np.dtype(name) for code, name in enumerate(_DTYPE_NAMES)}
MAX_AXES: Final = 16
MAX_INT_BYTES: Final = 512


class FrameError(Exception):
    """Bytes that are not a frame of this protocol, or data that may not cross."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one value may hold.

    Attributes:
        depth: Containers inside containers.
        items: Values in all, containers included.
        array_bytes: Bytes of one array.
        generators: Whether it may hold random generators: a request may, a reply may not.
        functions: Whether it may name functions of the table: a request may, a reply may not.
        handles: Whether it may name things that stay in the worker.
    """

    depth: int = 16
    items: int = 10_000
    array_bytes: int = 8 * 2**20
    generators: bool = False
    functions: bool = False
    handles: bool = False


@dataclass(frozen=True, slots=True)
class Handle:
    """Stands for a thing that stays in the worker, such as a Keras model.

    Attributes:
        number: The worker's own, below 2**63.
    """

    number: int


@dataclass(frozen=True, slots=True)
class Opaque:
    """Stands for an answer that did not cross because it is not plain data.

    Attributes:
        type_name: What it was, such as `numpy.ma.MaskedArray`.
    """

    __opaque_type__: ClassVar[bool] = True
    type_name: str


DEFAULT_LIMITS: Final = Limits()
HANDLE_LIMITS: Final = Limits(handles=True)
# Requests are the trusted side's own: only the reply is limited.
REQUEST_LIMITS: Final = Limits(
    depth=32, items=10_000_000, array_bytes=2**31, generators=True, functions=True, handles=True
)
