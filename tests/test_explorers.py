"""Figures that a student moves: values in, a picture and its words out, quickly."""

import base64
import time

import pytest
from figure_rules import assert_readable

from parley import data, lessons, notebook
from parley.answers import AnswerError, Choice, Number, Text
from parley.explorers import Explorer

ALL = [one for stem in data.stems() for one in getattr(lessons.module(stem), "EXPLORERS", ())]
every_explorer = pytest.mark.parametrize("explorer", ALL, ids=[one.id for one in ALL])


def moves(explorer):
    """The start, and every control moved by itself through a few of its values."""
    yield dict(explorer.start)
    for control in explorer.controls:
        some = list(control.options) if isinstance(control, Choice) else [control.least, control.most]
        yield from (dict(explorer.start) | {control.name: value} for value in some)


@every_explorer
def test_every_move_gives_a_readable_picture_and_words(explorer):
    for values in moves(explorer):
        values = explorer.values(values)
        assert_readable(explorer.draw(values), "Source: ")
        assert 20 <= len(explorer.words(values).split()) <= 80
        table = explorer.table(values) if explorer.table else None
        assert table is None or len(table) > 0


@every_explorer
def test_a_move_is_answered_at_once(explorer):
    shown = notebook.explore(explorer.id)
    shown.look(None)  # the first one loads matplotlib and its fonts
    for _ in range(3):  # a busy machine may spoil one round
        times = []
        for values in list(moves(explorer))[:8]:
            began = time.perf_counter()
            shown.look(values)
            times.append(time.perf_counter() - began)
        if sorted(times)[len(times) // 2] < 0.15:
            return
    assert sorted(times)[len(times) // 2] < 0.15


@every_explorer
def test_its_face_is_the_picture_of_the_start(explorer):
    bundle, metadata = notebook.explore(explorer.id)._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"].endswith(explorer.words(explorer.start))
    assert metadata["image/png"]["alt"] == explorer.words(explorer.start)


@every_explorer
def test_a_move_travels_by_message_and_no_picture_is_a_trait(explorer, monkeypatch):
    said = []
    monkeypatch.setattr(
        "parley.widgets.base.Card.send", lambda self, content, buffers=None: said.append(content)
    )
    card = notebook.explore(explorer.id).widget
    card._handle_custom_msg({"do": "move", "values": {}}, [])
    assert said[-1]["say"] == "picture" and said[-1]["words"] == explorer.words(explorer.start)
    assert said[-1]["png"] not in str(card.get_state())
    card._handle_custom_msg({"do": "move", "values": {explorer.controls[0].name: "no such thing"}}, [])
    assert "no such thing" in said[-1]["problem"] and "png" not in said[-1]


def explorer(**more):
    choice = Choice(name="pick", label="Pick", options={"a": "A", "b": "B"})
    given = {
        "id": "00-x",
        "title": "T",
        "task": "t",
        "controls": (choice,),
        "start": {"pick": "a"},
        "draw": None,
        "words": None,
    }
    return Explorer(**given | more)


def test_values_start_where_nothing_was_moved():
    one = explorer()
    assert one.values({}) == one.values(None) == {"pick": "a"} and one.values({"pick": "B"}) == {"pick": "b"}
    with pytest.raises(AnswerError, match="not an option"):
        one.values({"pick": "c"})


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"controls": (Text(name="pick", label="x"),)}, "a choice or a number"),
        ({"controls": (Number(name="other", label="x"),)}, "one value for each control"),
    ],
)
def test_an_explorer_that_is_declared_wrong(wrong, says):
    with pytest.raises(ValueError, match=says):
        explorer(**wrong)


def test_an_unknown_explorer_is_one_line():
    with pytest.raises(
        lessons.LessonError, match="There is no explorer '01-nothing'; lesson 01 has 01-likely"
    ):
        notebook.explore("01-nothing")
