"""The learner's record: quiz answers, notes and finished exercises, in one small JSON file of their own.

It lies in ``my_work/record.json`` of the module (git ignores the folder), or where ``PARLEY_RECORD``
points. It never changes what a notebook stores. A save writes a temporary file and renames it, so the old
record is there until the new one is whole.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parley import data
from parley.errors import ParleyError
from parley.files import only_writer, sweep, write_whole

VERSION = 1
SECTIONS = ("quiz", "notes", "exercises", "receipts")


class RecordError(ParleyError):
    """A record that cannot be read or written. The message says what to do; nothing was changed."""


def location() -> Path:
    """Where the record lies."""
    named = os.environ.get("PARLEY_RECORD")
    return Path(named) if named else data.my_work() / "record.json"


def empty() -> dict[str, Any]:
    return {"version": VERSION} | {section: {} for section in SECTIONS}


def load(path: Path | None = None) -> dict[str, Any]:
    """The record; an empty one where there is none yet.

    Raises
    ------
    RecordError
        Where the file is damaged, or was written by a later version of Parley.
    """
    path = path or location()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return empty()
    except (ValueError, OSError) as problem:
        raise RecordError(_unreadable(path.name, problem)) from None
    return _read(text, f"Your record {path.name}")


def _unreadable(name: str, problem: Exception) -> str:
    return f"{name} cannot be read ({type(problem).__name__}). Rename it to keep it, and a new one is begun."


def _read(text: str, name: str) -> dict[str, Any]:
    """A record from its text; `RecordError` in one line that begins with ``name``."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise RecordError(_unreadable(name, problem)) from None
    if not isinstance(record, dict) or not all(isinstance(record.get(s, {}), dict) for s in SECTIONS):
        raise RecordError(f"{name} is not a Parley record. Rename it to keep it, and a new one is begun.")
    if not isinstance(record.get("version"), int) or record["version"] > VERSION:
        raise RecordError(
            f"{name} was written by another version of Parley (version {record.get('version')!r}, "
            f"this one reads {VERSION}). Update Parley, or rename the file."
        )
    return empty() | record


def keep(section: str, key: str, value: Any, path: Path | None = None) -> None:
    """Put one entry into the record on disk, whole or not at all. Two kernels that keep at once lose nothing."""
    if section not in SECTIONS:
        raise ValueError(f"no section {section!r}; there are {', '.join(SECTIONS)}")
    path = path or location()
    with _saving(path), only_writer(path):
        record = load(path)
        record[section] = record[section] | {key: value}
        write(record, path)


def restore(text: str, path: Path | None = None) -> int:
    """Merge a downloaded record into the one on disk; how many entries it brought.

    Where both have an entry, the downloaded one holds; what only the present one has is kept. Raises
    ``RecordError``, and changes nothing, where either cannot be read.
    """
    path = path or location()
    brought = _read(text, "The file")
    with _saving(path), only_writer(path):
        present = load(path)
        write(present | {section: present[section] | brought[section] for section in SECTIONS}, path)
    return sum(len(brought[section]) for section in SECTIONS)


def recall(section: str, key: str, path: Path | None = None) -> Any:
    """One entry of the record, or ``None``, also where the record cannot be read."""
    try:
        return load(path)[section].get(key)
    except RecordError:
        return None


def write(record: dict[str, Any], path: Path) -> None:
    """Write a whole record in place of the old one."""
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    with _saving(path):
        # a browser can send half an emoji, which is no UTF-8: write JSON's own escape for it
        write_whole(path, text.encode("utf-8", "backslashreplace").decode() + "\n")
        sweep(path)


@contextmanager
def _saving(path: Path):
    try:
        yield
    except OSError as problem:
        raise RecordError(
            f"Your record could not be saved in {path.parent.name}/ ({problem.strerror or problem}). The answer stays on the screen."
        ) from None
