"""Quiz items: loaded from ``data/quizzes/<stem>.yaml``, shown as static text, answered by letter.

Single choice, one key, a reason for every option (elaborated feedback: Van der Kleij, Feskens & Eggen
2015). The faces here never hold the key; the widget of `parley.widgets` asks `Item.respond` only after a
choice.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from parley import data
from parley.errors import ParleyError

LETTERS = "abcdef"


class QuizError(ParleyError):
    """A quiz file or an id that cannot be used. The message says what was expected and how to mend it."""


@dataclass(frozen=True)
class Option:
    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True)
class Response:
    """What an option earns: whether it is the key, and why."""

    correct: bool
    text: str


@dataclass(frozen=True)
class Item:
    """One question. ``sentences`` are ids of the article's sentences; ``misconception`` is for teachers."""

    id: str
    objective: str
    bloom: str
    difficulty: int
    stem: str
    options: tuple[Option, ...]
    misconception: str
    sentences: tuple[str, ...] = ()
    ordered: bool = False

    def letters(self) -> str:
        return LETTERS[: len(self.options)]

    def index(self, choice: Any) -> int:
        """The position of ``choice`` (a letter, either case); `QuizError` where it is none."""
        letter = choice.strip().casefold().strip(".)") if isinstance(choice, str) else ""
        if len(letter) != 1 or letter not in self.letters():
            given = (
                repr(choice[:20]) if isinstance(choice, str) else f"a value of type {type(choice).__name__}"
            )
            raise QuizError(
                f"Question {self.id} has the options {', '.join(self.letters())}; {given} is none of them. "
                f'Try quiz("{self.id}").answer("a").'
            )
        return self.letters().index(letter)

    def respond(self, choice: Any) -> Response:
        """The feedback for one option, words first: it says how the choice stands before it says why."""
        option = self.options[self.index(choice)]
        return Response(option.correct, f"{'Yes.' if option.correct else 'Not this one.'} {option.feedback}")

    def as_text(self) -> str:
        """The question in plain text."""
        options = (f"  {letter}) {o.text}" for letter, o in zip(self.letters(), self.options, strict=True))
        return "\n".join([f"Question {self.id}. {self.stem}", *options])

    def as_html(self) -> str:
        """The question where no kernel runs. No script, no style sheet, no key."""
        options = "".join(f"<li>{html.escape(o.text)}</li>" for o in self.options)
        return (
            f'<div class="parley-static"><p><strong>Question {self.id}.</strong> {html.escape(self.stem)}</p>'
            f'<ol type="a">{options}</ol><p><em>To answer, run this cell in JupyterLab and click; or, by '
            f'keyboard, run <code>quiz("{self.id}").answer("a")</code>.</em></p></div>'
        )


@dataclass(frozen=True)
class Note:
    """A prompt whose answer goes into the learner's record and is never judged (a guess, an exit ticket)."""

    id: str
    prompt: str
    button: str = "Keep my note"
    lines: int = 3

    def as_text(self) -> str:
        return f"Note {self.id}. {self.prompt}"

    def as_html(self) -> str:
        return (
            f'<div class="parley-static"><p><strong>For your notes.</strong> {html.escape(self.prompt)}</p>'
            "<p><em>Run this cell in JupyterLab to write it down; or, by keyboard, "
            f'<code>note("{self.id}").write("…")</code>.</em></p></div>'
        )


@dataclass(frozen=True)
class QuizFile:
    items: Mapping[str, Item]
    notes: Mapping[str, Note]


@cache
def load(stem: str) -> QuizFile:
    """All items and notes of one lesson; `QuizError` in one line where the file is missing or damaged."""
    import yaml

    name = f"quizzes/{stem}.yaml"
    mend = data.mend(name)
    try:
        tree = yaml.safe_load(data.path(name).read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError, OSError, RecursionError) as problem:  # ValueError: no UTF-8, no date
        mark = getattr(problem, "problem_mark", None)
        raise QuizError(
            f"data/{name} cannot be read{f' (line {mark.line + 1})' if mark else ''}. {mend}"
        ) from None
    entries = tree.get("items") if isinstance(tree, dict) else None
    if not isinstance(entries, list) or not entries:
        raise QuizError(f"data/{name} holds no `items`, expected a list of questions. {mend}")
    prompts = tree.get("notes") or []
    if not isinstance(prompts, list):
        raise QuizError(f"data/{name}: `notes` is no list, expected a list of prompts. {mend}")
    items = _table(entries, _item, "question", name, mend)
    notes = _table(prompts, lambda entry: Note(**entry), "note", name, mend)
    return QuizFile(items, notes)


def _table(entries: list, make: Any, what: str, name: str, mend: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for n, entry in enumerate(entries, 1):
        try:
            if not isinstance(entry, dict):
                raise ValueError("expected names and values, such as `id: 00-1`")
            _check_texts(entry)
            one = make(entry)
            if one.id in made:
                raise ValueError(f"`id` {one.id[:30]!r} stands there twice")
        except (KeyError, TypeError, ValueError) as problem:
            raise QuizError(f"data/{name}, {what} {n}: {_reason(problem)}. {mend}") from None
        made[one.id] = one
    return made


def _item(entry: Mapping[str, Any]) -> Item:
    options = tuple(_option(o) for o in entry["options"])
    if not 2 <= len(options) <= len(LETTERS) or sum(o.correct for o in options) != 1:
        raise ValueError(f"expected 2 to {len(LETTERS)} options with exactly one `correct: true`")
    sentences = entry.get("sentences", [])
    if not isinstance(sentences, list):
        raise ValueError("`sentences` is no list, expected [P1S1, …]")
    rest = {k: v for k, v in entry.items() if k not in ("options", "sentences")}
    return Item(options=options, sentences=tuple(sentences), **rest)


def _option(entry: Mapping[str, Any]) -> Option:
    if not isinstance(entry, dict):
        raise ValueError("an option is damaged, expected `text`, `correct` and `feedback`")
    _check_texts(entry)
    option = Option(**entry)
    if type(option.correct) is not bool:
        raise ValueError("`correct` is neither true nor false")
    return option


_NO_TEXT = ("options", "correct", "difficulty", "sentences", "ordered", "lines")


def _check_texts(entry: Mapping[str, Any]) -> None:
    """YAML reads a bare ``no`` as false and ``1855`` as a number: both would be a surprise on the screen."""
    for name, value in entry.items():
        if name not in _NO_TEXT and not isinstance(value, str):
            raise ValueError(f"`{name}` is no text, expected it between quotation marks")


def _reason(problem: Exception) -> str:
    if isinstance(problem, KeyError):
        return f"`{problem.args[0]}` is missing"
    return str(problem).split("__init__() ")[-1]


def _stem_of(identifier: str, what: str) -> str:
    number = str(identifier).split("-")[0]
    for stem in data.stems():
        if stem.split("_")[0] == number:
            return stem
    known = ", ".join(s.split("_")[0] for s in data.stems())
    raise QuizError(
        f"There is no {what} {str(identifier)[:30]!r}: it should start with the number of a lesson "
        f'({known}), as in "00-1".'
    )


def find(identifier: str) -> Item:
    """The item with an id like ``"00-3"``."""
    return _pick(load(_stem_of(identifier, "question")).items, identifier, "question")


def find_note(identifier: str) -> Note:
    """The note with an id like ``"00-guess"``."""
    return _pick(load(_stem_of(identifier, "note")).notes, identifier, "note")


def _pick(table: Mapping[str, Any], identifier: str, what: str) -> Any:
    if identifier in table:
        return table[identifier]
    raise QuizError(
        f"There is no {what} {str(identifier)[:30]!r}; this lesson has {', '.join(table) or 'none'}."
    )
