"""Code that names Keras, imported where there is none."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.errors import GraderFault
from autograder.suite.absent import keras_absent
from autograder.suite.collect import load_reference

SOURCE = """\
import keras
import keras.layers as kl
from keras import ops
from tensorflow.keras.models import Sequential

RATE = 0.2


def build(size: int | None = None) -> keras.Model | None:
    return keras.Sequential([kl.Dense(size)])


def halve(x):
    return x / 2
"""


def test_keras_absent_code_is_imported_and_its_arithmetic_works(tmp_path):
    """What needs no Keras can be called; what does says that it is not there."""
    path = tmp_path / "nets.py"
    path.write_text(SOURCE)
    with keras_absent():
        module = load_reference(path, "nets")
    assert (module.halve(3), module.RATE) == (1.5, 0.2)
    with pytest.raises(GraderFault, match="Dense is not there"):
        module.build()


def test_keras_absent_leaves_what_was_imported_before():
    """Afterwards an import gives what it gave before, and nothing of the stand-in is left."""
    before = {name for name in sys.modules if name.startswith(("keras", "tensorflow"))}
    with keras_absent():
        import keras  # noqa: PLC0415

        assert not hasattr(keras, "__version__")
    after = {name for name in sys.modules if name.startswith(("keras", "tensorflow"))}
    assert after == before


def test_keras_absent_reference_of_the_course_imports_nothing_heavy():
    """To read the suite and the reference of a Keras assignment takes no TensorFlow."""
    program = (
        "import sys; from autograder.job import open_job; open_job('keras_cnn');"
        "print([name for name in ('keras', 'tensorflow') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr
