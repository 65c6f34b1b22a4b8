"""The cards: they relay, they judge nothing, and their state never holds what must not be saved."""

import json
import shutil
import subprocess

import conftest
import ipywidgets
import pytest
from conftest import GOOD, ROOT

from parley import lessons, notebook, quizzes, record
from parley.notebook import form, note, quiz
from parley.widgets import base

RIGHT = {"voice": {"P1S1": "fact", "P1S2": "fact"}}
WRONG = {"voice": {"P1S1": "fact", "P1S2": "japan"}}
SOURCE = 'answer_2 = form("98-2")'


@pytest.fixture
def sent(monkeypatch):
    """What cards say to the front end, in order."""
    said = []
    monkeypatch.setattr(base.Card, "send", lambda self, content, buffers=None: said.append(content))
    return said


def click(widget, message):
    """As the front end sends it."""
    widget._handle_custom_msg(message, [])


def state(widget):
    held = widget.get_state()
    return json.loads(
        json.dumps({k: v for k, v in held.items() if k not in ("layout", "_esm", "_css")}, allow_nan=False)
    )


# --- quiz ---


def test_a_click_earns_the_feedback_and_is_kept(toy, sent):
    widget = quiz("98-1").widget
    click(widget, {"do": "check", "choice": "b"})
    assert sent == [
        {"say": "feedback", "correct": True, "text": "Yes. KEYLESS-B the wick draws oil up to the flame."}
    ]
    assert widget.choice == "b" and record.recall("quiz", "98-1") == "b"
    click(widget, {"do": "check", "choice": "a"})
    click(widget, {"do": "check", "choice": "b"})
    assert [m["correct"] for m in sent] == [True, False, True], "choosing the first again says so again"


def test_a_view_that_is_drawn_again_says_where_the_student_was(toy, sent):
    record.keep("quiz", "98-1", "c")
    widget = quiz("98-1").widget
    assert widget.choice == "c" and sent == []
    click(widget, {"do": "ready"})
    assert sent[0]["text"].startswith("Not this one. KEYLESS-C")
    fresh = quiz("98-2").widget
    click(fresh, {"do": "ready"})
    assert len(sent) == 1


@pytest.mark.parametrize(
    "message",
    [{"do": "check", "choice": c} for c in ("d", "", "ab", "bc", None, 1, ["a"], {"a": 1}, "B")]
    + [
        {},
        {"do": "check"},
        {"do": "msg"},
        {"do": "_dispatch"},
        {"do": "keep", "text": "x"},
        {"do": None},
        {"do": ["check"]},
    ]
    + [[], None, 5, "check"],
    ids=repr,
)
def test_a_message_that_makes_no_sense_does_nothing(toy, sent, message):
    shown = quiz("98-1")
    shown.widget._dispatch(shown.widget, message, [])
    assert sent == [] and shown.widget.choice == "" and record.recall("quiz", "98-1") is None


def test_no_state_holds_a_key_or_a_reason(toy, sent):
    for item in quizzes.load("98_toy").items.values():
        shown = quiz(item.id)
        before = state(shown.widget)
        assert set(before["item"]) == {"id", "stem", "options"}
        for letter in item.letters():
            click(shown.widget, {"do": "check", "choice": letter})
            now = state(shown.widget)
            assert {k for k in now if now[k] != before[k]} == {"choice"} and now["choice"] == letter
            for face in (
                json.dumps(now),
                json.dumps(shown._repr_mimebundle_()),
                repr(shown),
                repr(shown.widget),
            ):
                assert "KEYLESS" not in face and "misconception" not in face and "correct" not in face


# --- note ---


def test_a_note_is_kept_and_comes_back(toy, sent):
    widget = note("98-guess").widget
    click(widget, {"do": "keep", "text": "The wick, I think. 北方"})
    assert sent == [{"say": "kept", "text": "Kept in your record. You will see it again."}]
    assert note("98-guess").widget.text == "The wick, I think. 北方"


def test_a_note_that_cannot_be_kept_says_so(toy, sent, own_record):
    own_record.write_text("broken")
    click(note("98-guess").widget, {"do": "keep", "text": "x"})
    assert "cannot be read" in sent[0]["text"]


@pytest.mark.parametrize("message", [{"do": "keep"}, {"do": "keep", "text": None}, {"do": "keep", "text": 5}])
def test_a_note_without_text_is_not_kept(toy, sent, message):
    record.keep("notes", "98-guess", "mine")
    click(note("98-guess").widget, message)
    assert record.recall("notes", "98-guess") == "mine"


# --- form ---


def test_a_click_in_a_form(toy, sent, shown):
    shown_form = form("98-2")
    click(
        shown_form.widget,
        {"do": "save", "answer": {"voice": {"P1S1": "fact", "P1S2": None}}, "source": SOURCE},
    )
    (edit,) = sent
    assert edit["say"] == "edit" and edit["old"] == SOURCE
    assert edit["new"] == "answer_2 = form(\"98-2\", saved={'voice': {'P1S1': 'fact'}})" == edit["line"]
    assert shown_form.answer == {"voice": {"P1S1": "fact"}}
    click(shown_form.widget, {"do": "stored", "in_file": True})
    assert notebook._pending == {}


def test_check_saves_first_and_then_says_the_verdict(toy, sent, shown):
    shown_form = form("98-2")
    click(shown_form.widget, {"do": "check", "answer": WRONG, "source": SOURCE})
    assert [m["say"] for m in sent] == ["edit", "verdict"]
    assert sent[1]["word"] == "Not yet:" and sent[1]["hint"].startswith("Hint 1 of 3") and not sent[1]["done"]
    click(shown_form.widget, {"do": "hint"})
    assert sent[2]["hint"].startswith("Hint 2 of 3")
    click(shown_form.widget, {"do": "check", "answer": RIGHT, "source": sent[0]["new"]})
    assert sent[-1]["done"] and sent[-1]["notes"] == ["Now you know."]
    assert record.recall("exercises", "98-2") == "passed"


def test_a_value_that_is_refused_is_said_and_changes_nothing(toy, sent, shown):
    shown_form = form("98-1", saved=GOOD)
    click(shown_form.widget, {"do": "check", "answer": GOOD | {"far": "far away"}, "source": ""})
    assert [m["say"] for m in sent] == ["problem"] and "`far`: 'far away' is not a number" in sent[0]["text"]
    assert shown_form.answer == lessons.find("98-1").keep(GOOD)


@pytest.mark.parametrize(
    "message", [{"do": "save"}, {"do": "save", "answer": None}, {"do": "check", "source": 5}], ids=repr
)
def test_a_message_without_an_answer_does_not_wipe_it(toy, sent, shown, message):
    shown_form = form("98-2", saved=RIGHT)
    click(shown_form.widget, message)
    assert shown_form.answer == RIGHT


def test_a_view_that_is_drawn_again_shows_answer_and_verdict(toy, sent, shown):
    shown_form = form("98-2")
    click(shown_form.widget, {"do": "ready"})
    assert [m["say"] for m in sent] == ["state"]
    click(shown_form.widget, {"do": "check", "answer": WRONG, "source": ""})
    sent.clear()
    click(shown_form.widget, {"do": "ready"})
    assert [m["say"] for m in sent] == ["state", "verdict"]
    assert sent[0]["answer"] == WRONG


def test_the_state_of_a_form_holds_no_verdict(toy, sent, shown):
    for exercise in toy.EXERCISES:
        shown_form = form(exercise.id)
        before = state(shown_form.widget)
        for answer in [a for a in exercise.right + exercise.wrong if not callable(a.get("double"))]:
            click(shown_form.widget, {"do": "check", "answer": answer, "source": ""})
            click(shown_form.widget, {"do": "hint"})
        text = json.dumps(state(shown_form.widget))
        assert state(shown_form.widget) == before, "what a student does is no trait"
        for told in (*exercise.hints, "Now you know", "Look at the verbs", "It doubles."):
            assert told not in text


def test_every_kind_reaches_the_front_end(toy, shown):
    kinds = {spec["kind"] for e in toy.EXERCISES for spec in state(form(e.id).widget)["exercise"]["fields"]}
    assert kinds == {"choice", "grid", "order", "number", "text", "rows", "function"}
    drawn = (ROOT / "parley/widgets/fields.js").read_text(encoding="utf-8").rsplit("const DRAW", 1)[1]
    assert all(f"{kind}:" in drawn for kind in kinds)


# --- all cards ---


@pytest.fixture
def cards(toy, shown):
    return [quiz("98-1").widget, note("98-guess").widget, *(form(e.id).widget for e in conftest.EXERCISES)]


def test_a_card_knows_its_id_and_has_a_neutral_repr(cards):
    for card in cards:
        assert card.mid == card.model_id
        assert repr(card) in ("<QuizCard>", "<NoteCard>", "<FormCard>")


def test_a_card_calls_nothing_but_what_it_handles(cards):
    for card in cards:
        assert all(callable(getattr(card, f"on_{name}")) for name in card.handles)
        ours = {name for name in dir(card) if name.startswith("on_")} - set(dir(ipywidgets.DOMWidget))
        assert ours == {f"on_{name}" for name in card.handles}


@pytest.mark.skipif(shutil.which("node") is None, reason="node reads the scripts")
def test_the_scripts_are_whole_modules(cards, tmp_path):
    for card in {type(card): card for card in cards}.values():
        script = tmp_path / f"{type(card).__name__}.mjs"
        script.write_text(card._esm + "\n", encoding="utf-8")
        subprocess.run(["node", "--check", str(script)], check=True)
        assert card._esm.count("export default") == 1


def test_colours_come_from_jupyterlab():
    css = (ROOT / "parley/widgets/card.css").read_text(encoding="utf-8")
    assert "var(--jp-" in css and "outline" in css
    assert "!important" not in css
