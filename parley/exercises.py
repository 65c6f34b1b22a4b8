"""An exercise, and the one judge that everybody uses.

`Exercise` declares the fields once; `evaluate` takes an answer from the form, from a cell of code or from a
submitted file, and gives the same `Verdict`. Nothing here looks up lessons, draws, or knows a front end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from parley.answers import AnswerError, Field, _shown

ANSWER_MIME = "application/vnd.parley.answer+json"  # how `check` publishes an answer, for the checker to find


class Status(StrEnum):
    """How an answer stands. ``COMPLETE`` is prose whose form is met: a reader judges it, no machine does."""

    PASSED = "passed"
    COMPLETE = "complete"
    NOT_YET = "not yet"
    NOT_TRIED = "not tried"

    @property
    def done(self) -> bool:
        return self in (Status.PASSED, Status.COMPLETE)


@dataclass(frozen=True)
class Verdict:
    """What a judge says: a status, a message that names the slip and never the answer, notes for later."""

    status: Status
    message: str
    notes: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return self.status.done


def passed(message: str, *notes: str) -> Verdict:
    return Verdict(Status.PASSED, message, notes)


def complete(message: str, *notes: str) -> Verdict:
    return Verdict(Status.COMPLETE, message, notes)


def not_yet(message: str) -> Verdict:
    return Verdict(Status.NOT_YET, message)


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One task of a lesson, declared once.

    Parameters
    ----------
    id
        ``"00-2"``: the lesson's number and the exercise's.
    title, task, button
        What the card says: its name, what to do in one line, and the words on the check button.
    objective, stars, minutes, core
        For the teacher's table. A stretch exercise (``core=False``) never changes a grade or an exit code.
    fields
        The answer's parts; an answer is ``{field.name: value}``.
    judge
        ``judge(answer) -> Verdict``, pure. It gets a coerced answer in which nothing required is open.
    hints
        Three, from "where to look" to "how to go about it"; never the answer.
    right, wrong
        At least two different right answers and three wrong ones, which the tests run through both paths.
    """

    id: str
    title: str
    task: str
    objective: str
    fields: tuple[Field, ...]
    judge: Callable[[dict[str, Any]], Verdict]
    hints: tuple[str, str, str]
    right: tuple[Mapping[str, Any], ...] = field(repr=False)
    wrong: tuple[Mapping[str, Any], ...] = field(repr=False)
    button: str = "Check my answer"
    stars: int = 1
    minutes: int = 4
    core: bool = True
    by_reader: bool = False  # holds prose, so that a person judges it in the end

    @property
    def lesson(self) -> str:
        return self.id.split("-")[0]

    def blank(self) -> dict[str, Any]:
        return {f.name: f.blank() for f in self.fields}

    def coerce(self, answer: Any) -> dict[str, Any]:
        """``{name: plain JSON}`` with a value for every field; `AnswerError` where the shape is wrong.

        Where an exercise has a single field, its bare value is taken too.
        """
        return self._each(answer, lambda field, value: field.coerce(value))

    def keep(self, answer: Any) -> dict[str, Any]:
        """The parts a student gave, as a form writes them into the notebook. Refuses as `coerce` does."""
        parts = self._each(answer, lambda field, value: field.keep(value))
        return {name: value for name, value in parts.items() if value is not None}

    def _each(self, answer: Any, take: Callable[[Field, Any], Any]) -> dict[str, Any]:
        """``{name: take(field, value)}``; what a student's object breaks becomes an `AnswerError`."""
        try:
            given = self._parts(answer)
            return {f.name: take(f, given.get(f.name)) for f in self.fields}
        except AnswerError:
            raise
        except Exception as problem:
            kind = f"{type(answer).__name__}, {type(problem).__name__}"
            raise AnswerError(
                f"Exercise {self.id}: the answer cannot be read ({kind}). "
                "Write it with plain text, numbers, lists and tables."
            ) from None

    def _parts(self, answer: Any) -> Mapping[str, Any]:
        names = [f.name for f in self.fields]
        if answer is None or answer is Ellipsis:
            return {}
        if len(names) == 1 and not (isinstance(answer, Mapping) and set(answer) <= set(names)):
            answer = {names[0]: answer}
        if not isinstance(answer, Mapping):
            raise AnswerError(
                f"Exercise {self.id}: the answer is {type(answer).__name__}. "
                f"Write a table {{{', '.join(f'{n!r}: …' for n in names)}}}."
            )
        stray = [key for key in answer if key not in names]
        if stray:
            raise AnswerError(
                f"Exercise {self.id}: there is no part {_shown(stray[0])}. "
                f"The parts are {', '.join(map(repr, names))}."
            )
        return answer

    def fill(self, kept: Mapping[str, Any] | None) -> dict[str, Any]:
        """What a form shows for the parts that were kept."""
        return {f.name: f.fill((kept or {}).get(f.name)) for f in self.fields}

    def missing(self, answer: Mapping[str, Any]) -> tuple[str, ...]:
        """What is still open in a coerced answer."""
        return tuple(what for f in self.fields if not f.optional for what in f.missing(answer[f.name]))

    def untouched(self, answer: Mapping[str, Any]) -> bool:
        return all(f.untouched(answer[f.name]) for f in self.fields)

    def stub(self) -> str:
        """The untouched answer as Python source, for the code path."""
        return "{" + ", ".join(f"{f.name!r}: {f.stub()}" for f in self.fields) + "}"

    def listing(self) -> list[str]:
        """The exercise as lines of plain text."""
        return [f"{self.id} {self.title}", self.task, *(line for f in self.fields for line in f.listing())]


@dataclass(frozen=True)
class Evaluation:
    """An answer as plain JSON (``None`` where its shape was wrong) and what the judge says of it."""

    answer: dict[str, Any] | None
    verdict: Verdict


def evaluate(exercise: Exercise, answer: Any) -> Evaluation:
    """Coerce, see what is open, judge. An answer of the wrong shape is `not yet`, with the reason.

    Pure but for a function field, which calls the student's function on its cases.
    """
    try:
        plain = exercise.coerce(answer)
    except AnswerError as problem:
        return Evaluation(None, not_yet(str(problem)))
    if exercise.untouched(plain):
        return Evaluation(plain, Verdict(Status.NOT_TRIED, f"Nothing to check yet. {exercise.task}"))
    still_open = exercise.missing(plain)
    if still_open:
        return Evaluation(plain, not_yet(_open_parts(still_open)))
    return Evaluation(plain, exercise.judge(plain))


def _open_parts(parts: tuple[str, ...]) -> str:
    some = "; ".join(parts[:3]) + (f"; and {len(parts) - 3} more" if len(parts) > 3 else "")
    return f"{'One part is' if len(parts) == 1 else f'{len(parts)} parts are'} still open: {some}."


def hint(exercise: Exercise, tries: int) -> str:
    """The hint for the ``tries``-th answer that is not yet right (from 1), with its place among the three."""
    n = min(max(tries, 1), len(exercise.hints))
    return f"Hint {n} of {len(exercise.hints)}: {exercise.hints[n - 1]}"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What a lesson says of itself in its header.

    ``objectives`` maps ids (``"O00.1"``) to sentences that start with a verb; ``core`` and ``stretch`` are
    minutes.
    """

    stem: str
    title: str
    moment: str
    core: int
    stretch: int
    needs: str
    objectives: Mapping[str, str]

    @property
    def number(self) -> str:
        return self.stem.split("_")[0]
