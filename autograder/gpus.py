"""Which GPUs this machine offers, and which grading process uses which; plain Python without CUDA.

Nothing here opens a device. What the NVIDIA driver tells in `/proc/driver/nvidia`, which device
nodes there are, and what `CUDA_VISIBLE_DEVICES` leaves of them is enough to choose. Whether CUDA
then works is for a worker to say, in the sandbox, before anything is graded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.errors import InstructorError

__all__ = ["CPU", "Device", "Gpus", "Mask", "choose_masks", "count_words", "find_gpus", "masks"]

_DEV: Final = Path("/dev")
_PROC: Final = Path("/proc/driver/nvidia")
_VARIABLE: Final = "CUDA_VISIBLE_DEVICES"
# CUDA cannot begin without these; the sandbox lets nothing be made or loaded later.
_NEEDED: Final = ("nvidiactl", "nvidia-uvm")
_USEFUL: Final = ("nvidia-uvm-tools",)
_NODE: Final = re.compile(r"nvidia(\d+)")
_VERSION: Final = re.compile(r"\b\d{3,}\.\d+(?:\.\d+)*\b")
_MIG_PARENT: Final = re.compile(r"MIG-(GPU-[0-9a-f-]+)/\d+/\d+")


@dataclass(frozen=True, slots=True)
class Device:
    """A GPU, or a MIG instance of one, that may be used.

    Attributes:
        name: What CUDA calls it: `GPU-` or `MIG-` and a UUID; empty where the driver tells none.
        model: Such as `NVIDIA A100-SXM4-40GB`; empty where nothing tells it.
        nodes: Paths of the device nodes that are its own.
    """

    name: str
    model: str
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gpus:
    """What a machine offers.

    Attributes:
        driver: The NVIDIA driver's version; empty if none is loaded.
        variable: `CUDA_VISIBLE_DEVICES` as it was found; None if it is not set.
        devices: What may be used, in CUDA's order.
        shared: Paths of the device nodes that every process with a GPU needs.
        reason: Why no GPU is used, as a sentence without its end; empty if there is one.
    """

    driver: str
    variable: str | None
    devices: tuple[Device, ...]
    shared: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Mask:
    """What one grading process uses.

    Attributes:
        visible: `CUDA_VISIBLE_DEVICES` of its workers.
        nodes: Paths of the device nodes that they may open; none on the CPU.
        count: How many GPUs these are; 0 on the CPU.
    """

    visible: str
    nodes: tuple[str, ...]
    count: int


CPU: Final = Mask("-1", (), 0)


@dataclass(frozen=True, slots=True)
class _Gpu:
    """A whole GPU as the driver tells it."""

    bus: str
    number: int
    uuid: str
    model: str
    node: str


def find_gpus(environ: Mapping[str, str], dev: Path = _DEV, proc: Path = _PROC) -> Gpus:
    """Look which GPUs there are, and which of them may be used.

    Numbers in `CUDA_VISIBLE_DEVICES` count in the order of the PCI bus, as the command nvidia-smi
    does and as CUDA does where `CUDA_DEVICE_ORDER` is `PCI_BUS_ID`. As in CUDA, the first entry
    that names nothing ends the list.

    Args:
        environ: The environment in which `CUDA_VISIBLE_DEVICES` may be set.
        dev: Where the device nodes lie.
        proc: Where the driver tells of itself.
    """
    driver, variable = _driver(proc), environ.get(_VARIABLE)
    all_of_them = _gpus(dev, proc)
    lacking = [str(dev / name) for name in _NEEDED if not (dev / name).exists()]
    shared = tuple(str(dev / name) for name in (*_NEEDED, *_USEFUL) if (dev / name).exists())
    devices: tuple[Device, ...] = ()
    if not driver and not all_of_them:
        reason = f"there is no NVIDIA driver: neither {proc / 'version'} nor {dev / 'nvidia0'}"
    elif not all_of_them:
        reason = (
            f"NVIDIA's driver {driver} is loaded, but there is no {dev / 'nvidia0'}: a container "
            "has to be started with its GPUs"
        )
    elif lacking:
        reason = f"{' and '.join(lacking)} is missing: `nvidia-modprobe -u -c=0` makes it"
    else:
        devices = _visible(variable, all_of_them, dev)
        reason = "" if devices else _hidden_words(variable, len(all_of_them))
    return Gpus(driver, variable, devices, shared, reason)


def masks(gpus: Gpus, per_submission: int, workers: int) -> tuple[Mask, ...]:
    """Give each grading process GPUs of its own.

    Args:
        gpus: What the machine offers.
        per_submission: How many GPUs one submission uses at a time, 1 or more.
        workers: How many processes are wanted.

    Returns:
        A mask a process, `workers` at most; fewer where the GPUs run out. No GPU is in two masks.
    """
    firsts = range(0, len(gpus.devices) - per_submission + 1, per_submission)
    return tuple(
        _mask(gpus.devices[first : first + per_submission], gpus.shared)
        for first in firsts[:workers]
    )


def choose_masks(
    gpus: Gpus, assignment: str, *, per_submission: int, workers: int, allow_cpu: bool = False
) -> tuple[Mask, ...]:
    """Decide what each grading process trains on.

    Args:
        gpus: What the machine offers.
        assignment: Its id, for the refusal.
        per_submission: `resources: {gpus: ...}` of the assignment; 0 if it needs none.
        workers: How many processes are wanted.
        allow_cpu: Take the CPU where there are too few GPUs.

    Raises:
        InstructorError: The assignment asks for a GPU, and this machine has too few.
    """
    if per_submission == 0:
        return (CPU,) * workers
    chosen = masks(gpus, per_submission, workers)
    if chosen:
        return chosen
    if allow_cpu:
        return (CPU,) * workers
    found = gpus.reason or f"this machine offers {len(gpus.devices)}"
    raise InstructorError(
        f"{assignment} asks for {count_words(per_submission)} (`resources` in grading.yml); {found}"
        f" (looked at the driver, the device nodes and {_VARIABLE}). Grade it on a machine with a "
        "GPU (docs/gpu.md), or with --allow-cpu, which trains the reduced task on the CPU; "
        "`autograder doctor` tells more."
    )


def count_words(count: int) -> str:
    """Write a number of GPUs in words: `1 GPU`, `2 GPUs`."""
    return f"{count} GPU{'' if count == 1 else 's'}"


def _driver(proc: Path) -> str:
    try:
        first = (proc / "version").read_text(encoding="utf-8").partition("\n")[0]
    except OSError:
        return ""
    found = _VERSION.search(first)
    return found[0] if found else "of an unknown version"


def _gpus(dev: Path, proc: Path) -> list[_Gpu]:
    """List the GPUs that have a node, in the order of the PCI bus."""
    told = {}
    for path in proc.glob("gpus/*/information"):
        facts = _facts(path)
        if facts.get("Device Minor", "").isdecimal():
            told[int(facts["Device Minor"])] = (path.parent.name, facts)
    found = []
    for node in dev.glob("nvidia[0-9]*"):
        match = _NODE.fullmatch(node.name)
        if match is None:
            continue
        number = int(match[1])
        # A node of which the driver tells nothing comes after those of which it does.
        bus, facts = told.get(number, ("~", {}))
        uuid = facts.get("GPU UUID", "")
        # Until a GPU was used for the first time, its UUID is written with question marks.
        uuid = "" if "?" in uuid else uuid
        found.append(_Gpu(bus, number, uuid, facts.get("Model", ""), str(node)))
    return sorted(found, key=lambda gpu: (gpu.bus, gpu.number))


def _facts(path: Path) -> dict[str, str]:
    """Read lines such as `Device Minor:    0`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    parts = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, _, value in parts}


def _visible(variable: str | None, gpus: Sequence[_Gpu], dev: Path) -> tuple[Device, ...]:
    if variable is None:
        return tuple(_whole(gpu) for gpu in gpus)
    chosen: dict[str, Device] = {}
    for entry in variable.split(","):
        device = _named(entry.strip(), gpus, dev)
        if device is None:
            break
        # Named twice, it still is one device.
        chosen.setdefault(device.name or device.nodes[0], device)
    return tuple(chosen.values())


def _named(entry: str, gpus: Sequence[_Gpu], dev: Path) -> Device | None:
    """Find what an entry of the variable names."""
    if entry.isdecimal():
        return _whole(gpus[int(entry)]) if int(entry) < len(gpus) else None
    if entry.startswith("MIG-"):
        return _instance(entry, gpus, dev)
    # CUDA takes as much of a UUID as tells it from the others.
    alike = [gpu for gpu in gpus if entry.startswith("GPU-") and gpu.uuid.startswith(entry)]
    return _whole(alike[0]) if len(alike) == 1 else None


def _whole(gpu: _Gpu) -> Device:
    return Device(gpu.uuid, gpu.model, (gpu.node,))


def _instance(name: str, gpus: Sequence[_Gpu], dev: Path) -> Device | None:
    """Describe a MIG instance: it needs its GPU's node and those of the driver's capabilities.

    Only the older form of its name tells which GPU it is of.
    """
    parent = _MIG_PARENT.fullmatch(name)
    of = [gpu for gpu in gpus if parent is None or gpu.uuid == parent[1]]
    if not of:
        return None
    capabilities = sorted(str(path) for path in (dev / "nvidia-caps").glob("nvidia-cap*"))
    models = {gpu.model for gpu in of}
    model = f"{models.pop()} (MIG)" if len(models) == 1 else "MIG"
    return Device(name, model, (*(gpu.node for gpu in of), *capabilities))


def _mask(devices: Sequence[Device], shared: Iterable[str]) -> Mask:
    names = [device.name for device in devices]
    if not all(names):
        # CUDA numbers those that it can open: in the sandbox these, and no others.
        names = [str(number) for number in range(len(devices))]
    own = dict.fromkeys(node for device in devices for node in device.nodes)
    return Mask(",".join(names), (*shared, *own), len(devices))


def _hidden_words(variable: str | None, count: int) -> str:
    there = "the GPU of this machine" if count == 1 else f"the {count} GPUs of this machine"
    if variable is None or variable.strip() in ("", "-1"):
        return f"{_VARIABLE}={variable!r} hides {there}"
    return f"{_VARIABLE}={variable!r} names none of {there}"
