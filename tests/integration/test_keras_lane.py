"""Keras in the sandbox: models stay there, and what goes wrong in one hand-in ends with it."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from autograder.executor.epochs import epoch_of
from autograder.executor.local import LocalExecutor
from autograder.grade import Isolation, grade_class
from autograder.job import open_job
from autograder.records import Status, Verdict

pytestmark = pytest.mark.skipif(
    find_spec("tensorflow") is None,
    reason="TensorFlow is not installed: the extra `keras` brings it",
)

POLICY = """\
    runtime: keras
    resources: {cpus: 2}
    limits:
      call_cpu_seconds: 5
      call_wall_seconds: 25
      import_cpu_seconds: 20
      import_wall_seconds: 60
      submission_wall_seconds: 200
      memory_mib: 4096
      scratch_mib: 64
      open_files: 256
      threads: 128
      epochs: 20
    rules: {allowed_imports: [keras]}
"""
STUB = '''\
"""Nets."""

import keras


def build() -> keras.Model:
    """Build the network."""
    raise NotImplementedError("T1.1 build")


def train(model: keras.Model, x, y, epochs):
    """Train it."""
    raise NotImplementedError("T1.2 train")
'''
RIGHT = '''\
"""Nets."""

import keras


def build() -> keras.Model:
    """Build the network."""
    return keras.Sequential([
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(4, 3, padding="same"),
        keras.layers.Activation("relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.BatchNormalization(),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(3, activation="softmax"),
    ])


def train(model: keras.Model, x, y, epochs):
    """Train it."""
    keras.utils.set_random_seed(0)
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    return model.fit(x, y, epochs=epochs, verbose=0).history
'''
FUNCTIONAL = (
    RIGHT[: RIGHT.index("    return keras.Seq")]
    + """\
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    x = keras.layers.MaxPooling2D(2)(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dropout(0.5)(x)
    return keras.Model(inputs, keras.layers.Softmax()(keras.layers.Dense(3)(x)))


"""
    + RIGHT[RIGHT.index("def train") :]
)
PUBLIC = '''\
"""Public tests of toys."""
import pytest
import toy
from autograder.suite.models import facts


@pytest.mark.question("T1.1")
def test_shape():
    """Three numbers come out."""
    assert facts(toy.build()).output_shape == (3,)
'''
HEAD = '''\
"""Hidden checks."""
import numpy as np
import pytest
from autograder.suite import assert_agrees
from autograder.suite.models import Layer, assert_layers, facts, given, predict, weights
from autograder.suite.replay import replay

POOL = {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"}
CONV = {"filters": 4, "kernel_size": (3, 3), "strides": (1, 1), "padding": "same"}
LAYERS = [
    Layer("Conv2D", {**CONV, "activation": "relu"}),
    Layer("MaxPooling2D", POOL),
    Layer("BatchNormalization"),
    Layer("Flatten"),
    Layer("Dropout", {"rate": 0.5}),
    Layer("Dense", {"units": 3, "activation": "softmax"}),
]
SMALL = [Layer("Flatten"), Layer("Dense", {"units": 3, "activation": "softmax"})]


def data(rng):
    """Draw images and labels."""
    return rng.random((32, 8, 8, 1), dtype=np.float32), rng.integers(0, 3, 32)


'''
BUILD = (
    HEAD
    + '''\
@pytest.mark.group("values")
def test_layers(student):
    """The layers are those that were asked for."""
    assert_layers(student.build(), LAYERS)


@pytest.mark.group("shapes")
def test_arithmetic(student, rng):
    """What the model says follows from its layers and weights, after training too."""
    model, (x, y) = student.build(), data(rng)
    found = facts(model)
    assert (found.params, found.trainable_params) == (40 + 16 + 195, 40 + 8 + 195)
    before = weights(model)
    assert_agrees(predict(model, x), replay(found.layers, before, x).astype(np.float32), rtol=1e-4)
    student.train(model, x, y, 2)
    after = weights(model)
    assert any((one != other).any() for one, other in zip(before, after, strict=True))
    assert_agrees(predict(model, x), replay(found.layers, after, x).astype(np.float32), rtol=1e-4)
'''
)
TRAIN = (
    HEAD
    + '''\
@pytest.mark.group("values")
def test_history(student, rng):
    """A given model is compiled and trained for as many epochs as asked."""
    model = given(student, SMALL, (8, 8, 1))
    history = student.train(model, *data(rng), 3)
    assert type(history) is dict and len(history["loss"]) == 3
    found = facts(model)
    assert (found.loss, found.optimizer) == ("sparse_categorical_crossentropy", "Adam")
    assert not found.from_logits
    assert abs(found.learning_rate - 0.001) < 1e-9


@pytest.mark.group("hygiene")
def test_many_epochs(student, rng):
    """Training for a million epochs is ended."""
    history = student.train(given(student, SMALL, (8, 8, 1)), *data(rng), 10**6)
    assert len(history["loss"]) == 20
'''
)
ODD = {
    "lambda": (".Flatten()", ".Lambda(lambda t: t),\n        keras.layers.Flatten()"),
    "own class": (
        "    return keras.Sequential(",
        "    class Mine(keras.Sequential):\n        pass\n    return Mine(",
    ),
    "own layer": (
        "keras.layers.Flatten()",
        'type("Flatten", (keras.layers.Flatten,), {})()',
    ),
    "own activation": ('Activation("relu")', "Activation(lambda t: keras.ops.relu(t))"),
    "predict overridden": (
        "def build",
        (
            "def lie(self, x, **_):\n    zeros = keras.ops.zeros((len(x), 3))\n"
            "    return keras.ops.convert_to_numpy(zeros)"
            "\n\n\nkeras.Model.predict = lie\n\n\ndef build"
        ),
    ),
    "nothing": ("    return keras.Sequential(", "    keras.Sequential("),
    "no input": ("        keras.Input((8, 8, 1)),\n", ""),
    "ended": (
        "    return keras.Sequential(",
        "    __import__('os')._exit(3)\n    keras.Sequential(",
    ),
    "too large": (
        "    keras.utils",
        "    keras.layers.Dense(10**8).build((1, 10**5))\n    keras.utils",
    ),
    "endless": ("    return model.fit(", "    while True:\n        model.fit("),
}
IN_TRAINING = {"too large", "endless"}
# What is odd in a network needs no training, which takes most of the time.
NO_TRAINING = STUB[STUB.index("def train") :]


EXPECTED = {
    "lambda": "not allowed: Lambda",
    "own class": "each layer takes what the one before gives",
    "own layer": "not allowed: Flatten",
    "own activation": "not allowed: <lambda>",
    "predict overridden": "values differ",
    "nothing": "expected a keras.Model, received NoneType",
    "no input": "begin it with keras.Input",
    "ended": "the process was ended by the code itself (exit status 3)",
    "too large": "ResourceExhaustedError",
    "endless": "5 s of processor time",
}


def odd(name):
    """Give the right module with one oddity, and without training where it is in the network."""
    text = RIGHT.replace(*ODD[name])
    return text if name in IN_TRAINING else text[: text.index("def train")] + NO_TRAINING


@pytest.fixture(scope="module")
def graded(tmp_path_factory, tiny_policy):
    """Grade right and odd hand-ins of a course with one Keras assignment, in one process.

    Beside the grades stand the epochs that were seen meanwhile, by hand-in.
    """
    root = tmp_path_factory.mktemp("nets")
    policy = tiny_policy.replace("    questions:\n", f"{POLICY}    questions:\n")
    policy = policy.replace("[double]", "[build]").replace("[mean]", "[train]")
    files = {
        "grading.yml": policy.replace(", forbid: {names: [numpy.mean]}", ""),
        "assignments/toy/toy.py": STUB,
        "assignments/toy/test_toy.py": PUBLIC,
        "solutions/toy.py": RIGHT,
        "tests/hidden/toy/test_build.py": BUILD,
        "tests/hidden/toy/test_train.py": TRAIN,
        "class/functional.py": FUNCTIONAL,
        "class/stub.py": STUB,
        "class/right.py": RIGHT,
        **{f"class/{name}.py": odd(name) for name in ODD},
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    executor, seen = LocalExecutor(1, task_seconds=600), {name: set() for name in ODD}

    def watch(pids):
        for name, pid in pids.items():
            seen.setdefault(name, set()).add(epoch_of(pid))

    executor.watch = watch
    result = grade_class(
        open_job("toy", root), [root / "class"], executor, Isolation(), lambda *_: None
    )
    return {grade.submission: grade for grade in result.grades}, seen


@pytest.fixture(scope="module")
def grades(graded):
    return graded[0]


def test_training_that_goes_on_is_seen_with_its_epochs(graded):
    """Who watches the executor reads number, total and loss of the training that never ends."""
    epochs = graded[1]["endless"] - {None}
    assert epochs
    assert {epoch.epochs for epoch in epochs} <= {2, 3, 20}
    assert all(1 <= epoch.number <= epoch.epochs and epoch.loss > 0 for epoch in epochs)


@pytest.mark.parametrize("name", ["right", "functional"])
def test_right_model_in_any_style_earns_everything(name, grades):
    """Layers, arithmetic and training hold, whatever was graded before."""
    failed = [
        f"{check.id}: {check.message}"
        for question in grades[name].questions
        for check in question.checks
        if check.verdict is not Verdict.PASSED
    ]
    assert not failed, "\n".join(failed)
    assert grades[name].points == 100


def test_stub_is_not_attempted(grades):
    """A stub that imports Keras is no mistake."""
    questions = grades["stub"].questions
    assert [question.verdict for question in questions] == [Verdict.NOT_ATTEMPTED] * 2


@pytest.mark.parametrize("name", ODD)
def test_odd_model_loses_points_and_is_told_why(name, grades):
    """Each is graded, none earns everything, and some check says what was odd."""
    grade = grades[name]
    assert grade.status is Status.GRADED
    question = grade.questions[name in IN_TRAINING]
    assert question.points < question.max_points
    said = [c.message for question in grade.questions for c in question.checks if c.message]
    assert any(EXPECTED[name] in message for message in said), "\n".join(said)


def test_runtime_leaves_out_what_keras_imports_only_where_it_is():
    """Libraries for pictures and tables would cost a third of the time; they can be had later."""
    program = (
        "import sys; from autograder.sandbox.runtime import load_runtime; "
        "load_runtime('keras', gpu=False); "
        "print(*{'matplotlib', 'pandas', 'sklearn', 'IPython'}.intersection(sys.modules)); "
        "import matplotlib, pandas"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr
