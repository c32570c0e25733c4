"""Otter: what makes its grading safe, and gives it our score.

Otter runs a submission in a kernel, in the submission's own folder. Here it never gets one: the
hand-in is set aside, a trusted driver stands in its place, and the driver grades the hand-in in
the sandbox, as `autograder grade` does.
"""
