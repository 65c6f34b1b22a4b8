"""A figure that a student moves: a few controls, and a pure function from their values to a picture and its words.

A lesson's module lists its explorers in ``EXPLORERS``; a cell shows one with ``explore("01-likely")``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parley.answers import Field
from parley.data import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True)
class Explorer:
    """Controls and what follows from them.

    Parameters
    ----------
    id, title, task
        ``"02-map"``, its name, and what to do in one line.
    controls
        Fields of the kinds choice and number, as in an exercise.
    start
        A value for every control: what the static picture shows.
    draw
        ``draw(values) -> Axes``, pure; ``values`` is ``{control: plain value}``. It should take under 100 ms.
    words
        ``words(values) -> str``: what the picture shows, 20 to 80 words, for those who do not see it.
    table
        ``table(values) -> Table``: the same content to read, or ``None``.
    """

    id: str
    title: str
    task: str
    controls: tuple[Field, ...]
    start: Mapping[str, Any]
    draw: Callable[[Mapping[str, Any]], Axes]
    words: Callable[[Mapping[str, Any]], str]
    table: Callable[[Mapping[str, Any]], Table] | None = None

    def __post_init__(self) -> None:
        if any(control.kind not in ("choice", "number") for control in self.controls):
            raise ValueError(f"explorer {self.id}: a control is a choice or a number")
        if set(self.start) != {control.name for control in self.controls}:
            raise ValueError(f"explorer {self.id}: `start` needs one value for each control")

    def values(self, moved: Any) -> dict[str, Any]:
        """A value for every control: what was moved, and for an open control the start.

        Raises ``AnswerError`` for a value that a control refuses.
        """
        given = moved if isinstance(moved, Mapping) else {}
        plain = {c.name: c.coerce(given.get(c.name)) for c in self.controls}
        return {name: self.start[name] if value is None else value for name, value in plain.items()}
