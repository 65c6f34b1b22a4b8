"""The cards of the reader's own things: the copy of the article, a paragraph to read, the record.

The article's text and the record travel by messages and never as a trait: a saved widget state holds neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from parley.widgets.base import Card, _source


class CopyBox(Card):
    """A box to paste the article into; ``keep(text)`` gives whether it was taken, and one line."""

    _esm = _source("base.js", "copybox.js")
    longest = traitlets.Int(0).tag(sync=True)
    handles = ("keep",)

    def __init__(self, keep: Callable[[str], tuple[bool, str]], longest: int) -> None:
        self._keep = keep
        super().__init__(longest=longest)

    def on_keep(self, message: dict[str, Any]) -> None:
        if isinstance(message.get("text"), str):
            taken, line = self._keep(message["text"])
            self.send({"say": "kept", "ok": taken, "text": line})


class ReadingCard(Card):
    """A paragraph by its gists, ``[(id, gist), ...]``; ``texts()`` gives the real sentences there are."""

    _esm = _source("base.js", "reading.js")
    title = traitlets.Unicode("").tag(sync=True)
    sentences = traitlets.List().tag(sync=True)
    handles = ("ready",)

    def __init__(
        self, title: str, sentences: Sequence[tuple[str, str]], texts: Callable[[], Mapping[str, str]]
    ) -> None:
        self._texts = texts
        super().__init__(title=title, sentences=[list(pair) for pair in sentences])

    def on_ready(self, _message: dict[str, Any]) -> None:
        self.send({"say": "sentences", "texts": dict(self._texts())})


class ProgressCard(Card):
    """The record at a glance. ``desk`` gives the rows, the file to download, and what became of a restored one."""

    _esm = _source("base.js", "progress.js")
    handles = ("ready", "download", "restore")

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        super().__init__()

    def on_ready(self, _message: dict[str, Any]) -> None:
        self.send({"say": "rows"} | self._desk.glance())

    def on_download(self, _message: dict[str, Any]) -> None:
        self.send({"say": "file"} | self._desk.download())

    def on_restore(self, message: dict[str, Any]) -> None:
        text = message.get("text")
        self.send({"say": "restored"} | self._desk.restore(text if isinstance(text, str) else ""))


class RecordBox(Card):
    """A form for one row of the reader's own; ``keep(row)`` gives whether it was kept, and lines to show."""

    _esm = _source("base.js", "fields.js", "recordbox.js")
    spec = traitlets.Dict().tag(sync=True)
    handles = ("keep",)

    def __init__(
        self, spec: Mapping[str, Any], keep: Callable[[Mapping[str, str]], tuple[bool, list[str]]]
    ) -> None:
        self._keep = keep
        super().__init__(spec=dict(spec))

    def on_keep(self, message: dict[str, Any]) -> None:
        row = message.get("row")
        if isinstance(row, dict):
            kept, lines = self._keep(row)
            self.send({"say": "kept", "ok": kept, "lines": lines})
