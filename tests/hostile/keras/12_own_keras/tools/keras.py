"""Keras in name: it has a model that is none."""

OURS = True


class Model:
    """Calls itself what a suite takes for a model."""

    student = handle = None
