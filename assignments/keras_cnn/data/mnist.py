"""MNIST for the lesson: all of it where it can be had, else the 8,000 images of this folder.

    from data.mnist import load_mnist

    digits = load_mnist()              # MNIST's four files in the folder `mnist`, if it is there
    digits = load_mnist(online=True)   # else Keras' copy, which is downloaded once (11 MB)
    print(digits.source)

The four files are those of MNIST's authors, such as `train-images-idx3-ubyte`, gzipped or not, and
their SHA-256 sums are checked. The 8,000 images are enough for every question, and nothing of this
file is wanted in what you hand in.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FILES = {
    "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
SUBSET = Path(__file__).with_name("mnist_train_8k.npz")
SET_APART = 1000


@dataclass(frozen=True)
class Digits:
    """Images to learn from, and others to be judged by.

    Attributes:
        images: uint8, shape (N, 28, 28).
        labels: uint8, shape (N,).
        test_images: As `images`, none of which is among those.
        test_labels: As `labels`.
        source: Where they come from, a sentence.
    """

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    source: str


def load_mnist(folder: str | Path = "mnist", *, online: bool = False) -> Digits:
    """Load all of MNIST from a folder or through Keras, else 8,000 images of it.

    Args:
        folder: Where the four files lie, if they do.
        online: Whether Keras may download them where they do not.

    Raises:
        ValueError: The folder is there, and its files are not those of MNIST.
    """
    if Path(folder).is_dir():
        return Digits(*(read_idx(folder, part) for part in FILES), f"MNIST, read from {folder}")
    reason = f"there is no folder {folder}, and no download was asked for"
    if online:
        try:
            import keras  # noqa: PLC0415 - takes seconds

            (images, labels), test = keras.datasets.mnist.load_data()
            return Digits(images, labels, *test, "MNIST, downloaded by Keras")
        except Exception as error:  # noqa: BLE001 - Keras raises no narrower one
            reason = f"Keras could not download the rest: {error}"
    with np.load(SUBSET, allow_pickle=False) as archive:
        images, labels = archive["images"], archive["labels"]
    return Digits(
        images[:-SET_APART],
        labels[:-SET_APART],
        images[-SET_APART:],
        labels[-SET_APART:],
        f"8,000 training images of MNIST, the last {SET_APART:,} of them set apart ({reason})",
    )


def read_idx(folder: str | Path, part: str) -> np.ndarray:
    """Read one of the four files of MNIST.

    Args:
        folder: It lies here or in a folder below, gzipped or not.
        part: How its name begins, such as `train-images`.

    Returns:
        uint8, images (N, 28, 28) or labels (N,).

    Raises:
        ValueError: There is no such file, or it is not MNIST's.
    """
    found = sorted(path for path in Path(folder).rglob(f"{part}*") if path.is_file())
    if not found:
        raise ValueError(f"{folder}: expected a file {part}-..., as MNIST has it; there is none")
    data = found[0].read_bytes()
    data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    if hashlib.sha256(data).hexdigest() != FILES[part]:
        raise ValueError(f"{found[0]}: this is not MNIST's {part}: another SHA-256; fetch it again")
    axes = data[3]  # the format: two zeros, the kind of number, how many axes, their lengths
    shape = np.frombuffer(data, ">i4", axes, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)
