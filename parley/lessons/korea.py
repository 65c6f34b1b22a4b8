"""Lesson 04, Korea: one end and other means, accounts side by side, events coded, links with an owner."""

from __future__ import annotations

import datetime
import re
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from parley import article, data
from parley.analysis import coding, events, linkage, triangulation
from parley.analysis.coding import shipped_key
from parley.answers import Choice, Function, Grid, Matrix, Rows, Text
from parley.exercises import Exercise, Lesson, Verdict, complete, not_yet, passed
from parley.explorers import Explorer
from parley.plotting import INK, QUIET, SIDES, headline, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LESSON = Lesson(
    stem="04_korea",
    title="Korea: the same end by other means",
    moment="You find the silence that says most.",
    core=60,
    stretch=38,
    needs="lesson 03, and paragraph P5 of the article.",
    objectives={
        "O04.1": "Say who sat at the six-party table and who in the Council, and what each asked of North Korea.",
        "O04.2": "Keep an end and the means to it apart, for two sides.",
        "O04.3": "Code events as words or deeds, cooperation or conflict.",
        "O04.4": "Set accounts side by side, tell a silence from what was not seen, and note who draws a link.",
    },
)

# Read at import: a judge opens no file, so nothing that runs later can change its mind.
_STATES = data.read("states")
_RESOLUTIONS = data.read("council_resolutions")
_ROUNDS = data.read("six_party_rounds")
_STANCES = data.read("stances")
_ACCOUNTS = data.read("accounts")
_TOPIC_NAMES = data.read("account_topic_names")
_CELLS = data.read("account_topics")
_GISTS = data.read("account_gists")
_EVENTS = data.read("korea_events")
_CODES = data.read("event_codes")
_TESTS = data.read("missile_tests")
_VOICES = shipped_key()
_TOPICS_OF = {one.id: set(one.topics) for one in article.sentences()}

COUNTRIES = {"russia": "Russia", "japan": "Japan"}  # this lesson's order; it alternates from lesson to lesson
READ = {row["id"]: row["read"] for row in _ACCOUNTS}
TOPICS = {row["topic"]: row["name"] for row in _TOPIC_NAMES}


# --- six parties and five powers (04-1) ---

YES_NO = {"yes": "yes", "no": "no"}
AIM_OF_2005 = {
    "peninsula": "a Korean Peninsula without nuclear weapons, step for step",
    "regime": "a new government in Pyongyang",
    "freeze": "a stop to all missile tests, and no more",
    "border": "a peace treaty between the two Koreas",
}
FIRST_OIL = {"1718": "1718 (October 2006)", "2270": "2270 (March 2016)", "2375": "2375 (September 2017)", "2397": "2397 (December 2017)"}  # fmt: skip


def judge_states(answer: Mapping[str, Any]) -> Verdict:
    given = answer["states"]
    columns = {"six": "six_party", "five": "permanent_member", "named": "named_in_p5"}
    titles = {"six": "the six-party talks", "five": "the permanent five", "named": "P5"}
    for column, key in columns.items():
        wrong = [row for row in _STATES if (given[row["id"]][column] == "yes") != row[key]]
        if column == "named":  # P5 has the United States as an adjective only
            wrong = [row for row in wrong if row["id"] != "united-states"]
        if wrong:
            count = sum(cells[column] == "yes" for cells in given.values())
            return not_yet(
                f"For {titles[column]}, {len(_STATES) - len(wrong)} of {len(_STATES)} rows hold; you say yes {count} times. {_STATE_SLIPS[column]}"
            )
    if answer["aim"] != "peninsula":
        return not_yet(
            "The table holds. Read the row of September 2005 again: what were the six to reach, and how?"
        )
    if answer["oil"] != "2375":
        return not_yet(
            "The table and the aim hold. For the oil, read the last column of the resolutions from the oldest down, and stop at the first limit in barrels."
        )
    both = [row["state"] for row in _STATES if row["six_party"] and row["permanent_member"]]
    left = [row["state"] for row in _STATES if row["six_party"] and not row["named_in_p5"]]
    return passed(
        f"In both sets: {', '.join(both)}. Three of the six could have stopped any resolution with a veto, and none did.",
        f"Of the six, P5 does not name {' and '.join(left)}. The host of the talks and the country next door are both missing.",
        "P5 has the United States only as an adjective, “US”, so yes and no are both taken there.",
    )


_STATE_SLIPS = {
    "six": "The six met in Beijing. Two of them are Koreas.",
    "five": "The permanent five have sat in the Council since 1945.",
    "named": "Read P5 once more, word by word. A capital stands for its state; a peninsula stands for none.",
}


# --- ends and means (04-2) ---

ENDS_AND_MEANS = {
    "denuclearization": "The end: no nuclear weapons in Korea",
    "pressure": "A means: more pressure than now",
    "dialogue": "A means: talks",
    "force": "A means: the threat or use of force",
}
STANCE_CODES = {"2": "+2 strongly for", "1": "+1 for", "0": "0 neither", "-1": "−1 against", "-2": "−2 strongly against"}  # fmt: skip
_SIGNS = {(row["actor"], row["topic"]): {row["sign"], *row["also_accepted"]} for row in _STANCES}


def _sources_of_stances() -> dict[str, str]:
    """What a stance may be shown by: sentences of P5, and the pages of the table."""
    gists = {one.id: one.gist for one in article.sentences()}
    found = {
        i: f"{i} · {textwrap.shorten(gists[i], 50, placeholder=' …')}"
        for i in ("P5S2", "P5S3", "P5S4", "P5S5")
    }
    for row in _STANCES:
        for key in (row["source"], row["source_2"]):
            if key and key not in found:
                cited = data.cite(key)
                found[key] = textwrap.shorten(f"{cited.publisher}, {cited.day}", 72, placeholder=" …")
    return found


STANCE_SOURCES = _sources_of_stances()
_SHOWN_BY = {  # what each page speaks of, read for this table: a page of one row may show another as well
    "denuclearization": "P5S4 mofa-2018-03-09 us-embassy-2018-03-22 ria-2018-03-21-dprk nikkei-2018-03-21 reuters-2017-07-05".split(),
    "pressure": (
        "us-embassy-2018-03-22 mofa-kono-2018-03-20 mid-2017-11-30 nikkei-2018-03-21 asia-today-2017-11-07 jt-2018-02-15 "
        "mofa-2018-03-09 reuters-2017-07-05"
    ).split(),
    "dialogue": (
        "P5S5 mofa-2018-03-09 jt-2018-02-15 ria-2018-03-21-dprk nikkei-2018-03-21 mid-2017-11-30 asia-today-2017-11-07"
    ).split(),
    "force": (
        "P5S2 P5S3 asia-today-2017-11-07 mofa-kono-2018-03-20 reuters-2017-07-05 kyodo-2017-11-24 mofa-2018-03-09"
    ).split(),
}


def _sign(code: str) -> str:
    return "+" if int(code) > 0 else "-" if int(code) < 0 else "0"


def judge_stances(answer: Mapping[str, Any]) -> Verdict:
    rows = answer["stances"]
    for topic, row in rows.items():
        for side, country in COUNTRIES.items():
            if _sign(row[side]) not in _SIGNS[side, topic]:
                return not_yet(
                    f"“{ENDS_AND_MEANS[topic]}”: the sign for {country} does not fit what it said. Only the sign counts, not the size."
                )
    for topic, row in rows.items():
        if row["source"] not in _SHOWN_BY[topic]:
            return not_yet(
                f"All signs can be defended. “{ENDS_AND_MEANS[topic]}”: look again at the source that you gave; our table does not use it for that row."
            )
    apart = [topic for topic in ENDS_AND_MEANS if _sign(rows[topic]["russia"]) != _sign(rows[topic]["japan"])]
    named = ", ".join(ENDS_AND_MEANS[topic].removeprefix("A means: ") for topic in apart) or "none"
    return passed(
        f"One end that both want, and the means on which your signs differ: {named}.",
        "The sizes are yours, and nobody can check them. Signs can be shown to somebody; sizes can be argued over.",
        *(
            f"{COUNTRIES[row['actor']]}, {row['topic']}: {row['position']} {row['note']}".strip()
            for row in _STANCES
        ),
    )


def stance_values(answer: Any) -> dict[str, dict[str, int | None]]:
    """``{topic: {side: code}}`` of an answer to 04-2; open cells are ``None``."""
    given = getattr(answer, "answer", answer) or {}
    rows = given.get("stances") or {}
    found: dict[str, dict[str, int | None]] = {}
    for topic in ENDS_AND_MEANS:
        codes = {side: rows.get(topic, {}).get(side) for side in COUNTRIES}
        found[topic] = {side: None if code is None else int(code) for side, code in codes.items()}
    return found


def draw_stances(values: Mapping[str, Mapping[str, int | None]], ax: Axes | None = None) -> Axes:
    """A line for the end and for each of three means, from Russia's code on the left to Japan's on the right."""
    ax = ax or new_axes(height=4.8)
    styles = {
        "denuclearization": ("-", "D"),
        "pressure": ("--", "o"),
        "dialogue": (":", "s"),
        "force": ("-.", "^"),
    }
    stacked: dict[str, Counter] = {side: Counter() for side in COUNTRIES}
    for n, (topic, sides) in enumerate(values.items()):
        if None in sides.values():
            continue
        line, marker = styles[topic]
        ends = [
            sides[side] + 0.07 * (n - 1.5) for side in COUNTRIES
        ]  # a little apart, so that no line hides another
        ax.plot(
            [0, 1],
            ends,
            linestyle=line,
            color=INK,
            linewidth=3.2 if topic == "denuclearization" else 1.8,
            zorder=1,
        )
        for x, (side, at) in enumerate(zip(COUNTRIES, ends)):
            ax.scatter(x, at, s=90, marker=marker, color=SIDES[side]["color"], edgecolor=INK, zorder=2)
            name = ENDS_AND_MEANS[topic].split(": ")[1]
            y = sides[side] - 0.12 + 0.3 * stacked[side][sides[side]]
            ax.text(
                x + (0.06 if x else -0.06), y, name, ha="left" if x else "right", va="center", fontsize=11.5
            )
            stacked[side][sides[side]] += 1
    for x, country in enumerate(COUNTRIES.values()):
        ax.text(x, 3.35, country, ha="center", va="bottom", fontsize=13, fontweight="bold")
        ax.plot([x, x], [-2.3, 3.2], color="#cccccc", linewidth=1, zorder=0)
    for code, words in STANCE_CODES.items():
        ax.text(
            -1.35, int(code) - 0.12, words.split(" ")[0], ha="left", va="center", fontsize=11, color=QUIET
        )
    ax.set(xlim=(-1.4, 2.0), ylim=(-2.5, 3.7), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    headline(
        ax,
        stances_finding(values),
        "your own signs and sizes (a module assumption). +2 strongly for, −2 strongly against",
    )
    return ax


def stances_finding(values: Mapping[str, Mapping[str, int | None]]) -> str:
    full = {topic: sides for topic, sides in values.items() if None not in sides.values()}
    if len(full) < len(values):
        return "One end, three means, and not all codes are there yet"
    gaps = {topic: abs(sides["russia"] - sides["japan"]) for topic, sides in full.items()}
    end = gaps.pop("denuclearization")
    top = max(gaps.values())
    if top == 0:
        return f"By your codes the end lies {end} steps apart, and no means any further"
    widest = " and ".join(topic for topic, gap in gaps.items() if gap == top)
    return f"The end: {end} steps apart. Furthest apart by your codes: {widest}, {top} steps"


def stances_words(values: Mapping[str, Mapping[str, int | None]]) -> str:
    def told(value: int | None) -> str:
        return "open" if value is None else f"{value:+d}" if value else "0"

    parts = "; ".join(
        f"{topic}: Russia {told(s['russia'])}, Japan {told(s['japan'])}" for topic, s in values.items()
    )
    return f"Lines from Russia on the left to Japan on the right, for one end and three means, on a scale from minus two to plus two. {parts}."


# --- the matrix of accounts (04-3) ---

FINDINGS = {
    "says": "says it",
    "otherwise": "says otherwise",
    "silent": "silent (read in full)",
    "not_seen": "not seen (read in part)",
}
ASKED = ("aim", "pressure", "road_map", "force", "envoys", "defence")
EIGHT = tuple(dict.fromkeys(row["account"] for row in _GISTS))
_NAMES = {row["id"]: row["name"] for row in _ACCOUNTS}
_SIDE_OF = {row["id"]: row["side"] for row in _ACCOUNTS}
_FULL = tuple(account for account in EIGHT if READ[account] == "full")
WHOSE = {
    "Russia": "valdai",
    "Japan": "sankei",
}  # one account from each country, read in full and on the whole meeting
_KEY = {
    account: {topic: finding for topic, finding in row.items() if topic in ASKED}
    for account, row in triangulation.matrix(_CELLS, TOPICS).items()
}
_ALSO = {(row["account"], row["topic"]): tuple(row["also_accepted"]) for row in _CELLS}
_ALSO |= {
    (account, "aim"): ("otherwise",) for account in ("us-embassy", "nikkei")
}  # they say North Korea, the article the Peninsula
_CLAIMS = {row["topic"]: row["claim"] for row in _TOPIC_NAMES}


def account_label(account: str) -> str:
    return f"{_NAMES[account]} ({'read in full' if READ[account] == 'full' else 'read in part'})"


def gists() -> data.Table:
    """What each of eight accounts reports, a line each, in our words."""
    table = data.read("account_gists")
    for row in table:
        row["account"] = account_label(row["account"])
    return table.select("account", "gist")


_WHY = re.compile(
    r"\b(hid(e|es|den|ing)|on purpose|deliberate\w*|prov(e|es|en|ing)|lie[sd]?|lying|cover(s|ed)? up|censor\w*|afraid)\b",
    re.I,
)
_WHO = re.compile(
    r"valdai|article|club|tass|ria|mofa|ministry|readout|kyodo|sankei|nikkei|embassy|digest", re.I
)


def _telling_slip(text: str) -> str:
    """What a note on a silence leaves out, or says that a silence cannot carry; ``""`` where nothing shows."""
    if found := _WHY.search(text):
        return f"“{found[0]}” gives a reason. A silence says that something was left out, and not why."
    return "" if _WHO.search(text) else "Whose silence is it? Name the account."


def judge_accounts(answer: Mapping[str, Any]) -> Verdict:
    cells = answer["accounts"]
    over = triangulation.overclaimed(cells, READ)
    if over:
        account, topic = over[0]
        return not_yet(
            f"{_NAMES[account]}, {TOPICS[topic]}: this account was read in part. What the part does not have may stand in the rest."
        )
    unseen = [(a, t) for a in _FULL for t in ASKED if cells[a][t] == "not_seen"]
    if unseen:
        account, topic = unseen[0]
        return not_yet(
            f"{_NAMES[account]}, {TOPICS[topic]}: this account was read from end to end. So “not seen” cannot be right here."
        )
    told = ("says", "otherwise")  # of an account read in part nothing is keyed but whether a line was seen
    for account in (a for a in EIGHT if a not in _FULL):
        for topic in ASKED:
            seen = _KEY[account][topic] in told
            if seen and cells[account][topic] not in told:
                return not_yet(
                    f"{_NAMES[account]}, {TOPICS[topic]}: one of its lines is on this. Go through them once more."
                )
            if not seen and cells[account][topic] in told:
                return not_yet(f"{_NAMES[account]}, {TOPICS[topic]}: which of its lines is on this?")
    key = {account: _KEY[account] for account in _FULL}
    wrong = triangulation.mismatches(cells, key, _ALSO)
    if wrong:
        right = sum(len(row) for row in key.values()) - len(wrong)
        return not_yet(
            f"{right} of {right + len(wrong)} cells of the accounts that were read in full agree with the key. Look again at {_NAMES[wrong[0][0]]}."
        )
    table = {account: _KEY[account] for account in EIGHT}
    for side, field in (("Russia", "russia_leaves_out"), ("Japan", "japan_leaves_out")):
        account, topic = WHOSE[side], answer[field]
        if not triangulation.silences(table, account).get(topic):
            return not_yet(f"The matrix holds. {_NAMES[account]} does speak of that: look at its row.")
    if slip := _telling_slip(answer["telling"]):
        return not_yet(f"The matrix holds. {slip}")
    return complete(
        "The matrix holds, and each country's account has a silence that others break. Whether yours is the one that says most is for a reader.",
        "A silence says that something was left out. It does not say why: no room, another subject, a deadline, a wish.",
        "“Not seen” filled the cells of the accounts that were read in part. Had you counted them as silent, you would have found silences that nobody kept.",
        "On the use of force only the article speaks. Lesson 03 found why to be careful: like words were reported from Moscow in November.",
    )


def account_cells(tables: Any = None) -> dict[str, dict[str, str]]:
    """``{account: {topic: finding}}`` from the shipped tables, or from those with a reader's own rows."""
    _, cells = tables or (_ACCOUNTS, _CELLS)
    return triangulation.matrix(cells, TOPICS)


SHOW = {"all": "all accounts", "full": "those read in full", "outlets": "the items of one agency as one"}


def shown_cells(show: str, tables: Any = None) -> dict[str, dict[str, str]]:
    """The matrix as an explorer shows it: all rows, those read in full, or one row for each outlet."""
    accounts, _ = tables or (_ACCOUNTS, _CELLS)
    cells = account_cells(tables)
    if show == "full":
        return {
            account: row
            for account, row in cells.items()
            if any(a["id"] == account and a["read"] == "full" for a in accounts)
        }
    if show == "outlets":
        return triangulation.together(cells, {a["id"]: a["outlet"] for a in accounts})
    return cells


_GLYPHS = {"says": ("o", INK, "says it"), "otherwise": ("D", "#ffffff", "says otherwise"), "silent": ("_", INK, "silent, read in full"), "not_seen": ("$?$", QUIET, "not seen, read in part")}  # fmt: skip


def draw_accounts(
    cells: Mapping[str, Mapping[str, str]], marked: str = "", tables: Any = None, ax: Axes | None = None
) -> Axes:
    """Tiles with a glyph for each account and topic; a line of counts below says how many of the seen cells say it."""
    accounts, _ = tables or (_ACCOUNTS, _CELLS)
    names = {row["id"]: "MOFA Japan" if row["id"] == "mofa" else row["name"] for row in accounts}
    ax = ax or new_axes(height=2.5 + 0.33 * len(cells))
    topics = list(TOPICS)
    for finding, (marker, face, _) in _GLYPHS.items():
        at = [
            (topics.index(t), n)
            for n, row in enumerate(cells.values())
            for t, f in row.items()
            if f == finding
        ]
        if at:
            size = 70 if marker == "$?$" else 95
            ax.scatter(
                *zip(*at),
                s=size,
                marker=marker,
                facecolor=face,
                edgecolor=None if marker == "_" else INK,
                linewidth=1.4 if marker != "$?$" else 0.4,
            )
    for n, account in enumerate(cells):
        ax.text(
            -0.7,
            n,
            textwrap.shorten(names.get(account, account), 30, placeholder=" …"),
            ha="right",
            va="center",
            fontsize=11,
        )
    counts = triangulation.by_topic(cells)
    for k, topic in enumerate(topics):
        bold = "bold" if topic == marked else "normal"
        ax.text(
            k,
            -0.75,
            TOPICS[topic],
            rotation=90,
            ha="center",
            va="bottom",
            fontsize=11,
            fontweight=bold,
        )
        ax.text(
            k,
            len(cells) - 0.1,
            f"{counts[topic].says}/{counts[topic].seen}",
            ha="center",
            va="center",
            fontsize=11,
            fontweight=bold,
        )
    ax.text(-0.7, len(cells) - 0.1, "say it / seen", ha="right", va="center", fontsize=11, fontweight="bold")
    for marker, face, name in _GLYPHS.values():
        ax.scatter(
            [], [], s=80, marker=marker, facecolor=face, edgecolor=None if marker == "_" else INK, label=name
        )
    ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.4, 0.0),
        ncols=4,
        frameon=False,
        fontsize=11,
        handletextpad=0.2,
        columnspacing=1.0,
    )
    ax.set(xlim=(-6.4, len(topics) + 1.6), ylim=(len(cells) + 0.5, -5.2), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    headline(
        ax,
        accounts_finding(cells, marked),
        "data/accounts.csv and account_topics.csv; what was not seen counts nowhere",
        columns=64,
    )
    return ax


def accounts_finding(cells: Mapping[str, Mapping[str, str]], topic: str = "") -> str:
    counts = triangulation.by_topic(cells)
    if topic:
        return f"{TOPICS[topic]}: {counts[topic].says} of {counts[topic].seen} that could be asked say it"
    alone = [TOPICS[one].lower() for one, count in counts.items() if count.says == 1]
    most = max(counts, key=lambda one: counts[one].says)
    one = f"; on {' and '.join(alone)} only one does" if 0 < len(alone) < 3 else ""
    return f"On {TOPICS[most].lower()} {counts[most].says} of {counts[most].seen} accounts that we could ask say it{one}"


def accounts_words(cells: Mapping[str, Mapping[str, str]], topic: str = "") -> str:
    counts = triangulation.by_topic(cells)
    named = [topic] if topic else ["aim", "pressure", "force", "defence"]
    parts = "; ".join(
        f"{TOPICS[t]}: {counts[t].says} say it, {counts[t].otherwise} otherwise, {counts[t].silent} silent, {counts[t].not_seen} not seen"
        for t in named
    )
    return f"A table of {len(cells)} rows and {len(TOPICS)} topics with a sign in each cell. {parts}. What was not seen is counted as absent nowhere."


def draw_topic(cells: Mapping[str, Mapping[str, str]], topic: str, ax: Axes | None = None) -> Axes:
    """One topic: the accounts by name under the four answers, those not seen in grey, since they count nowhere."""
    ax = ax or new_axes(height=4.4)
    groups = {
        finding: [name for name, row in cells.items() if row[topic] == finding]
        for finding in triangulation.FINDINGS
    }
    for k, (finding, (marker, face, words)) in enumerate(_GLYPHS.items()):
        ink = QUIET if finding == "not_seen" else INK
        ax.scatter(
            k + 0.04, -1.05, s=110, marker=marker, facecolor=face, edgecolor=None if marker == "_" else INK
        )
        ax.text(
            k + 0.1,
            -1.05,
            f"{words.split(',')[0]}: {len(groups[finding])}",
            va="center",
            fontsize=12,
            fontweight="bold",
            color=ink,
        )
        for n, account in enumerate(groups[finding]):
            name = _SHORT.get(account, account)
            ax.text(
                k + 0.1,
                n,
                textwrap.shorten(name, 24, placeholder=" …"),
                va="center",
                fontsize=11.5,
                color=ink,
            )
    ax.set(xlim=(-0.05, 4.05), ylim=(12.4, -1.9), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    headline(
        ax,
        accounts_finding(cells, topic),
        "data/accounts.csv and account_topics.csv; what was not seen counts nowhere",
    )
    return ax


def topic_words(values: Mapping[str, Any]) -> str:
    """One topic in words: its claim, and how many accounts give each answer."""
    cells = shown_cells(values["show"])
    count = triangulation.by_topic(cells)[values["topic"]]
    return (
        f"{TOPICS[values['topic']]}: {_CLAIMS[values['topic']]} Of {len(cells)} rows ({SHOW[values['show']]}) {count.says} say it, {count.otherwise} say "
        f"otherwise, {count.silent} were read in full and are silent. In {count.not_seen} it was not seen, and these count nowhere."
    )


_SHORT = {row["id"]: "MOFA Japan" if row["id"] == "mofa" else row["name"] for row in _ACCOUNTS}

ACCOUNTS_EXPLORER = Explorer(
    id="04-accounts",
    title="Who speaks of it?",
    task="Choose a topic, and which accounts to count. When does the count change, and when only the number of rows?",
    controls=(
        Choice(name="topic", label="The topic", options=TOPICS),
        Choice(name="show", label="Count", options=SHOW),
    ),
    start={"topic": "pressure", "show": "full"},
    draw=lambda values: draw_topic(shown_cells(values["show"]), values["topic"]),
    words=topic_words,
)

EXPLORERS = (ACCOUNTS_EXPLORER,)


# --- talks and resolutions ---


def _year(day: Any) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def draw_talks(ax: Axes | None = None) -> Axes:
    """Three lanes of time: meetings of the six, resolutions of the Council, nuclear tests."""
    ax = ax or new_axes(height=3.6)
    meetings = [row for row in _ROUNDS if row["kind"] != "announcement"]
    nuclear = data.read("nuclear_tests")
    lanes = (
        ("six-party meetings", meetings, "o", "#ffffff"),
        ("Council resolutions", _RESOLUTIONS, "s", "#8a8a8a"),
        ("nuclear tests", nuclear, "^", INK),
    )
    for n, (name, rows, marker, face) in enumerate(lanes):
        ax.plot([2003, 2018.3], [n, n], color="#dddddd", linewidth=1, zorder=0)
        ax.scatter(
            [_year(row["date"]) for row in rows],
            [n] * len(rows),
            s=110,
            marker=marker,
            facecolor=face,
            edgecolor=INK,
            linewidth=1.3,
        )
        ax.text(2002.6, n, f"{name}: {len(rows)}", ha="right", va="center", fontsize=12)
    gone = next(row for row in _ROUNDS if row["kind"] == "announcement")
    ax.annotate("North Korea leaves", (_year(gone["date"]), 0), (_year(gone["date"]) + 0.4, -0.55), fontsize=11, va="center",
                arrowprops={"arrowstyle": "-", "color": INK})  # fmt: skip
    ax.set(xlim=(1997, 2018.6), ylim=(2.6, -0.95), yticks=[], xlabel="Year")
    ax.set_xticks([2003, 2006, 2009, 2012, 2015, 2018])
    ax.spines["left"].set_visible(False)
    headline(
        ax,
        talks_finding(),
        "UN pages, chairman's statements and papers of the time; data/six_party_rounds.csv, council_resolutions.csv, nuclear_tests.csv",
    )
    return ax


def talks_finding() -> str:
    last = max(row["date"] for row in _ROUNDS if row["kind"] != "announcement")
    after = sum(row["date"] > last for row in _RESOLUTIONS)
    return f"Since the six last met, in {last:%B %Y}, the Council has adopted {after} of its {len(_RESOLUTIONS)} resolutions"


def talks_words() -> str:
    meetings = [row for row in _ROUNDS if row["kind"] != "announcement"]
    nuclear = data.read("nuclear_tests")
    late = sum(row["date"].year >= 2016 for row in _RESOLUTIONS)
    return (
        f"Three lanes of time. The {len(meetings)} meetings of the six lie between August 2003 and December 2008. The {len(_RESOLUTIONS)} resolutions run from "
        f"July 2006 to December 2017, {late} of them in 2016 and 2017. The {len(nuclear)} nuclear tests run from October 2006 to September 2017."
    )


def rounds() -> data.Table:
    """The meetings of the six, and what came of each."""
    return data.read("six_party_rounds").select("date", "end_date", "round", "session", "outcome", "note")


def resolutions() -> data.Table:
    """What the Council asked of North Korea, and of all states."""
    return data.read("council_resolutions").select("number", "date", "trigger", "asks", "measures", "note")


def positions() -> data.Table:
    """What the two sides said on one end and three means, with the source, and no code."""
    table = data.read("stances")
    table.sort(key=lambda row: (list(ENDS_AND_MEANS).index(row["topic"]), row["actor"] != "russia"))
    for row in table:
        row["actor"] = COUNTRIES[row["actor"]]
        for key in ("source", "source_2"):
            row[key] = STANCE_SOURCES.get(row[key], row[key])
    return table.select("topic", "actor", "position", "source", "source_2")


# --- lanes of events ---

LANES = {
    "tests": "Tests",
    "council": "Council",
    "diplomacy": "Diplomacy",
    "tokyo-moscow": "Tokyo and Moscow",
    "missile defence": "Missile defence",
}


def draw_lanes(ax: Axes | None = None) -> Axes:
    """Events from March 2017 to the meeting, a lane for each kind, with a number that leads to the table."""
    ax = ax or new_axes(height=4.4)
    first = min(row["date"] for row in _EVENTS)
    for n, (lane, name) in enumerate(LANES.items()):
        rows = [row for row in _EVENTS if row["lane"] == lane]
        ax.plot([-5, 385], [n, n], color="#dddddd", linewidth=1, zorder=0)
        ax.scatter(
            [(row["date"] - first).days for row in rows],
            [n] * len(rows),
            s=90,
            marker="osD^v"[n],
            facecolor="#ffffff" if lane == "diplomacy" else INK if lane == "tests" else "#8a8a8a",
            edgecolor=INK,
            linewidth=1.2,
        )
        ax.text(-14, n, f"{name}: {len(rows)}", ha="right", va="center", fontsize=12)
    last_test = max(row["date"] for row in _EVENTS if row["lane"] == "tests")
    at = (last_test - first).days
    ax.plot([at, at], [-0.5, len(LANES) - 0.5], color=QUIET, linestyle="--", linewidth=1, zorder=0)
    ax.text(at, -0.6, f"last test: {last_test.day} {last_test:%B %Y}", ha="center", va="bottom", fontsize=11)
    ticks = [(2017, 3), (2017, 6), (2017, 9), (2017, 12), (2018, 3)]
    ax.set_xticks(
        [(datetime.date(y, m, 1) - first).days for y, m in ticks],
        [f"{datetime.date(y, m, 1):%b %Y}" for y, m in ticks],
    )
    ax.set(xlim=(-125, 392), ylim=(len(LANES) - 0.4, -1.1), yticks=[], xlabel="Month")
    ax.spines["left"].set_visible(False)
    headline(ax, lanes_finding(), "pages of the days, data/korea_events.csv; our choice of 36")
    return ax


def lanes_finding() -> str:
    last = max(row["date"] for row in _EVENTS if row["lane"] == "tests")
    talks = [row for row in _EVENTS if row["lane"] in ("diplomacy", "tokyo-moscow")]
    after = sum(row["date"] > last for row in talks)
    return f"{after} of {len(talks)} meetings and statements in our list came after the last test"


def lanes_words() -> str:
    counts = Counter(row["lane"] for row in _EVENTS)
    parts = ", ".join(f"{name.lower()} {counts[lane]}" for lane, name in LANES.items())
    return f"Five lanes of events from March 2017 to 21 March 2018: {parts}. A dashed line marks the last missile test, in November 2017. {lanes_finding()}."


def events_table() -> data.Table:
    """The events of the lanes, the oldest first."""
    return data.read("korea_events").select("date", "lane", "event", "status", "note")


# --- tests by year ---


def draw_tests(ax: Axes | None = None) -> Axes:
    """Missile launches by year as bars, nuclear tests as marks on a line of their own."""
    ax = ax or new_axes(height=4.2)
    rows = list(_TESTS)
    ax.bar(
        [row["year"] for row in rows],
        [row["launches"] for row in rows],
        width=0.7,
        color="#9a9a9a",
        edgecolor=INK,
        linewidth=0.6,
    )
    for row in rows:
        if row["launches"]:
            ax.text(
                row["year"],
                row["launches"] + 0.4,
                str(row["launches"]),
                ha="center",
                va="bottom",
                fontsize=11,
            )
        if row["nuclear_tests"]:
            ax.scatter(
                [row["year"] + 0.55 * k for k in range(row["nuclear_tests"])],
                [-3.2] * row["nuclear_tests"],
                s=95,
                marker="^",
                color=INK,
                clip_on=False,
            )
    ax.text(1982.6, -3.2, "nuclear tests", ha="right", va="center", fontsize=11.5)
    ax.text(1982.6, 12, "missiles\nlaunched", ha="right", va="center", fontsize=11.5)
    ax.set(xlim=(1975, 2018.9), ylim=(-4.6, 28), xlabel="Year; 2018 to 22 March")
    ax.set_xticks([1984, 1990, 1996, 2002, 2008, 2014, 2018])
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    headline(
        ax,
        tests_finding(),
        "CNS database as printed in 2017, and papers of the time; data/missile_tests.csv, nuclear_tests.csv. Counted: missiles that can carry 500 kg over 300 km, failures too",
    )
    return ax


def tests_finding() -> str:
    recent = [row["launches"] for row in _TESTS if 2014 <= row["year"] <= 2017]
    before = sum(row["launches"] for row in _TESTS if row["year"] < 2014)
    return f"2014 to 2017 hold {sum(recent)} launches; the thirty years before hold {before}"


def tests_words() -> str:
    some = "; ".join(
        f"{row['year']} {row['launches']}" for row in _TESTS if row["launches"] and row["year"] >= 2006
    )
    nuclear = ", ".join(str(row["year"]) for row in _TESTS for _ in range(row["nuclear_tests"]))
    return f"Bars for missiles launched by North Korea by year, by one counting rule: {some}. Triangles below for nuclear tests: {nuclear}. None of either is known for 2018 up to 22 March."


def counts_table() -> data.Table:
    """Published counts that differ, with the rule behind each."""
    return data.read("missile_counts").select("date", "end_date", "count", "unit", "rule", "counter", "note")


# --- event coding (04-4, stretch) ---

QUADS = {name: name for name in events.QUADS}
_EVENT_KEY = {f"event {row['order']}": row for row in _CODES}


def judge_codes(answer: Mapping[str, Any]) -> Verdict:
    given = answer["codes"]
    key = {k: row["category"] for k, row in _EVENT_KEY.items()}
    also = {k: list(row["also_accepted"]) for k, row in _EVENT_KEY.items()}
    right, total = coding.agreement(given, key, also, labels=events.QUADS)
    if right < 8:
        wrong = coding.mismatches(given, key, also, labels=events.QUADS)[0]
        half = (
            "words or deeds"
            if given[wrong].split()[0] != key[wrong].split()[0]
            else "would the other side welcome it"
        )
        return not_yet(f"You and the key agree on {right} of {total}. Look at {wrong}: {half}?")
    net = events.net_cooperation(given, {k: row["issue"] for k, row in _EVENT_KEY.items()})
    balance = ", ".join(
        f"{issue.replace('_', ' ')} {value:+d}" if value else f"{issue.replace('_', ' ')} 0"
        for issue, value in net.items()
    )
    return passed(
        f"You agree on {right} of {total}. Ten events are a small harvest: the count says how far two readers agree, and nothing of the two countries.",
        f"Cooperation less conflict, by your codes: {balance}. Each event weighs one, a missile as much as a complaint.",
        *(f"{k}: {row['category']} ({row['plover']}). {row['why']}" for k, row in _EVENT_KEY.items()),
    )


# --- linkage (04-5, stretch) ---

_LINK_OWNERS = {row["sentence"]: {row["drawn_by"], *row["also_accepted"]} for row in data.read("issue_links")}
ISSUES = {
    "treaty": "peace treaty",
    "territory": "the islands as territory",
    "economy": "joint projects",
    "missile_defence": "missile defence",
    "korea": "Korea",
    "people": "graves and visas",
}
_ISSUE_TOPICS = {
    "treaty": "peace treaty",
    "territory": "territory",
    "economy": "economy",
    "missile_defence": "missile defence",
    "korea": "Korea",
    "people": "graves",
}
DRAWN_BY = {"russia": "Russia", "japan": "Japan", "both": "both", "author": "the author"}
LINK_SENTENCES = {
    one.id: f"{one.id} · {textwrap.shorten(one.gist, 44, placeholder=' …')}" for one in article.sentences()
}
_VOICE_OF = {
    i: {owner for owner in ({"fact": "author", "judgement": "author"}.get(label, label) for label in (_VOICES.labels[i], *_VOICES.accepted[i]))}
    for i in _VOICES.labels
}  # fmt: skip


def judge_links(answer: Mapping[str, Any]) -> Verdict:
    links = answer["links"]
    for n, link in enumerate(links, 1):
        if link["issue"] == link["issue_2"]:
            return not_yet(f"Link {n} ties an issue to itself.")
        topics = _TOPICS_OF[link["sentence"]]
        missing = [
            ISSUES[link[end]] for end in ("issue", "issue_2") if _ISSUE_TOPICS[link[end]] not in topics
        ]
        if missing:
            return not_yet(
                f"Link {n}: {link['sentence']} does not speak of {missing[0]}. A link needs a sentence with both issues in it."
            )
        if link["drawn_by"] not in _VOICE_OF[link["sentence"]] | _LINK_OWNERS.get(link["sentence"], set()):
            return not_yet(
                f"Link {n}: whose sentence is {link['sentence']}? Whoever answers for it draws the link."
            )
    pairs = [(frozenset((link["issue"], link["issue_2"])), link["sentence"]) for link in links]
    if len(set(pairs)) < len(pairs):
        return not_yet("Two of your links are the same pair in the same sentence.")
    degree = linkage.degree(links, ISSUES)
    top = max(degree.values())
    if degree[answer["most"]] < top:
        return not_yet("The links hold. In your own table another issue has more partners: count again.")
    drawn = linkage.drawn_by(links)
    owners = ", ".join(f"{DRAWN_BY[who]} {n}" for who, n in drawn.items())
    return complete(
        f"{len(links)} links hold, each with its sentence and its owner ({owners}). Whether your caution would stop a careless reader is for a reader.",
        "Partners by issue: " + ", ".join(f"{ISSUES[i]} {n}" for i, n in degree.items() if n) + ".",
        "The count is of one author's text. It reports what was chosen for it, and that is not the same as how states bargain.",
    )


def link_rows(answer: Any) -> list[dict[str, Any]]:
    """The complete links of an answer to 04-5."""
    given = getattr(answer, "answer", answer) or {}
    return [
        link
        for link in given.get("links") or []
        if all(link.get(k) for k in ("issue", "issue_2", "drawn_by"))
    ]


def draw_links(links: Sequence[Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """A half matrix of issues: in each cell the owners of its links, below it the partners of each issue."""
    from matplotlib.patches import Rectangle

    ax = ax or new_axes(height=4.6)
    issues = list(ISSUES)
    links = [link for link in links if link["issue"] != link["issue_2"]]
    cells = linkage.half_matrix(links, issues)
    degree = linkage.degree(links, issues)
    for (a, b), count in cells.items():
        row, column = issues.index(b) - 1, issues.index(a)
        ax.add_patch(
            Rectangle(
                (column + 0.04, row + 0.06),
                0.92,
                0.88,
                facecolor="#e3e3e3" if count else "white",
                edgecolor="#8a8a8a",
            )
        )
        owners = sorted(
            {DRAWN_BY[link["drawn_by"]] for link in links if {link["issue"], link["issue_2"]} == {a, b}}
        )
        ax.text(
            column + 0.5,
            row + 0.5,
            textwrap.fill(", ".join(owner.removeprefix("the ") for owner in owners), 13),
            ha="center",
            va="center",
            fontsize=11,
        )
    for n, issue in enumerate(issues):
        if n:
            ax.text(
                -0.06, n - 0.5, f"{ISSUES[issue]} ({degree[issue]})", ha="right", va="center", fontsize=12
            )
        if n < len(issues) - 1:
            ax.text(
                n + 0.5,
                len(issues) - 0.92,
                textwrap.fill(f"{ISSUES[issue]} ({degree[issue]})", 11),
                ha="center",
                va="top",
                fontsize=11,
            )
    ax.set(xlim=(-1.9, 5.05), ylim=(6.1, -0.1), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    headline(
        ax,
        links_finding(links),
        "one article, read by you; in a cell who draws the link, in brackets the partners",
    )
    return ax


def links_finding(links: Sequence[Mapping[str, Any]]) -> str:
    if not links:
        return "Six issues, and no link between any two yet"
    degree = linkage.degree(links, list(ISSUES))
    top = max(degree.values())
    most = [ISSUES[issue] for issue, n in degree.items() if n == top]
    times = f"{top} other issue{'' if top == 1 else 's'}"
    return (
        f"{' and '.join(most[:2]).capitalize()}: tied to {times}, more than any other in your table"
        if len(most) < 3
        else f"{len(links)} links, and no issue stands out"
    )


def links_words(links: Sequence[Mapping[str, Any]]) -> str:
    told = [
        f"{ISSUES[link['issue']]} with {ISSUES[link['issue_2']]}, drawn by {DRAWN_BY[link['drawn_by']]}"
        for link in links[:4]
    ]
    more = [f"and {len(links) - 4} more"] if len(links) > 4 else []
    parts = "; ".join(told + more) or "no link yet"
    return f"A half matrix of six issues: peace treaty, territory, joint projects, missile defence, Korea, graves and visas. Links that stand in it: {parts}."


# --- kappa (04-6, stretch) ---

_KAPPA = """\
def kappa(a, b):
    same = sum(x == y for x, y in zip(a, b)) / len(a)
    luck = sum(a.count(label) / len(a) * b.count(label) / len(b) for label in sorted(set(a)))
    return 1.0 if luck == 1 else (same - luck) / (1 - luck)
"""


def _kappa_of(a: Sequence[str], b: Sequence[str]) -> float:
    return coding.kappa(dict(enumerate(a)), dict(enumerate(b)))


def _kappa_cases(rng: Any) -> list[tuple]:
    labels = list(events.QUADS)[:3]

    def pair(n: int, same: float) -> tuple[list[str], list[str]]:
        a = [rng.choice(labels) for _ in range(n)]
        return a, [x if rng.random() < same else rng.choice(labels) for x in a]

    fixed = [
        (["a", "a", "b", "b"], ["a", "b", "a", "b"]),
        (["a", "b", "c"], ["a", "b", "c"]),
        (["a", "b"], ["b", "a"]),
        (["a", "a"], ["a", "a"]),
    ]
    return [pair(rng.randint(8, 20), same) for same in (0.9, 0.7, 0.5, 0.3, 0.8, 0.6)] + fixed


def judge_kappa(answer: Mapping[str, Any]) -> Verdict:
    field = KAPPA.fields[0]
    results, cases = answer["kappa"]["results"], field.cases(answer["kappa"]["seed"])
    wanted = [_kappa_of(*case) for case in cases]
    values = [r.get("value") for r in results]
    if all(_close(value, want) for value, want in zip(values, wanted)):
        return passed(
            f"{len(cases)} of {len(cases)} pairs hold: full agreement, none, what luck gives, and two coders who use one label.",
            "Kappa falls where one label is used most of the time, even if agreement is high. Give the count beside it.",
        )
    if all(value is None for value in values) and not any("error" in r for r in results):
        return not_yet("It gives nothing back. The last line of a function starts with `return`.")
    usual = [(v, c) for v, c in zip(values, cases) if _luck(*c) < 1]
    for slip, message in _KAPPA_SLIPS:
        if all(_close(v, slip(*c)) for v, c in usual):
            return not_yet(message)
    if all(_close(v, _kappa_of(*c)) for v, c in usual):
        return not_yet(
            "All pairs hold but one: two coders who use one label throughout. The formula divides by nothing there; they agree on all."
        )
    stopped = next((r["error"] for r in results if "error" in r), None)
    if stopped:
        return not_yet(f"On one pair it stopped with {stopped}.")
    right = sum(_close(v, w) for v, w in zip(values, wanted))
    return not_yet(
        f"{right} of {len(cases)} pairs come out right. Try it by hand on four labels of which two agree."
    )


def _close(value: Any, wanted: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value - wanted) < 1e-6


def _same(a: Sequence[str], b: Sequence[str]) -> float:
    return sum(x == y for x, y in zip(a, b)) / len(a)


def _luck(a: Sequence[str], b: Sequence[str]) -> float:
    return sum(a.count(label) * b.count(label) for label in set(a)) / len(a) ** 2


def _beyond(same: float, luck: float) -> float:
    return 1.0 if luck == 1 else (same - luck) / (1 - luck)


def _scott(a: Sequence[str], b: Sequence[str]) -> float:
    """Scott's pi: luck from the labels of both coders together."""
    both = [*a, *b]
    return _beyond(_same(a, b), sum((both.count(x) / len(both)) ** 2 for x in set(both)))


_KAPPA_SLIPS = (
    (_same, "That is the share on which the two agree. What would luck have given?"),
    (_luck, "That is what luck would give. Set the agreement against it."),
    (lambda a, b: _same(a, b) - _luck(a, b), "Agreement less luck: now divide by what was left to gain."),
    (lambda a, b: 100 * _kappa_of(a, b), "These are per cent. Kappa runs up to 1."),
    (_scott, "You take luck from both coders together. Cohen's kappa takes each coder's own shares, one times the other."),
    (lambda a, b: _beyond(_same(a, b), sum((a.count(x) / len(a)) ** 2 for x in set(a))), "You take luck from one coder alone. It needs the shares of both."),
    (lambda a, b: sum(x == y for x, y in zip(a, b)), "That counts the matches. Begin with their share."),
    (lambda a, b: (_same(a, b) - 1 / len(set(a) | set(b))) / (1 - 1 / len(set(a) | set(b))), "You take luck to be alike for all labels. It depends on how often each coder uses each label."),
)  # fmt: skip


# --- the exercises ---

_GOOD_STATES = {
    row["id"]: {"six": "yes" if row["six_party"] else "no", "five": "yes" if row["permanent_member"] else "no", "named": "yes" if row["named_in_p5"] else "no"}
    for row in _STATES
}  # fmt: skip


def _states_answer(aim: str = "peninsula", oil: str = "2375", **rows: Mapping[str, str]) -> dict[str, Any]:
    table = {
        state: {**cells, **rows.get(state.replace("-", "_"), {})} for state, cells in _GOOD_STATES.items()
    }
    return {"states": table, "aim": aim, "oil": oil}


STATES = Exercise(
    id="04-1",
    title="Six parties and five powers",
    task="For eight states: at the six-party table, a permanent member of the Council, named in P5? Then two questions on what was asked.",
    objective="O04.1",
    minutes=8,
    button="Check my eight states",
    fields=(
        Matrix(
            name="states",
            label="Eight states",
            columns=(
                Choice(name="six", label="At the six-party talks", options=YES_NO),
                Choice(name="five", label="Permanent member", options=YES_NO),
                Choice(name="named", label="Named in P5", options=YES_NO),
            ),
            rows={row["id"]: row["state"] for row in _STATES},
        ),
        Choice(
            name="aim", label="What did the six put down as their aim in September 2005?", options=AIM_OF_2005
        ),
        Choice(
            name="oil",
            label="Which resolution was the first to set a limit to oil in barrels?",
            options=FIRST_OIL,
        ),
    ),
    judge=judge_states,
    hints=(
        "Who hosted the talks, and who sat on either side of the border that they were about?",
        "For the Council think of who can stop a decision alone. For P5, read it word by word.",
        "The lesson's two tables have a row for each meeting and each resolution: read the outcome, and the last column.",
    ),
    right=(_states_answer(), _states_answer(united_states={"named": "no"})),
    wrong=(
        _states_answer(japan={"six": "no"}),
        _states_answer(japan={"five": "yes"}),
        _states_answer(china={"named": "yes"}, south_korea={"named": "yes"}),
        _states_answer(aim="regime"),
        _states_answer(oil="2397"),
        {"states": {"japan": {"six": "yes"}}},
    ),
)

_GOOD_STANCES = {
    "denuclearization": {"russia": "2", "japan": "2", "source": "P5S4"},
    "pressure": {"russia": "-1", "japan": "2", "source": "us-embassy-2018-03-22"},
    "dialogue": {"russia": "2", "japan": "1", "source": "ria-2018-03-21-dprk"},
    "force": {"russia": "-2", "japan": "1", "source": "P5S2"},
}


def _stances_answer(topic: str = "", **change: str) -> dict[str, Any]:
    return {"stances": {t: {**row, **(change if t == topic else {})} for t, row in _GOOD_STANCES.items()}}


STANCES = Exercise(
    id="04-2",
    title="One end, three means",
    task="Give each side a code from −2 to +2 for the end and for three means, and a source that shows it. Only the signs are checked.",
    objective="O04.2",
    minutes=10,
    stars=2,
    button="Check my signs",
    fields=(
        Matrix(
            name="stances",
            label="An end and three means",
            help="One source for each row is enough: a sentence of P5, or a page of the lesson's table.",
            columns=(
                Choice(name="russia", label="Russia", options=STANCE_CODES),
                Choice(name="japan", label="Japan", options=STANCE_CODES),
                Choice(name="source", label="Shown by", options=STANCE_SOURCES),
            ),
            rows=ENDS_AND_MEANS,
        ),
    ),
    judge=judge_stances,
    hints=(
        "What do both want in the end? Start there.",
        "Whose word is “pressure”, and who says that it is used up? For force ask who worries, and who answers.",
        "A minus means: spoke against it. A nought means: neither asked for it nor refused it. Sizes are yours.",
    ),
    right=(
        _stances_answer(),
        _stances_answer("dialogue", japan="-1"),
        _stances_answer("pressure", russia="0"),
    ),
    wrong=(
        _stances_answer("denuclearization", russia="-1"),
        _stances_answer("pressure", japan="-2"),
        _stances_answer("force", russia="1"),
        _stances_answer("dialogue", russia="-2"),
        _stances_answer("pressure", source="P5S4"),
        {"stances": {"force": {"russia": "-2"}}},
    ),
)


def _accounts_answer(
    account: str = "", japan: str = "force", russia: str = "pressure", text: str = "", **change: str
) -> dict[str, Any]:
    rows = {a: {**_KEY[a], **(change if a == account else {})} for a in EIGHT}
    return {
        "accounts": rows,
        "russia_leaves_out": russia,
        "japan_leaves_out": japan,
        "telling": text
        or "The article is silent on maximum pressure, although Kono asked for it that day by two other accounts.",
    }


_COLUMN_NAMES = {
    topic: Choice(name=topic, label=f"{TOPICS[topic]}: {_CLAIMS[topic]}", options=FINDINGS) for topic in ASKED
}

ACCOUNTS = Exercise(
    id="04-3",
    title="The matrix of accounts",
    task="Eight accounts of one day, six topics. What does each do: say it, say otherwise, keep silent, or was it not seen?",
    objective="O04.4",
    minutes=17,
    stars=3,
    button="Check my matrix",
    by_reader=True,
    fields=(
        Matrix(
            name="accounts",
            label="Eight accounts, six topics",
            help="The first row is done. Silent can only be said of an account read in full. “Says otherwise” may turn out to be rare.",
            columns=tuple(_COLUMN_NAMES.values()),
            rows={account: account_label(account) for account in EIGHT},
            initial={"valdai": _KEY["valdai"]},
            locked=("valdai",),
        ),
        Choice(
            name="russia_leaves_out",
            label=f"An account from Russia, {_NAMES['valdai']}: what does it leave out that another account has?",
            options={topic: TOPICS[topic] for topic in ASKED},
        ),
        Choice(
            name="japan_leaves_out",
            label=f"An account from Japan, {_NAMES['sankei']}: what does it leave out that another account has?",
            options={topic: TOPICS[topic] for topic in ASKED},
        ),
        Text(
            name="telling",
            label="The one silence that says most, and to whom it would matter",
            help="Name the account, the topic, and who breaks the silence.",
            least_words=10,
            most_words=60,
        ),
    ),
    judge=judge_accounts,
    hints=(
        "Take one account at a time, and go through its lines. Which topics does each line speak of?",
        "For every topic without a line ask first: was this account read in full, or in part?",
        "A silence tells most where several others speak. Look down a column, then back along the row.",
    ),
    right=(
        _accounts_answer(),
        _accounts_answer(japan="pressure", russia="road_map", text="Sankei does not mention missile defence at all, the main quarrel of the day in Kyodo and TASS; a reader in Tokyo would miss it."),
    ),
    wrong=(
        _accounts_answer("ria", pressure="silent"),
        _accounts_answer("sankei", pressure="not_seen"),
        _accounts_answer("nikkei", pressure="not_seen"),
        _accounts_answer("mofa", aim="says"),
        _accounts_answer("us-embassy", envoys="says"),
        _accounts_answer(russia="force"),
        _accounts_answer(japan="envoys"),
        _accounts_answer(text="Pressure."),
        _accounts_answer(text="The article hides the demand for maximum pressure, which Kono made that day by two other accounts."),
        _accounts_answer(text="Nobody speaks of the road map although one minister named its steps that day, which a reader would need."),
    ),
)  # fmt: skip

_GOOD_CODES = {k: row["category"] for k, row in _EVENT_KEY.items()}

CODES = Exercise(
    id="04-4",
    title="Ten events, four boxes",
    task="Words or deeds, cooperation or conflict? Code ten events. Agreement with the key is a count.",
    objective="O04.3",
    minutes=12,
    stars=2,
    core=False,
    button="Check my ten codes",
    fields=(
        Grid(
            name="codes",
            label="Ten events",
            rows={k: f"{row['date'].year}: {row['event']} ({row['actor']} towards {row['target']})" for k, row in _EVENT_KEY.items()},
            options=QUADS,
        ),
    ),
    judge=judge_codes,
    hints=(
        "First half: did somebody only speak or sign, or did something move, fly or fall?",
        "Second half: would the one at whom it was aimed have welcomed it?",
        "Ask what was different the next morning: only what had been said, or something that you could touch?",
    ),
    right=(
        {"codes": _GOOD_CODES},
        {"codes": _GOOD_CODES | {"event 7": "verbal conflict", "event 1": "material cooperation", "event 10": "material cooperation"}},
    ),
    wrong=(
        {"codes": dict.fromkeys(_GOOD_CODES, "verbal conflict")},
        {"codes": dict.fromkeys(_GOOD_CODES, "material cooperation")},
        {"codes": _GOOD_CODES | {"event 1": "material cooperation", "event 6": "verbal cooperation", "event 9": "material conflict"}},
        {"codes": dict(list(_GOOD_CODES.items())[:9])},
    ),
)  # fmt: skip

_GOOD_LINKS = [
    {"issue": "missile_defence", "issue_2": "treaty", "drawn_by": "russia", "sentence": "P4S6"},
    {"issue": "missile_defence", "issue_2": "korea", "drawn_by": "russia", "sentence": "P4S2"},
    {"issue": "treaty", "issue_2": "territory", "drawn_by": "author", "sentence": "P2S2"},
]


def _links_answer(links: Any = None, most: str = "missile_defence", caution: str = "") -> dict[str, Any]:
    return {
        "links": links or _GOOD_LINKS,
        "most": most,
        "caution": caution or "One author chose which ties to report; a Japanese text might draw others.",
    }


LINKS = Exercise(
    id="04-5",
    title="Who ties what to what",
    task="Find at least three links between issues in the article: the two issues, the sentence, and who draws the link.",
    objective="O04.4",
    minutes=10,
    stars=2,
    core=False,
    button="Check my links",
    by_reader=True,
    fields=(
        Rows(
            name="links",
            label="Links",
            columns=(
                Choice(name="issue", label="One issue", options=ISSUES),
                Choice(name="issue_2", label="The other", options=ISSUES),
                Choice(name="drawn_by", label="Drawn by", options=DRAWN_BY),
                Choice(name="sentence", label="Sentence", options=LINK_SENTENCES),
            ),
            least=3,
            most=8,
        ),
        Choice(name="most", label="Which issue has most partners in your table?", options=ISSUES),
        Text(
            name="caution",
            label="One caution for whoever reads your count",
            least_words=6,
            most_words=50,
        ),
    ),
    judge=judge_links,
    hints=(
        "A few sentences hold two of these issues each. P4 is a good place to begin, and P2 has one.",
        "A link has an owner: whoever answers for the sentence (lesson 00).",
        "For the partners count each other issue once, however many sentences tie the two.",
    ),
    right=(
        _links_answer(),
        _links_answer(
            [*_GOOD_LINKS, {"issue": "korea", "issue_2": "missile_defence", "drawn_by": "author", "sentence": "P4S3"}],
            most="treaty",
        ),
    ),
    wrong=(
        _links_answer([*_GOOD_LINKS[:2], {"issue": "economy", "issue_2": "treaty", "drawn_by": "russia", "sentence": "P2S3"}]),
        _links_answer([*_GOOD_LINKS[1:], _GOOD_LINKS[0] | {"drawn_by": "japan"}]),
        _links_answer([*_GOOD_LINKS[:2], {"issue": "korea", "issue_2": "korea", "drawn_by": "russia", "sentence": "P4S2"}]),
        _links_answer([*_GOOD_LINKS[:2], _GOOD_LINKS[0]]),
        _links_answer(most="people"),
        _links_answer(_GOOD_LINKS[:2]),
    ),
)  # fmt: skip

KAPPA = Exercise(
    id="04-6",
    title="Kappa, in Python",
    task="Write kappa(a, b): how far two coders agree beyond luck. Each is a list of labels, one an event.",
    objective="O04.3",
    minutes=16,
    stars=3,
    core=False,
    button="Check my function",
    fields=(
        Function(
            name="kappa",
            label="kappa",
            signature="kappa(a, b)",
            doc="Give Cohen's kappa of two lists of labels of the same length.",
            draw=_kappa_cases,
        ),
    ),
    judge=judge_kappa,
    hints=(
        "You need two shares: on how many they agree, and on how many luck would make them agree.",
        "Luck, for one label: the share of one coder times the share of the other. Add up over the labels.",
        "Agreement less luck, divided by one less luck. What if both use one label throughout?",
    ),
    right=(
        {"kappa": _KAPPA},
        {"kappa": "def kappa(a, b):\n    from parley.analysis.coding import kappa as ours\n    return ours(dict(enumerate(a)), dict(enumerate(b)))\n"},
    ),
    wrong=(
        *({"kappa": _KAPPA.replace("    return 1.0 if luck == 1 else (same - luck) / (1 - luck)", f"    {new}")} for new in (
            "return same", "return luck", "return same - luck", "return 1.0 if luck == 1 else 100 * (same - luck) / (1 - luck)",
            "return (same - luck) / (1 - luck)", "same", "return same / 0", "return 1.0",
        )),
        {"kappa": 42},
    ),
)  # fmt: skip

EXERCISES = (STATES, STANCES, ACCOUNTS, CODES, LINKS, KAPPA)


def quads() -> data.Table:
    """The four boxes and the rule for each, after PLOVER."""
    rows = [
        {"box": name, "rule": rule, "types": ", ".join(events.PLOVER[name])}
        for name, rule in events.QUADS.items()
    ]
    fields = [
        {"name": "box", "title": "Box"},
        {"name": "rule", "title": "Rule"},
        {"name": "types", "title": "Types of PLOVER"},
    ]
    return data.Table(rows, "quads", "Four boxes for an event", "", fields)


def glossary() -> data.Table:
    """The words of this lesson, each in a line."""
    return data.read("glossary").select("term", "definition", where=lambda row: row["lesson"] == LESSON.stem)
