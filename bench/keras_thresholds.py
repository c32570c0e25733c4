"""How far accuracies spread that are all right: what the thresholds of A8.5 rest on.

The reference is trained as grading does it, by the plans of `tests/hidden/keras_cnn/test_train.py`:
subsets of the images, each with 3 seeds, judged by all 10,000 test images. Beside it stand networks
that are no convolutional ones, and the right one badly trained: what a threshold is to lie above.

    python bench/keras_thresholds.py                          # without a GPU: some six minutes
    python bench/keras_thresholds.py --task full              # with one, on the 8,000 images
    python bench/keras_thresholds.py --task full --mnist DIR  # on MNIST's four files in a folder
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")

import argparse
import runpy
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.verify.inprocess import load_source

COURSE = Path(__file__).resolve().parents[1]
SUITE = COURSE / "tests" / "hidden" / "keras_cnn" / "test_train.py"
SEEDS = 3
RATE_OF_PLAIN_DESCENT = 0.01
Build = Callable[[], Any]
Train = Callable[..., object]


def main() -> None:
    """Train, and print what spreads how far."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--task", choices=("reduced", "full"), default="reduced")
    parser.add_argument("--mnist", type=Path, metavar="DIR")
    parser.add_argument("--subsets", type=int, default=20)
    options = parser.parse_args()
    suite = runpy.run_path(str(SUITE))
    name = "full, all of MNIST" if options.mnist else options.task
    plan = suite["PLANS"][name]
    x, y = suite["digits"](options.mnist or plan.path)
    bench = _Bench(plan, x, y, suite["digits"](suite["TEST_IMAGES"]))
    print(f"{name}: {plan.images:,} images, {plan.epochs} epochs, batches of {plan.batch}")
    begin = time.perf_counter()
    _spread(bench, options.subsets)
    _others(bench)
    print(f"{time.perf_counter() - begin:.0f} s in all")


class _Bench:
    """Trains on a subset, and says how many of the test images are read right."""

    def __init__(
        self, plan: Any, x: np.ndarray, y: np.ndarray, test: tuple[np.ndarray, np.ndarray]
    ) -> None:
        source = (COURSE / "solutions" / "keras_cnn.py").read_text(encoding="utf-8")
        self.reference: ModuleType = load_source(source, "keras_cnn")
        self._plan, self._x, self._y, self._test = plan, x, y, test
        self._rng = np.random.default_rng(2026)
        self.draw()

    def draw(self) -> None:
        """Choose another subset."""
        self._chosen = self._rng.choice(len(self._x), self._plan.images, replace=False)

    def accuracy(self, build: Build, train: Train, seed: int, scale: float = 1) -> float:
        """Train a network on the subset, all pixels times `scale`."""
        model, plan = build(), self._plan
        images = scale * self._x[self._chosen]
        amount = {"epochs": plan.epochs, "batch_size": plan.batch}
        train(model, images, self._y[self._chosen], **amount, seed=seed)
        x, y = self._test
        answers = model.predict(scale * x, batch_size=500, verbose=0).argmax(axis=1)
        return float(np.mean(answers == y))


def _spread(bench: _Bench, subsets: int) -> None:
    accuracies, seconds = np.zeros((subsets, SEEDS)), np.zeros((subsets, SEEDS))
    for subset in range(subsets):
        bench.draw()
        for seed in range(SEEDS):
            begin = time.perf_counter()
            accuracies[subset, seed] = bench.accuracy(
                bench.reference.build_mnist_cnn, bench.reference.train, seed
            )
            seconds[subset, seed] = time.perf_counter() - begin
        told = " ".join(f"{one:.4f}" for one in accuracies[subset])
        print(f"subset {subset + 1:2}: {told}", flush=True)
    _row("one training", accuracies.ravel())
    _row("median of three", np.median(accuracies, axis=1))
    _row("seconds of training", seconds.ravel())


def _row(name: str, numbers: Sequence[float] | np.ndarray) -> None:
    found = f"mean {np.mean(numbers):.4f}  sd {np.std(numbers, ddof=1):.4f}"
    print(f"{name:20}  {found}  min {np.min(numbers):.4f}  max {np.max(numbers):.4f}")


def _others(bench: _Bench) -> None:
    """Show where mistakes end up, one training each."""
    import keras  # noqa: PLC0415 - after the environment

    def descend(model: keras.Model, x: np.ndarray, y: np.ndarray, seed: int, **amount: int) -> None:
        keras.utils.set_random_seed(seed)
        optimizer = keras.optimizers.SGD(RATE_OF_PLAIN_DESCENT)
        model.compile(optimizer, "sparse_categorical_crossentropy")
        model.fit(x, y, **amount, verbose=0)

    def dense(*hidden: int) -> keras.Model:
        units = (keras.layers.Dense(size, activation="relu") for size in hidden)
        head = keras.layers.Dense(10, activation="softmax")
        return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), *units, head])

    right, train = bench.reference.build_mnist_cnn, bench.reference.train
    for name, accuracy in (
        ("linear network", bench.accuracy(dense, train, 0)),
        ("dense network, 128", bench.accuracy(partial(dense, 128), train, 0)),
        ("pixels up to 255", bench.accuracy(right, train, 0, scale=255)),
        ("plain descent, 0.01", bench.accuracy(right, descend, 0)),
    ):
        print(f"{name:20}  {accuracy:.4f}")


if __name__ == "__main__":
    main()
