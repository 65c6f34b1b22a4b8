"""The quiz card: a real radio group, a check button, and feedback that is spoken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from parley.quizzes import Item, Response
from parley.widgets.base import Card, _source


class QuizCard(Card):
    """Shows an item; asks ``respond(letter)`` after a choice and tells ``keep(letter)``.

    ``choice`` is the letter that was last checked, or empty.
    """

    _esm = _source("base.js", "quiz.js")
    item = traitlets.Dict().tag(sync=True)
    choice = traitlets.Unicode("").tag(sync=True)
    handles = ("check", "ready")

    def __init__(self, item: Item, keep: Callable[[str], None], choice: str = "") -> None:
        self._item, self._keep = item, keep
        shown = {
            "id": item.id,
            "stem": item.stem,
            "options": [[letter, o.text] for letter, o in zip(item.letters(), item.options, strict=True)],
        }
        super().__init__(item=shown, choice=choice)

    def on_check(self, message: dict[str, Any]) -> None:
        letter = message.get("choice")
        if letter in tuple(self._item.letters()):
            self.choice = letter
            self._tell(self._item.respond(letter))
            self._keep(letter)

    def on_ready(self, _message: dict[str, Any]) -> None:
        """A view has just been drawn (again): say where the student was."""
        if self.choice:
            self._tell(self._item.respond(self.choice))

    def _tell(self, response: Response) -> None:
        self.send({"say": "feedback", "correct": response.correct, "text": response.text})
