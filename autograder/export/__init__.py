"""Grades that stand -> the files that learning platforms, spreadsheets and programs read.

Every module here takes `ClassGrades` and returns an `Exported`; only the command reads a gradebook
and writes a file. Files of a platform are changed in their grade cells and nowhere else.
"""
