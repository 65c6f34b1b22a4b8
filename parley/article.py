"""The shape of the article: what each sentence says, how long it is, and a fingerprint, but never its text.

The publisher holds the text (``ADDRESS``). Here are paragraphs P1 to P6 with 28 sentences P1S1 to P6S2,
beside P0 (the title) and P7 (the publisher's disclaimer).
"""

import difflib
import hashlib
import html
import re
import unicodedata
from dataclasses import dataclass

from parley import data

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
