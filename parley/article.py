"""The shape of the article: what each sentence says, how long it is, and a fingerprint, but never its text.

The publisher holds the text (``ADDRESS``). Here are paragraphs P1 to P6 with 28 sentences P1S1 to P6S2,
beside P0 (the title) and P7 (the publisher's disclaimer).
"""

import difflib
import functools
import hashlib
import html
import re
import unicodedata
from dataclasses import dataclass

from parley import data
from parley.errors import ParleyError
from parley.files import write_whole

ADDRESS = "http://valdaiclub.com/a/highlights/lavrov-kono-meeting-in-tokyo/"
ARCHIVE = "https://web.archive.org/web/2018*/" + ADDRESS

BODY = 28


@dataclass(frozen=True)
class Sentence:
    """One sentence: ``gist`` is what it says, without whose voice; ``cue`` the words that carry the voice."""

    id: str
    paragraph: str
    number: int
    gist: str
    cue: str
    words: int
    topics: tuple
    fingerprint: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the body, with its sentences in order."""

    id: str
    number: int
    sentences: tuple

    @property
    def words(self):
        """Number of words, ``int``."""
        return sum(sentence.words for sentence in self.sentences)

    @property
    def topics(self):
        """Topics of its sentences, in order of first mention."""
        return tuple(dict.fromkeys(topic for sentence in self.sentences for topic in sentence.topics))


def sentences(body_only=True):
    """The sentences in reading order, a ``tuple`` of 28 ``Sentence``, or of 30 with P0 and P7.

    Raises ``parley.data.DataError`` if the table is damaged or incomplete.
    """
    found = [_sentence(row) for row in data.read("sentences")]
    body = [sentence for sentence in found if "S" in sentence.id]
    if len(body) != BODY:
        raise data.DataError(
            f"data/sentences.csv has {len(body)} sentences of the body, expected {BODY}. "
            f"{data.mend('sentences.csv')}"
        )
    return tuple(body if body_only else found)


def _sentence(row):
    fields = {name: row[name] for name in Sentence.__dataclass_fields__}
    return Sentence(**fields | {"topics": tuple(row["topics"])})


def sentence(id):
    """The sentence called ``id`` (``'P4S2'``); ``DataError`` with near matches if there is none."""
    known = {one.id: one for one in sentences(body_only=False)}
    if id in known:
        return known[id]
    close = difflib.get_close_matches(str(id).upper(), known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else "ids run from P1S1 to P6S2."
    raise data.DataError(f"the article has no sentence {id!r}: {hint}")


def paragraphs():
    """The six paragraphs of the body, a ``tuple`` of ``Paragraph``."""
    grouped = {}
    for one in sentences():
        grouped.setdefault(one.paragraph, []).append(one)
    return tuple(Paragraph(id, int(id[1:]), tuple(members)) for id, members in grouped.items())


_QUOTES = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc", "'")
)


def normalise(text):
    """``text`` so that two copies compare equal: NFKC, straight quotes, single spaces, case-folded."""
    before = None
    while text != before:
        before = text
        text = unicodedata.normalize("NFKC", text.translate(_QUOTES)).translate(_QUOTES)
        text = " ".join(unicodedata.normalize("NFKC", text.casefold()).split())
    return text


def fingerprint(text):
    """SHA-256 of the normalised text, 64 hexadecimal digits."""
    return hashlib.sha256(normalise(text).encode("utf-8")).hexdigest()


_END = re.compile(r"[.!?][\"']?")
_START = re.compile(r"(?<![^\W_])[^\W_]")


def contains_article(text):
    """Ids of the sentences that stand whole in ``text``, in reading order; the title does not count.

    Looks through line breaks, HTML entities, the escapes of JSON and the marks of comments and quotations.
    """
    plain = html.unescape(text).replace('\\"', '"').replace("\\n", " ").replace("\\u2019", "'")
    plain = re.sub(r"\\u201[cd]", '"', plain)
    plain = normalise(re.sub(r"(?m)^[\s>#*|]+", " ", plain))
    wanted = {one.fingerprint: one for one in sentences(body_only=False) if one.id != "P0"}
    lengths = {one.words for one in wanted.values()}
    gaps = [0] * (len(plain) + 1)
    for place, sign in enumerate(plain):
        gaps[place + 1] = gaps[place] + (sign == " ")
    starts = {}
    for match in _START.finditer(plain):
        starts.setdefault(gaps[match.start()], []).append(match.start())
    found = set()
    for match in _END.finditer(plain):
        for end in {match.start() + 1, match.end()}:
            for length in lengths:
                for start in starts.get(gaps[end] - length + 1, ()):
                    piece = plain[start:end].encode("utf-8")
                    one = wanted.get(hashlib.sha256(piece).hexdigest())
                    if one:
                        found.add(one.id)
    return [one.id for one in wanted.values() if one.id in found]


# --- the reader's own copy ---

LONGEST_COPY = 60_000  # characters; the article has some 4,000, a whole web page perhaps ten times that


class CopyError(ParleyError):
    """A pasted text that is not the article. The message says what was found and what to do; nothing was changed."""


@dataclass(frozen=True)
class OwnCopy:
    """A reader's copy, cut into sentences: ``{id: text}``, and the ids whose words differ from the module's text."""

    sentences: dict
    differing: tuple = ()

    def __repr__(self):  # a copy is the publisher's text: its repr may end up in an output
        return f"<OwnCopy: {len(self.sentences)} sentences>"


def read_copy(text):
    """Cut a pasted text into the article's sentences, in order; the page around them does no harm.

    Whole sentences are found by their fingerprints, so no rule for where a sentence ends is needed. What stands
    between two of them is taken for the sentence between, and named as differing.

    Raises ``CopyError`` for a text that is too long, another text, or one that is cut.
    """
    if len(text) > LONGEST_COPY:
        raise CopyError(
            f"That is {len(text):,} characters. The article has about 4,000: copy the article alone."
        )
    tokens = text.split()
    spans = _found(tokens)
    if not spans:
        raise CopyError(
            "No sentence of the article is in this text. Copy the page that the link opens, from the title down."
        )
    pieces, missing = _between(tokens, spans)
    if missing:
        raise CopyError(_what_is_missing(missing, len(spans)))
    found = {id: " ".join(tokens[a:b]) for id, (a, b) in spans.items()} | pieces
    ordered = {one.id: found[one.id] for one in sentences(body_only=False) if one.id in found}
    return OwnCopy(ordered, tuple(one.id for one in sentences() if one.id in pieces))


def _found(tokens):
    """``{id: (start, end)}`` in tokens of the sentences that stand there word for word, in reading order."""
    folded = [normalise(token) for token in tokens]
    spans, at = {}, 0
    for one in sentences(body_only=False):
        for start in range(at, len(tokens) - one.words + 1):
            piece = " ".join(folded[start : start + one.words])
            if hashlib.sha256(piece.encode("utf-8")).hexdigest() == one.fingerprint:
                spans[one.id] = (start, start + one.words)
                at = start + one.words
                break
    return spans


def _between(tokens, spans):
    """``({id: text}, [ids])``: sentences that stand where they should in other words, and those with nothing there."""
    pieces, missing, run, at = {}, [], [], None
    for one in (*sentences(), None):
        if one is not None and one.id not in spans:
            run.append(one)
            continue
        start = spans[one.id][0] if one is not None else _end_of_body(tokens, spans)
        if run:
            gap = tokens[at if at is not None else max(0, start - sum(r.words for r in run)) : start]
            cut = _cut(gap, run)
            pieces.update(cut)
            missing += [r.id for r in run if r.id not in cut]
            run = []
        at = spans[one.id][1] if one is not None else None
    return pieces, missing


def _end_of_body(tokens, spans):
    return spans["P7"][0] if "P7" in spans else len(tokens)


def _cut(gap, run):
    """Share the tokens of a gap among the sentences that should stand there; ``{}`` where their number is not right."""
    text = " ".join(gap)
    parts = [part for part in re.split(r"(?<=[.!?])[\"”]?\s+(?=[A-Z“\"])", text) if part.strip()]
    if len(run) == 1 and gap and len(gap) <= 2 * run[0].words + 5:
        return {run[0].id: text}
    if len(parts) != len(run):
        return {}
    return {one.id: part.strip() for one, part in zip(run, parts)}


def _what_is_missing(missing, found):
    if found < BODY // 2:
        return f"Only {found} of the article's {BODY} sentences are in this text. Is it the article that the link opens?"
    last = sentences()[-1].id
    if missing[-1] == last:
        return f"The text stops before {missing[0]}. Copy the whole article, down to its last line."
    first, rest = missing[0], len(missing) - 1
    return f"{first} is not there{f', and {rest} more' if rest else ''}. Copy the whole article, from the title to its last line."


def keep_copy(text):
    """Check a pasted text and save it in ``my_work/article.txt``, whole or not at all; the ``OwnCopy``.

    Raises ``CopyError`` as ``read_copy`` does, and ``OSError`` where the folder cannot be written.
    """
    copy = read_copy(text)
    place = data.my_work() / "article.txt"
    write_whole(place, text)
    return copy


def own_copy():
    """The reader's ``OwnCopy``, or ``None`` where there is none or the file is not the article."""
    place = data.my_work() / "article.txt"
    try:
        return _read_file(place, place.stat().st_mtime_ns)
    except (OSError, CopyError):
        return None


def own_sentences(*ids):
    """``{id: text}`` of these sentences in the reader's copy, as far as there is one. For widget messages alone."""
    copy = own_copy()
    return {id: copy.sentences[id] for id in ids if id in copy.sentences} if copy else {}


@functools.lru_cache(maxsize=2)
def _read_file(place, _stamp):
    return read_copy(place.read_text(encoding="utf-8", errors="replace"))


LONGEST_REPEAT = (
    12  # words in a row that an answer may share with the article: a clause may be quoted, no more
)


def repeats(text, copy):
    """The first run of more than 12 words that ``text`` shares with the copy, as a string; ``""`` where none."""
    if copy is None:
        return ""
    ours = re.findall(r"[\w']+", normalise(" ".join(copy.sentences.values())))
    theirs = re.findall(r"[\w']+", normalise(text))
    run = LONGEST_REPEAT + 1
    known = {tuple(ours[i : i + run]) for i in range(len(ours) - run + 1)}
    for i in range(len(theirs) - run + 1):
        if tuple(theirs[i : i + run]) in known:
            return " ".join(theirs[i : i + run])
    return ""
