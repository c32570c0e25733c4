"""What networks are trained on: the workers' environment, the task, and what results say of it."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from rich.console import Console

from autograder.cli import training
from autograder.cli.grading import tell_devices
from autograder.compare import Tolerance
from autograder.config import load_course
from autograder.errors import InstructorError
from autograder.gpus import CPU, Device, Gpus, Mask
from autograder.grade import GradingBench, Isolation
from autograder.job import open_job
from autograder.mixed import local_work
from autograder.records import ClassResult, Grade, Status, Verdict
from autograder.report.as_json import class_to_dict
from autograder.report.console import print_class
from autograder.report.html import write_report
from autograder.report.words import training_sentence
from autograder.suite.device import training_words
from autograder.suite.fixtures import SpeedBudget
from autograder.suite.keras_environment import keras_environment
from autograder.suite.run import run_suite
from autograder.suite.terms import terms_for

GPU = Mask("GPU-1", ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia0"), 1)
BACKENDS = ("tensorflow", "torch", "jax")
FACTS = {
    "backend": "tensorflow",
    "keras": "3.15.1",
    "version": "2.21.0",
    "on_gpu": False,
    "gpus": [],
    "tf32": False,
    "deterministic": False,
    "threads": 2,
}
ON_CPU = training_words(FACTS, "reduced")
ON_GPU = training_words(
    {**FACTS, "on_gpu": True, "gpus": ["NVIDIA H200"], "deterministic": True}, "full"
)


def environment(backend, mask):
    return keras_environment({"KERAS_BACKEND": backend, "SECRET": "x"}, mask, cpus=3, epochs=9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_environment_on_the_cpu_hides_every_gpu(backend):
    """Without a GPU CUDA sees none, and no backend waits or looks for one."""
    found = environment(backend, CPU)
    assert found["CUDA_VISIBLE_DEVICES"] == "-1"
    assert found.get("KERAS_TORCH_DEVICE", "cpu") == found.get("JAX_PLATFORMS", "cpu") == "cpu"
    assert not {"TF_FORCE_GPU_ALLOW_GROWTH", "XLA_FLAGS", "LD_LIBRARY_PATH"} & set(found)


@pytest.mark.parametrize("backend", BACKENDS)
def test_environment_on_a_gpu_masks_it_and_lets_its_memory_grow(backend):
    """A worker sees the GPUs of its mask, by name, without TF32, and takes memory as needed."""
    found = environment(backend, GPU)
    assert found["CUDA_VISIBLE_DEVICES"] == "GPU-1"
    assert found["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    assert found["NVIDIA_TF32_OVERRIDE"] == "0"
    assert found["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert found["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        ("torch", {"KERAS_TORCH_DEVICE": "cuda", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}),
        ("jax", {"JAX_PLATFORMS": "cuda", "XLA_FLAGS": "--xla_gpu_deterministic_ops=true"}),
    ],
)
def test_environment_of_another_backend_demands_the_gpu(backend, expected):
    """PyTorch and JAX fail without CUDA rather than train on the CPU."""
    assert expected.items() <= environment(backend, GPU).items()


@pytest.mark.parametrize(
    ("backend", "names"),
    [
        ("tensorflow", {"TF_NUM_INTRAOP_THREADS"}),
        ("torch", {"OMP_NUM_THREADS", "MKL_NUM_THREADS"}),
        ("jax", {"NPROC"}),
    ],
)
def test_environment_gives_each_backend_its_threads(backend, names):
    """The processors of `resources` are threads, by the names that the backend reads."""
    found = environment(backend, CPU)
    assert {name for name, value in found.items() if value == "3"} == names
    assert (found["KERAS_BACKEND"], found["KERAS_MAX_EPOCHS"]) == (backend, "9")


@pytest.mark.parametrize("environ", [{}, {"KERAS_BACKEND": ""}])
def test_environment_without_a_choice_is_that_of_tensorflow(environ):
    """Who says nothing gets TensorFlow, and no variable of the grader's own goes along."""
    found = keras_environment({**environ, "SECRET": "x"}, CPU, cpus=1, epochs=1)
    assert found["KERAS_BACKEND"] == "tensorflow"
    assert "SECRET" not in found


@pytest.fixture
def course_with(tiny_course):
    """Write the tiny course with more lines in its assignment."""

    def write(lines):
        anchor = "    speed: {ratio: 20, floor_ms: 20}\n"
        text = tiny_course.texts["grading.yml"]
        tiny_course.write("grading.yml", text.replace(anchor, anchor + lines))
        return tiny_course

    return write


def test_terms_carry_the_mask_to_the_sandbox_and_the_task_to_the_suite(course_with):
    """With a GPU the zygote gets its nodes and the suite the full task; without, neither."""
    course = load_course(course_with("    runtime: keras\n").root / "grading.yml")
    cpu, gpu = terms_for(course, "toy"), terms_for(course, "toy", GPU)
    assert (cpu.devices, cpu.task) == ((), "reduced")
    assert (gpu.devices, gpu.task) == (GPU.nodes, "full")
    assert cpu.environment["CUDA_VISIBLE_DEVICES"] == "-1"
    assert gpu.environment["CUDA_VISIBLE_DEVICES"] == "GPU-1"


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, "reduced"), ({"task": "reduced"}, "reduced"), ({"task": "full"}, "full")],
)
def test_task_fixture_says_how_much_to_train(tiny_course, right, options, expected):
    """A test reads from `task` what to train and by which threshold to judge it."""
    tiny_course.set_hidden(
        '@pytest.mark.group("values")\ndef test_x(student, task):\n    """Claim."""\n'
        f'    assert task == "{expected}"\n'
    )
    outcomes = run_suite(
        tiny_course.collect(),
        right(),
        seed_key=b"key",
        tolerances=dict.fromkeys(("float64", "float32"), Tolerance(1e-9, 1e-9)),
        speed=SpeedBudget(20, 0.02),
        only=frozenset({"test_double.py::test_x"}),
        **options,
    )
    assert [outcome.verdict for outcome in outcomes] == [Verdict.PASSED]


def test_task_fixture_under_plain_pytest_is_the_reduced_one(tiny_course):
    """Whoever writes a suite tries it without a GPU."""
    tiny_course.set_hidden(
        '@pytest.mark.group("values")\ndef test_x(task):\n    """Claim."""\n'
        '    assert task == "reduced"\n'
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, "tests/hidden/toy/test_double.py"],
        cwd=tiny_course.root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr


def test_training_words_of_the_cpu():
    """What a worker told is written down as text."""
    assert ON_CPU == {
        "device": "CPU",
        "backend": "Keras 3.15.1 on tensorflow 2.21.0",
        "tf32": "off",
        "determinism": "off",
        "threads": "2",
        "task": "reduced",
    }


def test_training_words_of_gpus_name_their_models_once():
    """Two alike are two of one model."""
    facts = {**FACTS, "on_gpu": True, "gpus": ["NVIDIA H200"] * 2, "tf32": True}
    found = training_words(facts, "full")
    assert (found["device"], found["tf32"], found["task"]) == ("2 GPUs: NVIDIA H200", "on", "full")


def result_with(words):
    grade = Grade("student-07", "ab" * 32, Status.GRADED, 1, 1, 0)
    return ClassResult("toy", "Toys", 1, "sha256:cd", {"seccomp": "on"}, (grade,), words)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        (ON_CPU, "Trained on the CPU with the reduced task: Keras 3.15.1 on", "operations off."),
        (ON_GPU, "Trained on 1 GPU: NVIDIA H200 with the full task: Keras", "operations on."),
    ],
    ids=["CPU", "GPU"],
)
def test_training_is_told_on_every_page_and_in_the_terminal(tmp_path, words, start, end):
    """The class' page, each student's page and the table's foot say what was trained on."""
    sentence = training_sentence(words)
    assert sentence.startswith(start)
    assert sentence.endswith(f"TF32 off, deterministic {end}")
    write_report(result_with(words), tmp_path, versions={})
    pages = {path.name: path.read_text() for path in tmp_path.glob("*.html")}
    assert len(pages) == 2
    assert all(sentence in page for page in pages.values()), pages.keys()
    paper = io.StringIO()
    print_class(result_with(words), Console(file=paper, width=200))
    assert sentence in paper.getvalue()


def test_training_of_an_assignment_that_trains_nothing_is_not_told(tmp_path):
    """Results of NumPy assignments are as they were."""
    write_report(result_with({}), tmp_path, versions={})
    assert not any("Trained on" in path.read_text() for path in tmp_path.glob("*.html"))
    assert "training" not in class_to_dict(result_with({}))


def test_training_stands_in_the_json():
    """Programs read what was trained on, word by word."""
    data = class_to_dict(result_with(ON_CPU))
    assert data["training"] == ON_CPU
    assert list(data).index("training") < list(data).index("grades")


ASKS = "    runtime: keras\n    resources: {gpus: 1}\n"


@pytest.fixture
def no_gpu(monkeypatch):
    """Hide whatever GPU the machine has."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")


@pytest.fixture
def grade(course_with, no_gpu):
    """Run `autograder grade` on a hand-in for an assignment that asks for a GPU."""
    course = course_with(ASKS)

    def run(*options):
        command = [sys.executable, "-m", "autograder.cli", "grade", "toy", "solutions/toy.py"]
        return subprocess.run(
            [*command, "--isolation", "best-effort", *options],
            cwd=course.root,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def test_cli_assignment_that_asks_for_a_gpu_is_refused_without_one(grade):
    """Nothing is graded, the status is 2, and a sentence says what to do."""
    ran = grade("--json", "-")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("autograder: toy asks for 1 GPU")
    assert "--allow-cpu" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_cli_allowed_the_cpu_takes_it_and_says_so(course_with, no_gpu, capsys):
    """With --allow-cpu each process gets the CPU, and a line says that no GPU is used."""
    job = open_job("toy", course_with(ASKS).root)
    (work,) = local_work({"toy": job}, {"toy": ()}, 2, Isolation(), allow_cpu=True)
    assert (work.lanes, work.needs.gpus) == (2, 0)
    tell_devices(job, work, 2)
    assert capsys.readouterr().err == (
        "toy: no GPU is used: the reduced task is trained on the CPU\n"
    )


def test_bench_without_a_mask_never_takes_the_cpu_in_place_of_a_gpu(course_with, no_gpu):
    """Where nobody chose, as in an Otter zip, an assignment that asks for a GPU is refused."""
    job = open_job("toy", course_with(ASKS).root)
    with pytest.raises(InstructorError, match="toy asks for 1 GPU"):
        GradingBench(job, Isolation(strict=False))


FOUND = Gpus(
    "570.86.15", "0", (Device("GPU-1", "NVIDIA H200", ("/dev/nvidia0",)),), GPU.nodes[:2], ""
)
NONE = Gpus("", None, (), (), "there is no NVIDIA driver: neither a nor b")
BUILT = {"backend": "torch", "version": "2.13.0", "cuda": "12.9"}


@pytest.mark.parametrize(
    ("gpus", "facts", "missing", "words"),
    [
        (NONE, BUILT, "", "no GPU is used: there is no NVIDIA driver: neither a nor b"),
        (FOUND, {**BUILT, "cuda": ""}, "", "torch 2.13.0 is a build without CUDA"),
        (FOUND, {}, "Keras is not installed", "nothing is trained here: Keras is not installed"),
    ],
)
def test_doctor_says_in_a_sentence_why_no_gpu_is_used(gpus, facts, missing, words):
    """Driver, build or missing package: one sentence names what stands in the way."""
    assert words in training._verdict(gpus, facts, missing)


def test_doctor_rows_show_driver_devices_masks_and_build():
    """The table has a row for each thing that decides."""
    rows = list(training._rows(FOUND, BUILT, ""))
    assert rows == [
        ("NVIDIA driver", "570.86.15"),
        ("CUDA_VISIBLE_DEVICES", "'0'"),
        ("device", "NVIDIA H200, GPU-1, /dev/nvidia0"),
        ("grading process 1", "CUDA_VISIBLE_DEVICES=GPU-1"),
        ("below Keras", "torch 2.13.0, built for CUDA 12.9"),
    ]
    assert (
        list(training._rows(NONE, {}, "Keras is not installed"))[-1][1] == "Keras is not installed"
    )


def test_doctor_tells_what_keeps_keras_from_being_imported(monkeypatch):
    """A backend that is not there is told by the last line of its error."""
    pytest.importorskip("keras", reason="Keras is not installed: the extra `keras` brings it")
    monkeypatch.setenv("KERAS_BACKEND", "no_such_backend")
    facts, missing = training.Backend().facts()
    assert facts == {}
    assert missing.startswith("Keras cannot be imported: ")
    assert "no_such_backend" in missing
