"""The card of an explorer: controls above, a picture with its words below.

The picture travels by message, so that a saved widget state stays small.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from parley.explorers import Explorer
from parley.widgets.base import Card, _source


class ExplorerCard(Card):
    """Shows the controls; asks ``look(values)`` for ``{"png", "words", "rows"}`` or ``{"problem"}``."""

    _esm = _source("base.js", "fields.js", "explorer.js")
    explorer = traitlets.Dict().tag(sync=True)
    handles = ("move",)

    def __init__(self, explorer: Explorer, look: Callable[[Any], dict[str, Any]]) -> None:
        self._look = look
        shown = {
            "id": explorer.id,
            "title": explorer.title,
            "task": explorer.task,
            "start": dict(explorer.start),
        }
        super().__init__(explorer=shown | {"controls": [c.spec() for c in explorer.controls]})

    def on_move(self, message: dict[str, Any]) -> None:
        self.send({"say": "picture"} | self._look(message.get("values")))
