"""Where student code runs: a zygote, its workers, and the layers around them."""
