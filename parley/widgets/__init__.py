"""What a student clicks: thin anywidget views on quiz items, notes and the fields of an exercise.

Each view is a Python file that relays, a ``.js`` file that draws, and one style sheet for all. Nothing here
judges, and no widget trait ever holds a key, a reason or a verdict: those travel by messages, so that a
saved widget state holds none of them.
"""
