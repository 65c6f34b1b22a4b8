"""The lessons, found by their stem: ``data/quizzes/00_orientation.yaml`` belongs to ``parley.lessons.orientation``.

A lesson's module has `LESSON` (a `parley.exercises.Lesson`) and `EXERCISES` (a tuple of `parley.exercises.Exercise`).
No list of lessons is kept anywhere: a new stem is a new lesson.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from parley import data
from parley.errors import ParleyError
from parley.exercises import Exercise
from parley.explorers import Explorer


class LessonError(ParleyError):
    """A lesson or an exercise that is not there. The message names it and what there is."""


def numbers() -> dict[str, str]:
    """The number of each lesson and its stem, in order: ``{"00": "00_orientation", ...}``."""
    return {stem.split("_")[0]: stem for stem in data.stems()}


def module(number: str) -> ModuleType:
    """The module of the lesson with this number (or stem)."""
    stem = numbers().get(str(number).split("_")[0])
    if stem is None:
        raise LessonError(f"There is no lesson {str(number)[:30]!r}; there are {', '.join(numbers())}.")
    name = f"parley.lessons.{stem.split('_', 1)[1]}"
    try:
        return import_module(name)
    except ModuleNotFoundError as problem:
        if problem.name != name:
            raise
        raise LessonError(
            f"Lesson {stem} has a quiz file but no module; expected {name.replace('.', '/')}.py."
        ) from None


def exercises(number: str) -> dict[str, Exercise]:
    """The exercises of one lesson by id, in order."""
    return {exercise.id: exercise for exercise in module(number).EXERCISES}


def find(identifier: str) -> Exercise:
    """The exercise with an id like ``"00-2"``."""
    identifier = str(identifier)
    number = identifier.split("-")[0]
    if number not in numbers():
        raise LessonError(
            f'There is no exercise {identifier[:30]!r}: it should start with the number of a lesson ({", ".join(numbers())}), as in "00-1".'
        )
    found = exercises(number)
    if identifier not in found:
        raise LessonError(
            f"There is no exercise {identifier[:30]!r}; lesson {number} has {', '.join(found)}."
        )
    return found[identifier]


def find_explorer(identifier: str) -> Explorer:
    """The explorer with an id like ``"02-map"``."""
    number = str(identifier).split("-")[0]
    found = {one.id: one for one in getattr(module(number), "EXPLORERS", ())}
    if identifier not in found:
        raise LessonError(
            f"There is no explorer {str(identifier)[:30]!r}; lesson {number} has {', '.join(found) or 'none'}."
        )
    return found[identifier]


def neighbours(number: str) -> tuple[str | None, str | None]:
    """The stems of the lesson before and the one after."""
    stems = list(numbers().values())
    at = list(numbers()).index(number)
    return (stems[at - 1] if at else None), (stems[at + 1] if at + 1 < len(stems) else None)
