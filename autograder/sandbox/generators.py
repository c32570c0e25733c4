"""Random generators as bytes: the numbers of their state, and no class by name."""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np

__all__ = ["STATE_BYTES", "pack_generator", "unpack_generator"]

# PCG64's state and increment, 128 bits each, and the half of a number that is still to be given.
_STATE: Final = struct.Struct("<16s16s?I")
STATE_BYTES: Final = _STATE.size


def pack_generator(generator: np.random.Generator) -> bytes | None:
    """Write down where a generator stands; it does not move.

    Returns:
        `STATE_BYTES` bytes; None unless it is one of `np.random.default_rng`'s kind, PCG64.
    """
    if type(generator.bit_generator) is not np.random.PCG64:
        return None
    state: Any = generator.bit_generator.state  # NumPy's stubs leave the values open
    words = [state["state"][key].to_bytes(16, "little") for key in ("state", "inc")]
    return _STATE.pack(*words, state["has_uint32"], state["uinteger"])


def unpack_generator(data: bytes) -> np.random.Generator:
    """Make a generator that goes on where the packed one stood."""
    state, increment, has_half, half = _STATE.unpack(data)
    bits = np.random.PCG64(0)
    bits.state = {
        "bit_generator": "PCG64",
        "state": {
            "state": int.from_bytes(state, "little"),
            "inc": int.from_bytes(increment, "little"),
        },
        "has_uint32": int(has_half),
        "uinteger": half,
    }
    return np.random.Generator(bits)
