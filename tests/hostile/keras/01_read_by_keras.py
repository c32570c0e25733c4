"""Attack 1: have Keras' loaders of data, images and models read what lies on the machine."""

import os
import pathlib
import pickle
import runpy
import sys
import zipfile

PARENT = next(part for part in sys.orig_argv if part.startswith("/") and "bin" not in part)
COURSES = (PARENT, os.path.dirname(PARENT), "/autograder/source/course", "..", "../..", "/course")
DATA = "tests/hidden/keras_cnn/data"
for course in COURSES:
    hidden, archive = f"{course}/tests/hidden", f"{course}/{DATA}/mnist_test_10k.npz"
    solution = f"{course}/solutions/keras_cnn.py"
    for what, attempt in (
        ("get_file", lambda: keras.utils.get_file("a.npz", "file://" + os.path.abspath(archive))),
        ("images", lambda: keras.utils.image_dataset_from_directory(f"{course}/assignments")),
        ("texts", lambda: keras.utils.text_dataset_from_directory(hidden, labels=None)),
        ("audio", lambda: keras.utils.audio_dataset_from_directory(hidden, labels=None)),
        ("load_img", lambda: keras.utils.load_img(f"{course}/docs/feedback.png")),
        ("load_model", lambda: keras.saving.load_model(archive, safe_mode=False)),
        ("weights", lambda: keras.Sequential([]).load_weights(f"{course}/model.weights.h5")),
        ("npz", lambda: np.load(archive)["labels"]),
        ("pickle", lambda: pickle.load(open(archive, "rb"))),
        ("memmap", lambda: np.memmap(archive, mode="r")),
        ("zip", lambda: zipfile.ZipFile(archive).namelist()),
        ("text", lambda: np.genfromtxt(solution, dtype=str, delimiter="\n")),
        ("run", lambda: runpy.run_path(solution)),
        ("path", lambda: pathlib.Path(solution).read_text()),
        ("list", lambda: os.listdir(hidden)),
    ):
        try:
            attempt()
        except Exception:
            continue
        print("BREACH", what, course)
for name in ("solutions", "hidden", "test_train", "keras_cnn_reference", "tests"):
    try:
        __import__(name)
        print("BREACH import", name)
    except ImportError:
        pass
print("tried Keras' files", os.path.isabs(PARENT))
