"""The reader's own things: the box for the article, a paragraph to read, the record at a glance.

And the promise of the own copy: no 13 words of it in a row get into an output, a widget's state, an answer, a
note or the record. On a made-up article of the same shape (see test_own_copy).
"""

import json

import pytest
from test_own_copy import text, toy  # noqa: F401  (fixtures: a made-up article in place of the real one)

from parley import article, data, lessons, notebook, quizzes, record, shelf
from parley.answers import Text
from parley.data import DataError


@pytest.fixture
def copy(text):  # noqa: F811
    """The reader has a copy; ``copy`` is it."""
    return article.keep_copy(text)


@pytest.fixture
def said(monkeypatch):
    """What the widgets send to the front end."""
    messages = []
    monkeypatch.setattr(
        "parley.widgets.base.Card.send", lambda self, content, buffers=None: messages.append(content)
    )
    return messages


def runs(copy, written):
    """Whether 13 words of the copy in a row stand in something, as JSON."""
    return article.repeats(json.dumps(written, default=str, ensure_ascii=False), copy)


def everything_shown():
    """Every card that a lesson shows, with its id."""
    for stem in data.stems():
        loaded = quizzes.load(stem)
        yield from ((i, notebook.quiz(i)) for i in loaded.items)
        yield from ((i, notebook.note(i)) for i in loaded.notes)
        yield from ((i, notebook.Form(e)) for i, e in lessons.exercises(stem.split("_")[0]).items())
    yield from ((one.id, shelf.paragraph(one.id)) for one in article.paragraphs())
    yield from (("box", shelf.article_box()), ("progress", shelf.progress()), ("record", shelf.record_form()))


def state(shown):
    """All that the widget would save: its traits, but for the program it is drawn with."""
    return {k: v for k, v in shown.widget.get_state().items() if k not in ("_esm", "_css")}


# --- the own copy stays where it is ---


def test_no_face_and_no_widget_state_holds_the_copy(copy, said):
    for name, shown in everything_shown():
        shown.widget._handle_custom_msg({"do": "ready"}, [])
        bundle = {k: v for k, v in shown._repr_mimebundle_()[0].items() if "widget" not in k}
        assert not runs(copy, [bundle, state(shown), repr(shown)]), name
    assert runs(copy, said), "it is shown all the same, by message"


def test_the_faces_are_the_same_with_a_copy_and_without(text, said):  # noqa: F811
    def faces():
        return [
            (n, s._text(), s._html(), {k: v for k, v in state(s).items() if k not in ("mid", "layout")})
            for n, s in everything_shown()
        ]

    before = faces()
    article.keep_copy(text)
    assert faces() == before


def test_an_answer_that_repeats_the_article_is_neither_saved_nor_published(copy, said, monkeypatch):
    thirteen = " ".join(copy.sentences["P2S2"].split()[:13])
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *objects, **more: shown.extend(objects))
    for exercise in (e for stem in data.stems() for e in lessons.exercises(stem.split("_")[0]).values()):
        for field in (f for f in exercise.fields if isinstance(f, Text)):
            form = notebook.Form(exercise)
            outcome = form.save({field.name: thirteen}, f'answer_1 = form("{exercise.id}")')
            assert "word for word" in outcome["problem"] and "new" not in outcome
            assert not runs(copy, [form.answer, outcome, notebook._pending])
            with pytest.raises(notebook.NotYet) as refused:
                notebook.check(exercise.id, {field.name: thirteen})
            assert not runs(copy, [shown[-1]._repr_mimebundle_(), str(refused.value)])


def test_a_note_that_repeats_the_article_is_not_kept(copy, said, own_record):
    thirteen = " ".join(copy.sentences["P4S2"].split()[5:18])
    box = notebook.note("00-guess")
    box.widget._handle_custom_msg({"do": "keep", "text": f"I think: {thirteen}"}, [])
    assert "word for word" in said[-1]["text"] and not own_record.exists()
    assert not runs(copy, state(box))
    box.widget._handle_custom_msg(
        {"do": "keep", "text": "I think that " + " ".join(thirteen.split()[:5])}, []
    )
    assert said[-1]["text"] == notebook.KEPT and not runs(copy, record.load())


def test_a_pasted_text_is_no_trait(text, said):  # noqa: F811
    box = shelf.article_box()
    box.widget._handle_custom_msg({"do": "keep", "text": text}, [])
    assert said[-1]["ok"] and "All 28 sentences are there." in said[-1]["text"]
    copy = article.own_copy()
    assert copy is not None and not runs(copy, state(box)) and not runs(copy, said)


# --- the box ---


@pytest.mark.parametrize(
    ("pasted", "says"),
    [("hello", "No sentence of the article"), ("x" * 70_000, "70,000 characters"), ("", "No sentence")],
)
def test_a_wrong_text_is_refused_and_changes_nothing(copy, said, pasted, says):
    before = (data.my_work() / "article.txt").read_bytes()
    shelf.article_box().widget._handle_custom_msg({"do": "keep", "text": pasted}, [])
    assert not said[-1]["ok"] and says in said[-1]["text"] and said[-1]["text"].startswith("Nothing was kept")
    assert (data.my_work() / "article.txt").read_bytes() == before


def test_by_keyboard(text, capsys):  # noqa: F811
    shelf.article_box().keep(text.replace("p3s4w5", "otherwise"))
    assert "In these the words differ from ours: P3S4." in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_said(text, said, monkeypatch):  # noqa: F811
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(article, "write_whole", refuse)
    shelf.article_box().widget._handle_custom_msg({"do": "keep", "text": text}, [])
    assert "cannot be written (Permission denied)" in said[-1]["text"]


# --- a paragraph ---


def test_a_paragraph_shows_gists_and_by_message_the_sentences(copy, said):
    shown = shelf.paragraph("P2")
    assert all(one.gist in repr(shown) for one in article.paragraphs()[1].sentences)
    shown.widget._handle_custom_msg({"do": "ready"}, [])
    assert said[-1]["texts"] == {i: copy.sentences[i] for i in ("P2S1", "P2S2", "P2S3", "P2S4", "P2S5")}


def test_without_a_copy_there_is_nothing_to_send(text, said):  # noqa: F811
    shelf.paragraph("P2").widget._handle_custom_msg({"do": "ready"}, [])
    assert said[-1]["texts"] == {}


def test_an_unknown_paragraph():
    with pytest.raises(DataError, match="no paragraph 'P9'; there are P1, P2"):
        shelf.paragraph("P9")


# --- the record ---


def test_progress_at_a_glance(said):
    record.keep("quiz", "00-1", "b")
    record.keep("exercises", "00-1", "passed")
    record.keep("exercises", "00-2", "not yet")
    record.keep("notes", "00-guess", "a guess")
    shelf.progress().widget._handle_custom_msg({"do": "ready"}, [])
    row = said[-1]["lessons"][0]
    assert row["questions"] == [1, len(quizzes.load("00_orientation").items)]
    assert row["exercises"] == [1, len(lessons.exercises("00"))] and row["notes"] == 1
    assert [r["title"][:2] for r in said[-1]["lessons"]] == list(lessons.numbers())


def test_download_and_restore_on_another_machine(said, own_record):
    record.keep("quiz", "00-1", "b")
    record.keep("notes", "00-guess", "größer, 北方領土")
    card = shelf.progress().widget
    card._handle_custom_msg({"do": "download"}, [])
    file = said[-1]
    assert file["name"].startswith("parley_record_") and file["name"].endswith(".json")
    own_record.unlink()  # Binder's disk is gone
    record.keep("quiz", "00-2", "a")
    card._handle_custom_msg({"do": "restore", "text": file["content"]}, [])
    assert said[-1]["text"].startswith("Restored: 2 entries.")
    assert record.load()["quiz"] == {"00-1": "b", "00-2": "a"}, "what only the new one has is kept"
    assert record.recall("notes", "00-guess") == "größer, 北方領土"


@pytest.mark.parametrize(
    ("brought", "says"),
    [
        ("{", "cannot be read"),
        ("[]", "is not a Parley record"),
        ('{"version": 9}', "another version of Parley (version 9"),
        ('{"version": 1, "quiz": []}', "is not a Parley record"),
        ('{"somebody": "else"}', "another version of Parley (version None"),
        ("", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_lost(said, brought, says):
    record.keep("quiz", "00-1", "b")
    shelf.progress().widget._handle_custom_msg({"do": "restore", "text": brought}, [])
    assert said[-1]["text"].startswith("Nothing was changed.") and says in said[-1]["text"]
    assert record.load()["quiz"] == {"00-1": "b"}


def test_a_damaged_record_is_said_and_kept(said, own_record):
    own_record.write_text("broken")
    card = shelf.progress().widget
    for wish in ("ready", "download"):
        card._handle_custom_msg({"do": wish}, [])
        assert "cannot be read" in said[-1]["text"]
    card._handle_custom_msg({"do": "restore", "text": json.dumps(record.empty())}, [])
    assert said[-1]["text"].startswith("Nothing was changed.") and own_record.read_text() == "broken"
