"""Fixtures for all tests. No test may touch the record of whoever runs it."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest
from hypothesis import settings

from parley import data, quizzes
from parley.answers import Choice, Function, Grid, Matrix, Number, Order, Rows, Text
from parley.exercises import Exercise, Lesson, complete, not_yet, passed

ROOT = Path(__file__).resolve().parents[1]

settings.register_profile("parley", deadline=None)  # a shared machine may pause for longer than any limit
settings.load_profile("parley")


@pytest.fixture(autouse=True)
def own_record(tmp_path, monkeypatch):
    """A record in a temporary folder, the fixed seed, and no tries that another test left."""
    place = tmp_path / "record.json"
    monkeypatch.setenv("PARLEY_RECORD", str(place))
    monkeypatch.setenv("PARLEY_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("PARLEY_SEED", raising=False)
    notebook = sys.modules.get("parley.notebook")
    for name in ("_pending", "_tries", "_extra_hints", "_verdicts_on_page"):
        if notebook is not None:
            monkeypatch.setattr(notebook, name, {})
    return place


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    """A data folder of the test's own: the shipped tables, and an empty ``quizzes/``."""
    folder = tmp_path / "data"
    (folder / "quizzes").mkdir(parents=True)
    for file in (ROOT / "data").iterdir():
        if file.is_file():
            (folder / file.name).symlink_to(file)
    monkeypatch.setattr(data, "folder", lambda: folder)
    quizzes.load.cache_clear()
    yield folder
    quizzes.load.cache_clear()


TOY_QUIZ = """\
notes:
  - id: 98-guess
    prompt: "Which <lamp> is brighter & why?"
items:
  - id: 98-1
    objective: O98.1
    bloom: Understand
    difficulty: 1
    sentences: [P1S1]
    stem: "Which of these lamps burns with <oil> & a wick?"
    options:
      - {text: "The electric one", correct: false, feedback: "KEYLESS-A its wire glows and nothing burns."}
      - {text: "The hurricane lamp", correct: true, feedback: "KEYLESS-B the wick draws oil up to the flame."}
      - {text: "The torch from a shop", correct: false, feedback: "KEYLESS-C a battery is in it, no oil."}
    misconception: all lamps are alike
  - id: 98-2
    objective: O98.1
    bloom: Apply
    difficulty: 2
    stem: "You have one match and two lamps. What do you light first?"
    options:
      - {text: "The match", correct: true, feedback: "KEYLESS-D without it no lamp burns at all."}
      - {text: "The lamp", correct: false, feedback: "KEYLESS-E with what would you light it, pray?"}
    misconception: lamps light themselves
"""


def double(n):
    """A right answer for 98-3, and its reference."""
    return 2 * n


def _judge_all(answer):
    if answer["pick"] != "oil":
        return not_yet("Think of what burns.")
    if answer["far"] != 7.5:
        return not_yet("That is not the distance on the map.")
    if answer["voice"] != {"P1S1": "fact", "P1S2": "japan", "P2S1": "russia"}:
        return not_yet("Look at the verbs again.")
    if answer["days"] != ["b", "a", "c"] or [row["year"] for row in answer["table"].values()] != [1855, 1956]:
        return not_yet("Something is out of order.")
    return complete("All there, for a reader.", "A note for afterwards.")


def _judge_grid(answer):
    right = sum(answer["voice"][row] == "fact" for row in ("P1S1", "P1S2"))
    return passed("Both.", "Now you know.") if right == 2 else not_yet(f"{right} of 2 match.")


def _judge_double(answer):
    results, seed = answer["double"]["results"], answer["double"]["seed"]
    wanted = [{"value": double(*case)} for case in EXERCISES[2].fields[0].cases(seed)]
    return passed("It doubles.") if results == wanted else not_yet("It does not double every number.")


VOICES = {"fact": "The author: a fact", "russia": "Russia's side", "japan": "Japan's side"}
GOOD = {
    "pick": "oil",
    "voice": {"P1S2": "japan", "P2S1": "russia"},
    "days": ["b", "a", "c"],
    "far": 7.5,
    "why": "because oil burns, and the Kuril lamp says so",
    "table": {
        "first": {"year": 1855, "side": "japan", "note": "Shimoda"},
        "second": {"year": 1956, "side": "russia", "note": ""},
    },
    "links": [{"what": "tea"}, {"what": "ökonomie „leise“ 北方領土"}],
}

EXERCISES = (
    Exercise(
        id="98-1",
        title="Every kind of data",
        task="Fill the lamp.",
        objective="O98.1",
        fields=(
            Choice(name="pick", label="Which lamp?", options={"oil": "An oil lamp", "gas": "A gas lamp"}),
            Grid(
                name="voice",
                label="Who speaks?",
                rows={"P1S1": "It is so.", "P1S2": "They say so.", "P2S1": "We say so."},
                options=VOICES,
                initial={"P1S1": "fact"},
                locked=("P1S1",),
            ),
            Order(name="days", label="Which came first?", items={"a": "Noon", "b": "Dawn", "c": "Dusk"}),
            Number(name="far", label="How far?", unit="km", least=0, most=100),
            Text(name="why", label="Why?", least_words=3, most_words=30),
            Matrix(
                name="table",
                label="Two treaties",
                columns=(
                    Number(name="year", label="Year", whole=True),
                    Choice(name="side", label="Side", options=VOICES),
                    Text(name="note", label="Note", optional=True),
                ),
                rows={"first": "The first", "second": "The second"},
            ),
            Rows(name="links", label="Links", columns=(Text(name="what", label="What"),), least=1, most=3),
        ),
        judge=_judge_all,
        hints=("Where is the wick?", "Read the label.", "Light it and look."),
        right=(GOOD, GOOD | {"why": "another reason that is long enough"}),
        wrong=(GOOD | {"pick": "gas"}, GOOD | {"far": 8}, GOOD | {"why": ""}),
        by_reader=True,
    ),
    Exercise(
        id="98-2",
        title="One grid",
        task="Label <both> rows.",
        objective="O98.1",
        fields=(
            Grid(name="voice", label="Who & what?", rows={"P1S1": "One.", "P1S2": "Two."}, options=VOICES),
        ),
        judge=_judge_grid,
        hints=("Look.", "Look again.", "Look at the verb."),
        right=({"voice": {"P1S1": "fact", "P1S2": "fact"}}, {"P1S1": "the author: A FACT", "P1S2": "fact"}),
        wrong=(
            {"voice": {"P1S1": "fact", "P1S2": "japan"}},
            {"voice": {"P1S1": "russia", "P1S2": "japan"}},
            {"voice": {"P1S1": "fact"}},
        ),
    ),
    Exercise(
        id="98-3",
        title="A function",
        task="Write double(n).",
        objective="O98.1",
        fields=(
            Function(
                name="double",
                label="Your function",
                signature="double(n)",
                doc="Twice n.",
                draw=lambda rng: [(rng.randint(-99, 99),) for _ in range(5)],
            ),
        ),
        judge=_judge_double,
        hints=("Add.", "Add it to itself.", "n + n"),
        right=({"double": double}, {"double": "def double(n):\n    return n + n\n"}),
        wrong=(
            {"double": abs},
            {"double": "def double(n): return n"},
            {"double": "def double(n): return 1 / 0"},
        ),
        core=False,
    ),
)

TOY_LESSON = Lesson(
    stem="98_toy",
    title="Toys & lamps",
    moment="A lamp.",
    core=10,
    stretch=5,
    needs="a match.",
    objectives={"O98.1": "Light a lamp."},
)


@pytest.fixture
def toy(data_folder, monkeypatch):
    """A lesson with all seven kinds of field, found by its stem like any other. Gives its module."""
    (data_folder / "quizzes" / "98_toy.yaml").write_text(TOY_QUIZ, encoding="utf-8")
    module = types.ModuleType("parley.lessons.toy")
    module.LESSON, module.EXERCISES, module.GOOD = TOY_LESSON, EXERCISES, GOOD
    monkeypatch.setitem(sys.modules, "parley.lessons.toy", module)
    return module


class FakeShell:
    """As much of IPython and its kernel as `parley.notebook` asks for."""

    def __init__(self, parent):
        self.kernel = types.SimpleNamespace(get_parent=lambda: parent)
        self.inputs = []

    def set_next_input(self, text, replace=False):
        self.inputs.append((text, replace))


@pytest.fixture
def shell(monkeypatch):
    """``shell(allow_stdin=True, code="...")`` pretends that a cell is run; gives the fake shell."""

    def pretend(parent=None, *, allow_stdin=None, code="", msg_type="execute_request"):
        if parent is None:
            content = {"code": code} if allow_stdin is None else {"code": code, "allow_stdin": allow_stdin}
            parent = {"header": {"msg_type": msg_type}, "content": content}
        fake = FakeShell(parent)
        monkeypatch.setattr("IPython.get_ipython", lambda: fake)
        return fake

    return pretend


@pytest.fixture
def shown(monkeypatch):
    """Everything that is displayed, in order; an update of a display is a pair ``("update", thing)``."""
    things = []

    def display(thing, display_id=None):
        things.append(thing)
        return (
            types.SimpleNamespace(update=lambda new: things.append(("update", new))) if display_id else None
        )

    monkeypatch.setattr("IPython.display.display", display)
    return things
