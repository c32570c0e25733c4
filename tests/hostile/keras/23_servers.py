"""Attack 23: TensorFlow's servers and clusters, and Keras' downloads."""

import os
import stat

import tensorflow as tf

CLUSTER = {"worker": ["127.0.0.1:2222", "127.0.0.1:2223"]}


def server():
    return tf.distribute.Server(CLUSTER, job_name="worker", task_index=0, start=True)


def dispatcher():
    config = tf.data.experimental.service.DispatcherConfig(port=5050)
    return tf.data.experimental.service.DispatchServer(config, start=True)


for what, attempt in (
    ("digits", keras.datasets.mnist.load_data),
    ("file", lambda: keras.utils.get_file("a", "http://127.0.0.1/a")),
    ("bucket", lambda: tf.io.read_file("gs://bucket/a").numpy()),
    ("bucket", lambda: tf.io.read_file("s3://bucket/a").numpy()),
    ("hadoop", lambda: tf.io.read_file("hdfs://127.0.0.1/a").numpy()),
    ("trace", lambda: tf.profiler.experimental.client.trace("grpc://127.0.0.1:6009", "/tmp", 10)),
    ("monitor", lambda: tf.profiler.experimental.client.monitor("grpc://127.0.0.1:6009", 10)),
):
    try:
        print("BREACH", what, attempt())
    except Exception:
        pass
tf.profiler.experimental.server.start(6009)
kinds = [os.stat(f"/proc/self/fd/{one}").st_mode for one in os.listdir("/proc/self/fd")[:-1]]
if sum(map(stat.S_ISSOCK, kinds)) != 1:
    print("BREACH socket of the profiler")
print("tried to fetch")


def build_mlp(hidden=(8,)):
    return len(str(server()))


def build_lenet5(activation="tanh", pool="avg"):
    return len(str(dispatcher()))
