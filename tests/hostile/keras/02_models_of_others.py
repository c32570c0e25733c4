"""Attacks 2 and 5: find models, settings and messages of whoever was graded before, and leave some."""

import gc
import os
import sys

import tensorflow as tf

MESSAGE = "left_behind"
models = sys.modules["autograder.sandbox.keras_models"]
gc.unfreeze()  # what was there before the fork is hidden otherwise
(runtime,) = [one for one in gc.get_objects() if type(one) is models.KerasRuntime]
if runtime._models or any(isinstance(one, keras.Model) for one in gc.get_objects()):
    print("BREACH model")
if keras.config.floatx() != "float32" or keras.config.image_data_format() != "channels_last":
    print("BREACH settings")
if keras.saving.get_custom_objects() or tf.config.functions_run_eagerly():
    print("BREACH registered")
if MESSAGE in os.environ or hasattr(keras, MESSAGE) or hasattr(tf, MESSAGE):
    print("BREACH message")
for place in ("/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~/.keras"), "."):
    try:
        if os.path.isdir(place) and place != "." and os.listdir(place):
            print("BREACH files", place, os.listdir(place))
    except OSError:
        pass
    try:
        with open(os.path.join(place, MESSAGE), "w") as file:
            file.write("4, 8, 15, 16, 23, 42")
    except OSError:
        pass
os.environ[MESSAGE] = keras.left_behind = tf.left_behind = "4, 8, 15, 16, 23, 42"
keras.saving.get_custom_objects()[MESSAGE] = print
keras.config.set_floatx("float16")
keras.config.set_image_data_format("channels_first")
keras.config.set_epsilon(0.5)
keras.config.enable_unsafe_deserialization()
tf.config.run_functions_eagerly(True)
tf.random.set_seed(1)
keras.Model.predict = keras.Model.get_weights = keras.layers.Layer.__call__ = None
runtime._models[1] = keras.Sequential([])
print("tried others' models")
