"""The form of an exercise: every kind of field, a check button, hints, and a verdict that is spoken.

The card relays: ``save(answer, source)`` gives back the cell's new source, ``check(answer)`` what to say.
"""

from __future__ import annotations

from typing import Any, Protocol

import traitlets

from parley.exercises import Exercise
from parley.widgets.base import Card, _source


class Desk(Protocol):
    """What a form needs from behind it."""

    def save(self, answer: Any, source: str) -> dict[str, Any]: ...
    def stored(self, in_file: bool) -> None: ...
    def check(self) -> dict[str, Any]: ...
    def hint(self) -> dict[str, Any]: ...
    def last(self) -> dict[str, Any] | None: ...
    def state(self) -> dict[str, Any]: ...
    def waits(self) -> bool: ...
    def seal(self, name: str, source: str) -> dict[str, Any]: ...
    def sentences(self) -> dict[str, str]: ...


class FormCard(Card):
    """Shows an exercise's fields filled with ``answer``. A click is saved at once; *check* gets a verdict."""

    _esm = _source("base.js", "fields.js", "form.js")
    exercise = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    handles = ("save", "stored", "check", "hint", "ready", "seal")

    def __init__(self, exercise: Exercise, desk: Desk, answer: dict[str, Any]) -> None:
        self._desk = desk
        shown = {"id": exercise.id, "title": exercise.title, "task": exercise.task, "button": exercise.button}
        shown |= {
            "core": exercise.core,
            "minutes": exercise.minutes,
            "fields": [f.spec() for f in exercise.fields],
        }
        super().__init__(exercise=shown, answer=answer)

    def on_save(self, message: dict[str, Any]) -> None:
        self._saved(message)

    def on_check(self, message: dict[str, Any]) -> None:
        if self._saved(message):
            self._say("verdict", self._desk.check())

    def on_hint(self, message: dict[str, Any]) -> None:
        self._saved(message)
        self._say("verdict", self._desk.hint())

    def on_seal(self, message: dict[str, Any]) -> None:
        """Save what is there, then seal it; the receipt goes back beside the cell's new source."""
        name = next((f["name"] for f in self.exercise["fields"] if f["kind"] == "receipt"), None)
        answer, source = message.get("answer"), message.get("source")
        if name is None or not isinstance(answer, dict):
            return
        source = source if isinstance(source, str) else ""
        saved = self._desk.save(answer, source)
        outcome = saved if "problem" in saved else self._desk.seal(name, source)
        if "problem" in outcome:
            self._say("problem", {"text": outcome["problem"]})
        else:
            self._say("edit", outcome | {"sealed": [name, self._desk.state()[name]]})

    def on_stored(self, message: dict[str, Any]) -> None:
        self._desk.stored(message.get("in_file") is True)

    def on_ready(self, message: dict[str, Any]) -> None:
        """A view was just drawn (again, after a page reload): hand it answer and verdict as they stand.

        Where an answer still waits to be written and the front end can write, it is written now.
        """
        self._say("state", {"answer": self._desk.state()})
        texts = self._desk.sentences()  # the publisher's text: by message, never as a trait
        if texts:
            self._say("sentences", {"texts": texts})
        last = self._desk.last()
        if last is not None:
            self._say("verdict", last)
        if message.get("source") and self._desk.waits():
            self._saved(message | {"answer": self._desk.state()})

    def _saved(self, message: dict[str, Any]) -> bool:
        answer, source = message.get("answer"), message.get("source")
        if not isinstance(answer, dict):
            return False
        outcome = self._desk.save(answer, source if isinstance(source, str) else "")
        if "old" in outcome:
            self._say("edit", outcome)
        else:
            self._say("problem", {"text": outcome["problem"]})
        return "problem" not in outcome

    def _say(self, what: str, content: dict[str, Any]) -> None:
        self.send({"say": what} | content)
