"""Where words were in print first: shared runs of words, dated matches, and a conclusion worked out from the table.

Documents and matches are rows as of the tables ``documents`` and ``matches``: plain dicts, dates as
``datetime.date``. A match says how a document stands to a sentence of the article:

``exact`` the words, or a run of six and more of them; ``close`` the same statement of the same speaker, in another
wording or another language; ``other_words`` the point or part of it, elsewhere put or by another speaker;
``not_in_it`` the document was read and does not have it; ``not_seen`` the part that could be read does not have it,
which says nothing of the rest and is never counted as absent.

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
#: The kinds that are the same statement: the words, or another wording of them.
SAME_STATEMENT = ("exact", "close")

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
    was; ``printed`` the document's day; ``text_kind`` press, transcript and so on; ``read`` full or part; ``run`` the
    number of words in a row, ``None`` where nobody counted; ``speaker`` who says it there; ``own`` whether a reader
    added it.
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
    run: int | None
    speaker: str
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

    ``earlier`` is the earliest match, exact or close, before the meeting, ``None`` where there is none;
    ``on_the_day`` those in records of the meeting's day, the best first; ``otherwise`` the matches in other words,
    of the day or before, in order. ``without`` are the records of the day that were read in full and do not have
    the statement, ``unseen`` those of which a part was read and nothing seen. A document dated too vaguely to be
    before the meeting or of its day counts nowhere.
    """

    sentence: str
    earlier: Match | None
    on_the_day: tuple
    otherwise: tuple
    without: tuple
    unseen: tuple

    @property
    def moved(self):
        """Whether it was said before the meeting, and is in no record of its day that could be read.

        A statement in another wording is matched against another wording: where it was found before the day in
        that way alone, a record of the day with the point in it is enough to say no.
        """
        if not self.earlier or self.on_the_day:
            return False
        return self.earlier.kind == "exact" or not self.point_on_the_day

    @property
    def point_on_the_day(self):
        """Those of ``otherwise`` that are in records of the day."""
        return tuple(match for match in self.otherwise if match in (*self.without, *self.unseen))


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


def earliest_match(matches, documents, sentence, kinds=SAME_STATEMENT):
    """The earliest ``Match`` of a sentence among these kinds, or ``None``.

    Earliest is by the day on which the words were spoken; where only the month or the year of it is known, its
    last day counts, so that nothing is called earlier than it surely was. Among those of one day the more exact
    comes first, then the one with more words in a row, then the one printed first.
    """
    return next((match for match in dated(matches, documents, sentence) if match.kind in kinds), None)


def time_axis(matches, documents, meeting=MEETING):
    """A tuple of ``Lane``, one for each sentence (or clause) that has a row, in reading order, to draw.

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
    same_before = [match for match in before if match.kind in SAME_STATEMENT]
    same_of_the_day = [match for match in of_the_day if match.kind in SAME_STATEMENT]
    missing = [match for match in of_the_day if match.kind not in SAME_STATEMENT]
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
    earlier, here, points = stands.earlier, stands.on_the_day, stands.otherwise
    known = stands.without or stands.unseen
    counts = _counts(stands)
    if not dated(matches, documents, sentence):
        return f"{sentence}: nobody has looked for it yet."
    if here and earlier:
        return (
            f"{sentence}: {_told(earlier)} {_what(earlier)} {_from(earlier, meeting)}. "
            f"{'They are' if earlier.kind == here[0].kind == 'exact' else 'The statement is'} also in "
            f"{_record(here[0], meeting)}: "
            f"{_repeated(earlier, here[0])}."
        )
    if here:
        said = f"{sentence}: {_is_in(here[0])} {_record(here[0], meeting)}."
        before = [match for match in points if match not in stands.point_on_the_day]
        return f"{said} {_point_before(before[0], meeting) if before else 'We have found nothing earlier.'}"
    if stands.moved:
        what = "words that" if earlier.kind == "exact" else "a statement that"
        wording = "" if earlier.kind == "exact" else ", in another wording,"
        it = "them" if earlier.kind == "exact" else "it"
        said = (
            f"{sentence}: the article attributes to the {meeting.place} meeting {what} {_told(earlier)}{wording} "
            f"{_from(earlier, meeting)}."
        )
        if stands.point_on_the_day:
            where = _record(stands.point_on_the_day[0], meeting)
            return (
                f"{said} {where}, has the point or part of it; the words we have not found that day{counts}."
            )
        if not known:
            return f"{said} No record of {day} has been read for {it}."
        return f"{said} We have not found {it} in the records of {day} that we could read{counts}."
    if stands.point_on_the_day:
        said = f"{sentence}: {_record(stands.point_on_the_day[0], meeting)}, has the point or part of it."
        if earlier:
            return f"{said} {_told(earlier)} {_what(earlier)} {_from(earlier, meeting)}."
        return f"{said} The statement itself we have not found in the records of {day} that we could read{counts}."
    said = f"{sentence}: {_point_before(points[0], meeting)} " if points else f"{sentence}: "
    if not known:
        return f"{said}{'No' if points else 'no'} record of {day} has been read for it."
    return f"{said}{'We' if points else 'we'} have not found it in the records of {day} that we could read{counts}."


def overall(matches, documents, meeting=MEETING, reporters="agencies", sentences=None):
    """The conclusion over the article's sentences in the table, one or more sentences of English.

    First come sentences whose words were in print before the meeting and are in no record of its day that was read
    (``Standing.moved``), with where and how much earlier, then those for which that holds of another wording, then
    those that are in a record of the day as well, named as repeated. ``reporters`` is what to call two publishers or
    more; a single one is called by its name. ``sentences`` are the ids to conclude on, those of the article
    (``P4S2``) where it is left out: trial clauses of other texts have a ``finding`` each.
    """
    if sentences is None:
        sentences = [lane.sentence for lane in time_axis(matches, documents, meeting)]
        sentences = [name for name in sentences if re.fullmatch(r"P\d+S\d+", name)]
    all_stand = [standing(name, matches, documents, meeting) for name in sentences]

    def who(group):
        event = group[0].earlier
        span = _span(event.surely_by, meeting.day)
        place = f"from {event.place} " if event.place else ""
        return f"{_reporters(group, matches, documents, reporters)} {_verb(event)} {place}{span} earlier"

    events = _by_event([stands for stands in all_stand if stands.moved])
    in_words = [group for group in events if any(one.earlier.kind == "exact" for one in group)]
    said = []
    if in_words:
        told = ", and ".join(f"words that {who(group)} ({_ids(group)})" for group in in_words)
        where = _nowhere([one for group in in_words for one in group], "them", meeting)
        said.append(f"The article attributes to the {meeting.place} meeting {told}; {where}.")
    for group in events:
        if group not in in_words:
            names = ", ".join(one.sentence for one in group)
            where = _nowhere(group, "it" if len(group) == 1 else "them", meeting)
            said.append(f"In another wording, {names} is what {who(group)}; {where}.")
    for group in _by_event([stands for stands in all_stand if stands.earlier and stands.on_the_day]):
        first = group[0].on_the_day[0]
        others = " and others" if len({one.on_the_day[0].document for one in group}) > 1 else ""
        names = ", ".join(one.sentence for one in group)
        said.append(
            f"What the article has in {names}, and {who(group)}, is also in "
            f"{_record(first, meeting)}{others}: {_repeated(group[0].earlier, first)}."
        )
    return " ".join(said) or f"No sentence was found before {_day(meeting.day)} alone."


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
        run=row.get("words") if isinstance(row.get("words"), int) else None,
        speaker=row.get("speaker") or "",
        own=OWN in (row.get("status"), document.get("status")),
    )


def _order(match):
    return (
        match.surely_by,
        KINDS.index(match.kind),
        -(match.run or 0),
        match.printed,
        match.document,
        match.sentence,
    )


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


def _mine(match):
    return " (your own row)" if match.own else ""


def _verb(match):
    return "reported" if not match.text_kind or match.text_kind.startswith("press") else "published"


def _told(match):
    return f"{match.publisher}{_mine(match)} {_verb(match)}"


def _what(match):
    return "these words" if match.kind == "exact" else "the same statement, in another wording,"


def _from(match, meeting):
    """The place and the day of the event: the report itself may be of a day later."""
    place = f"from {match.place} " if match.place else ""
    return f"{place}({_day(match.spoken, match.precision)}), {_span(match.surely_by, meeting.day)} earlier"


def _point_before(match, meeting):
    speaker = f" ({match.speaker})" if match.speaker else ""
    return f"{_told(match)} the point or part of it{speaker} {_from(match, meeting)}."


def _is_in(match):
    return "the words are in" if match.kind == "exact" else "the statement, in another wording, is in"


def _record(match, meeting):
    late = f" that came out on {_day(match.printed)}" if match.printed > meeting.day else ""
    return f"{match.publisher}, a record of {_day(meeting.day)}{late}{_mine(match)}"


def _repeated(earlier, here):
    both = earlier.kind == here.kind == "exact"
    return "the words were repeated" if both else "the statement was repeated"


def _nowhere(group, it, meeting):
    """That a group of standings is in no record of the day, and how many of these were read."""
    joined = Standing(
        "",
        None,
        (),
        (),
        tuple({match.document: match for stands in group for match in stands.without}.values()),
        tuple({match.document: match for stands in group for match in stands.unseen}.values()),
    )
    if not joined.without and not joined.unseen:
        return f"no record of {_day(meeting.day)} has been read for {it}"
    return f"we have not found {it} in the records of {_day(meeting.day)} that we could read{_counts(joined)}"


def _counts(stands):
    """How many records of the day were read without finding it, in brackets."""
    full, part = len(stands.without), len(stands.unseen)
    return f" ({_number(full)} in full, {_number(part)} in part)"


def _ids(group):
    exact = [one.sentence for one in group if one.earlier.kind == "exact"]
    close = [one.sentence for one in group if one.earlier.kind != "exact"]
    return "; ".join(
        filter(None, [", ".join(exact), f"in another wording {', '.join(close)}" if close else ""])
    )


def _reporters(group, matches, documents, several):
    event = group[0].earlier.surely_by, group[0].earlier.place
    names = {
        match.publisher + _mine(match)
        for one in group
        for match in dated(matches, documents, one.sentence)
        if match.kind in SAME_STATEMENT and (match.surely_by, match.place) == event
    }
    return several if len(names) > 1 else names.pop()
