"""Where words were in print first: shared runs of words, dated matches, and a conclusion worked out from the table.

Documents and matches are rows as of the tables ``documents`` and ``matches``: plain dicts, dates as
``datetime.date``. A match says how a document stands to a sentence of the article:

``exact`` the words; ``close`` nearly the words; ``other_words`` the point, said otherwise; ``not_in_it`` the document
was read and does not have it; ``not_seen`` the part that could be read does not have it, which says nothing of the
rest and is never counted as absent.

The wording of ``finding`` and ``overall`` follows the rows. One more record, with the words in it, and they say
something else. They tell what was found where. They do not say why, and impute nothing to anybody.
"""

import calendar
import difflib
import re
from datetime import date
from typing import NamedTuple

from parley.article import normalise

#: How a document may stand to a sentence, the most telling first.
KINDS = ("exact", "close", "other_words", "not_in_it", "not_seen")
#: The kinds that are the words themselves, or nearly.
SAME_WORDS = ("exact", "close")

#: The ``status`` of a row that a reader added.
OWN = "YOUR OWN ROW"

#: The article itself, which is no record of the day: rows of it are left out.
ARTICLE = "valdai-article"

#: British spellings that a run of words may meet in American dress: ``alike`` of ``longest_common_run``.
SPELLINGS = {"defense": "defence", "defenses": "defences", "neighboring": "neighbouring", "center": "centre"}


class Run(NamedTuple):
    """Words that two texts share in a row: as normalised text, and how many."""

    text: str
    length: int


class Meeting(NamedTuple):
    """The day and the place to which the article gives the words."""

    day: date
    place: str


MEETING = Meeting(date(2018, 3, 21), "Tokyo")


class Match(NamedTuple):
    """One document and one sentence.

    ``kind`` is one of ``KINDS``; ``spoken`` the day of the event that the document is of, or its own day where no
    event is named; ``precision`` how much of ``spoken`` is known (day, month or year); ``place`` where the event
    was; ``printed`` the document's day; ``read`` full or part; ``own`` whether a reader added it.
    """

    sentence: str
    document: str
    kind: str
    publisher: str
    spoken: date
    precision: str
    place: str
    printed: date
    text_kind: str
    read: str
    words: str
    own: bool

    @property
    def surely_by(self):
        """The last day on which it can have been spoken, as far as the date is known."""
        year, month = self.spoken.year, self.spoken.month
        if self.precision == "year":
            return date(year, 12, 31)
        if self.precision == "month":
            return date(year, month, calendar.monthrange(year, month)[1])
        return self.spoken


class Lane(NamedTuple):
    """One sentence on a time axis: the day to which the article gives it, and a ``Match`` for each document."""

    sentence: str
    article: date
    marks: tuple


class Standing(NamedTuple):
    """What the table says of one sentence.

    ``earlier`` is the earliest match in the same words before the meeting, ``None`` where there is none;
    ``on_the_day`` those in the same words in records of the meeting's day, the best first; ``otherwise`` the
    matches in other words, of the day or before, in order. ``without`` are the records of the day that were read
    in full and do not have the words, ``unseen`` those of which a part was read and nothing seen. A document
    dated too vaguely to be before the meeting or of its day counts nowhere.
    """

    sentence: str
    earlier: Match | None
    on_the_day: tuple
    otherwise: tuple
    without: tuple
    unseen: tuple


# --- words ---


def words_of(text):
    """The words of a text, normalised as sentences of the article are (``parley.article.normalise``), a list.

    Quotation marks, dashes and full stops fall away. A language that puts no spaces between words (Japanese,
    Chinese) comes out as long pieces: do not compare such texts by this.
    """
    return re.findall(r"[\w']+", normalise(text))


def longest_common_run(a, b, alike=None):
    """The longest run of words that both texts have in a row: ``Run(text, length)``, the first of equals in ``a``.

    ``alike`` is ``{word: word to take it for}``, such as ``SPELLINGS``. Texts with nothing in common give
    ``Run("", 0)``.

    The search is that of ``difflib.SequenceMatcher``. A long run is hard to explain without a common source; a
    short one, such as a minister's name and office, is not. Which text came first, only dates tell.
    """
    alike = alike or {}
    one, other = ([alike.get(word, word) for word in words_of(text)] for text in (a, b))
    block = difflib.SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return Run(" ".join(one[block.a : block.a + block.size]), block.size)


# --- dated matches ---


def dated(matches, documents, sentence=None):
    """Every match joined with its document, a tuple of ``Match`` in order of day, without the article itself.

    Of two rows for one document and one sentence the more telling one holds. ``sentence`` leaves out all others.

    Raises ``ValueError`` for a match with a document that is not there, or of an unknown kind.
    """
    known = {row["id"]: row for row in documents}
    best = {}
    for row in matches:
        if row["match"] not in KINDS:
            raise ValueError(
                f"{row['document']}, {row['sentence']}: {row['match']!r} is none of {', '.join(KINDS)}"
            )
        if row["document"] not in known:
            raise ValueError(f"a match names the document {row['document']!r}, which is not in the table")
        found = _joined(row, known[row["document"]])
        if ARTICLE in (found.document, known[found.document].get("source")):
            continue
        if sentence is not None and found.sentence != sentence:
            continue
        before = best.get((found.document, found.sentence))
        if before is None or KINDS.index(found.kind) < KINDS.index(before.kind):
            best[found.document, found.sentence] = found
    return tuple(sorted(best.values(), key=_order))


def earliest_match(matches, documents, sentence, kinds=SAME_WORDS):
    """The earliest ``Match`` of a sentence among these kinds, or ``None``.

    Earliest is by the day on which the words were spoken; where only the month or the year of it is known, its
    last day counts, so that nothing is called earlier than it surely was. Among those of one day the more exact
    comes first, then the one printed first.
    """
    return next((match for match in dated(matches, documents, sentence) if match.kind in kinds), None)


def time_axis(matches, documents, meeting=MEETING):
    """A tuple of ``Lane``, one for each sentence that has a row, in reading order, to draw.

    A mark of the kind ``not_in_it`` or ``not_seen`` is a place where somebody looked, not a place where the words
    are: draw it hollow, and the two differently.
    """
    found = dated(matches, documents)
    names = sorted({match.sentence for match in found}, key=_reading_order)
    return tuple(
        Lane(name, meeting.day, tuple(match for match in found if match.sentence == name)) for name in names
    )


# --- what follows from them ---


def standing(sentence, matches, documents, meeting=MEETING):
    """The ``Standing`` of one sentence."""
    found = dated(matches, documents, sentence)
    before = [match for match in found if match.surely_by < meeting.day]
    of_the_day = [match for match in found if match.spoken == meeting.day and match.precision == "day"]
    same_before = [match for match in before if match.kind in SAME_WORDS]
    same_of_the_day = [match for match in of_the_day if match.kind in SAME_WORDS]
    missing = [match for match in of_the_day if match.kind not in SAME_WORDS]
    return Standing(
        sentence,
        same_before[0] if same_before else None,
        tuple(same_of_the_day),
        tuple(match for match in (*before, *of_the_day) if match.kind == "other_words"),
        tuple(match for match in missing if match.read == "full" and match.kind != "not_seen"),
        tuple(match for match in missing if match.read != "full" or match.kind == "not_seen"),
    )


def finding(sentence, matches, documents, meeting=MEETING):
    """What the table says of one sentence, one or two sentences of English that begin with its id."""
    stands, day = standing(sentence, matches, documents, meeting), _day(meeting.day)
    if not dated(matches, documents, sentence):
        return f"{sentence}: nobody has looked for it yet."
    earlier, here = stands.earlier, stands.on_the_day
    other_here = [match for match in stands.otherwise if match.spoken == meeting.day]
    other_before = [match for match in stands.otherwise if match.spoken != meeting.day]
    if earlier and here:
        before = f"{_told(earlier)} {_how(earlier)} {_from(earlier)}, {_ago(earlier, meeting)}"
        return f"{sentence}: {before}. They are also in {_record(here[0], meeting)}: {_again(here[0])}."
    if earlier:
        nearly = "words" if earlier.kind == "exact" else "words close to those"
        told = f"{nearly} that {_told(earlier)} {_from(earlier)}, {_ago(earlier, meeting)}"
        said = f"{sentence}: the article attributes to the {meeting.place} meeting {told}."
        if other_here:
            return (
                f"{said} {_record(other_here[0], meeting)}, has the point in other words; "
                f"these words we have not found in the records of {day} that we could read{_counts(stands)}."
            )
        if not stands.without and not stands.unseen:
            return f"{said} No record of {day} has been read for them."
        return f"{said} We have not found them in the records of {day} that we could read{_counts(stands)}."
    if here:
        words = "the words are" if here[0].kind == "exact" else "nearly these words are"
        said = f"{sentence}: {words} in {_record(here[0], meeting)}."
        if other_before:
            point = other_before[0]
            return f"{said} {_told(point)} the point, in other words, {_from(point)}, {_ago(point, meeting)}."
        return f"{said} We have found nothing earlier."
    if other_here:
        return (
            f"{sentence}: {_record(other_here[0], meeting)}, has the point in other words. These words we have "
            f"not found in the records that we could read{_counts(stands, day)}."
        )
    if other_before:
        point = other_before[0]
        said = (
            f"{sentence}: {_told(point)} the point, in other words, {_from(point)}, {_ago(point, meeting)}."
        )
        if not stands.without and not stands.unseen:
            return f"{said} No record of {day} has been read for it."
        return f"{said} We have not found it in the records of {day} that we could read{_counts(stands)}."
    return f"{sentence}: we have not found it in the records that we could read{_counts(stands, day)}."


def overall(matches, documents, meeting=MEETING, reporters="agencies"):
    """The conclusion over all sentences of the table, as one to three sentences of English.

    Sentences whose words were in print before the meeting, and are in no record of its day that was read, are named
    with where and how much earlier. Those that are also in a record of the day are named as repeated.
    ``reporters`` is what to call two publishers or more; a single one is called by its name.
    """
    names = [lane.sentence for lane in time_axis(matches, documents, meeting)]
    all_stand = [standing(name, matches, documents, meeting) for name in names]
    moved = [stands for stands in all_stand if stands.earlier and not stands.on_the_day]
    again = [stands for stands in all_stand if stands.earlier and stands.on_the_day]
    said = []
    if moved:
        told = ", and ".join(
            f"words that {_reporters(group, matches, documents, reporters)} {_from(group[0].earlier, short=True)} "
            f"{_span(group[0].earlier.surely_by, meeting.day)} earlier ({_ids(group)})"
            for group in _by_event(moved)
        )
        everyone = Standing(
            "",
            None,
            (),
            (),
            tuple({match.document: match for stands in moved for match in stands.without}.values()),
            tuple({match.document: match for stands in moved for match in stands.unseen}.values()),
        )
        not_found = (
            f"we have not found them in the records of {_day(meeting.day)} that we could read{_counts(everyone)}"
            if everyone.without or everyone.unseen
            else f"no record of {_day(meeting.day)} has been read for them"
        )
        said.append(f"The article attributes to the {meeting.place} meeting {told}; {not_found}.")
    for group in _by_event(again):
        where = _record(group[0].on_the_day[0], meeting)
        others = " and others" if len({one.on_the_day[0].document for one in group}) > 1 else ""
        said.append(
            f"The words of {_ids(group)}, which {_reporters(group, matches, documents, reporters)} "
            f"{_from(group[0].earlier, short=True)} {_span(group[0].earlier.surely_by, meeting.day)} earlier, are also "
            f"in {where}{others}: {_again(group[0].on_the_day[0])}."
        )
    if not said:
        return f"For no sentence have we found the words before {_day(meeting.day)}."
    return " ".join(said)


# --- helpers: rows ---


def _joined(row, document):
    has_event = document.get("event_date") is not None
    return Match(
        sentence=row["sentence"],
        document=row["document"],
        kind=row["match"],
        publisher=document["publisher"],
        spoken=document["event_date"] if has_event else document["date"],
        precision="day" if has_event else document.get("precision") or "day",
        place=document.get("event_place") or "",
        printed=document["date"],
        text_kind=document.get("kind") or "",
        read=document.get("read") or "part",
        words=row.get("words") or "",
        own=OWN in (row.get("status"), document.get("status")),
    )


def _order(match):
    return match.surely_by, KINDS.index(match.kind), match.printed, match.document, match.sentence


def _reading_order(sentence):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", sentence)]


def _by_event(stands):
    """Standings grouped by the event of their earliest match, in order of that day."""
    groups = {}
    for one in stands:
        groups.setdefault((one.earlier.surely_by, one.earlier.place), []).append(one)
    return [groups[key] for key in sorted(groups)]


# --- helpers: words ---

_MONTHS = ("January February March April May June July August September October November December").split()
_NUMBERS = "none one two three four five six seven eight nine ten eleven twelve".split()


def _day(day, precision="day"):
    """``21 March``, ``November 2017`` or ``2016``: the year is left out where it is the one of the meeting."""
    month = _MONTHS[day.month - 1]
    text = {"day": f"{day.day} {month}", "month": month, "year": ""}[precision]
    return text if text and day.year == MEETING.day.year else f"{text} {day.year}".strip()


def _number(count):
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def _span(earlier, later):
    days = (later - earlier).days
    for unit, length, most in (
        ("day", 1, 13),
        ("week", 7, 59),
        ("month", 30.44, 699),
        ("year", 365.25, None),
    ):
        if most is None or days <= most:
            count = max(1, round(days / length))
            return f"{_number(count)} {unit}{'' if count == 1 else 's'}"
    raise AssertionError


def _ago(match, meeting):
    return f"{_span(match.surely_by, meeting.day)} earlier"


def _mine(match):
    return " (your own row)" if match.own else ""


def _verb(match):
    return "reported" if not match.text_kind or match.text_kind.startswith("press") else "published"


def _told(match):
    return f"{match.publisher}{_mine(match)} {_verb(match)}"


def _how(match):
    return "these words" if match.kind == "exact" else "nearly these words"


def _from(match, short=False):
    place = f"from {match.place}" if match.place else ""
    if short:
        return f"{_verb(match)} {place}".strip()
    when = _day(match.spoken, match.precision)
    return f"{place} {'on' if match.precision == 'day' else 'in'} {when}".strip()


def _record(match, meeting):
    late = f" that came out on {_day(match.printed)}" if match.printed > meeting.day else ""
    return f"{match.publisher}, a record of {_day(meeting.day)}{late}{_mine(match)}"


def _again(match):
    return "the words were repeated" if match.kind == "exact" else "the words were repeated, or nearly so"


def _counts(stands, day=""):
    """How many records of the day were read without finding the words, in brackets."""
    full, part = len(stands.without), len(stands.unseen)
    if not full and not part:
        return f"; none of {day} has been read for it" if day else ""
    told = f"{_number(full)} in full, {_number(part)} in part"
    return f" (of {day}: {told})" if day else f" ({told})"


def _ids(group):
    exact = [one.sentence for one in group if one.earlier.kind == "exact"]
    close = [one.sentence for one in group if one.earlier.kind != "exact"]
    return "; ".join(filter(None, [", ".join(exact), f"nearly so {', '.join(close)}" if close else ""]))


def _reporters(group, matches, documents, several):
    event = group[0].earlier.surely_by, group[0].earlier.place
    names = {
        match.publisher + _mine(match)
        for one in group
        for match in dated(matches, documents, one.sentence)
        if match.kind in SAME_WORDS and (match.surely_by, match.place) == event
    }
    return several if len(names) > 1 else names.pop()
