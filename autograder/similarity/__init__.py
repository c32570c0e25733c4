"""How alike hand-ins are: a number for each pair, and the passages that two have in common.

Copydetect does the comparing (https://github.com/blingenf/copydetect, by the method of
https://theory.stanford.edu/~aiken/publications/papers/sigmod03.pdf). Nothing here knows whether
anybody copied.
"""
