"""The note card: a prompt, a box to write in, and a word on where it was kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from parley.quizzes import Note
from parley.widgets.base import Card, _source


class NoteCard(Card):
    """Shows a prompt; hands what was written to ``keep(text)``, which gives one line for the student."""

    _esm = _source("base.js", "note.js")
    note = traitlets.Dict().tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    handles = ("keep",)

    def __init__(self, note: Note, keep: Callable[[str], str], text: str = "") -> None:
        self._keep = keep
        super().__init__(
            note={"id": note.id, "prompt": note.prompt, "button": note.button, "lines": note.lines}, text=text
        )

    def on_keep(self, message: dict[str, Any]) -> None:
        if isinstance(message.get("text"), str):
            line = self._keep(message["text"])
            if line.startswith("Kept"):  # a note that was refused is nowhere, not even in the widget's state
                self.text = message["text"]
            self.send({"say": "kept", "text": line})
