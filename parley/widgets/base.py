"""What the three widgets share: the files they are drawn from, their id, messages handled by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

_HERE = Path(__file__).parent


def _source(*names: str) -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


class Card(anywidget.AnyWidget):
    """An anywidget card. A message ``{"do": name, ...}`` from the front end calls ``on_<name>(message)``."""

    _esm = _source("base.js")
    _css = _source("card.css")
    mid = traitlets.Unicode("").tag(sync=True)  # by this id of the displayed root its cell is found

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.mid = self.model_id
        self.on_msg(self._dispatch)

    def _dispatch(self, _widget: Any, message: Any, _buffers: Any) -> None:
        name = message.get("do") if isinstance(message, dict) else None
        handler = getattr(self, f"on_{name}", None) if name in self.handles else None
        if handler is not None:
            handler(message)

    handles: tuple[str, ...] = ()

    def __repr__(self) -> str:  # the default holds an address and would differ from run to run
        return f"<{type(self).__name__}>"
