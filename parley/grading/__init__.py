"""What turns solutions into exercises, and submitted exercises into verdicts. No lesson imports it.

A notebook is a plain ``dict`` here, as nbformat 4.5 has it, with every multi-line string joined. nbformat
itself is not imported for that: its validator costs a second and a half, and `parley check` is a thing
people wait for.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from parley import files
from parley.exercises import (
    ANSWER_MIME as ANSWER_MIME,  # parley.notebook publishes it and is never imported here
)

Notebook = dict[str, Any]
Cell = dict[str, Any]

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def parse(text: str) -> Notebook:
    """A notebook from its JSON, with lists of lines joined. `ValueError` where it is not JSON."""
    notebook = json.loads(text)
    if isinstance(notebook, dict) and isinstance(notebook.get("cells"), list):
        for cell in filter(_is_dict, notebook["cells"]):
            _each_text(cell, _joined)
    return notebook


def dump(notebook: Notebook) -> str:
    """A notebook as text, in the one way in which ours are written: as JupyterLab does, and a newline."""
    copy = json.loads(json.dumps(notebook))
    for cell in copy["cells"]:
        _each_text(cell, _split)
    return json.dumps(copy, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": ")) + "\n"


def tags(cell: Cell) -> list[str]:
    """The tags of a cell; an empty list where there are none or they are damaged."""
    found = metadata(cell).get("tags")
    return [tag for tag in found if isinstance(tag, str)] if isinstance(found, list) else []


def exercise_of(cell: Cell) -> str | None:
    """The exercise to which an answer or check cell belongs (``"00-1"``)."""
    ours = metadata(cell).get("parley")
    found = ours.get("exercise") if isinstance(ours, dict) else None
    return found if isinstance(found, str) else None


def metadata(holder: dict[str, Any]) -> dict[str, Any]:
    """The metadata of a notebook or a cell, an empty ``dict`` where it is damaged."""
    found = holder.get("metadata")
    return found if isinstance(found, dict) else {}


def one_line(text: Any, limit: int = 400) -> str:
    """A text, perhaps from a stranger's notebook, as one printable line."""
    line = " ".join("".join(ch if ch.isprintable() else " " for ch in str(text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def write_whole(path: Path, text: str) -> bool:
    """Write a file whole or not at all; whether it was written. Not where it holds this text already."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if path.read_bytes().decode("utf-8") == text:
            return False
    files.write_whole(path, text)
    return True


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


def _each_text(cell: Cell, change: Any) -> None:
    """Apply ``change(text, mime)`` to every multi-line string of a cell, in place, as nbformat does."""
    if "source" in cell:
        cell["source"] = change(cell["source"], "text/plain")
    outputs = cell.get("outputs")
    for output in filter(_is_dict, outputs if isinstance(outputs, list) else []):
        if output.get("output_type") == "stream" and "text" in output:
            output["text"] = change(output["text"], "text/plain")
        _each_mime(output.get("data"), change)
    attachments = cell.get("attachments")
    for bundle in attachments.values() if isinstance(attachments, dict) else ():
        _each_mime(bundle, change)


def _each_mime(bundle: Any, change: Any) -> None:
    if isinstance(bundle, dict):
        for mime in bundle:
            bundle[mime] = change(bundle[mime], mime)


def _joined(value: Any, mime: str) -> Any:
    is_lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
    return "".join(value) if is_lines and not mime.endswith("json") else value


def _split(value: Any, mime: str) -> Any:
    is_text = mime.startswith("text/") or mime in ("application/javascript", "image/svg+xml")
    return value.splitlines(True) if isinstance(value, str) and is_text else value
