"""How far accuracies spread that are all right: what the thresholds of A8.5 rest on.

The reference is trained as grading does it: the deck's network, 5,000 of the 8,000 images, 5 epochs
in batches of 64, all 10,000 test images; 20 subsets, each with 3 seeds. It takes five minutes and
more on two cores.

    python bench/keras_thresholds.py
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")

import importlib.util
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np

COURSE = Path(__file__).resolve().parents[1]
TRAINING = COURSE / "assignments" / "keras_cnn" / "data" / "mnist_train_8k.npz"
TEST = COURSE / "tests" / "hidden" / "keras_cnn" / "data" / "mnist_test_10k.npz"
SUBSETS = 20
SEEDS = 3
IMAGES = 5000


def main() -> None:
    """Train, and print what spreads how far."""
    reference = _reference()
    images, labels = reference.preprocess(*_arrays(TRAINING))
    test = reference.preprocess(*_arrays(TEST))
    rng = np.random.default_rng(2026)
    accuracies, seconds = np.zeros((SUBSETS, SEEDS)), np.zeros((SUBSETS, SEEDS))
    for subset in range(SUBSETS):
        chosen = rng.choice(len(images), IMAGES, replace=False)
        for seed in range(SEEDS):
            begin = time.perf_counter()
            model = reference.build_mnist_cnn()
            reference.train(model, images[chosen], labels[chosen], seed=seed)
            seconds[subset, seed] = time.perf_counter() - begin
            accuracies[subset, seed] = reference.evaluate(model, *test)["accuracy"]
        print(f"subset {subset + 1:2}: {' '.join(f'{a:.4f}' for a in accuracies[subset])}")
    _row("one training", accuracies.ravel())
    _row("median of three", np.median(accuracies, axis=1))
    _row("seconds of training", seconds.ravel())


def _row(name: str, numbers: Sequence[float] | np.ndarray) -> None:
    found = f"mean {np.mean(numbers):.4f}  sd {np.std(numbers, ddof=1):.4f}"
    print(f"{name:20}  {found}  min {np.min(numbers):.4f}  max {np.max(numbers):.4f}")


def _reference() -> ModuleType:
    """Import the reference solution, whose name is the students' module's."""
    path = COURSE / "solutions" / "keras_cnn.py"
    spec = importlib.util.spec_from_file_location("keras_cnn_reference", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _arrays(path: Path) -> tuple[np.ndarray, np.ndarray]:
    with np.load(path, allow_pickle=False) as archive:
        return archive["images"], archive["labels"]


if __name__ == "__main__":
    main()
