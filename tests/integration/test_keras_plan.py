"""What the accuracy check has trained, with a GPU and without, and where MNIST comes from.

Nothing is trained here: what is looked at is the call that would train.
"""

from __future__ import annotations

import gzip
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from autograder.job import open_job
from autograder.records import Verdict
from autograder.sandbox.codec import REQUEST_LIMITS, decode
from autograder.sandbox.wire import Handle
from autograder.suite.run import run_suite
from autograder.suite.student import Reply, Request
from autograder.suite.terms import terms_for

COURSE = Path(__file__).resolve().parents[2]
SUITE = COURSE / "tests" / "hidden" / "keras_cnn" / "test_train.py"
HELPER = COURSE / "assignments" / "keras_cnn" / "data" / "mnist.py"
CHECK = "test_train_reaches_the_accuracy_that_is_promised"


@pytest.fixture(scope="module")
def job():
    return open_job("keras_cnn", COURSE)


@pytest.fixture(scope="module")
def asked(job):
    """Run the accuracy check, and give the images, labels and amounts that it hands out."""
    (id_,) = (check.id for check in job.suite.checks if CHECK in check.id)
    terms = terms_for(job.course, job.parts.id)

    def ask(task: str) -> tuple:
        trainings: list[tuple] = []

        def answer(requests: Sequence[Request]) -> list[Reply]:
            (request,) = requests
            if request.name == "keras.given":
                return [Reply(Verdict.PASSED, Handle(1))]
            trainings.append(decode(request.blob, REQUEST_LIMITS))
            return [Reply(Verdict.STUDENT_ERROR, message="no more is wanted")]

        run_suite(
            job.suite,
            answer,
            seed_key=b"plan",
            tolerances=terms.tolerances,
            speed=terms.speed,
            models=True,
            only=frozenset({id_}),
            task=task,
        )
        return trainings[0]

    return ask


@pytest.mark.parametrize(("task", "images", "epochs"), [("reduced", 5000, 5), ("full", 7000, 10)])
def test_accuracy_check_trains_as_much_as_its_task_says(asked, task, images, epochs):
    """With a GPU there are more images and epochs, all of them from the students' own 8,000."""
    (_, x, y), amount = asked(task)
    assert (x.shape, x.dtype, len(y)) == ((images, 28, 28, 1), np.float32, images)
    assert (amount["epochs"], amount["batch_size"]) == (epochs, 64)


@pytest.fixture
def suite_with_all(tmp_path):
    """Give the suite's names, those of a copy that stands beside two files of MNIST."""
    hidden = tmp_path / "tests" / "hidden" / "keras_cnn"
    (hidden / "data").mkdir(parents=True)
    shutil.copy(SUITE, hidden)
    for part in ("train-images", "train-labels"):
        (hidden / "data" / f"{part}.gz").touch()
    return runpy.run_path(str(hidden / SUITE.name))


def test_plan_of_the_full_task_takes_all_of_mnist_where_it_is(suite_with_all):
    """The two files beside the suite are for the full task alone."""
    assert suite_with_all["plan_for"]("full").images == 50_000
    assert suite_with_all["plan_for"]("full").path.name == "data"
    assert suite_with_all["plan_for"]("reduced").images == 5000


def test_plans_ask_for_more_the_more_is_trained():
    """The bar rises with the images and epochs, and each plan's thresholds fall to a quarter."""
    plans = list(runpy.run_path(str(SUITE))["PLANS"].values())
    assert [plan.thresholds[0][0] for plan in plans] == sorted(
        plan.thresholds[0][0] for plan in plans
    )
    assert len({plan.images * plan.epochs for plan in plans}) == 3
    for plan in plans:
        assert [share for _, share in plan.thresholds] == [1, 0.75, 0.5, 0.25]
        assert list(plan.thresholds) == sorted(plan.thresholds, reverse=True)


@pytest.fixture
def helper():
    return runpy.run_path(str(HELPER))


def idx(array: np.ndarray) -> bytes:
    """Write an array of bytes as a file of MNIST."""
    lengths = np.array(array.shape, ">i4").tobytes()
    return bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes()


def test_mnist_without_files_is_the_subset_and_says_so(helper, tmp_path):
    """7,000 images to learn from and 1,000 others, and the reason why there are no more."""
    digits = helper["load_mnist"](tmp_path / "none")
    assert (digits.images.shape, digits.test_images.shape) == ((7000, 28, 28), (1000, 28, 28))
    assert (len(digits.labels), len(digits.test_labels)) == (7000, 1000)
    assert digits.source.startswith("8,000 training images of MNIST")
    assert digits.source.endswith("none, and no download was asked for)")


def test_mnist_offline_is_the_subset_with_keras_reason(tmp_path):
    """Where Keras cannot download, what it said stands in the source."""
    if find_spec("keras") is None:
        pytest.skip("Keras is not installed: the extra `keras` brings it")
    program = f"""
import runpy
digits = runpy.run_path({str(HELPER)!r})["load_mnist"]({str(tmp_path / "none")!r}, online=True)
print(len(digits.images), digits.source)
"""
    nowhere = {"https_proxy": "http://127.0.0.1:9", "KERAS_HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **nowhere},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert ran.stdout.splitlines()[-1].startswith("7000 8,000 training images of MNIST, the last")
    assert "Keras could not download the rest: URL fetch failure" in ran.stdout


def test_mnist_with_files_of_other_content_is_refused(helper, tmp_path):
    """Files of the right name and form that are not MNIST's are named, and not read."""
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(idx(np.zeros((2, 3, 4), np.uint8))))
    with pytest.raises(ValueError, match=r"ubyte\.gz: this is not MNIST's train-images"):
        helper["load_mnist"](tmp_path)
    with pytest.raises(ValueError, match="expected a file train-labels-"):
        helper["read_idx"](tmp_path, "train-labels")


@pytest.mark.parametrize("packed", [True, False], ids=["gzipped", "plain"])
def test_read_idx_gives_what_the_file_holds(helper, tmp_path, packed):
    """Shape and numbers are those that were written, with a sum of their own."""
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    data = idx(array)
    helper["FILES"]["train-images"] = helper["hashlib"].sha256(data).hexdigest()
    (tmp_path / "train-images").write_bytes(gzip.compress(data) if packed else data)
    np.testing.assert_array_equal(helper["read_idx"](tmp_path, "train-images"), array)
