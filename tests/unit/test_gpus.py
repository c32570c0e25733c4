"""Which GPUs are found and who uses which, on trees that look like a machine's /dev and /proc.

No GPU is needed for any of this, and nothing here shows that CUDA works on one.
"""

from __future__ import annotations

import pytest

from autograder.errors import InstructorError
from autograder.gpus import CPU, Gpus, choose_masks, count_words, find_gpus, masks

VERSION = (
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (dvs)\n"
    "GCC version:  gcc version 12.3.0\n"
)
# In the order of the PCI bus, which is not the order of the nodes here.
BUSES = ("0000:01:00.0", "0000:41:00.0", "0000:81:00.0")
NUMBERS = (1, 0, 2)
UUIDS = (
    "GPU-0a1b2c3d-0000-4000-8000-000000000001",
    "GPU-0a1b2c3d-0000-4000-8000-000000000002",
    "GPU-ffff0000-0000-4000-8000-000000000003",
)
MIG = "MIG-11112222-0000-4000-8000-000000000001"


class Machine:
    """Fake /dev and /proc/driver/nvidia of a machine."""

    def __init__(self, root):
        self.dev, self.proc = root / "dev", root / "proc"
        self.dev.mkdir(parents=True)

    def driver(self, text=VERSION):
        """Load the driver."""
        self.proc.mkdir()
        (self.proc / "version").write_text(text)

    def nodes(self, *names):
        """Make device nodes; plain files will do, since nothing opens them."""
        for name in names:
            (self.dev / name).parent.mkdir(exist_ok=True)
            (self.dev / name).touch()

    def gpu(self, place, uuid=None, *, node=True):
        """Add the GPU of a place on the bus."""
        folder = self.proc / "gpus" / BUSES[place]
        folder.mkdir(parents=True)
        (folder / "information").write_text(
            "Model: \t\t NVIDIA H200\nIRQ:   \t\t 44\n"
            f"GPU UUID: \t {uuid or UUIDS[place]}\nDevice Minor: \t {NUMBERS[place]}\n"
        )
        if node:
            self.nodes(f"nvidia{NUMBERS[place]}")

    def find(self, variable=None):
        """Look what there is, as a process with this CUDA_VISIBLE_DEVICES would."""
        environ = {} if variable is None else {"CUDA_VISIBLE_DEVICES": variable}
        return find_gpus(environ, self.dev, self.proc)


@pytest.fixture
def bare(tmp_path):
    return Machine(tmp_path / "bare")


@pytest.fixture
def machine(tmp_path):
    """Make a machine with three GPUs."""
    one = Machine(tmp_path / "machine")
    one.driver()
    one.nodes(
        "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset", "null", "nvidia9.old"
    )
    for place in range(3):
        one.gpu(place)
    return one


def names(gpus):
    return [device.name for device in gpus.devices]


def test_gpus_of_a_machine_are_listed_in_the_order_of_the_bus(machine):
    """Driver, names, models and nodes are told as the driver tells them."""
    found = machine.find()
    assert (found.driver, found.variable, found.reason) == ("570.86.15", None, "")
    assert names(found) == list(UUIDS)
    assert [device.nodes for device in found.devices] == [
        (str(machine.dev / f"nvidia{number}"),) for number in NUMBERS
    ]
    assert {device.model for device in found.devices} == {"NVIDIA H200"}
    shared = [str(machine.dev / name) for name in ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools")]
    assert list(found.shared) == shared


@pytest.mark.parametrize(
    ("variable", "places"),
    [
        ("0", [0]),
        ("2,0", [2, 0]),
        (" 1 , 2 ", [1, 2]),
        ("0,0,1", [0, 1]),
        ("0,-1,1", [0]),
        ("0,7,1", [0]),
        (UUIDS[1], [1]),
        (f"{UUIDS[2]},0", [2, 0]),
        ("GPU-ffff", [2]),
        (f"1,{UUIDS[1]}", [1]),
        ("0,1,2", [0, 1, 2]),
    ],
)
def test_gpus_variable_selects_as_in_cuda(machine, variable, places):
    """Numbers, UUIDs and their beginnings select; what names nothing ends the list."""
    found = machine.find(variable)
    assert names(found) == [UUIDS[place] for place in places]
    assert found.reason == ""


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("", "CUDA_VISIBLE_DEVICES='' hides the 3 GPUs of this machine"),
        ("-1", "CUDA_VISIBLE_DEVICES='-1' hides the 3 GPUs"),
        (" -1 ", "hides the 3 GPUs"),
        ("3", "CUDA_VISIBLE_DEVICES='3' names none of the 3 GPUs"),
        ("-1,0", "names none"),
        ("NoDevFiles", "names none"),
        ("GPU-0a1b2c3d", "names none"),  # the beginning of two names
        ("GPU-dead", "names none"),
        ("gpu", "names none"),
        ("1.5", "names none"),
    ],
)
def test_gpus_variable_that_selects_nothing_is_the_reason(machine, variable, words):
    """Where the variable leaves no GPU, the reason quotes it."""
    found = machine.find(variable)
    assert found.devices == ()
    assert words in found.reason


@pytest.mark.parametrize("variable", ["", "G", "GPU", "gpu-0a1b2c3d"])
def test_gpus_only_one_is_not_chosen_by_what_is_no_name(bare, variable):
    """Even a single GPU is chosen by a number or by its name alone."""
    bare.driver()
    bare.nodes("nvidiactl", "nvidia-uvm")
    bare.gpu(0)
    assert bare.find(variable).devices == ()
    assert "the GPU of this machine" in bare.find(variable).reason


def test_gpus_without_a_driver_are_none(bare):
    """A machine without NVIDIA's driver has no GPU, and the reason names what was looked for."""
    found = bare.find()
    assert (found.driver, found.devices, found.shared) == ("", (), ())
    assert "there is no NVIDIA driver" in found.reason
    assert str(bare.dev / "nvidia0") in found.reason


def test_gpus_of_a_container_started_without_them_are_none(bare):
    """A driver without nodes is a container that was not given its GPUs."""
    bare.driver()
    assert "a container has to be started with its GPUs" in bare.find().reason


@pytest.mark.parametrize("missing", ["nvidiactl", "nvidia-uvm"])
def test_gpus_without_a_node_that_cuda_needs_are_none(machine, missing):
    """CUDA could not begin: the node is named, and the command that makes it."""
    (machine.dev / missing).unlink()
    found = machine.find()
    assert found.devices == ()
    assert str(machine.dev / missing) in found.reason
    assert "nvidia-modprobe" in found.reason


def test_gpus_of_which_a_container_has_some_are_those_with_a_node(machine):
    """The driver tells of every GPU of the host; the container's are those that it has nodes of."""
    (machine.dev / "nvidia1").unlink()
    assert names(machine.find()) == [UUIDS[1], UUIDS[2]]
    assert names(machine.find("0")) == [UUIDS[1]]


def test_gpus_of_which_the_driver_tells_nothing_have_a_node_alone(bare):
    """Where /proc is not there, nodes are enough; masks then number what a worker can open."""
    bare.nodes("nvidiactl", "nvidia-uvm", "nvidia1", "nvidia10", "nvidia0")
    found = bare.find()
    assert names(found) == ["", "", ""]
    nodes = [str(bare.dev / f"nvidia{number}") for number in (0, 1, 10)]
    assert [device.nodes for device in found.devices] == [(node,) for node in nodes]
    chosen = masks(found, 1, 3)
    assert [mask.visible for mask in chosen] == ["0", "0", "0"]
    assert [mask.nodes[-1] for mask in chosen] == nodes


def test_gpus_that_were_never_used_have_no_name_yet(bare):
    """A UUID of question marks is none."""
    bare.driver()
    bare.nodes("nvidiactl", "nvidia-uvm")
    bare.gpu(0, "GPU-????????-????-????-????-????????????")
    assert names(bare.find()) == [""]


def test_gpus_driver_of_a_form_unknown_is_there_all_the_same(bare):
    """A version that cannot be read is no reason to refuse a GPU."""
    bare.driver("something else\n")
    bare.nodes("nvidiactl", "nvidia-uvm")
    bare.gpu(0)
    found = bare.find()
    assert (found.driver, found.reason) == ("of an unknown version", "")


def test_gpus_instances_need_their_gpus_node_and_the_capabilities(machine):
    """A MIG instance is named in full, with the nodes through which the driver grants it."""
    machine.nodes("nvidia-caps/nvidia-cap1", "nvidia-caps/nvidia-cap2")
    capabilities = [str(machine.dev / "nvidia-caps" / f"nvidia-cap{n}") for n in (1, 2)]
    old = f"MIG-{UUIDS[1]}/1/0"
    first, second = machine.find(f"{old},{MIG}").devices
    assert (first.name, first.model) == (old, "NVIDIA H200 (MIG)")
    assert list(first.nodes) == [str(machine.dev / "nvidia0"), *capabilities]
    # Its name does not tell of which GPU it is, so it may open each.
    assert second.name == MIG
    assert len(second.nodes) == 3 + len(capabilities)


def test_gpus_instance_of_an_unknown_gpu_is_none(machine):
    """A MIG instance of a GPU that is not there names nothing."""
    assert machine.find("MIG-GPU-dead/1/0").devices == ()


@pytest.mark.parametrize("per_submission", [1, 2, 3])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_masks_share_no_gpu(machine, per_submission, workers):
    """Each process has GPUs of its own, as many as a submission needs; none is in two masks."""
    found = machine.find()
    chosen = masks(found, per_submission, workers)
    assert len(chosen) == min(workers, 3 // per_submission)
    assert all(mask.count == per_submission for mask in chosen)
    visible = [name for mask in chosen for name in mask.visible.split(",")]
    assert visible == list(UUIDS[: per_submission * len(chosen)])
    own = [node for mask in chosen for node in mask.nodes if node not in found.shared]
    assert len(own) == len(set(own)) == len(visible)
    assert all(set(found.shared) < set(mask.nodes) for mask in chosen)


def test_masks_without_enough_gpus_are_none(machine):
    """A submission never gets fewer GPUs than it needs."""
    assert masks(machine.find(), 4, 2) == ()
    assert masks(machine.find("-1"), 1, 2) == ()


def test_masks_chosen_without_need_are_the_cpu(machine):
    """An assignment that needs no GPU gets none, wherever it is graded."""
    assert choose_masks(machine.find(), "a", per_submission=0, workers=2) == (CPU, CPU)
    assert (CPU.visible, CPU.nodes, CPU.count) == ("-1", (), 0)


@pytest.mark.parametrize("allow_cpu", [False, True])
def test_masks_chosen_with_a_gpu_use_it(machine, allow_cpu):
    """Where there is a GPU it is used: allowing the CPU does not choose it."""
    found = machine.find("1")
    chosen = choose_masks(found, "a", per_submission=1, workers=2, allow_cpu=allow_cpu)
    assert [mask.visible for mask in chosen] == [UUIDS[1]]


def test_masks_chosen_without_a_gpu_are_refused(bare):
    """The refusal says who asks, what was looked for and found, and what to do; status 2."""
    with pytest.raises(InstructorError) as caught:
        choose_masks(bare.find(), "keras_cnn", per_submission=1, workers=2)
    assert caught.value.exit_status == 2
    for words in (
        "keras_cnn asks for 1 GPU (`resources` in grading.yml)",
        "there is no NVIDIA driver",
        "the driver, the device nodes and CUDA_VISIBLE_DEVICES",
        "docs/gpu.md",
        "--allow-cpu",
        "autograder doctor",
    ):
        assert words in str(caught.value)


def test_masks_chosen_with_too_few_gpus_are_refused(machine):
    """The refusal counts those that are there."""
    with pytest.raises(InstructorError, match=r"asks for 2 GPUs .*; this machine offers 1"):
        choose_masks(machine.find("0"), "a", per_submission=2, workers=1)


@pytest.mark.parametrize("per_submission", [1, 2])
def test_masks_chosen_with_leave_are_the_cpu(bare, per_submission):
    """Whoever allows the CPU gets it, for as many processes as were wanted."""
    chosen = choose_masks(
        bare.find(), "a", per_submission=per_submission, workers=3, allow_cpu=True
    )
    assert chosen == (CPU, CPU, CPU)


def test_gpus_of_this_machine_are_found_or_there_is_a_reason():
    """On any machine, with a GPU or without, there is an answer."""
    found = find_gpus({})
    assert isinstance(found, Gpus)
    assert bool(found.devices) != bool(found.reason)


def test_number_of_gpus_in_words():
    """One is one."""
    assert [count_words(n) for n in (0, 1, 2)] == ["0 GPUs", "1 GPU", "2 GPUs"]
