"""Turns a course into what students receive and what graders run."""
