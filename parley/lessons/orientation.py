"""Lesson 00, orientation: who speaks in a sentence, and the source card of a text."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parley import article, data
from parley.analysis.coding import LABELS, NAMES, agreement, mismatches, shipped_key, task_rows
from parley.answers import Choice, Function, Grid, Text
from parley.exercises import Exercise, Lesson, Verdict, complete, not_yet, passed
from parley.plotting import INK, QUIET, VOICES, headline, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LESSON = Lesson(
    stem="00_orientation",
    title="Orientation: reading like an analyst",
    moment="Two clippings, four months apart, share a clause.",
    core=40,
    stretch=10,
    needs="a browser and the article. No programming, no knowledge of Japan or Russia.",
    objectives={
        "O00.1": "Label who speaks in a sentence, and say which word told you.",
        "O00.2": "Explain what publisher, author and date imply for a text.",
        "O00.3": "Run a cell, answer in a form, and keep your work.",
    },
)

GIVEN = ("P1S1", "P4S8")
GAP = "P5S4"
FOUR = ("P2S3", "P3S2", "P4S2", "P4S5")


# --- who speaks ---


_KEY = shipped_key()  # read at import: a judge opens no file, so nothing that runs later can change its mind


def key() -> dict[str, str]:
    """The module's label for each of the 28 sentences."""
    return dict(_KEY.labels)


def accepted() -> dict[str, list[str]]:
    """Other labels that careful readers give, for the sentences where they differ."""
    return dict(_KEY.accepted)


def reason(identifier: str) -> str:
    """What in the wording decides the voice of a sentence."""
    return _KEY.reasons[identifier]


def judge_gap(answer: Mapping[str, Any]) -> Verdict:
    label = answer["voice"][GAP]
    if label in (key()[GAP], *accepted()[GAP]):
        return passed("The cue is a verb, and you asked who its subject is.", f"{GAP}: {reason(GAP)}")
    topic = "Read the subject of the sentence in the article, not its topic. Who is it?"
    slips = {
        "fact": "A signature would leave a paper; this cue is a reported word. Whose word is it?",
        "judgement": "The author weighs nothing here. The cue hands the content to somebody.",
    }
    return not_yet(slips.get(label, topic))


def judge_four(answer: Mapping[str, Any]) -> Verdict:
    labels = answer["voice"]
    part = {i: key()[i] for i in FOUR}
    right, total = agreement(labels, part, accepted())
    if right == total:
        return passed(
            f"All {total} match the key, or a reading that it accepts. P4S5 is a sentence on which careful readers differ.",
            *(f"{i}: {reason(i)}" for i in FOUR),
        )
    wrong = mismatches(labels, part, accepted())
    slips = _SLIPS[wrong[0]]
    return not_yet(f"{right} of {total} match. {_look_again(wrong)} {slips.get(labels[wrong[0]], slips[''])}")


def _look_again(wrong: list[str]) -> str:
    """In which paragraphs the labels stand that do not fit; which sentence it is stays open."""
    if len(wrong) == 1:
        return f"The one to look at again is in paragraph {wrong[0][1]}."
    *rest, last = dict.fromkeys(i[1] for i in wrong)
    where = f"paragraphs {', '.join(rest)} and {last}" if rest else f"paragraph {last}"
    return f"Look again in {where}, one sentence at a time."


# Why a label does not fit a sentence, without the one that does; "" is for any other label.
_SLIPS = {
    "P2S3": {
        "russia": "That sentence describes what Russia wants, but nobody is heard wanting it. Who is telling you this?",
        "fact": "The sentence ranks things. Who does the ranking here?",
        "": "Look for a verb of saying. If there is none, nobody named is speaking.",
    },
    "P3S2": {
        "fact": "The list of areas can be checked. But there is a cue: who reaffirms?",
        "": "The cue has a short word for its subject. Who is that? Look one line up.",
    },
    "P4S2": {
        "fact": "That it was said can be checked. But who says that it is so?",
        "judgement": "The author may share the view, but there is a cue that hands it to somebody else.",
        "": "Read the sentence in the article from its first word. Who points it out?",
    },
    "P4S5": {
        "fact": "Half of it can be checked. The half with “could” in it cannot.",
        "": "Would Japan's minister sign that sentence? Read what he says two lines on.",
    },
}


# --- the source card ---


@dataclass(frozen=True)
class SourceCard:
    """Six lines that say what a text is before anybody believes it."""

    publisher: str
    kind: str
    author: str
    written: str
    good_for: str
    cannot_show: str

    def lines(self) -> list[tuple[str, str]]:
        """The card as (question, answer), in the order in which to ask."""
        return [
            ("Who publishes it?", self.publisher),
            ("What kind of text?", self.kind),
            ("Who wrote it?", self.author),
            ("Written when?", self.written),
            ("Good evidence for?", self.good_for),
            ("Cannot show?", self.cannot_show),
        ]


INDEPENDENT = SourceCard(
    publisher="The Independent, a British news site",
    kind="news report, published on the day",
    author="Caroline Mortimer, named on the page",
    written="24 November 2017, after the press conference in Moscow",
    good_for="that these English words were public on that day, reported from Moscow",
    cannot_show="the Russian words themselves, or what was said later in Tokyo",
)

AFTER = {
    "moscow": "the talks in Moscow on 24 November 2017",
    "tokyo": "the talks in Tokyo on 21 March 2018",
    "summit": "the summit in late May 2018",
}


def judge_card(answer: Mapping[str, Any]) -> Verdict:
    wrong = [name for name, right in _CARD.items() if answer[name] != right]
    if wrong:
        slips = _CARD_SLIPS[wrong[0]]
        return not_yet(
            f"{len(_CARD) - len(wrong)} of {len(_CARD)} choices hold. {slips.get(answer[wrong[0]], slips[''])}"
        )
    if _same_words(answer["good_for"], answer["cannot_show"]):
        return not_yet(
            "Your last two lines say the same. One is what the text can carry, the other what it cannot."
        )
    return complete(
        "The five choices hold and both lines are there. Whether the lines are good is for a reader: swap with somebody.",
        "Ask of your partner's card: would the author accept “good evidence for”? Would a sceptic accept “cannot show”?",
        "“Cannot show: whether it is true” says nothing. Name a thing: the closed talks, the votes at home, the reply.",
    )


_CARD = {"publisher": "club", "kind": "analysis", "author": "unnamed", "after": "tokyo", "before": "summit"}
_CARD_SLIPS = {
    "publisher": {
        "ministry": "A ministry prints its own name at the top. Whose name stands over this page?",
        "": "Read the name of the site, and the word that P7 uses for it.",
    },
    "kind": {
        "readout": "A readout is one ministry's own account. Does a ministry speak here?",
        "joint": "For that, two sides must have agreed each word. P7 says whose views these are.",
        "": "A report says what happened and stops. Look at P2S1, P2S5 and P4S8: who weighs and expects?",
    },
    "author": {
        "": "Which name did you see on the page itself? The copy that this module was made from names nobody. "
        "If yours does, keep its address and the day, and tell your teacher."
    },
    "after": {
        "summit": "P1S2 looks ahead to that. A text cannot be younger than what it still expects.",
        "": "Which is the latest event that the text tells as done? See P1S1.",
    },
    "before": {
        "moscow": "The text tells a later event as done, in P1S1.",
        "": "P1S1 tells that as done. What does the text still wait for?",
    },
}


def _same_words(one: str, other: str) -> bool:
    """Whether two short texts share most of their words (Jaccard index of their word sets above 0.8)."""
    a, b = (set(text.casefold().replace(".", " ").replace(",", " ").split()) for text in (one, other))
    return len(a & b) > 0.8 * len(a | b)


# --- a first function (stretch) ---


def share(voice: str, voices: list[str]) -> float:
    """The share of ``voice`` among ``voices``, 0 to 1; 0 for an empty list (``None`` is taken as well)."""
    return voices.count(voice) / len(voices) if voices else 0.0


def _share_cases(rng: Any) -> list[tuple]:
    labels = list(LABELS)
    lists = [[rng.choice(labels) for _ in range(rng.randint(1, 12))] for _ in range(6)]
    return [(rng.choice(labels), voices) for voices in lists] + [
        ("japan", ["fact", "both"]),
        ("fact", ["fact"]),
        ("fact", []),
    ]


def judge_share(answer: Mapping[str, Any]) -> Verdict:
    field = FIRST_FUNCTION.fields[0]
    results = answer["share"]["results"]
    cases = field.cases(answer["share"]["seed"])
    wanted = [share(*case) for case in cases]
    if all(
        _close(r.get("value"), w) or (not c[1] and r == {"value": None})
        for r, c, w in zip(results, cases, wanted)
    ):
        return passed(
            "Your function gives the right share of every list, and does not stumble over the empty one."
        )
    return not_yet(_share_slip(results, cases, wanted))


def _close(value: Any, wanted: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value - wanted) < 1e-9


def _share_slip(results: list[dict], cases: list[tuple], wanted: list[float]) -> str:
    filled = [(r, c, w) for r, c, w in zip(results, cases, wanted) if c[1]]
    if any("error" in r for r, _, _ in filled):
        return f"On one list it stopped with {next(r['error'] for r, _, _ in filled if 'error' in r)}."
    if all(_close(r["value"], 100 * w) for r, _, w in filled):
        return "These are per cent. A share runs from 0 to 1."
    if all(_close(r["value"], c[1].count(c[0])) for r, c, _ in filled):
        return "That counts. A share is the count, divided by something."
    if all(r.get("value") is None for r, _, _ in filled):
        return "It gives nothing back. The last line of a function starts with `return`."
    if all(_close(r["value"], w) for r, _, w in filled):
        return "All lists are right but one: it stumbles where there is no sentence at all."
    good = sum(_close(r["value"], w) for r, _, w in filled)
    return f"{good} of {len(filled)} lists come out right. Try it on a list of two by hand."


# --- the exercises ---

FIRST_CLICK = Exercise(
    id="00-1",
    title="One gap",
    task="Two labels are done. Choose the third: who speaks in this sentence?",
    objective="O00.3",
    minutes=3,
    button="Check my label",
    fields=(
        Grid(
            name="voice",
            label="Who speaks?",
            rows=task_rows(*GIVEN, GAP),
            options=NAMES,
            initial={i: key()[i] for i in GIVEN},
            locked=GIVEN,
        ),
    ),
    judge=judge_gap,
    hints=(
        "Read the cue alone. What kind of verb is it?",
        "It is a verb of doing by words. Find its subject in the article.",
        "Ask whether the one you chose could take the words back alone.",
    ),
    right=({"voice": {GAP: "both"}}, {"voice": {"P1S1": "fact", "P4S8": "judgement", GAP: "Both sides"}}),
    wrong=(
        {"voice": {GAP: "fact"}},
        {"voice": {GAP: "judgement"}},
        {"voice": {GAP: "russia"}},
        {"voice": {}},
    ),
)

FOUR_VOICES = Exercise(
    id="00-2",
    title="Four sentences",
    task="For each, ask: if this proved false, who would have to take it back? Pick that one.",
    objective="O00.1",
    minutes=7,
    button="Check my four labels",
    fields=(Grid(name="voice", label="Who speaks?", rows=task_rows(*FOUR), options=NAMES),),
    judge=judge_four,
    hints=(
        "Is there a verb of saying in the sentence itself?",
        "Who would have to take it back? If nobody is named, it is the author.",
        "Naming a state is not quoting it, and a quotation ends where its marks end.",
    ),
    right=(
        {"voice": {"P2S3": "judgement", "P3S2": "both", "P4S2": "russia", "P4S5": "judgement"}},
        {"voice": {"P2S3": "judgement", "P3S2": "both", "P4S2": "russia", "P4S5": "russia"}},
    ),
    wrong=(
        {"voice": {"P2S3": "russia", "P3S2": "both", "P4S2": "russia", "P4S5": "judgement"}},
        {"voice": {"P2S3": "judgement", "P3S2": "fact", "P4S2": "russia", "P4S5": "judgement"}},
        {"voice": {"P2S3": "judgement", "P3S2": "both", "P4S2": "judgement", "P4S5": "russia"}},
        {"voice": {"P2S3": "fact", "P3S2": "fact", "P4S2": "fact", "P4S5": "fact"}},
        {"voice": {"P2S3": "judgement", "P3S2": "both", "P4S2": "russia", "P4S5": "japan"}},
        {"voice": {"P2S3": "judgement", "P3S2": "both", "P4S2": "russia"}},
    ),
)

CARD = Exercise(
    id="00-3",
    title="The source card of the article",
    task="Fill the card from the page itself.",
    objective="O00.2",
    minutes=10,
    stars=2,
    button="Check my card",
    by_reader=True,
    fields=(
        Choice(
            name="publisher",
            label="Who publishes it?",
            options={
                "ministry": "A foreign ministry",
                "agency": "A state news agency",
                "club": "A discussion club of experts",
                "university": "A university",
            },
        ),
        Choice(
            name="kind",
            label="What kind of text is it?",
            options={
                "readout": "A readout: one side's account of a talk",
                "joint": "A joint statement: each word agreed",
                "report": "A news report: what happened",
                "analysis": "An analysis: what it means and what to expect",
            },
        ),
        Choice(
            name="author",
            label="Who wrote it?",
            options={
                "unnamed": "The page gives no name",
                "diplomat": "A Russian diplomat",
                "club": "The club as a whole",
                "reporter": "A reporter of a news agency",
            },
        ),
        Choice(name="after", label="It was written after …", options=AFTER),
        Choice(name="before", label="… and before", options=AFTER),
        Text(
            name="good_for",
            label="It is good evidence for …",
            help="Finish the sentence.",
            least_words=6,
            most_words=40,
            lines=2,
        ),
        Text(
            name="cannot_show",
            label="It cannot show …",
            help="Name a thing, not “the truth”.",
            least_words=6,
            most_words=40,
            lines=2,
        ),
    ),
    judge=judge_card,
    hints=(
        "Read the head and the foot of the page, and note what you do not find.",
        "For the dates, find the last event told as done, then the first event still expected.",
        "For the last two lines, think of a reader in Tokyo: what could she use this text for, and what not?",
    ),
    right=(
        {
            **_CARD,
            "good_for": "what one contributor to a Russian club expected of the summit",
            "cannot_show": "what either minister said when the doors were closed",
        },
        {
            **_CARD,
            "good_for": "how a Russian club presented the meeting to readers abroad",
            "cannot_show": "what the former residents of the islands think of it",
        },
    ),
    wrong=(
        {
            **_CARD,
            "publisher": "ministry",
            "good_for": "the official line of Moscow in March 2018",
            "cannot_show": "what the other minister thought of it all",
        },
        {
            **_CARD,
            "author": "diplomat",
            "good_for": "what one contributor expected of the summit",
            "cannot_show": "what was said behind the closed doors there",
        },
        {
            **_CARD,
            "after": "summit",
            "good_for": "what one contributor expected of the summit",
            "cannot_show": "what was said behind the closed doors there",
        },
        {
            **_CARD,
            "kind": "report",
            "good_for": "what one contributor expected of the summit",
            "cannot_show": "what was said behind the closed doors there",
        },
        {
            **_CARD,
            "good_for": "what one contributor expected of the summit",
            "cannot_show": "What one contributor expected of the summit.",
        },
        {**_CARD, "good_for": "expectations", "cannot_show": "what was said behind the closed doors there"},
    ),
)

FIRST_FUNCTION = Exercise(
    id="00-4",
    title="A share, in Python",
    task="Write share(voice, voices): what share of the sentences has this voice?",
    objective="O00.3",
    minutes=10,
    core=False,
    button="Try my function",
    fields=(
        Function(
            name="share",
            label="Your function",
            signature="share(voice, voices)",
            doc="Give the share, 0 to 1, of the label `voice` in the list `voices`.",
            draw=_share_cases,
        ),
    ),
    judge=judge_share,
    hints=(
        "A list can count: `voices.count(voice)`.",
        "The length of a list is `len(voices)`.",
        "Before you divide, ask with `if` whether the list is empty.",
    ),
    right=(
        {"share": share},
        {
            "share": "def share(voice, voices):\n    if not voices:\n        return 0\n    return sum(v == voice for v in voices) / len(voices)\n"
        },
    ),
    wrong=(
        {"share": "def share(voice, voices):\n    return voices.count(voice)\n"},
        {"share": "def share(voice, voices):\n    return 100 * voices.count(voice) / max(len(voices), 1)\n"},
        {"share": "def share(voice, voices):\n    return voices.count(voice) / len(voices)\n"},
        {"share": "def share(voice, voices):\n    print(voices.count(voice))\n"},
        {"share": 0.5},
    ),
)

EXERCISES = (FIRST_CLICK, FOUR_VOICES, CARD, FIRST_FUNCTION)


# --- the figures ---


def labels_shown() -> dict[str, str | None]:
    """The key, with the sentences of the exercises left open (``None``): they are the student's."""
    return {i: None if i in (GAP, *FOUR) else voice for i, voice in key().items()}


TILES = {"fact": "checkable", "judgement": "judgement", "russia": "Russia", "japan": "Japan", "both": "both"}


def voices_finding(labels: Mapping[str, str | None]) -> str:
    """What the tiles show, as a sentence with its numbers."""
    seen = [label for label in labels.values() if label]
    author = sum(label in ("fact", "judgement") for label in seen)
    sides = f"Russia {seen.count('russia')}, Japan {seen.count('japan')}"
    return f"The author has {author} of {len(seen)} labelled sentences, {sides}"


def draw_voices(labels: Mapping[str, str | None], ax: Axes | None = None) -> Axes:
    """The article as 28 tiles in reading order, a row a paragraph; a tile without a label is dashed.

    A star marks a sentence for which the key accepts a second label.
    """
    from matplotlib.patches import Rectangle

    ax = ax or new_axes(height=5.0)
    unlabelled = {"color": "none", "hatch": "", "ink": QUIET}
    for sentence in article.sentences():
        row, column, label = int(sentence.paragraph[1:]), sentence.number, labels[sentence.id]
        word, look = TILES.get(label, "yours"), VOICES.get(label, unlabelled)
        style = {"linestyle": "-" if label else (0, (3, 2)), "edgecolor": QUIET, "linewidth": 1.2}
        ax.add_patch(Rectangle((column - 0.46, row - 0.42), 0.92, 0.84, facecolor=look["color"], **style))
        if look["hatch"]:  # the hatch keeps to the lower edge, clear of the word
            low = Rectangle(
                (column - 0.46, row + 0.22),
                0.92,
                0.2,
                facecolor="none",
                hatch=look["hatch"],
                edgecolor=look["ink"],
                linewidth=0,
            )
            ax.add_patch(low)
        ax.text(
            column,
            row - 0.04,
            word,
            ha="center",
            va="center",
            fontsize=12,
            color=look["ink"],
            linespacing=1.0,
        )
        if label and accepted()[sentence.id]:
            ax.text(column + 0.42, row - 0.41, "*", ha="right", va="top", fontsize=11, color=look["ink"])
    ax.set(
        xlim=(0.4, 8.6),
        ylim=(6.55, 0.45),
        xlabel="Sentence within the paragraph (S)    * can be read in two ways",
    )
    ax.set_xticks(range(1, 9), [f"S{n}" for n in range(1, 9)])
    ax.set_yticks(range(1, 7), [f"P{n}" for n in range(1, 7)])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    headline(
        ax,
        voices_finding(labels),
        "the module's own coding of the article, data/voices.csv (a module assumption)",
    )
    return ax


LEGEND = {
    "fact": "author, checkable",
    "judgement": "author, judgement",
    "russia": "Russia's side",
    "japan": "Japan's side",
    "both": "both sides",
}


def voices_alt(labels: Mapping[str, str | None]) -> str:
    """The tiles in words, with the numbers of `draw_voices`."""
    seen = [label for label in labels.values() if label]
    counts = ", ".join(f"{LEGEND[label]} {seen.count(label)}" for label in TILES)
    empty = len(labels) - len(seen)
    return (
        f"The article as {len(labels)} tiles, one a sentence, a row for each of six paragraphs. Counts of those labelled: {counts}. "
        f"{empty} tiles are empty for the exercises. {_where_the_sides_speak(labels)}"
    )


def _where_the_sides_speak(labels: Mapping[str, str | None]) -> str:
    found = {
        side: sorted({i[:2] for i, label in labels.items() if label == side}) for side in ("russia", "japan")
    }
    return f"Russia's side is heard in {' and '.join(found['russia'])}, Japan's in {' and '.join(found['japan'])}."


def draw_card(card: SourceCard, title: str, source: str, ax: Axes | None = None) -> Axes:
    """A source card: six questions down the left, their answers beside them."""
    ax = ax or new_axes(height=4.6)
    lines = card.lines()
    for n, (question, answer) in enumerate(lines):
        ax.text(0.02, n, question, va="center", fontsize=12, color=QUIET)
        ax.text(0.3, n, textwrap.fill(answer, 62), va="center", fontsize=13, color=INK)
        ax.axhline(n + 0.5, color="#bdbdbd", linewidth=1)
    ax.axhline(-0.5, color=INK, linewidth=2)
    ax.set(xlim=(0, 1), ylim=(len(lines) - 0.45, -0.55), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    headline(ax, title, source)
    return ax


def card_alt(card: SourceCard) -> str:
    """A source card in words."""
    return "A source card in six lines. " + " ".join(
        f"{question} {answer[0].upper()}{answer[1:]}." for question, answer in card.lines()
    )


def codebook() -> data.Table:
    """The five labels of a voice and the rule for each."""
    rows = [{"label": label, "rule": rule} for label, rule in LABELS.items()]
    fields = [{"name": "label", "title": "Label"}, {"name": "rule", "title": "Use it when"}]
    return data.Table(rows, "codebook", "Five labels for a voice (a rule of this module)", fields=fields)


class Explanation:
    """A sentence's label and the reason for it, behind a line to click."""

    def __init__(self, identifier: str) -> None:
        self.identifier = identifier
        self.text = f"{identifier}: {NAMES[key()[identifier]]}. {reason(identifier)}"

    def __repr__(self) -> str:
        return f"The answer for {self.identifier} is folded; explain({self.identifier!r}).text shows it."

    def _repr_html_(self) -> str:
        return f"<details><summary>Show the answer</summary><p>{html.escape(self.text)}</p></details>"


def explain(identifier: str) -> Explanation:
    """The module's label for a sentence, and why."""
    return Explanation(identifier)


def voices_table(labels: Mapping[str, str | None]) -> data.Table:
    """The tiles of `draw_voices` as a table: sentence, what it says, the words that carry the voice, the label."""
    rows = [
        {"id": s.id, "gist": s.gist, "cue": s.cue, "voice": labels[s.id] or "yours, in the exercises"}
        for s in article.sentences()
    ]
    fields = [
        {"name": n, "title": t}
        for n, t in [("id", "Sentence"), ("gist", "What it says"), ("cue", "Cue"), ("voice", "Voice")]
    ]
    return data.Table(
        rows,
        "voices",
        "The article's 28 sentences and who speaks in them (the module's own coding)",
        fields=fields,
    )


def glossary() -> data.Table:
    """The words of this lesson, each in a line."""
    return data.read("glossary").select("term", "definition", where=lambda row: row["lesson"] == LESSON.stem)
