"""Attacks 17 and 21: a training that never ends, before anything was asked."""

keras.config.set_max_epochs(None)
network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
network.compile(loss="mse", optimizer="sgd", run_eagerly=True)
network.fit(np.ones((4, 2)), np.ones(4), epochs=10**9, verbose=0)
