"""Lesson 01, context: the chain of meetings, two agendas, the evidence ladder, and forecasts under seal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from parley import article, data
from parley.analysis import forecasting
from parley.analysis.coding import NAMES, agreement, kappa, mismatches, shipped_key, task_rows, voice_balance
from parley.answers import Choice, Grid, Matrix, Number, Order, Receipt, Text
from parley.exercises import Exercise, Lesson, Verdict, complete, not_yet, passed
from parley.explorers import Explorer
from parley.plotting import INK, MOSCOW, QUIET, SIDES, TOKYO, VOICES, headline, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LESSON = Lesson(
    stem="01_context",
    title="Context: a visit that prepares a visit",
    moment="You seal twelve forecasts, and cannot quietly change your mind.",
    core=75,
    stretch=30,
    needs="lesson 00, and the article.",
    objectives={
        "O01.1": "Place the Tokyo meeting in its chain, and say what each step left open.",
        "O01.2": "Contrast what each capital wanted, abroad and at home.",
        "O01.3": "Put a number and a word on a forecast, and show that it was not changed.",
        "O01.4": "Judge a diplomat's adjective by the rung of evidence it stands on.",
    },
)


# Read at import: a judge opens no file, so nothing that runs later can change its mind.
_KEY = shipped_key()
_CHAIN = data.read("chain")
_AGENDAS = data.read("agendas")
_ADJECTIVES = {row["word"]: row for row in data.read("adjectives")}
_QUESTIONS = {row["id"]: row["question"] for row in data.read("forecast_questions")}
_CODERS = data.read("coders")
_TOPICS = {one.id: set(one.topics) for one in article.sentences()}


def key() -> dict[str, str]:
    """The module's label for each of the 28 sentences."""
    return dict(_KEY.labels)


# --- the chain ---


def chain() -> data.Table:
    """The seven links, oldest first, with what each settled and left open."""
    return data.read("chain")


def chain_table() -> data.Table:
    """The links as a table to read: what each settled and left open."""
    table = chain()
    for row in table:
        row["when"] = _when(row) + (" (expected)" if row["status"] == "EXPECTED" else "")
    fields = [
        {"name": n, "title": t}
        for n, t in [
            ("when", "When"),
            ("label", "Step"),
            ("settled", "Settled"),
            ("left_open", "Left open"),
            ("expected", "Expected"),
        ]
    ]
    rows = [{field["name"]: row[field["name"]] for field in fields} for row in table]
    return data.Table(rows, table.name, table.title, table.note, fields)


_SHOWN_FIRST = ("c4", "c1", "c7", "c3", "c6", "c2", "c5")


def judge_chain(answer: Mapping[str, Any]) -> Verdict:
    place = {row["id"]: row["order"] for row in _CHAIN}
    given = [place[i] for i in answer["order"]]
    pairs = sum(a < b for a, b in zip(given, given[1:]))
    if given != sorted(given):
        return not_yet(
            f"{pairs} of {len(given) - 1} neighbours stand the right way round. Look for a step that is older than the one above it."
        )
    notes = [
        f"{_when(row)}: {row['label']}. Left open: {row['left_open'] or row['expected']}" for row in chain()
    ]
    return complete(
        "The seven stand in order, and you say what one step left open. Below is what we would say for each.",
        *notes,
    )


def _when(row: Mapping[str, Any]) -> str:
    months = "January February March April May June July August September October November December".split()
    month = f"{months[row['date'].month - 1]} {row['date'].year}"
    return f"{row['date'].day} {month}" if row["precision"] == "day" else month


# --- two agendas ---

ISSUE_TOPICS = {
    "treaty": {"peace treaty", "territory"},
    "economy": {"economy"},
    "missile_defence": {"missile defence"},
    "korea": {"Korea"},
    "people": {"graves"},
}
WEIGHTS = {"0": "0 not there", "1": "1 mentioned", "2": "2 wanted", "3": "3 wanted most"}
SENTENCE_IDS = tuple(
    f"P{paragraph}S{n}" for paragraph, count in enumerate((2, 5, 6, 8, 5, 2), 1) for n in range(1, count + 1)
)


def issues() -> dict[str, str]:
    """The five issues and their names, in the order of the table."""
    return {row["issue"]: row["label"] for row in _AGENDAS}


def ranges() -> dict[tuple[str, str], tuple[int, int]]:
    """``{(issue, side): (low, high)}``: the weights a careful reader may defend (a module assumption)."""
    return {(row["issue"], row["side"]): (row["low"], row["high"]) for row in _AGENDAS}


def judge_agendas(answer: Mapping[str, Any]) -> Verdict:
    names = issues()
    slips = [
        slip
        for issue, row in answer["agendas"].items()
        if (slip := _agenda_slip(issue, names[issue], row)) is not None
    ]
    if slips:
        return not_yet(f"{len(names) - len(slips)} of {len(names)} rows hold. {slips[0]}")
    return complete(
        "Each row has weights that the article bears out, and a sentence for them. The home audience in Moscow is for a reader.",
        "The article names a domestic audience for Tokyo and none for Moscow. That is a gap in the text, not in Russia: "
        "Putin was re-elected on 18 March; there are also a military, a region and a parliament.",
        "A weight is not a fact. It is what one article lets you defend, and another article would let you defend another.",
    )


def _agenda_slip(issue: str, name: str, row: Mapping[str, Any]) -> str | None:
    """What is wrong with one row, or ``None``."""
    weights = {side: int(row[side]) for side in ("japan", "russia")}
    identifier = row["sentence"]
    if not ISSUE_TOPICS[issue] & _TOPICS[identifier]:
        return f"“{name}”: {identifier} does not speak of it."
    higher = max(weights, key=weights.__getitem__) if weights["japan"] != weights["russia"] else None
    other = {"japan": "russia", "russia": "japan"}.get(higher or "")
    if other and _KEY.labels[identifier] == other:
        return f"“{name}”: {identifier} is the voice of the other side. It cannot carry the larger weight."
    for side, weight in weights.items():
        low, high = ranges()[issue, side]
        if not low <= weight <= high:
            who = side.capitalize()
            return (
                f"“{name}”: is that all the article says of {who}?"
                if weight < low
                else f"“{name}”: which sentence says that much of {who}?"
            )
    return None


def weights(answer: Any) -> dict[str, dict[str, int]]:
    """``{issue: {"japan": weight, "russia": weight}}`` of an answer to 01-2; open cells count 0."""
    given = getattr(answer, "answer", answer) or {}
    rows = given.get("agendas") or {}
    sides = ("japan", "russia")
    return {issue: {side: int(rows.get(issue, {}).get(side) or 0) for side in sides} for issue in issues()}


# --- the evidence ladder ---

ADJECTIVES = {
    "business-like": "“business-like” (P2S5)",
    "constructive": "“constructive” (P2S5)",
    "satisfied": "“satisfied” (P6S1)",
}
_GISTS = {
    one.id: f"{one.id} · {textwrap.shorten(one.gist, 48, placeholder=' …')}" for one in article.sentences()
}
SUPPORT = {"none": "none: the adjective stands alone", **_GISTS}


def judge_ladder(answer: Mapping[str, Any]) -> Verdict:
    for word, row in answer["ladder"].items():
        known = _ADJECTIVES[word]
        fits = {known["support"] or "none", *known["also_accepted"]}
        if row["support"] not in fits:
            return not_yet(_support_slip(word, row["support"]))
    notes = [f"“{word}”: {row['why']} A test: {row['record']}" for word, row in _ADJECTIVES.items()]
    return complete(
        "The support holds for all three. Whether each record would be a test is for a reader: use the list below.",
        "A record that tests a word names who made it, and what kind it is or of which day.",
        "It could come out against the word. It was not copied from the article, nor written by somebody who was not there.",
        *notes,
    )


def _support_slip(word: str, given: str) -> str:
    if given == "none":
        return f"“{word}”: something near it was done, on a day, and could be checked."
    if "S" in given and given == dict(zip(ADJECTIVES, ("P2S5", "P2S5", "P6S1")))[word]:
        return f"“{word}”: an adjective cannot stand on itself."
    return f"“{word}”: does {given} name something that was done or agreed? If not, it is no support."


def ladder() -> data.Table:
    """The four rungs, lowest first."""
    return data.read("evidence_rungs").select("rung", "name", "definition", "example")


# --- the lock ---


def questions() -> dict[str, str]:
    """The twelve questions by id."""
    return dict(_QUESTIONS)


def base_rates() -> data.Table:
    """What was known on 22 March 2018 that each forecast can start from, and how the question will be decided."""
    return data.read("forecast_questions").select("id", "question", "criterion", "base_rate")


def judge_lock(answer: Mapping[str, Any]) -> Verdict:
    given = answer["forecasts"]
    for identifier, forecast in given.items():
        if not forecasting.coherent(forecast["probability"], forecast["word"]):
            low, high = forecasting.band(forecast["word"])
            return not_yet(
                f"{identifier}: “{forecast['word']}” stands for {low} to {high} per cent, and your number is {forecast['probability']:g}."
            )
    if len({forecast["probability"] for forecast in given.values()}) == 1:
        return not_yet(
            "Twelve times the same number says that you see no difference between the twelve. Do you?"
        )
    moved = forecasting.changed(given, answer["receipt"])
    if moved:
        return not_yet(
            f"Changed since you sealed at {answer['receipt']['sealed']}: {', '.join(moved)}. Put it back, or seal again."
        )
    bold = sum(not 20 <= forecast["probability"] <= 80 for forecast in given.values())
    return complete(
        f"Twelve forecasts, sealed at {answer['receipt']['sealed']}. Nobody can say yet how good they are.",
        f"Copy this line and give it to a friend: my 12 forecasts, sealed {answer['receipt']['sealed']}, "
        f"mark {forecasting.one_mark(answer['receipt'])}. Without a witness a seal proves little.",
        f"On {bold} of the twelve you went beyond 20 or 80 per cent. That is where a forecaster wins or loses most.",
        "The receipt shows a change; it does not prevent one. An earlier copy of this file would show that you sealed anew.",
        "At the end of lesson 05 you forecast once more. Lesson 06 opens both envelopes.",
    )


# --- coding (stretch) ---

EIGHT = ("P1S2", "P2S4", "P4S1", "P4S3", "P4S5", "P5S1", "P5S2", "P6S2")


def judge_eight(answer: Mapping[str, Any]) -> Verdict:
    key, others, _ = _KEY
    right, total = agreement(answer["voice"], {i: key[i] for i in EIGHT}, others)
    wrong = mismatches(answer["voice"], {i: key[i] for i in EIGHT}, others)
    if len(wrong) > 1:
        places = ", ".join(sorted({i[:2] for i in wrong}))
        return not_yet(
            f"You and the key agree on {right} of {total}. Look again in {places}: which word would you show to somebody who doubts you?"
        )
    same = agreement(answer["voice"], {i: key[i] for i in EIGHT})[0]
    notes = [f"{i}: {_KEY.reasons[i]}" for i in EIGHT]
    return passed(
        f"You agree on {right} of {total}, the second reading of a sentence counted. By the first label alone it is {same}: these are the contested ones.",
        *notes,
    )


def judge_all(answer: Mapping[str, Any]) -> Verdict:
    key, others, _ = _KEY
    coding = answer["voice"]
    right, total = agreement(coding, key, others)
    value = kappa(coding, key)
    if value < 0.7:
        worst = Counter(i[:2] for i in mismatches(coding, key, others)).most_common(1)
        where = f" Most of what differs is in {worst[0][0]}." if worst else ""
        return not_yet(
            f"You and the key agree on {right} of {total}; beyond luck that is a kappa of {value:.2f}. {_reading(value)}{where}"
        )
    return passed(
        f"You and the key agree on {right} of {total}, kappa {value:.2f}. {_reading(value)}",
        *map(_versus(coding), COMPANY),
    )


def _reading(value: float) -> str:
    if value < 0.4:
        return "Below 0.4: read the codebook again before you read the text again."
    return "Between 0.4 and 0.7: talk about the labels that differ." if value < 0.7 else "Above 0.7: sound."


COMPANY = ("the trusting reader", "the hearer", "the careful reader")


def coder(name: str) -> dict[str, str]:
    """The 28 labels of one of the three invented readers (a module assumption)."""
    return {row["sentence"]: row["label"] for row in _CODERS if row["coder"] == name}


def _versus(coding: Mapping[str, str]):
    return lambda name: f"Beside {name}: kappa {kappa(coding, coder(name)):.2f}."


def compare(coding: Mapping[str, str], other: Mapping[str, str] | str, name_them: bool = True) -> None:
    """Print how far two codings agree: a count, and from 12 sentences on kappa as well.

    ``other`` is a coding, or the name of one of the three readers in `COMPANY`. Only sentences that both have
    labelled are compared. ``name_them=False`` leaves out which sentences differ.
    """
    theirs = coder(other) if isinstance(other, str) else other
    shared = [i for i in coding if coding[i] and theirs.get(i)]
    if not shared:
        print("The two codings share no labelled sentence.")
        return
    mine, theirs = {i: coding[i] for i in shared}, {i: theirs[i] for i in shared}
    differ = [i for i in shared if mine[i] != theirs[i]]
    line = f"{len(shared) - len(differ)} of {len(shared)} labels match."
    if len(shared) >= 12:
        line += f" Kappa {kappa(mine, theirs):.2f}. {_reading(kappa(mine, theirs))}"
    print(textwrap.fill(line + (f" They differ on {', '.join(differ)}." if differ and name_them else ""), 78))


# --- the exercises ---

CHAIN = Exercise(
    id="01-1",
    title="The chain",
    task="Put the seven steps in order, the oldest on top. Then pick one and say what it left open.",
    objective="O01.1",
    minutes=6,
    button="Check my chain",
    by_reader=True,
    fields=(
        Order(
            name="order",
            label="Seven steps to a summit",
            items={i: next(row["label"] for row in _CHAIN if row["id"] == i) for i in _SHOWN_FIRST},
            first="oldest",
            last="newest",
        ),
        Text(
            name="left_open",
            label="One step, and what it left open",
            help="Name the step first.",
            least_words=8,
            most_words=50,
        ),
    ),
    judge=judge_chain,
    hints=(
        "Start with the oldest thing that the article mentions (P3S3), and end with what it still expects.",
        "Which step needs another to be finished first? You survey before you choose.",
        "Two steps fall into the same autumn. Which of them answers nobody, and which is answered from Moscow nine days later?",
    ),
    right=(
        {
            "order": ["c1", "c2", "c3", "c4", "c5", "c6", "c7"],
            "left_open": "Vladivostok named five projects but not whose law they would run under.",
        },
        {
            "order": ["c1", "c2", "c3", "c4", "c5", "c6", "c7"],
            "left_open": "Aegis Ashore: the cabinet decided to buy it, but not where the two units would stand.",
        },
    ),
    wrong=(
        {
            "order": ["c2", "c1", "c3", "c4", "c5", "c6", "c7"],
            "left_open": "Vladivostok named five projects but not whose law they would run under.",
        },
        {
            "order": ["c1", "c2", "c3", "c5", "c4", "c7", "c6"],
            "left_open": "Vladivostok named five projects but not whose law they would run under.",
        },
        {"order": ["c1", "c2", "c3", "c4", "c5", "c6", "c7"], "left_open": "The law."},
        {
            "order": ["c1", "c2", "c3", "c4", "c5", "c6"],
            "left_open": "Vladivostok named five projects but not whose law they would run under.",
        },
    ),
)

_GOOD_AGENDAS = {
    "treaty": {"japan": "3", "russia": "1", "sentence": "P2S2"},
    "economy": {"japan": "1", "russia": "3", "sentence": "P2S3"},
    "missile_defence": {"japan": "1", "russia": "2", "sentence": "P4S6"},
    "korea": {"japan": "1", "russia": "1", "sentence": "P5S4"},
    "people": {"japan": "2", "russia": "1", "sentence": "P3S5"},
}
_HOME = "The military and voters who want no island given away; I would look for polls and for what deputies said."


def _but(rows: Mapping[str, Mapping[str, Any]], row: str, **change: Any) -> dict[str, dict[str, Any]]:
    """A matrix with one row changed."""
    return {key: {**cells, **(change if key == row else {})} for key, cells in rows.items()}


def _agendas(issue: str = "", **change: str) -> dict[str, Any]:
    return {"agendas": _but(_GOOD_AGENDAS, issue, **change), "home": _HOME}


AGENDAS = Exercise(
    id="01-2",
    title="Two agendas",
    task="What does each side want, as far as this article lets you say? Give each issue two weights and one sentence.",
    objective="O01.2",
    minutes=10,
    stars=2,
    button="Check my agendas",
    by_reader=True,
    fields=(
        Matrix(
            name="agendas",
            label="Five issues, two sides",
            help="The sentence is the one you would show for the larger weight.",
            columns=(
                Choice(name="japan", label="Japan", options=WEIGHTS),
                Choice(name="russia", label="Russia", options=WEIGHTS),
                Choice(name="sentence", label="Sentence", options=_GISTS),
            ),
            rows=issues(),
        ),
        Text(
            name="home",
            label="The home audience in Moscow, whom the article does not name",
            help="Who might have to be won over there, and where would you look?",
            least_words=8,
            most_words=60,
        ),
    ),
    judge=judge_agendas,
    hints=(
        "Begin with P2. It names what each side puts first.",
        "A side that answers a complaint has not put the subject on the agenda.",
        "For the sentence ask: does it speak of this issue, and whose voice is it?",
    ),
    right=(
        _agendas(),
        _agendas("missile_defence", russia="3", sentence="P4S2"),
    ),
    wrong=(
        _agendas("treaty", japan="1", russia="3"),
        _agendas("economy", sentence="P4S2"),
        _agendas("treaty", sentence="P4S6"),
        _agendas("economy", japan="3", russia="1"),
        _agendas() | {"home": "Voters."},
    ),
)

_GOOD_LADDER = {
    "business-like": {"support": "none", "record": "the readout of Japan's foreign ministry of 21 March"},
    "constructive": {"support": "none", "record": "a list of results in the Japanese government's account"},
    "satisfied": {"support": "P6S2", "record": "the signed plan, from either ministry"},
}


def _ladder(word: str = "", **change: str) -> dict[str, Any]:
    return {"ladder": _but(_GOOD_LADDER, word, **change)}


LADDER = Exercise(
    id="01-3",
    title="Three adjectives",
    task="For each adjective: the best support in the text, and one record that would put it to the test.",
    objective="O01.4",
    minutes=8,
    stars=2,
    button="Check my three adjectives",
    by_reader=True,
    fields=(
        Matrix(
            name="ladder",
            label="What does it stand on?",
            columns=(
                Choice(name="support", label="Best support", options=SUPPORT),
                Text(name="record", label="A record that would test it", least_words=4, most_words=40),
            ),
            rows=ADJECTIVES,
        ),
    ),
    judge=judge_ladder,
    hints=(
        "Is an adjective evidence for itself?",
        "Which words near it name something that was done, on a day?",
        "For the record, think of a paper by somebody who did not write the article, and of what it would have to say for the word to be wrong.",
    ),
    right=(
        _ladder(),
        _ladder(
            "constructive", support="P6S2", record="TASS and Kyodo reports of the joint press conference"
        ),
    ),
    wrong=(
        _ladder("business-like", support="P2S5"),
        _ladder("satisfied", support="P4S7"),
        _ladder("business-like", support="P4S1"),
        _ladder("constructive", record="more"),
        _ladder("constructive", support="P2S5"),
    ),
)

_WORDS = {word: word for word in forecasting.WORDS}
_SAMPLE = dict(zip(questions(), (60, 15, 55, 80, 15, 60, 50, 5, 90, 40, 70, 10)))
_SEALED = datetime(2018, 3, 22, 9, 30, tzinfo=UTC)


def _sample(**change: Any) -> dict[str, dict[str, Any]]:
    rows = {i: {"probability": p, "word": forecasting.word_for(p)} for i, p in _SAMPLE.items()}
    return _but(rows, "F02", **change)


def _sealed(rows: Mapping[str, Any], later: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"forecasts": later or rows, "receipt": forecasting.seal(rows, _SEALED)}


LOCK = Exercise(
    id="01-4",
    title="Twelve forecasts under seal",
    task="Give each question a number from 1 to 99 and the word that goes with it. Then seal the twelve.",
    objective="O01.3",
    minutes=14,
    stars=2,
    button="Check my forecasts",
    by_reader=True,
    fields=(
        Matrix(
            name="forecasts",
            label="Twelve questions",
            help="You are on 22 March 2018. Begin with the base rate, then move.",
            columns=(
                Number(name="probability", label="Chance", unit="%", least=1, most=99),
                Choice(name="word", label="In a word", options=_WORDS),
            ),
            rows={i: f"{i}. {question}" for i, question in questions().items()},
        ),
        Receipt(
            name="receipt",
            label="The receipt",
            help="Sealing reads the clock. A forecast that you change afterwards no longer fits its mark.",
            of="forecasts",
            seal=forecasting.seal,
            button="Seal my twelve forecasts",
        ),
    ),
    judge=judge_lock,
    hints=(
        "How often has a thing like this happened before? Start from there.",
        "Each word stands for a range. Choose the number first, then read the word off.",
        "If the check says that something changed, compare the row with the number you meant, then seal again.",
    ),
    right=(_sealed(_sample()), _sealed(_sample(probability=30, word="unlikely"))),
    wrong=(
        _sealed(_sample(word="unlikely")),
        _sealed(_sample(), _sample(probability=75)),
        _sealed(dict.fromkeys(_SAMPLE, {"probability": 50, "word": "roughly even chance"})),
        {"forecasts": _sample()},
    ),
)

_KEY_EIGHT = {i: _KEY.labels[i] for i in EIGHT}
_ALL_FACT = dict.fromkeys(SENTENCE_IDS, "fact")

CODE_EIGHT = Exercise(
    id="01-5",
    title="Eight contested sentences",
    task="Label the eight on which careful readers differ. Agreement is what counts, and knowing where it ends.",
    objective="O01.2",
    minutes=10,
    core=False,
    button="Check my eight labels",
    fields=(Grid(name="voice", label="Who speaks?", rows=task_rows(*EIGHT), options=NAMES),),
    judge=judge_eight,
    hints=(
        "Is there a speaker in the sentence, or only a country?",
        "Where two readings are defensible, either is taken.",
        "Ask which single word you would point at.",
    ),
    right=(
        {"voice": _KEY_EIGHT},
        {"voice": {i: (_KEY.accepted[i] or [_KEY.labels[i]])[0] for i in EIGHT}},
    ),
    wrong=(
        {"voice": dict.fromkeys(EIGHT, "japan")},
        {"voice": _KEY_EIGHT | {"P1S2": "russia", "P5S2": "fact"}},
        {"voice": _KEY_EIGHT | {"P4S3": "japan", "P4S5": "both"}},
        {"voice": {"P1S2": "fact"}},
    ),
)

CODE_ALL = Exercise(
    id="01-6",
    title="All twenty-eight",
    task="For the eager: label the whole article. From twelve sentences on, agreement is also given as kappa.",
    objective="O01.2",
    minutes=20,
    core=False,
    button="Check my 28 labels",
    fields=(Grid(name="voice", label="Who speaks?", rows=task_rows(*SENTENCE_IDS), options=NAMES),),
    judge=judge_all,
    hints=(
        "Do the sentences with a reporting verb first.",
        "What is left is the author's. Sort it by asking: could I look this up?",
        "Naming a state is not quoting it. Go once more through P2 with that rule alone.",
    ),
    right=({"voice": key()}, {"voice": coder("the careful reader")}),
    wrong=(
        {"voice": _ALL_FACT},
        {"voice": coder("the trusting reader")},
        {"voice": dict(zip(key(), [*list(key().values())[1:], "fact"]))},
        {"voice": dict(list(key().items())[:27])},
    ),
)

EXERCISES = (CHAIN, AGENDAS, LADDER, LOCK, CODE_EIGHT, CODE_ALL)


# --- the figures ---


def months_between(first: date, last: date) -> int:
    """Whole calendar months from one day to another."""
    return (last.year - first.year) * 12 + last.month - first.month


def chain_finding(rows: list[Mapping[str, Any]]) -> str:
    done = [row for row in rows if row["status"] != "EXPECTED"]
    months = months_between(done[0]["date"], done[-1]["date"])
    return f"{len(done)} steps in {months} months, and each one leaves something open"


def draw_chain(rows: list[Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """The links on a line of time, labels above and below in turn; what is only expected is hollow and dashed."""
    ax = ax or new_axes(height=4.0)
    start = rows[0]["date"]
    x = [(row["date"] - start).days / 30.44 for row in rows]
    expected = [row["status"] == "EXPECTED" for row in rows]
    ax.plot([x[0], max(v for v, e in zip(x, expected) if not e)], [0, 0], color=QUIET, linewidth=2, zorder=1)
    for n, (row, at, is_expected) in enumerate(zip(rows, x, expected)):
        up = n % 2 == 0
        height = 0.55 if up else -0.55
        style = {"color": QUIET, "linewidth": 1, "linestyle": "--" if is_expected else "-"}
        ax.plot([at, at], [0, height * 0.92], zorder=1, **style)
        ax.scatter(
            [at], [0], s=90, zorder=2, edgecolor=INK, linewidth=1.6, facecolor="white" if is_expected else INK
        )
        words = f"{_when_short(row)}\n{textwrap.fill(row['label'], 15)}"
        ax.text(at, height, words, ha="center", va="bottom" if up else "top", fontsize=11.5, linespacing=1.15)
    ax.set(xlim=(x[0] - 1.6, x[-1] + 1.7), ylim=(-1.5, 1.5), yticks=[], xticks=[])
    ax.spines[["left", "bottom"]].set_visible(False)
    headline(
        ax,
        chain_finding(rows),
        "Japan's foreign ministry, Jiji, Kyodo, TASS and others, data/chain.csv; hollow: only expected",
    )
    return ax


def _when_short(row: Mapping[str, Any]) -> str:
    month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[row["date"].month - 1]
    return (
        f"{row['date'].day} {month} {row['date'].year}"
        if row["precision"] == "day"
        else f"late {month} {row['date'].year}"
    )


def chain_alt(rows: list[Mapping[str, Any]]) -> str:
    steps = "; ".join(f"{_when_short(row)}, {row['label']}" for row in rows)
    return f"A line of time with {len(rows)} steps. {steps}. The last is hollow, since it is only expected."


def draw_agendas(table: Mapping[str, Mapping[str, int]], ax: Axes | None = None) -> Axes:
    """Weights of two sides for each issue, Japan to the left and Russia to the right of one middle line."""
    ax = ax or new_axes(height=3.9)
    names = issues()
    for n, (issue, sides) in enumerate(table.items()):
        for side, sign in (("japan", -1), ("russia", 1)):
            look = SIDES[side]
            weight = sides[side]
            ax.barh(
                n,
                sign * weight,
                height=0.56,
                left=sign * 0.06,
                color=look["color"],
                edgecolor=look["ink"],
                hatch=look["hatch"],
                linewidth=0,
            )
            ax.text(sign * (weight + 0.2), n, str(weight), ha="center", va="center", fontsize=12, color=INK)
        ax.text(-3.6, n, textwrap.fill(names[issue], 22), ha="right", va="center", fontsize=12)
    ax.axvline(0, color=INK, linewidth=1)
    ax.text(-1.7, -0.75, "Japan", ha="center", fontsize=13, fontweight="bold")
    ax.text(1.7, -0.75, "Russia", ha="center", fontsize=13, fontweight="bold")
    ax.set(xlim=(-6.2, 3.6), ylim=(len(table) - 0.4, -1.1), yticks=[], xticks=[])
    ax.spines[:].set_visible(False)
    ax.set_xlabel("Weight, 0 not there to 3 wanted most")
    headline(ax, agendas_finding(table), "the article, as these weights read it (a module assumption)")
    return ax


def agendas_finding(table: Mapping[str, Mapping[str, int]]) -> str:
    """What each side's first wish weighs for the other, as a sentence."""
    if not any(weight for sides in table.values() for weight in sides.values()):
        return "Five issues, two sides, and no weights yet"
    names = {issue: name[0].lower() + name[1:] for issue, name in issues().items()}
    first = {side: max(table, key=lambda issue: table[issue][side]) for side in ("japan", "russia")}
    if first["japan"] == first["russia"]:
        return f"Both sides want the same thing most: {names[first['japan']]}"
    for_russia, for_japan = table[first["japan"]]["russia"], table[first["russia"]]["japan"]
    return f"Japan's first wish weighs {for_russia} for Russia; Russia's weighs {for_japan} for Japan"


def agendas_alt(table: Mapping[str, Mapping[str, int]]) -> str:
    rows = "; ".join(
        f"{issues()[issue]}: Japan {sides['japan']}, Russia {sides['russia']}"
        for issue, sides in table.items()
    )
    return (
        f"Bars for five issues, Japan's weights to the left and Russia's to the right, from 0 to 3. {rows}."
    )


def draw_ladder(rows: list[Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """Four rungs as steps that rise to the right, each with its name and what it means."""
    from matplotlib.patches import Rectangle

    ax = ax or new_axes(height=4.3)
    for row in rows:
        n = row["rung"]
        ax.add_patch(Rectangle((n - 0.97, 0), 0.94, n, facecolor="#e8e8e8", edgecolor=QUIET, linewidth=1.2))
        ax.text(
            n - 0.5,
            n - 0.14,
            f"{n}  {row['name']}",
            ha="center",
            va="top",
            fontsize=12,
            fontweight="bold",
            color=INK,
        )
        ax.text(
            n - 0.5,
            n + 0.08,
            textwrap.fill(row["definition"], 26),
            ha="center",
            va="bottom",
            fontsize=11,
            color=INK,
        )
    ax.set(xlim=(0, 4), ylim=(0, 5.3), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    headline(
        ax,
        "An adjective is the lowest rung: it tells you about the writer",
        "this module's ladder, data/evidence_rungs.csv (a module assumption)",
    )
    return ax


def ladder_alt(rows: list[Mapping[str, Any]]) -> str:
    steps = " ".join(f"{row['name'].capitalize()}: {row['definition']}" for row in rows)
    return f"Four rungs that rise to the right. {steps}"


PLACES = {  # where the leaders met, and whether for its own sake: name, marker, face
    ("Russia", True): ("a visit to Russia", "o", MOSCOW),
    ("Japan", True): ("a visit to Japan", "s", TOKYO),
    ("Russia", False): ("in Russia, beside a larger event", "o", "#ffffff"),
    ("third", False): ("elsewhere, beside a larger event", "^", "#ffffff"),
}


def _place(row: Mapping[str, Any]) -> tuple[str, bool]:
    return row["country_of_place"], "visit" in row["occasion"]


def draw_meetings(rows: list[Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """Meetings of the two leaders, a mark each, stacked by year; shape and fill say where and what for."""
    ax = ax or new_axes(height=4.0)
    height: Counter = Counter()
    for row in rows:
        year = row["date"].year
        height[year] += 1
        _, marker, face = PLACES[_place(row)]
        ax.scatter(year, height[year], s=150, marker=marker, facecolor=face, edgecolor=INK, linewidth=1.4)
    for place, (name, marker, face) in PLACES.items():
        count = sum(_place(row) == place for row in rows)
        ax.scatter(
            [],
            [],
            s=110,
            marker=marker,
            facecolor=face,
            edgecolor=INK,
            linewidth=1.4,
            label=f"{name}: {count}",
        )
    years = range(min(height), max(height) + 1)
    ax.set(
        xlim=(min(years) - 0.6, max(years) + 0.6),
        ylim=(0.3, max(height.values()) + 0.8),
        xlabel="Year",
        ylabel="Meetings",
    )
    ax.set_xticks(list(years), [str(y) if y % 2 == 0 else "" for y in years])
    ax.set_yticks(range(1, max(height.values()) + 1))
    ax.legend(loc="upper left", bbox_to_anchor=(0.13, 1.0), frameon=False, fontsize=12, handletextpad=0.3)
    headline(
        ax,
        meetings_finding(rows),
        "Japan's foreign ministry, the Kremlin and news agencies, data/meetings.csv",
    )
    return ax


def meetings_finding(rows: list[Mapping[str, Any]]) -> str:
    visits = Counter(place for place, visit in map(_place, rows) if visit)
    return f"Only {sum(visits.values())} of {len(rows)} meetings were visits: {visits['Russia']} to Russia, {visits['Japan']} to Japan"


def meetings_alt(rows: list[Mapping[str, Any]]) -> str:
    by_year = Counter(row["date"].year for row in rows)
    years = ", ".join(f"{year}: {count}" for year, count in sorted(by_year.items()))
    where = "; ".join(
        f"{name} {sum(_place(r) == place for r in rows)}" for place, (name, *_) in PLACES.items()
    )
    return f"Meetings of Abe and Putin, a mark each, by year. {years}. By kind: {where}. None stands between 2008 and 2012."


def draw_likelihood(
    words: list[Mapping[str, Any]], readings: list[Mapping[str, Any]], ax: Axes | None = None
) -> Axes:
    """Ranges of the seven words as bars; beside some, what readers in a poll took them to mean."""
    ax = ax or new_axes(height=4.4)
    read = {row["directive_word"]: row for row in readings if row["directive_word"]}
    for n, row in enumerate(words):
        ax.barh(n, row["high"] - row["low"], left=row["low"], height=0.5, color="#cfcfcf", edgecolor=QUIET)
        ax.text(-2, n, row["word"], ha="right", va="center", fontsize=12)
        heard = read.get(row["word"])
        if heard:
            ax.plot(
                [heard["low"], heard["high"]],
                [n + 0.36] * 2,
                color=MOSCOW,
                linewidth=2.5,
                solid_capstyle="butt",
            )
            ax.plot([heard["median"]], [n + 0.36], marker="D", color=MOSCOW, markersize=7)
    ax.set(xlim=(-34, 101), ylim=(len(words) - 0.3, -0.7), yticks=[], xlabel="Chance, per cent")
    ax.set_xticks([0, 20, 40, 60, 80, 100])
    ax.spines["left"].set_visible(False)
    ax.text(
        101,
        -0.62,
        "grey: the table   blue: 46 readers, the middle 80 %, and their median",
        ha="right",
        va="top",
        fontsize=11,
        color=INK,
    )
    headline(
        ax,
        likelihood_finding(words, readings),
        "ICD 203, an American table; an open poll of 2015, summed up by us (words nearest to ours)",
    )
    return ax


def likelihood_finding(words: list[Mapping[str, Any]], readings: list[Mapping[str, Any]]) -> str:
    rule = next(row for row in words if row["word"] == "unlikely")
    heard = next(row for row in readings if row["directive_word"] == "unlikely")
    return (
        f"“Unlikely” begins at {rule['low']} by the table; half the readers heard {heard['median']:g} or less"
    )


def likelihood_alt(words: list[Mapping[str, Any]], readings: list[Mapping[str, Any]]) -> str:
    rule = "; ".join(f"{row['word']} {row['low']} to {row['high']}" for row in words)
    heard = next(row for row in readings if row["directive_word"] == "unlikely")
    return (
        f"Seven likelihood words as ranges in per cent: {rule}. Over most, the answers of {heard['n']} readers; "
        f"for “unlikely” the middle of them ran from {heard['low']:g} to {heard['high']:g}, with a median of {heard['median']:g}."
    )


def draw_word(values: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """One likelihood word: its range by the table, and what the readers of the poll took it to mean."""
    ax = ax or new_axes(height=2.3)
    word = values["word"]
    low, high = forecasting.band(word)
    heard = _HEARD[word]
    ax.barh(0, 100, height=0.5, color="#f2f2f2", edgecolor="none")
    ax.barh(0, high - low, left=low, height=0.5, color="#bdbdbd", edgecolor=QUIET)
    ax.plot([heard["low"], heard["high"]], [0.42, 0.42], color=MOSCOW, linewidth=3, solid_capstyle="butt")
    ax.plot([heard["median"]], [0.42], marker="D", color=MOSCOW, markersize=8)
    ax.axvline(values["chance"], color=INK, linewidth=1.5, linestyle="--")
    ax.set(
        xlim=(0, 100),
        ylim=(0.75, -0.5),
        yticks=[],
        xlabel="Chance, per cent. Grey: the table. Blue: 46 readers. Dashed: your number",
    )
    ax.spines["left"].set_visible(False)
    headline(ax, word_finding(values), "ICD 203, an American table; an open poll of 2015, summed up by us")
    return ax


def word_finding(values: Mapping[str, Any]) -> str:
    """Whether a number fits a word, as a sentence."""
    word, chance = values["word"], values["chance"]
    low, high = forecasting.band(word)
    if forecasting.coherent(chance, word):
        return f"{chance:g} per cent fits “{word}” ({low} to {high})"
    return f"{chance:g} per cent is not “{word}” ({low} to {high}); say “{forecasting.word_for(chance)}”"


def word_words(values: Mapping[str, Any]) -> str:
    """The picture of `draw_word` in words."""
    heard = _HEARD[values["word"]]
    return (
        f"{word_finding(values)}. Of {heard['n']} readers the middle 80 per cent took the words “{heard['word']}” to mean "
        f"{heard['low']:g} to {heard['high']:g} per cent, with a median of {heard['median']:g}."
    )


_HEARD = {row["directive_word"]: row for row in data.read("likelihood_readings") if row["directive_word"]}

LIKELY = Explorer(
    id="01-likely",
    title="A word and a number",
    task="Pick a word, then a number you would have given it. Does the number fit, and would others have heard it?",
    controls=(
        Choice(name="word", label="The word", options={word: word for word in forecasting.WORDS}),
        Number(name="chance", label="Your number", unit="%", least=1, most=99),
    ),
    start={"word": "unlikely", "chance": 30.0},
    draw=draw_word,
    words=word_words,
)

EXPLORERS = (LIKELY,)


def balances() -> dict[str, Any]:
    """Voice balance in words of the article and of the Kyodo report of the day, by the same codebook."""
    words = {one.id: one.words for one in article.sentences()}
    kyodo = data.read("kyodo_voices")
    return {
        "the article": voice_balance(_KEY.labels, words),
        "the Kyodo report": voice_balance(
            {str(r["number"]): r["voice"] for r in kyodo}, {str(r["number"]): r["words"] for r in kyodo}
        ),
    }


PARTS = {
    "author": "author",
    "both": "both sides",
    "russia": "Russia",
    "japan": "Japan",
}  # of a balance, as drawn


def draw_balance(table: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Shares of the words that each voice gets, a bar a text."""
    ax = ax or new_axes(height=3.0)
    for n, (name, balance) in enumerate(table.items()):
        total, left = sum(balance[:4]), 0.0
        for part in PARTS:
            look = VOICES["judgement" if part == "author" else part]
            share = 100 * getattr(balance, part) / total
            ax.barh(
                n,
                share,
                left=left,
                height=0.55,
                color=look["color"],
                edgecolor="white" if part == "russia" else QUIET,
                hatch=look["hatch"],
                linewidth=0.5,
                label=part if n == 0 else None,
            )
            if share >= 4:
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.9}
                ax.text(
                    left + share / 2,
                    n,
                    f"{share:.0f}",
                    ha="center",
                    va="center",
                    fontsize=12,
                    color=INK,
                    bbox=box,
                )
            left += share
        ax.text(-1.5, n, f"{name}\n{total} words", ha="right", va="center", fontsize=12)
    handles, _ = ax.get_legend_handles_labels()
    ax.legend(
        handles,
        list(PARTS.values()),
        loc="upper center",
        bbox_to_anchor=(0.55, -0.32),
        ncols=4,
        frameon=False,
        fontsize=12,
    )
    ax.set(xlim=(-26, 100), ylim=(len(table) - 0.5, -0.5), yticks=[], xlabel="Share of the words, per cent")
    ax.set_xticks([0, 25, 50, 75, 100])
    ax.spines["left"].set_visible(False)
    headline(
        ax,
        balance_finding(table),
        "the module's own coding, data/voices.csv and data/kyodo_voices.csv (a module assumption)",
    )
    return ax


def balance_finding(table: Mapping[str, Any]) -> str:
    shares = {name: round(100 * b.author / sum(b[:4])) for name, b in table.items()}
    (one, a), (other, b) = shares.items()
    return f"Most words are the writer's own: {a} % in {one}, {b} % in {other}"


def balance_alt(table: Mapping[str, Any]) -> str:
    parts = []
    for name, balance in table.items():
        total = sum(balance[:4])
        shares = ", ".join(f"{words} {100 * getattr(balance, p) / total:.0f}" for p, words in PARTS.items())
        parts.append(f"{name} ({total} words): {shares}")
    return "Two bars show how the words of a text divide among voices, in per cent. " + "; ".join(parts) + "."


def whole_years(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Totals of calendar years in dollars, the only ones that can stand in one figure."""
    return [
        r
        for r in rows
        if r["flow"] == "total" and r["period"] == "calendar year" and r["unit"] in ("billion US dollars", "")
    ]


def draw_trade(rows: list[Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """Trade totals of whole years, a mark a source; a year without a sourced figure is an open gap, never zero."""
    ax = ax or new_axes(height=3.8)
    found = [r for r in whole_years(rows) if r["value"] is not None]
    gaps = sorted({r["year"] for r in rows if r["status"] == "NOT FOUND"})
    looks = {"Japan": ("s", TOKYO), "Russia": ("o", "#0072b2")}
    for r in found:
        marker, face = looks[r["reporter"].split(",")[0]]
        ax.scatter(r["year"], r["value"], s=120, marker=marker, facecolor=face, edgecolor=INK, zorder=2)
        shift = 2.0 if marker == "s" else -4.2
        ax.text(
            r["year"],
            r["value"] + shift,
            ("under " if r["bound"] == "upper" else "")
            + f"{r['value']:g}"
            + ("*" if r["status"] != "VERIFIED" else ""),
            ha="center",
            fontsize=11.5,
        )
    for year in gaps:
        ax.axvspan(
            year - 0.42, year + 0.42, facecolor="none", edgecolor=QUIET, hatch="..", alpha=0.35, linewidth=0
        )
    for name, (marker, face) in looks.items():
        ax.scatter([], [], s=100, marker=marker, facecolor=face, edgecolor=INK, label=f"{name}'s books")
    ax.legend(loc="upper left", framealpha=1, edgecolor="white", fontsize=12)
    years = range(min(gaps + [r["year"] for r in found]), 2018 + 1)
    ax.set(
        xlim=(min(years) - 0.6, 2018.2),
        ylim=(0, 45),
        ylabel="Billion US dollars",
        xlabel="Year    dotted: no sourced figure    * derived, or read in part",
    )
    ax.set_xticks([y for y in years if y % 2 == 1])
    headline(
        ax, trade_finding(rows), "TASS, China.org.cn and others, data/trade.csv; whole calendar years only"
    )
    return ax


def trade_finding(rows: list[Mapping[str, Any]]) -> str:
    years = {r["year"] for r in rows}
    gaps = {r["year"] for r in rows if r["status"] == "NOT FOUND"}
    return f"For {len(gaps)} of {len(years)} years we found no sourced total: do not join the dots"


def trade_alt(rows: list[Mapping[str, Any]]) -> str:
    found = [r for r in whole_years(rows) if r["value"] is not None]
    marks = "; ".join(f"{r['year']} {r['value']:g} ({r['reporter'].split(',')[0]}'s books)" for r in found)
    gaps = sorted({r["year"] for r in rows if r["status"] == "NOT FOUND"})
    return f"Trade between Japan and Russia in billion US dollars, whole years only. {marks}. No sourced total was found for {', '.join(map(str, gaps))}."


def glossary() -> data.Table:
    """The words of this lesson, each in a line."""
    return data.read("glossary").select("term", "definition", where=lambda row: row["lesson"] == LESSON.stem)
