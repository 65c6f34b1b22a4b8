"""How a form's answer gets into the notebook: as an argument in the answer cell's own source.

``answer_1 = form("00-1")`` becomes ``answer_1 = form("00-1", saved={...})``. Pure text in, text out, by way
of the syntax tree: a regular expression would stumble over strings, comments and nested calls.
"""

from __future__ import annotations

import ast
import pprint
from collections.abc import Mapping
from typing import Any

WIDTH = 78  # characters of a code cell beside an open file browser


def splice(source: str, identifier: str, saved: Mapping[str, Any], function: str = "form") -> str | None:
    """``source`` with ``saved`` in the one call ``function(identifier, ...)``.

    ``None`` where there is no such call or more than one, or the cell is not plain Python (magics, a slip
    of the pen): such a cell is left alone.
    """
    call = _only_call(source, identifier, function)
    if call is None:
        return None
    text = source.encode()  # ast counts columns in bytes
    start = _offset(text, call.func.end_lineno, call.func.end_col_offset)
    end = _offset(text, call.end_lineno, call.end_col_offset)
    new = (text[:start] + arguments(identifier, saved).encode() + text[end:]).decode()
    whole = _only_call(new, identifier, function) is not None  # not so for ``(form)("x")``, an old f-string
    return new if whole else None


def arguments(identifier: str, saved: Mapping[str, Any]) -> str:
    """The call's argument list in parentheses, one line where it fits."""
    if not saved:
        return f'("{identifier}")'
    short = f'("{identifier}", saved={dict(saved)!r})'
    if len(short) <= WIDTH and "\\n" not in short:
        return short
    parts = "".join(f"    {name!r}: {_indented(value)},\n" for name, value in saved.items())
    return f'("{identifier}", saved={{\n{parts}}})'


def _indented(value: Any) -> str:
    """One part of an answer: a line a row where it is a table, else as `pprint` breaks it."""
    is_table = (
        isinstance(value, Mapping) and value and all(isinstance(row, Mapping) for row in value.values())
    )
    if is_table or (isinstance(value, Mapping) and len(repr(value)) > WIDTH - 16):
        rows = "".join(f"        {key!r}: {_wrapped(row, 12)},\n" for key, row in value.items())
        return f"{{\n{rows}    }}"
    if isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
        rows = "".join(f"        {_wrapped(row, 8)},\n" for row in value)
        return f"[\n{rows}    ]"
    if isinstance(value, str) and "\n" in value:  # a function, say: a line of source a line
        lines = "".join(f"        {line!r}\n" for line in value.splitlines(keepends=True))
        return f"(\n{lines}    )"
    return _wrapped(value, 8)


def _wrapped(value: Any, indent: int) -> str:
    text = pprint.pformat(value, width=WIDTH - indent - 4, sort_dicts=False, compact=True)
    return text.replace("\n", "\n" + " " * indent)


def _only_call(source: str, identifier: str, function: str) -> ast.Call | None:
    if "\r" in source.replace("\r\n", "\n"):  # ast would count a line that `_offset` does not
        return None
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_ours(node, identifier, function)
    ]
    return calls[0] if len(calls) == 1 else None


def _is_ours(node: ast.Call, identifier: str, function: str) -> bool:
    name = getattr(node.func, "id", getattr(node.func, "attr", None))
    first = node.args[0] if node.args else None
    return name == function and isinstance(first, ast.Constant) and first.value == identifier


def _offset(text: bytes, line: int, column: int) -> int:
    lines = text.split(b"\n")
    return sum(len(part) + 1 for part in lines[: line - 1]) + column
