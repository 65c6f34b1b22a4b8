"""Lesson 02, the territorial dispute: four islands, two legal cases, a clause, and what a share does not say."""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from parley import data
from parley.analysis import geodesy
from parley.analysis.provenance import longest_common_run
from parley.analysis.wording import alike_in_length, doubting_verbs, loaded_about_land
from parley.answers import Choice, Function, Grid, Matrix, Number, Text, count_words
from parley.exercises import Exercise, Lesson, Verdict, complete, not_yet, passed
from parley.explorers import Explorer
from parley.plotting import INK, MOSCOW, QUIET, SIDES, TOKYO, base_map, headline, new_axes, rings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LESSON = Lesson(
    stem="02_territorial_dispute",
    title="The territorial dispute: facts, claims, clauses",
    moment="You sign the case of the side that you do not believe.",
    core=65,
    stretch=24,
    needs="lesson 01, and paragraph P3 of the article.",
    objectives={
        "O02.1": "Find four islands under both names, and say who administers them and what 1956 names.",
        "O02.2": "State each side's legal case so that its own diplomats would sign it.",
        "O02.3": "Compute a distance and a share, and say what neither of them settles.",
        "O02.4": "Draft a clause that harms neither position, and see what it leaves open.",
    },
)

# Read at import: a judge opens no file, so nothing that runs later can change its mind.
_ISLANDS = data.read("islands")
_ARGUMENTS = data.read("arguments")
_INSTRUMENTS = data.read("instruments")
_OPTIONS = data.read("settlement_options")
_PROJECTS = data.read("projects")
_QUESTIONS = data.read("legal_questions")
_ACCEPTABILITY = {(r["option"], r["side"]): r for r in data.read("acceptability")}

COUNTRIES = {"russia": "Russia", "japan": "Japan"}  # this lesson's order; it alternates from lesson to lesson


def _both_names(row: Mapping[str, Any]) -> str:
    """An island's names in the order of this lesson: the Russian one first."""
    return row["name_ru"] if row["name_ru"] == row["name_ja"] else f"{row['name_ru']}/{row['name_ja']}"


NAMES = {row["id"]: _both_names(row) for row in _ISLANDS}
MEASURES = {  # a column of data/islands.csv and what it counts
    "area_km2": "land, sq. km",
    "people_1945": "inhabitants in August 1945",
    "people_2018": "inhabitants in January 2018",
}


def islands() -> data.Table:
    """The four islands and groups as a table to read."""
    return data.read("islands").select(
        "name_ru", "name_ja", "area_km2", "people_1945", "people_2018", "distance_km", "distance_basis",
        "administered_by", "claimed_by", "article_9",
    )  # fmt: skip


# --- four islands (02-1) ---

LETTERS = {"A": "shikotan", "B": "iturup", "C": "habomai", "D": "kunashir"}  # on the map without names
BEFORE_TRANSFER = {
    "treaty": "the conclusion of a peace treaty",
    "troops": "the departure of foreign troops",
    "vote": "a vote of the people who live there",
    "year": "the arrival of a year that it names",
}


def judge_islands(answer: Mapping[str, Any]) -> Verdict:
    rows = answer["islands"]
    named = {row["id"] for row in _ISLANDS if row["article_9"]}
    right = sum(rows[letter]["island"] == island for letter, island in LETTERS.items())
    if len({row["island"] for row in rows.values()}) < len(rows):
        return not_yet("Two letters bear the same name. Each island stands once on the map.")
    if right < len(rows):
        return not_yet(
            f"{right} of {len(rows)} names stand where they belong. Look at sizes first, then at the coast."
        )
    if any(row["administered"] != "russia" for row in rows.values()):
        return not_yet(
            "To administer is to run the place today: its police, its schools, its post. It says nothing of title."
        )
    if any((row["article_9"] == "named") != (row["island"] in named) for row in rows.values()):
        return not_yet(
            "The names and the administration hold. Go back to the words of Article 9: it is a short list."
        )
    if answer["first"] == "troops":
        return not_yet("That condition is in a Soviet memorandum of 1960, not in the declaration of 1956.")
    if answer["first"] != "treaty":
        return not_yet(
            "The four rows hold. The text of 1956 ties the transfer to one event, and it has not taken place."
        )
    people = answer["inhabitants"]
    if not 17_500 <= people <= 18_300:
        then = {row["people_1945"] for row in _ISLANDS}
        old = abs(people - sum(row["people_1945"] for row in _ISLANDS)) < 150 or people in then
        return not_yet(
            "The rest holds. The number is that of August 1945, before the war ended."
            if old
            else "The rest holds. Add up one column of the lesson's table, that of January 2018."
        )
    return passed(
        "Four islands, both names, one administration, two named. That much no diplomat of either side would dispute.",
        "What they dispute is the step from these facts to a title. That is the next task.",
    )


# --- two cases (02-2) ---

_DECK = ("R4", "J2", "X1", "J5", "R2", "R5", "J1", "X2", "R1", "J4", "R3", "J3")  # shuffled once
_NEITHER = {
    "X1": "Article 9 of the declaration of 1956 names all four islands, and it sets a year for their transfer.",
    "X2": "The peace treaty of San Francisco says that the Kurils which Japan renounces go to the Soviet Union.",
}
_PREMISES = {row["id"]: row["premise"] for row in _ARGUMENTS} | _NEITHER
_WHOSE = {row["id"]: row["side"] for row in _ARGUMENTS} | dict.fromkeys(_NEITHER, "neither")
CARDS = {f"card {n}": _PREMISES[i] for n, i in enumerate(_DECK, 1)}
_SIDE_OF = {f"card {n}": _WHOSE[i] for n, i in enumerate(_DECK, 1)}
WOULD_SIGN = {"russia": "Russia", "japan": "Japan", "neither": "neither"}


def judge_cases(answer: Mapping[str, Any]) -> Verdict:
    sides, links = answer["cards"], {side: answer[f"link_{side}"] for side in COUNTRIES}
    signed = [card for card, side in _SIDE_OF.items() if side == "neither" and sides[card] != "neither"]
    if signed:
        return not_yet(
            f"{len(signed)} of the cards that you gave to a side would be refused by both: what it says is not in the text that it names."
        )
    wrong = [card for card, side in _SIDE_OF.items() if sides[card] != side]
    if wrong:
        return not_yet(
            f"{len(_SIDE_OF) - len(wrong)} of {len(_SIDE_OF)} cards lie where they belong. For each ask: which conclusion does it help?"
        )
    for side, text in links.items():
        if loaded := loaded_about_land(text):
            word, mend = loaded
            return not_yet(
                f"The cards are right. In the sentence for {COUNTRIES[side]}, “{word}” takes a side; a neutral paper writes: {mend}."
            )
    if links["russia"].casefold().split() == links["japan"].casefold().split():
        return not_yet(
            "The cards are right, but the two sentences are the same. Each side draws its own conclusion."
        )
    for side, text in links.items():
        if slip := _link_slip(side, text):
            return not_yet(f"The cards are right. The sentence for {COUNTRIES[side]}: {slip}")
    if not alike_in_length(links["russia"], links["japan"]):
        counts = ", ".join(f"{COUNTRIES[side]} {count_words(text)}" for side, text in links.items())
        return not_yet(
            f"The cards are right, but one side gets more room ({counts} words). Bring the two within a fifth."
        )
    if bool(doubting_verbs(links["russia"])) != bool(doubting_verbs(links["japan"])):
        return not_yet(
            "The cards are right, but one side states and the other claims. Use the same kind of verb for both."
        )
    return complete(
        "Twelve cards where they belong, and two sentences of like length. One of the two you did not believe this morning, and you have written it so that it can be signed. Whether it would be is for a reader.",
        "Ask your reader three things. Is it one sentence from the premises to the conclusion, not a new premise? "
        "Would a diplomat of that side sign it? Could you tell from the wording which side you favour?",
        "Then answer the strongest counter to each of your sentences; the lesson's table has one beside every premise.",
    )


_JOINTS = re.compile(
    r"\b(because|since|as|for|given|so|therefore|thus|hence|follow\w*|and nothing|which means|it is why)\b",
    re.I,
)
_ENDS_WITH = {  # the other side's conclusion, in a sentence that is to draw one's own
    "russia": re.compile(r"\b(title|islands?|they|four)\b[^.;]*\b(is|are|remains?|belongs?|stays?|still)\b[^.;,]*\b(japan's|japanese|part of japan|to japan|tokyo's)", re.I),
    "japan": re.compile(r"\b(title|islands?|they|four)\b[^.;]*\b(is|are|remains?|belongs?|stays?|still)\b[^.;,]*\b(russia's|russian|part of russia|to russia|moscow's)", re.I),
}  # fmt: skip


def _link_slip(side: str, text: str) -> str:
    """What is wrong with a link as a step from premises to a conclusion; ``""`` where nothing shows."""
    words = [word.strip(".,;:") for word in text.casefold().split()]
    if len(set(words)) < 0.6 * len(words):
        return "the same words come again and again."
    if max(longest_common_run(text, card).length for card in CARDS.values()) >= 8:
        return "that repeats a card. A link is the step from the cards to the conclusion."
    if _ENDS_WITH[side].search(text.replace("’", "'")):
        return "read its end. Whose conclusion is it?"
    return (
        "" if _JOINTS.search(text) else "nothing joins the premises to the conclusion yet. Which word would?"
    )


# --- a clause (02-3) ---

PROJECTS = {row["id"]: row["label"] for row in _PROJECTS}
LEGAL = {row["id"]: row["question"] for row in _QUESTIONS}
SETTLED = {"settled": "my clause settles it", "open": "left open"}
_SPEAKS_OF = {  # words by which a clause speaks of a legal question
    "permits": r"permit|licen[cs]e|authori[sz]|approv|registr",
    "tax": r"\btax|dut(y|ies)\b|levy|levies|revenue|\bfees?\b",
    "courts": r"\bcourts?\b|arbitrat|tribunal|\bjudges?\b|panel of|(settle\w*|hears?|decide\w*) [^.]{0,20}disputes?|disputes? between",
    "police": r"police|offen[cs]e|crime|criminal|accident|incident",
    "labour": r"labou?r|employ|workers?\b|wages?\b|working hours|staff",
}
_SPEAKS_OF_PROJECT = {
    "aquaculture": r"\bsea\b|fish|urchin|shell|scallop|seaweed|kelp|aquacultur|marine|farm",
    "greenhouses": r"greenhouse|glass|vegetable|strawberr|tomato|grow|farm",
    "tours": r"\btour|visit|travel|trip|guest",
    "wind": r"wind|turbine|power|electric",
    "waste": r"waste|garbage|rubbish|refuse|litter|recycl|dump|plastic",
}
_LEAVES_POSITIONS = (
    r"without (any )?prejudice|prejudic|prejudg|without any effect|\bnothing\b.{0,90}\b(shall|is|does|may|will|means?|chang\w+|affect\w*|alter\w*)\b"
    r"|\bno (act|activit|provision|paper|permit|part|step)\w*\b.{0,90}\b(basis|prejudic|affect|constitute|alter|mean|recogni)"
    r"|(not|never) be (deemed|considered|regarded|treated|counted|read|taken|interpreted|understood|construed)"
    r"|(not|nor) (affect|alter|change|touch|count|mean|amount)|not .{0,40}(recogni[sz]|admission|waiver|renunciation)"
    r"|reserv\w+ .{0,30}(right|position|view)|neither .{0,60}(affect|harm|prejudic|gives? up|recogni|taken|read)|leaves? .{0,60}\b(unchanged|as (it|they))|harms? neither"
)
_STATE = r"(?:russian?|japan(?:ese)?|moscow|tokyo|hokkaido|sakhalin)"
_GIVES_TITLE = (
    rf"\b(?:russian|japanese|russia's|japan's) (?:sovereign|territor|soil|jurisdiction|land\b)|sovereignty (?:of|belongs to|lies with) {_STATE}"
    rf"|\b(?:part|territory|soil|land) of (?:russia|japan)\b|\bislands? (?:\w+ ){{0,3}}(?:are|is|become|remain|stay|belong)\b[^.;]{{0,30}}\b{_STATE}\b"
    rf"|\bbelongs?\b[^.;]{{0,15}} to {_STATE}\b|{_STATE}\b[^.;]{{0,15}} to which the islands|{_STATE} (?:owns|is (?:the )?owner|is sovereign)"
    rf"|\bislands?\b[^.;]{{0,40}}\b(?:pass|go|transferred|given|handed)\w*[^.;]{{0,15}} to {_STATE}\b|\b(?:hand|transfer|give)\w* the islands\b"
)
_LAW_OF = (  # in group 1 the side whose law or office it is
    r"\b(russian|japanese|russia's|japan's) (?:law|legislation|court|rule|regulation|polic|office|authorit|agenc|ministr|inspector|tax|licen[cs]|permit)"
    r"|\b(?:laws?|legislation|courts?|police|office|authorities) of (russia|japan|the russian federation)"
    r"|\b(sakhalin|hokkaido)\b[^.;]{0,40}\b(?:its|their|the region's) (?:law|rule)"
)
_RUSSIA, _JAPAN = r"\b(?:russia\w*|moscow)\b", r"\b(?:japan\w*|tokyo)\b"
_DENIAL = re.compile(
    r"\bwithout (?:any )?(?:prejudice|effect)[^,;.]*"
    r"|\b(?:nothing|neither|no (?:act|activit|provision|paper|permit|part|step)\w*|(?:shall|may|does|do|is|are|will) not)\b(?! (?:disputed|denied|only))"
    r"(?:[^,;.]|,(?= (?:and |or )?(?:nothing|no|nor|neither|or|done|given|shall|may|will|is|does|can)\b))*",
    re.I,
)


_IN_WORDS = "none one two three four all".split()


def _asserted(clause: str) -> str:
    """The clause without what it denies: "nothing here is a recognition of …" may name a title."""
    return _DENIAL.sub(" ", clause.replace("’", "'"))


def _speaks_of(text: str, pattern: str) -> bool:
    """Whether a sentence that denies nothing of it has a word for the question."""
    sentences = re.split(r"(?<=[.;])\s", text)
    left_out = re.compile(
        r"\bnot (?:dealt|covered|settled|touched|decided)|\bleft (?:open|out)|\bnothing (?:is|about) ", re.I
    )
    return any(re.search(pattern, one, re.I) and not left_out.search(one) for one in sentences)


def judge_clause(answer: Mapping[str, Any]) -> Verdict:
    clause, open_ = answer["clause"].replace("’", "'"), answer["questions"]
    sides = {"Russia": len(re.findall(_RUSSIA, clause, re.I)), "Japan": len(re.findall(_JAPAN, clause, re.I))}
    asserted = _asserted(clause)
    if not _speaks_of(clause, _SPEAKS_OF_PROJECT[answer["project"]]):
        return not_yet(
            f"Your clause has no word for the project that you chose: {PROJECTS[answer['project']].lower()}. What is to be done?"
        )
    if not re.search(_LEAVES_POSITIONS, clause, re.I):
        return not_yet(
            "Your clause says what will be done. It does not say yet that doing it leaves both positions as they were."
        )
    if loaded := loaded_about_land(clause):
        word, mend = loaded
        return not_yet(
            f"“{word}” takes a side where it speaks of the islands. A neutral clause writes: {mend}."
        )
    if re.search(_GIVES_TITLE, asserted, re.I):
        return not_yet("Somewhere your clause says whose land it is. One of the two could not sign that.")
    laws = {next(filter(None, found)).lower()[:4] for found in re.findall(_LAW_OF, asserted, re.I)}
    if len({"japan" if law in ("japa", "hokk") else "russia" for law in laws}) == 1:
        return not_yet(
            "Your clause puts the project under the law or the office of one side. To the other that looks like accepting its title."
        )
    if sides["Russia"] != sides["Japan"]:
        counts = " and ".join(f"{side} {n} time{'' if n == 1 else 's'}" for side, n in sides.items())
        return not_yet(f"Your clause names {counts}. Name both alike, or say “each side” and name neither.")
    if not (
        sides["Russia"]
        or re.search(r"\b(both|either|each|neither|two|parties|sides|governments|states)\b", clause, re.I)
    ):
        return not_yet("Whose positions? A clause has to speak of two sides, by name or as “either side”.")
    for question, regex in _SPEAKS_OF.items():
        if open_[question] == "settled" and not _speaks_of(clause, regex):
            return not_yet(f"“{LEGAL[question]}”: you mark it as settled, and the clause has no word for it.")
    if "open" not in open_.values():
        return not_yet(
            "One sentence that settles all five would be a first. Ask of each: who decides it, by your words alone?"
        )
    left = sum(value == "open" for value in open_.values())
    return complete(
        f"The form holds: your clause has words for both positions, and it leaves {_IN_WORDS[left]} of the five questions open. Whether it keeps what it promises is for a reader.",
        "Ask a reader to play the lawyer of each ministry in turn, and to find the word that they would strike out.",
        "Moscow's own answer in 2018 was Russian law; a clause that says so is refused here, as one under Japanese law is. "
        "The task is a clause that both could sign.",
        *(f"{LEGAL[q]} {row['known']}" for q, row in zip(LEGAL, _QUESTIONS) if open_[q] == "open"),
    )


# --- a distance (02-4, stretch) ---


_HAVERSINE = """\
def great_circle(a, b):
    from math import asin, cos, radians, sin, sqrt
    lat_a, lon_a, lat_b, lon_b = map(radians, (*a, *b))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * 6371 * asin(sqrt(h))
"""
_COSINES = """\
def great_circle(a, b):
    from math import acos, cos, radians, sin
    (p, x), (q, y) = [[radians(v) for v in point] for point in (a, b)]
    cosine = sin(p) * sin(q) + cos(p) * cos(q) * cos(x - y)
    return 6371 * acos(max(-1, min(1, cosine)))
"""


def _distance_cases(rng: Any) -> list[tuple]:
    def point() -> tuple[float, float]:
        return round(rng.uniform(-80, 80), 3), round(rng.uniform(-179, 179), 3)

    near = (44.0, 145.5)
    known = [
        ((43.389, 145.872), near),
        ((0.0, 0.0), (0.0, 90.0)),
        ((50.0, 179.5), (50.0, -179.5)),
        (near, near),
    ]
    return [(point(), point()) for _ in range(8)] + known


def _formula(lat_a: float, lon_a: float, lat_b: float, lon_b: float, shrink: bool = True) -> float:
    """The haversine formula on bare numbers, for the slips; ``shrink=False`` forgets the two cosines."""
    factor = math.cos(lat_a) * math.cos(lat_b) if shrink else 1.0
    half = math.sin((lat_b - lat_a) / 2) ** 2 + factor * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * geodesy.RADIUS_KM * math.asin(math.sqrt(min(1.0, max(0.0, half))))


def _chord(a: Any, b: Any) -> float:
    """Straight through the ground, in km: the slip of taking the chord for the arc."""
    return 2 * geodesy.RADIUS_KM * math.sin(great_circle(a, b) / (2 * geodesy.RADIUS_KM))


def _flat(a: Any, b: Any) -> float:
    return math.hypot(a[0] - b[0], a[1] - b[1]) * math.radians(geodesy.RADIUS_KM)


great_circle = geodesy.great_circle_km

_SLIPS: tuple[tuple[Callable[[Any, Any], float], str], ...] = (
    (lambda a, b: great_circle(a, b) / 2, "Each result is half of what it should be. The formula gives half the angle."),
    (lambda a, b: great_circle(a, b) / geodesy.RADIUS_KM, "These are angles in radians. What turns an angle into a length?"),
    (lambda a, b: math.degrees(great_circle(a, b) / geodesy.RADIUS_KM), "These are angles in degrees, not lengths."),
    (lambda a, b: great_circle(a, b) * 1000, "These are metres, and the question asks for kilometres."),
    (lambda a, b: great_circle(a, b) / 1.609344, "These are miles. Take the radius of the Earth in kilometres."),
    (lambda a, b: great_circle(a, b) / 1.852, "These are nautical miles. Take the radius of the Earth in kilometres."),
    (lambda a, b: _formula(*a, *b), "Python's sine wants radians, and the points come in degrees."),
    (_flat, "That is a map on graph paper. On a ball a degree of longitude shrinks toward the poles."),
    (lambda a, b: _formula(*map(math.radians, (*a, *b)), shrink=False), "One factor is missing: the one by which meridians draw together away from the equator."),
    (_chord, "That is the straight line through the ground, not the way over it."),
    (lambda a, b: _formula(*map(math.radians, (*a[::-1], *b[::-1]))), "Latitude and longitude have changed places: a point is (latitude, longitude)."),
)  # fmt: skip


def judge_distance(answer: Mapping[str, Any]) -> Verdict:
    field = DISTANCE.fields[0]
    results, cases = answer["great_circle"]["results"], field.cases(answer["great_circle"]["seed"])
    wanted = [great_circle(*case) for case in cases]
    right = [_near(r.get("value"), w) for r, w in zip(results, wanted)]
    if all(right):
        return passed(
            f"{len(cases)} of {len(cases)} distances agree with ours, from none at all to half-way round the globe.",
            "On a ball this is exact. The Earth is a little flat at the poles, so a survey would differ: "
            "by 0.3 per cent at most here, by half a per cent far from here.",
        )
    given = [(r["value"], case) for r, case in zip(results, cases) if "value" in r]
    if given and all(isinstance(value, str | list | dict | bool) for value, _ in given):
        return not_yet("Give back a number, and nothing beside it: no text, no list.")
    if given and all(value is None for value, _ in given):
        return not_yet("It gives nothing back. The last line of a function starts with `return`.")
    for slip, message in _SLIPS:
        if len(given) > 3 and all(_near(value, slip(*case)) for value, case in given):
            return not_yet(message)
    stopped = next((r["error"] for r in results if "error" in r), None)
    if stopped:
        return not_yet(f"On one pair of points it stopped with {stopped}.")
    return not_yet(
        f"{sum(right)} of {len(cases)} distances come out right. Try a quarter of the equator by hand: it is about 10,008 km."
    )


def _near(value: Any, wanted: float) -> bool:
    """Within half a per cent, which lets another radius of the Earth pass, or half a kilometre."""
    sound = isinstance(value, (int, float)) and not isinstance(value, bool)
    return sound and abs(value - wanted) <= max(0.005 * abs(wanted), 0.5)


# --- a share (02-5, stretch) ---


def share_1956(measure: str) -> float:
    """Shikotan and the Habomai group, in per cent of the four, by a column of ``data/islands.csv``."""
    total = sum(row[measure] for row in _ISLANDS)
    return 100 * sum(row[measure] for row in _ISLANDS if row["article_9"]) / total


def judge_shares(answer: Mapping[str, Any]) -> Verdict:
    for measure, name in MEASURES.items():
        given, wanted = answer[measure], share_1956(measure)
        if abs(given - wanted) > 0.6:
            return not_yet(f"By {name.split(',')[0]}: {_share_slip(measure, given, wanted)}")
    return complete(
        "Three measures of the same two islands, three different shares. What none of them counts is for a reader.",
        "Not counted by any of the three: the sea around the islands and its fish, the straits between them, "
        "what lies under the seabed, and what a place means to people who were born there.",
        "Pick the measure after you know what the question is. Whoever picks the measure first has picked the answer.",
    )


def _share_slip(measure: str, given: float, wanted: float) -> str:
    values = {row["id"]: row[measure] for row in _ISLANDS}
    total = sum(values.values())
    slips = {
        "this is a part of one, not per cent": wanted / 100,
        "that is the share of the two others": 100 - wanted,
        "you count names; count what stands in the column": 50.0,
        "one island too many is in it": wanted + 100 * values["kunashir"] / total,
        "one island too many stands in it": wanted + 100 * values["iturup"] / total,
        "one of the two is missing": 100 * values["shikotan"] / total,
        "the other of the two is missing": 100 * values["habomai"] / total,
        "divide by the sum of all four, not by the two others": 100 * wanted / (100 - wanted),
    }
    near = [words for words, value in slips.items() if abs(given - value) <= (0.6 if value > 1 else 0.01)]
    return (near or ["the two over the four, times a hundred, gives another number"])[0] + "."


# --- the exercises ---

_GOOD_ISLANDS = {
    letter: {"island": island, "administered": "russia", "article_9": "named" if island in ("shikotan", "habomai") else "not_named"}
    for letter, island in LETTERS.items()
}  # fmt: skip


def _islands_answer(
    first: str = "treaty", inhabitants: float = 17_900, **changes: Mapping[str, str]
) -> dict[str, Any]:
    rows = {letter: {**row, **changes.get(letter, {})} for letter, row in _GOOD_ISLANDS.items()}
    return {"islands": rows, "first": first, "inhabitants": inhabitants}


ISLANDS = Exercise(
    id="02-1",
    title="Four islands",
    task="Four letters stand on the map. Give each its names, and say who runs it and what 1956 names.",
    objective="O02.1",
    minutes=6,
    button="Check my four islands",
    fields=(
        Matrix(
            name="islands",
            label="Which island is it?",
            columns=(
                Choice(name="island", label="Names", options=NAMES),
                Choice(
                    name="administered",
                    label="Administered in 2018 by",
                    options={"russia": "Russia", "japan": "Japan", "shared": "both together"},
                ),
                Choice(
                    name="article_9",
                    label="In Article 9 of 1956",
                    options={"named": "named", "not_named": "not named"},
                ),
            ),
            rows={letter: f"Letter {letter}" for letter in LETTERS},
        ),
        Choice(
            name="first", label="By Article 9, what has to come before the transfer?", options=BEFORE_TRANSFER
        ),
        Number(
            name="inhabitants",
            label="How many people lived on the four in January 2018, about?",
            unit="people",
            least=0,
            most=50_000,
        ),
    ),
    judge=judge_islands,
    hints=(
        "Begin with the largest of the four, and with the one that is not one island but many.",
        "Who runs the post office there today? For the last column, read again what the declaration lists.",
        "Article 9 lists the smaller ones, and ties the transfer to the paper that the two states still talk about.",
    ),
    right=(
        _islands_answer(),
        _islands_answer(inhabitants=18_000),
    ),
    wrong=(
        _islands_answer(A={"island": "habomai"}, C={"island": "shikotan"}),
        _islands_answer(A={"island": "iturup"}),
        _islands_answer(D={"administered": "shared"}),
        _islands_answer(B={"article_9": "named"}, D={"article_9": "named"}),
        _islands_answer(first="troops"),
        _islands_answer(first="year"),
        _islands_answer(inhabitants=17_291),
        _islands_answer(inhabitants=16_828),
        {"islands": {"A": {"island": "shikotan"}}},
    ),
)

_GOOD_LINKS = {
    "link_russia": "Because the war ended with these islands outside Japan, and Japan then renounced the chain, the title is settled and only a treaty is missing.",
    "link_japan": "Because these islands were never among the Kurils that Japan renounced, and no treaty has transferred them, the title is Japan's and remains to be confirmed.",
}


def _cases_answer(link_russia: str = "", link_japan: str = "", **cards: str) -> dict[str, Any]:
    links = {"link_russia": link_russia, "link_japan": link_japan}
    return {"cards": _SIDE_OF | cards} | {k: v or _GOOD_LINKS[k] for k, v in links.items()}


_CARD_OF = {i: f"card {n}" for n, i in enumerate(_DECK, 1)}

CASES = Exercise(
    id="02-2",
    title="Two cases, signed",
    task="Sort twelve premises to the side that would sign them. Then write for each side the sentence that draws its conclusion.",
    objective="O02.2",
    minutes=15,
    stars=3,
    button="Check my two cases",
    by_reader=True,
    fields=(
        Grid(
            name="cards",
            label="Whose diplomats would sign it?",
            rows=CARDS,
            options=WOULD_SIGN,
            help="Two of the twelve neither side would sign.",
        ),
        *(
            Text(
                name=f"link_{side}",
                label=f"{country}: from the premises to the conclusion",
                help="One sentence that its own diplomat would sign, in neutral words.",
                least_words=12,
                most_words=45,
            )
            for side, country in COUNTRIES.items()
        ),
    ),
    judge=judge_cases,
    hints=(
        "One case starts from a border drawn in peace, the other from the end of a war. Which does the card help?",
        "Before you give a card to a side, find the text that it speaks of in the lesson's table. Does the text say so?",
        "For a link, put “because” before the premise that carries most, and end with the conclusion. Then swap the sides and do it again.",
    ),
    right=(
        _cases_answer(),
        _cases_answer(
            "The victors agreed on the Kurils, the order of 1946 and the treaty of 1951 followed, so in Moscow's view nothing is left to transfer by right.",
            "The border of 1855 was agreed in peace, and nothing that Japan signed since has moved it, so in Tokyo's view the four are still Japanese.",
        ),
    ),
    wrong=(
        _cases_answer(**{_CARD_OF["X1"]: "japan"}),
        _cases_answer(**{_CARD_OF["J1"]: "russia"}),
        _cases_answer(**{_CARD_OF["J1"]: "russia", _CARD_OF["R3"]: "japan"}),
        _cases_answer(link_japan="Because Soviet forces seized the islands after Japan had accepted the terms of the Allies, the title is still with Japan and has to be confirmed."),
        _cases_answer(link_russia="Since the war had this result, the islands are part of Russia now, it holds."),
        _cases_answer(_GOOD_LINKS["link_japan"], _GOOD_LINKS["link_japan"]),
        _cases_answer(_GOOD_LINKS["link_japan"], _GOOD_LINKS["link_russia"]),
        _cases_answer(link_russia="Russia claims that the war ended with these islands outside Japan, that Japan renounced the chain, and that the title is therefore settled."),
        _cases_answer(link_japan="The border of 1855 was drawn in peace, the Kurils of 1951 are other islands, the title of Tokyo stands, says every cabinet."),
        _cases_answer(link_japan="Because islands are islands and islands are islands, islands stay islands, so the islands are islands, and islands and islands remain."),
        _cases_answer(link_japan="Because " + _PREMISES["J4"].rstrip(".") + ", therefore."),
        _cases_answer(link_japan="They are ours."),
    ),
)  # fmt: skip

_GOOD_CLAUSE = (
    "The two governments will farm the sea around the islands together. Nothing in this arrangement, and nothing done "
    "under it, shall affect the position of either side on a peace treaty. Permits are given by a joint office."
)
_GOOD_QUESTIONS = {"permits": "settled", "tax": "open", "courts": "open", "police": "open", "labour": "open"}


def _clause_answer(
    clause: str = _GOOD_CLAUSE, project: str = "aquaculture", **questions: str
) -> dict[str, Any]:
    return {"project": project, "clause": clause, "questions": _GOOD_QUESTIONS | questions}


CLAUSE = Exercise(
    id="02-3",
    title="A clause without prejudice",
    task="Choose a project. Draft a clause that lets it go ahead and harms neither side's position. Then say what it leaves open.",
    objective="O02.4",
    minutes=14,
    stars=3,
    button="Check my clause",
    by_reader=True,
    fields=(
        Choice(name="project", label="The project", options=PROJECTS),
        Text(
            name="clause",
            label="Your clause",
            help="At most 60 words. Name the sides alike, or neither.",
            least_words=15,
            most_words=60,
            lines=4,
        ),
        Grid(name="questions", label="Five legal questions", rows=LEGAL, options=SETTLED),
    ),
    judge=judge_clause,
    hints=(
        "Begin with the words that lawyers begin with: nothing in this agreement …",
        "Mention both positions in one breath, or neither. Whoever stands alone will notice.",
        "For each question ask who decides it by your words alone. If you cannot say, it is open; that is no shame.",
    ),
    right=(
        _clause_answer(),
        _clause_answer(
            "Without prejudice to the position of Russia or of Japan, one wind turbine is to be built on the islands by a company that both governments license.",
            "wind",
        ),
        _clause_answer(
            "Neither the tours nor any paper issued for them shall be taken as a recognition of the sovereignty of Russia or of Japan over the islands.",
            "tours",
            permits="open",
        ),
    ),
    wrong=(
        _clause_answer("The two governments will farm the sea around the islands together and share the profit in equal parts every year. A joint office gives permits."),
        _clause_answer("Nothing in this arrangement affects the position of either side. The greenhouses are built under Russian law, and a joint office gives the permits.", "greenhouses"),
        _clause_answer("Nothing in this arrangement affects the position of either side. The turbines stand on Japanese territory, and a joint office gives the permits.", "wind"),
        _clause_answer("Nothing in this arrangement on fishing, and no permit given under it, shall affect the position of Japan on the peace treaty or on the islands."),
        _clause_answer("Nothing in this arrangement on fishing, and no permit given under it, shall affect what anybody thinks about the islands or about a treaty."),
        _clause_answer("Nothing in this arrangement on fishing shall affect the views of either side on the return of the islands. A joint office gives the permits."),
        _clause_answer(project="tours"),
        _clause_answer(courts="settled"),
        _clause_answer("Nothing here affects the position of either side on the sea. A joint office gives permits, takes taxes, hires workers, calls the police and sits as a court.", **dict.fromkeys(LEGAL, "settled")),
        _clause_answer("Nothing is affected."),
    ),
)  # fmt: skip

DISTANCE = Exercise(
    id="02-4",
    title="A distance, in Python",
    task="Write great_circle(a, b): the shortest way over the ball from one point to another, in kilometres.",
    objective="O02.3",
    minutes=14,
    stars=3,
    core=False,
    button="Check my function",
    fields=(
        Function(
            name="great_circle",
            label="great_circle",
            signature="great_circle(a, b)",
            doc="Give the distance in km between points a and b, each (latitude, longitude) in degrees.",
            draw=_distance_cases,
        ),
    ),
    judge=judge_distance,
    hints=(
        "Check the units of the angles first.",
        "The haversine is the square of the sine of half a difference. One goes with latitude, one with longitude and two cosines.",
        "Add the two haversines, take the root, then the arc sine. That is half the angle at the centre; the radius is 6371 km.",
    ),
    right=(
        {"great_circle": _HAVERSINE},
        {"great_circle": _COSINES},
    ),
    wrong=(
        *(
            {"great_circle": _HAVERSINE.replace(old, new)}
            for old, new in (
                ("2 * 6371", "6371"),
                ("2 * 6371", "2"),
                ("6371", "6371000"),
                ("6371", "3959"),
                ("6371", "3440"),
                ("map(radians, (*a, *b))", "(*a, *b)"),
                ("cos(lat_a) * cos(lat_b) * ", ""),
                ("asin(sqrt(h))", "sqrt(h)"),
                ("(*a, *b)", "(*a[::-1], *b[::-1])"),
                ("sqrt(h)", "sqrt(h) / 0"),
                ("    return ", "    "),
                ("sqrt(h)", "h"),
            )
        ),
        {"great_circle": "def great_circle(a, b):\n    return ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 * 111.19\n"},
        {"great_circle": 42},
    ),
)  # fmt: skip

_BEYOND = "None of them counts the fishing grounds, or what the islands mean to people who were born there."


def _shares_answer(text: str = _BEYOND, **numbers: float) -> dict[str, Any]:
    return {m: round(share_1956(m), 1) for m in MEASURES} | numbers | {"beyond": text}


SHARES = Exercise(
    id="02-5",
    title="How much is two of four?",
    task="Compute the share of the two islands of 1956 by three measures, and say what none of the three counts.",
    objective="O02.3",
    minutes=10,
    stars=2,
    core=False,
    button="Check my three shares",
    by_reader=True,
    fields=(
        *(
            Number(name=measure, label=f"By {name.split(',')[0]}", unit="%", least=0, most=100)
            for measure, name in MEASURES.items()
        ),
        Text(name="beyond", label="What none of the three counts", least_words=6, most_words=50),
    ),
    judge=judge_shares,
    hints=(
        "Which islands does the declaration name? Their part goes above the line, all of them below.",
        "Use one column of the table at a time.",
        "Add the two, divide by the sum of the four, and multiply by a hundred. A whole number is near enough.",
    ),
    right=(_shares_answer(), _shares_answer(area_km2=7, people_1945=37, people_2018=17)),
    wrong=(
        _shares_answer(area_km2=50),
        _shares_answer(area_km2=0.069),
        _shares_answer(people_1945=63.5),
        _shares_answer(area_km2=36.6),
        _shares_answer(people_1945=6.0),
        _shares_answer(area_km2=12),
        _shares_answer(people_2018=20.1),
        _shares_answer("The sea."),
    ),
)

EXERCISES = (ISLANDS, CASES, CLAUSE, DISTANCE, SHARES)


# --- the map ---

_FRAME = {"west": 143.5, "east": 150.5, "south": 42.95, "north": 45.95}
_LABELS = {  # where the names stand: longitude, latitude, how they are set
    "iturup": (147.35, 45.28, "right"),
    "kunashir": (146.35, 44.12, "left"),
    "shikotan": (147.1, 43.72, "left"),
    "habomai": (146.55, 43.27, "left"),
}


def outlines() -> dict[str, list[tuple[float, float]]]:
    """The corners of each coast of the two maps as ``(latitude, longitude)``, by id."""
    features = [
        feature
        for name in ("islands.geojson", "coast.geojson")
        for feature in json.loads(data.path(name).read_text(encoding="utf-8"))["features"]
    ]
    return {one["properties"]["id"]: geodesy.outline(one["geometry"]) for one in features}


def gap_to_hokkaido(island: str) -> geodesy.Gap:
    """The shortest gap between the drawn coasts of an island and of Hokkaido, in km, and its two ends."""
    coasts = outlines()
    return geodesy.nearest(coasts["hokkaido"], coasts[island])


_COASTS = outlines()
_GAPS = {row["id"]: geodesy.nearest(_COASTS["hokkaido"], _COASTS[row["id"]]) for row in _ISLANDS}


def _plain_map(height: float) -> Axes:
    ax = base_map(new_axes(height=height), **_FRAME)
    for row in _ISLANDS:
        _add_island(ax, row["id"], facecolor="none", linewidth=1.1, hatch=".." if row["article_9"] else "")
    ax.text(143.75, 43.55, "Hokkaido", fontsize=12, color=INK)
    ax.text(144.2, 45.3, "Sea of Okhotsk", fontsize=11, color=QUIET, style="italic")
    ax.text(148.3, 43.5, "Pacific Ocean", fontsize=11, color=QUIET, style="italic")
    ax.text(149.45, 45.62, "Urup\nUruppu", fontsize=11, color=QUIET, ha="right", va="bottom", linespacing=1.1)
    return ax


def _add_island(ax: Axes, island: str, **look: Any) -> None:
    """Draw the coast of one island: one path for all its parts, since each hatched patch takes milliseconds."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    path = Path.make_compound_path(*(Path(ring, closed=True) for ring in _RINGS[island]))
    ax.add_patch(PathPatch(path, edgecolor=INK, **look))


_RINGS = rings("islands.geojson")
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
_NOTE = "Administered by Russia, claimed by Japan; no agreed boundary. Dotted: named in Article 9 of 1956"
_MAP_SOURCE = f"GSHHG coastlines, data/islands.csv. {_NOTE}"


def draw_map(chosen: str | None = None) -> Axes:
    """The four islands with both names in equal type; one may stand out. No line is drawn on the sea."""
    ax = _plain_map(5.2)
    for name, (lon, lat, side) in _LABELS.items():
        bold = "bold" if name == chosen else "normal"
        ax.text(
            lon,
            lat,
            NAMES[name].replace("/", "\n"),
            ha=side,
            va="center",
            fontsize=12.5,
            fontweight=bold,
            linespacing=1.1,
        )
    if chosen:
        dots = ".." if _row(chosen)["article_9"] else ""
        _add_island(ax, chosen, facecolor="#f0e442", linewidth=1.1 if dots else 2.2, hatch=dots)
        gap = _GAPS[chosen]
        ax.plot(
            [gap.start[1], gap.end[1]], [gap.start[0], gap.end[0]], color=INK, linewidth=1.6, linestyle=":"
        )
        ax.text(
            gap.start[1] - 0.3,
            gap.start[0],
            f"{gap.km:.0f} km",
            ha="right",
            va="center",
            fontsize=12,
            bbox=_PAPER,
        )
    headline(ax, map_finding(chosen), _MAP_SOURCE, columns=62, inside=True)
    return ax


def map_finding(chosen: str | None = None) -> str:
    """What the map shows, of all four or of one island, as a sentence."""
    if chosen:
        row = _row(chosen)
        word = "named" if row["article_9"] else "not named"
        return f"{NAMES[chosen]}: {_thousands(row['area_km2'])} sq. km, {word} in Article 9"
    named = [row for row in _ISLANDS if row["article_9"]]
    least = sorted(_ISLANDS, key=lambda row: row["area_km2"])[: len(named)]
    assert {row["id"] for row in named} == {row["id"] for row in least}, "the finding no longer holds"
    return "Of four islands the declaration of 1956 names two: those with the least land"


def _row(island: str) -> Mapping[str, Any]:
    return next(row for row in _ISLANDS if row["id"] == island)


def _thousands(number: float) -> str:
    return f"{number:,.0f}"


def map_words(chosen: str | None = None) -> str:
    """The map in words: where the four lie, or the facts of the chosen one."""
    if not chosen:
        return (
            "A map of the sea north-east of Hokkaido. Kunashir/Kunashiri lies close to Hokkaido, Iturup/Etorofu beyond it to the "
            "north-east. Shikotan lies alone to the south-east, and the Habomai group begins just off Hokkaido's eastern cape. "
            "No boundary is drawn. Shikotan and the Habomai are dotted: the declaration of 1956 names them."
        )
    row = _row(chosen)
    then, now = _thousands(row["people_1945"]), _thousands(row["people_2018"])
    return (
        f"{map_finding(chosen)}. Inhabitants: {then} in August 1945, {now} in January 2018. The shortest gap to Hokkaido between the "
        f"coasts on this map: {_GAPS[chosen].km:.0f} km. Administered by Russia, claimed by Japan; no boundary is agreed, and none is drawn."
    )


def _island_table(values: Mapping[str, Any]) -> data.Table:
    return islands()


MAP = Explorer(
    id="02-map",
    title="Four islands",
    task="Choose an island. What changes, and what is the same for all four?",
    controls=(Choice(name="island", label="The island", options=NAMES),),
    start={"island": "iturup"},
    draw=lambda values: draw_map(values["island"]),
    words=lambda values: map_words(values["island"]),
    table=_island_table,
)


def draw_letters() -> Axes:
    """The map without names: a letter beside each island, for the first exercise. Nothing is dotted."""
    ax = base_map(new_axes(height=5.0), **_FRAME)
    for letter, island in LETTERS.items():
        lon, lat, side = _LABELS[island]
        ax.text(lon, lat, letter, ha=side, va="center", fontsize=20, fontweight="bold")
    ax.text(143.75, 43.55, "Hokkaido", fontsize=12, color=INK)
    headline(
        ax,
        "Four letters for four islands: which is which?",
        "GSHHG coastlines. No boundary is drawn, since none is agreed",
    )
    return ax


def letters_words() -> str:
    """The map of `draw_letters` in words, without the names."""
    return (
        "A map of the sea north-east of Hokkaido with four letters. B is the largest island and the furthest to the north-east. "
        "D is long and lies between Hokkaido and B. A is a small island that lies alone to the south-east. "
        "C is a string of islets that begins just off Hokkaido's eastern cape."
    )


# --- areas and inhabitants ---


def draw_shares() -> Axes:
    """The four islands as parts of a whole, by three measures; the two that 1956 names are dotted."""
    ax = new_axes(height=3.9)
    order = [row["id"] for row in _ISLANDS if not row["article_9"]] + ["shikotan", "habomai"]
    tones = dict(zip(order, ("#8f8f8f", "#bdbdbd", "#f0e442", "#fff8c9")))
    for n, (measure, name) in enumerate(MEASURES.items()):
        total, left = sum(row[measure] for row in _ISLANDS), 0.0
        for island in order:
            width = 100 * _row(island)[measure] / total
            ax.barh(n, width, left=left, height=0.52, color=tones[island], edgecolor=INK, linewidth=0.8,
                    hatch=".." if _row(island)["article_9"] else "", label=NAMES[island] if n == 0 else None)  # fmt: skip
            left += width
        ax.text(
            -2,
            n,
            f"{name.split(',')[0]}\n{_thousands(total)}{' sq. km' if measure == 'area_km2' else ''}",
            ha="right",
            va="center",
            fontsize=12,
        )
        ax.text(
            101.5, n, f"{share_1956(measure):.0f} %", ha="left", va="center", fontsize=14, fontweight="bold"
        )
    ax.text(101.5, -0.62, "dotted:", ha="left", va="center", fontsize=11.5)
    ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.2),
        ncols=4,
        frameon=False,
        fontsize=11.5,
        columnspacing=1.2,
        handletextpad=0.5,
    )
    ax.set(xlim=(-46, 116), ylim=(2.5, -0.8), yticks=[], xlabel="Share of the four, per cent")
    ax.set_xticks([0, 25, 50, 75, 100])
    ax.spines["left"].set_visible(False)
    headline(
        ax,
        shares_finding(),
        "pages of Japan, data/islands.csv (areas are rounded); dotted: named in Article 9 of 1956",
    )
    return ax


def shares_finding() -> str:
    land, then, now = (share_1956(measure) for measure in MEASURES)
    return (
        f"Two of four: {land:.0f} % of the land, {then:.0f} % of the people of 1945, {now:.0f} % of today's"
    )


def shares_words() -> str:
    parts = []
    for measure, name in MEASURES.items():
        total = sum(row[measure] for row in _ISLANDS)
        shares = ", ".join(f"{NAMES[r['id']]} {100 * r[measure] / total:.0f}" for r in _ISLANDS)
        parts.append(f"{name.split(',')[0].capitalize()}: {shares}")
    return f"Three bars of per cents, one a measure. {'. '.join(parts)}. Shikotan and the Habomai, which 1956 names, are dotted."


# --- what was signed ---


def _cited_by(side: str) -> set[str]:
    """The instruments that the premises of one side rest on."""
    return {i for row in _ARGUMENTS if row["side"] == side for i in row["evidence"]}


def draw_instruments() -> Axes:
    """The instruments as a list in time; beside each a mark for every case that cites it, on its own side."""
    ax = new_axes(height=7.6)
    for n, row in enumerate(_INSTRUMENTS):
        both = all(row["id"] in _cited_by(side) for side in COUNTRIES)
        ax.text(
            0,
            n,
            f"{row['date'].year}  {_short(row['name'])}",
            va="center",
            fontsize=12,
            fontweight="bold" if both else "normal",
        )
        for side, x in _CASE_AT.items():
            if row["id"] in _cited_by(side):
                ax.scatter(
                    x, n, s=120, marker=_MARKS[side], color=SIDES[side]["color"], edgecolor=INK, zorder=2
                )
            else:
                ax.plot([x - 0.08, x + 0.08], [n, n], color="#bdbdbd", linewidth=1.5)
    for side, x in _CASE_AT.items():
        ax.text(
            x, -1.1, f"in {COUNTRIES[side]}'s\ncase", ha="center", va="center", fontsize=12, fontweight="bold"
        )
    ax.set(xlim=(-0.05, 8.6), ylim=(len(_INSTRUMENTS) - 0.4, -1.8), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    headline(
        ax,
        instruments_finding(),
        "data/instruments.csv and data/arguments.csv, with a page for each; bold: in both cases",
    )
    return ax


_CASE_AT, _MARKS = {"russia": 6.6, "japan": 8.0}, {"russia": "o", "japan": "s"}


def draw_reading(chosen: str) -> Axes:
    """One instrument: where it stands in the order of time, and how each side reads it, in equal columns."""
    ax = new_axes(height=4.2)
    ax.axhline(0, color=QUIET, linewidth=1.2, zorder=1)
    last = len(_INSTRUMENTS) - 1
    here = next(n for n, row in enumerate(_INSTRUMENTS) if row["id"] == chosen)
    ax.scatter(
        range(last + 1), [0] * (last + 1), s=40, facecolor="white", edgecolor=INK, linewidth=1.4, zorder=2
    )
    ax.scatter(here, 0, s=170, marker="D", facecolor="#f0e442", edgecolor=INK, linewidth=1.4, zorder=3)
    year = [str(row["date"].year) for row in _INSTRUMENTS]
    ax.text(here, 0.45, year[here], ha="center", va="bottom", fontsize=12, fontweight="bold")
    for n in {0, last} - {here}:
        ax.text(n, -0.3, year[n], ha="center", va="top", fontsize=12)
    row = next(r for r in _INSTRUMENTS if r["id"] == chosen)
    for x, side in ((-0.7, "russia"), (10.9, "japan")):
        ax.scatter(x + 0.25, -1.25, s=110, marker=_MARKS[side], color=SIDES[side]["color"], edgecolor=INK)
        ax.text(x + 0.8, -1.25, f"{CAPITALS[side]} reads", va="center", fontsize=12.5, fontweight="bold")
        ax.text(x, -1.75, textwrap.fill(row[f"{side}_reads"], 43), va="top", fontsize=12, linespacing=1.3)
    ax.set(xlim=(-0.9, len(_INSTRUMENTS) - 0.1), ylim=(-4.2, 1.3), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    headline(
        ax,
        f"{row['name']}: one text, two readings",
        "data/instruments.csv; a mark for each of the texts, in order of time",
    )
    return ax


CAPITALS = {"russia": "Moscow", "japan": "Tokyo"}


def instruments_finding() -> str:
    both = len(_cited_by("russia") & _cited_by("japan"))
    return f"{both} of {len(_INSTRUMENTS)} texts stand in both cases: one paper, two readings"


def instruments_words() -> str:
    cited = {side: _cited_by(side) for side in COUNTRIES}
    both = cited["russia"] & cited["japan"]
    names = [f"{_short(row['name'])} ({row['date'].year})" for row in _INSTRUMENTS if row["id"] in both]
    return (
        f"A list of {len(_INSTRUMENTS)} texts from 1855 to 2016, most of them between 1941 and 1956. A mark shows which case cites a text: "
        f"Russia's case {len(cited['russia'])} of them, Japan's {len(cited['japan'])}. In both: {', '.join(names)}."
    )


def _short(name: str) -> str:
    return name.split(",")[0].replace(" of Japan and the USSR", "")


def reading_words(chosen: str) -> str:
    """One instrument as each side reads it."""
    row = next(r for r in _INSTRUMENTS if r["id"] == chosen)
    return f"{row['name']}, {row['date'].year}. Moscow reads: {row['russia_reads']} Tokyo reads: {row['japan_reads']}"


def instruments() -> data.Table:
    """All instruments with what they say and how each side reads them, the oldest first."""
    return data.read("instruments").select("date", "name", "says", "russia_reads", "japan_reads", "status")


def _one_instrument(values: Mapping[str, Any]) -> data.Table:
    chosen = values["instrument"]
    columns = ("name", "parties", "says", "russia_reads", "japan_reads", "status", "note")
    return data.read("instruments").select(*columns, where=lambda row: row["id"] == chosen)


READING = Explorer(
    id="02-reading",
    title="One text, two readings",
    task="Choose a text. Read both readings, then ask what the text itself says: it stands in the table below.",
    controls=(
        Choice(
            name="instrument",
            label="The text",
            options={row["id"]: f"{row['date'].year} · {row['name']}" for row in _INSTRUMENTS},
        ),
    ),
    start={"instrument": "1951-san-francisco"},
    draw=lambda values: draw_reading(values["instrument"]),
    words=lambda values: reading_words(values["instrument"]),
    table=_one_instrument,
)


# --- two cases ---


def draw_cases() -> Axes:
    """Two cases side by side, five premises each in boxes of one size, down to two conclusions."""
    from matplotlib.patches import FancyBboxPatch

    ax = new_axes(height=9.6)
    for x, side in ((0.0, "russia"), (1.04, "japan")):
        look = SIDES[side]
        premises = [row for row in _ARGUMENTS if row["side"] == side]
        ax.text(
            x + 0.5,
            6.12,
            f"{COUNTRIES[side]}'s case",
            ha="center",
            va="bottom",
            fontsize=14,
            fontweight="bold",
        )
        for n, row in enumerate(premises):
            y = 5 - n
            ax.add_patch(FancyBboxPatch((x + 0.02, y + 0.08), 0.96, 0.84, boxstyle="round,pad=0.0,rounding_size=0.03",
                                        facecolor="white", edgecolor=look["color"], linewidth=2))  # fmt: skip
            ax.text(
                x + 0.05,
                y + 0.5,
                textwrap.fill(row["premise"], 40),
                va="center",
                fontsize=11.3,
                linespacing=1.22,
            )
        ax.add_patch(FancyBboxPatch((x + 0.02, 0.28), 0.96, 0.6, boxstyle="round,pad=0.0,rounding_size=0.03",
                                    facecolor="#efefef", edgecolor=INK, linewidth=2))  # fmt: skip
        ax.text(
            x + 0.5,
            0.58,
            textwrap.fill(CONCLUSIONS[side], 36),
            ha="center",
            va="center",
            fontsize=12,
            fontweight="bold",
        )
    ax.set(xlim=(0, 2.04), ylim=(0.2, 6.5), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    headline(
        ax,
        cases_finding(),
        "ministers as agencies report them, government pages, papers of the time; data/arguments.csv",
    )
    return ax


CONCLUSIONS = {
    "russia": "So the islands are part of Russia, and a treaty has to say so.",
    "japan": "So the islands are part of Japan, and a treaty has to say so.",
}


def cases_finding() -> str:
    premises = {side: [row["premise"] for row in _ARGUMENTS if row["side"] == side] for side in COUNTRIES}
    words = {side: sum(map(count_words, some)) for side, some in premises.items()}
    return (
        f"Two cases, {len(premises['russia'])} premises each, in {words['russia']} and {words['japan']} words: "
        "the conclusions differ by one name"
    )


def cases_words() -> str:
    return (
        "Two columns of five boxes each, of equal size. On the left Russia's case: the war and its result, the renunciation of 1951, "
        "Yalta and the order of 1946, administration since 1946, the declaration of 1956. On the right Japan's: the border of 1855, "
        "the Kurils of the treaties, the pact of 1941, the limits of Yalta, the texts that Moscow signed. Each column ends in a conclusion."
    )


def counters() -> data.Table:
    """Both cases with the strongest counter beside each premise, Russia's first."""
    table = data.read("arguments")
    table.sort(key=lambda row: (row["side"] != "russia", row["order"]))
    for row in table:
        row["side"] = COUNTRIES[row["side"]]
    return table.select("side", "premise", "strongest_counter", "status")


# --- projects and people ---


def projects() -> data.Table:
    """The five projects in the words of each side."""
    return data.read("projects").select(
        "label", "russia_wording", "russia_original", "japan_wording", "japan_original", "note"
    )


def legal_questions() -> data.Table:
    """The five questions, and what an answer by either law would seem to admit (a module assumption)."""
    return data.read("legal_questions").select(
        "question", "if_russian_law", "if_japanese_law", "known", "status"
    )


def people() -> data.Table:
    """Seven groups with interests, on both sides: what they ask and what they fear."""
    return data.read("people_with_interests").select("group", "country", "asks", "fears", "note")


# --- settlements (stretch) ---

FATES = {
    "russia_administers": ("Russia", MOSCOW, "//"),
    "shared": ("both together", "#ffffff", "xx"),
    "left_open": ("left open", "#ffffff", ""),
    "split": ("divided", "#d9d9d9", "||"),
    "japan_administers": ("Japan", TOKYO, ".."),
}


def outcome(option: str, measure: str) -> dict[str, float]:
    """Per cent of the four under each administration in a settlement, by a column of ``data/islands.csv``.

    A divided island counts as divided, but for the option that halves the land by its own definition: nobody has
    said where its line would run, so its inhabitants cannot be shared out.
    """
    row = next(r for r in _OPTIONS if r["id"] == option)
    values = {r["id"]: r[measure] for r in _ISLANDS}
    total = sum(values.values())
    shares = {fate: 100 * sum(values[i] for i in row[fate]) / total for fate in FATES}
    if row["share_basis"] == "by definition" and measure == "area_km2":
        return dict.fromkeys(FATES, 0.0) | {"japan_administers": 50.0, "russia_administers": 50.0}
    return shares


def draw_settlement(values: Mapping[str, Any]) -> Axes:
    """One settlement by three measures, and the module's guess how acceptable it is to each side."""
    ax = new_axes(height=4.6)
    option = values["option"]
    for n, (measure, name) in enumerate(MEASURES.items()):
        left = 0.0
        for fate, share in outcome(option, measure).items():
            label, color, hatch = FATES[fate]
            if share > 0:
                ax.barh(
                    n,
                    share,
                    left=left,
                    height=0.5,
                    color=color,
                    hatch=hatch,
                    edgecolor="white" if fate == "russia_administers" else INK,
                    linewidth=0.8,
                )
                if share > 12:
                    box = {"facecolor": "white", "edgecolor": "none", "pad": 2, "alpha": 0.95}
                    ax.text(
                        left + share / 2,
                        n,
                        f"{label} {share:.0f}",
                        ha="center",
                        va="center",
                        fontsize=12,
                        bbox=box,
                    )
            left += share
        ax.text(-2, n, name.split(",")[0], ha="right", va="center", fontsize=12)
    for x, side in ((-46, "russia"), (36, "japan")):
        row = _ACCEPTABILITY[option, side]
        words = f"{COUNTRIES[side]} {row['acceptability']} of 4: {row['reason']}"
        ax.text(x, 3.05, textwrap.fill(words, 42), ha="left", va="center", fontsize=11.5)
    ax.text(
        -46,
        2.55,
        "How acceptable? Our guess, a module assumption:",
        ha="left",
        va="center",
        fontsize=11.5,
        fontweight="bold",
    )
    ax.set(xlim=(-47, 103), ylim=(3.5, -0.5), yticks=[])
    ax.set_xticks([0, 25, 50, 75, 100])
    ax.set_xlabel("Per cent of the four islands, by who would administer")
    ax.spines["left"].set_visible(False)
    headline(
        ax,
        settlement_finding(option),
        "data/settlement_options.csv, islands.csv; data/acceptability.csv (a module assumption)",
        inside=True,
    )
    return ax


def settlement_finding(option: str) -> str:
    """Who would administer how much by each measure, as a sentence."""
    found = [outcome(option, measure) for measure in MEASURES]
    end = " in the end" if option in ("kawana", "long-transition") else ""
    if all(round(shares["shared"]) == 100 for shares in found):
        return "Both would administer all four together, by any measure"
    if all(round(shares["left_open"]) == 100 for shares in found):
        return "Who would administer the four is left open"
    if all(round(shares["russia_administers"]) == 100 for shares in found):
        return "Russia would administer all four, by any measure"
    if all(round(shares["japan_administers"]) == 100 for shares in found):
        return f"Japan would administer all four{end}, by any measure"
    land, then, now = (
        f"{'at least ' if shares['split'] else ''}{shares['japan_administers']:.0f} %" for shares in found
    )
    rest = "; the rest is left open" if found[0]["left_open"] else ""
    return f"Japan would administer {land} of the land, {then} by the people of 1945, {now} by today's{rest}"


def settlement_words(values: Mapping[str, Any]) -> str:
    row = next(r for r in _OPTIONS if r["id"] == values["option"])
    codes = ", ".join(
        f"{COUNTRIES[side]} {_ACCEPTABILITY[row['id'], side]['acceptability']} of 4" for side in COUNTRIES
    )
    return f"{row['option']}. {settlement_finding(row['id'])}. Acceptability, our own guess: {codes}. {row['historical_response']}"


def _one_option(values: Mapping[str, Any]) -> data.Table:
    columns = (
        "option",
        "raised_by",
        "date",
        "historical_response",
        "share_of_area_to_japan",
        "status",
        "note",
    )
    return data.read("settlement_options").select(*columns, where=lambda row: row["id"] == values["option"])


SETTLEMENT = Explorer(
    id="02-settlement",
    title="Who would administer how much?",
    task="Choose a way to go on that somebody has raised. Does the answer depend on what you measure?",
    controls=(
        Choice(name="option", label="The settlement", options={row["id"]: row["option"] for row in _OPTIONS}),
    ),
    start={"option": "two-islands"},
    draw=draw_settlement,
    words=settlement_words,
    table=_one_option,
)

EXPLORERS = (MAP, READING, SETTLEMENT)


# --- the two publics (stretch) ---

PAIR = ("hokkaido-2016-russia", "hokkaido-2016-hokkaido")
_ANSWERS = (  # from all to none
    "all four to Japan",
    "three islands and an end",
    "two islands first, talks on the others",
    "two islands and an end",
    "joint administration",
    "no island to Japan",
)


def draw_polls() -> Axes:
    """One question, put in Russia and in Hokkaido in one month: the answers of each as bars."""
    from matplotlib.patches import Rectangle

    rows = [row for row in data.read("polls") if row["poll"] in PAIR]
    answers = [a for a in _ANSWERS if any(_answer(row) == a for row in rows)]
    ax = new_axes(height=4.4)
    for n, answer in enumerate(answers):
        for poll, shift in zip(PAIR, (-0.19, 0.19)):
            look = SIDES["russia" if poll == PAIR[0] else "japan"]
            value = next((r["per_cent"] for r in rows if r["poll"] == poll and _answer(r) == answer), None)
            if value is None:
                ax.text(1, n + shift, "not in the report", va="center", fontsize=11, color=QUIET)
            else:
                ax.barh(
                    n + shift,
                    value,
                    height=0.36,
                    color=look["color"],
                    hatch=look["hatch"],
                    edgecolor=look["ink"],
                    linewidth=0,
                )
                ax.text(value + 1, n + shift, f"{value:g}", va="center", fontsize=12)
        ax.text(-1.5, n, textwrap.fill(answer, 24), ha="right", va="center", fontsize=11.5)
    for poll, name in zip(PAIR, ("people of Russia", "people of Hokkaido")):
        look = SIDES["russia" if poll == PAIR[0] else "japan"]
        ax.add_patch(
            Rectangle(
                (0, -9), 0, 0, facecolor=look["color"], hatch=look["hatch"], edgecolor=look["ink"], label=name
            )
        )
    ax.legend(loc="upper right", frameon=False, fontsize=12)
    ax.set(xlim=(-40, 76), ylim=(len(answers) - 0.4, -0.6), yticks=[])
    ax.set_xticks([0, 25, 50, 75])
    ax.set_xlabel("Per cent of answers to “Which settlement is best?”")
    ax.spines["left"].set_visible(False)
    headline(
        ax,
        polls_finding(rows),
        "Hokkaido Shimbun, September 2016, as a politician retold it (read in part); samples not given. data/polls.csv",
    )
    return ax


def _answer(row: Mapping[str, Any]) -> str:
    return {"joint administration of all four": "joint administration"}.get(row["option"], row["option"])


def polls_finding(rows: list[Mapping[str, Any]]) -> str:
    first = {poll: max((r for r in rows if r["poll"] == poll), key=lambda r: r["per_cent"]) for poll in PAIR}
    return (
        f"One question, two publics: {first[PAIR[0]]['per_cent']:g} % in Russia say “{first[PAIR[0]]['option']}”, "
        f"{first[PAIR[1]]['per_cent']:g} % in Hokkaido “two islands first”"
    )


def polls_words() -> str:
    rows = [row for row in data.read("polls") if row["poll"] in PAIR]
    parts = [
        f"{name}: " + ", ".join(f"{_answer(r)} {r['per_cent']:g}" for r in rows if r["poll"] == poll)
        for poll, name in zip(PAIR, ("People of Russia", "People of Hokkaido"))
    ]
    return f"Bars for the answers to one question of September 2016, in per cent. {'. '.join(parts)}. Samples are not given."


def polls() -> data.Table:
    """Every poll with its wording, who was asked, how many, and when."""
    return data.read("polls").select(
        "country", "pollster", "who", "n", "fieldwork", "question", "option", "per_cent", "status", "note"
    )


def glossary() -> data.Table:
    """The words of this lesson, each in a line."""
    return data.read("glossary").select("term", "definition", where=lambda row: row["lesson"] == LESSON.stem)
