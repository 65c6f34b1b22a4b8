"""Likelihood words in numbers, and receipts that show when a forecast was changed.

Probabilities are per cent, from 1 to 99. Forecasts are ``{question id: {"probability": 60, "word": "likely"}}``.
"""

import hashlib
import json
import math
from datetime import UTC

#: Likelihood word -> (low, high) in per cent, as the table ``likelihood_words`` has them (ICD 203).
WORDS = {
    "almost no chance": (1, 5),
    "very unlikely": (5, 20),
    "unlikely": (20, 45),
    "roughly even chance": (45, 55),
    "likely": (55, 80),
    "very likely": (80, 95),
    "almost certain": (95, 99),
}


def band(word):
    """The range ``(low, high)`` in per cent that a likelihood word stands for.

    Raises ``ValueError`` for a word that is not one of ``WORDS``.
    """
    if word not in WORDS:
        raise ValueError(f"{word!r} is not one of the likelihood words: {', '.join(WORDS)}")
    return WORDS[word]


def word_for(probability):
    """The likelihood word for a probability in per cent.

    Ranges touch: 5, 20, 45, 55, 80 and 95 end one range and begin the next. There the word nearer to an even
    chance is given: 20 is "unlikely", 80 is "likely". ``coherent`` accepts both words.

    Raises ``ValueError`` for anything but a number from 1 to 99: no word stands for what is certain.
    """
    probability = _number(probability)
    fits = [word for word in WORDS if coherent(probability, word)]
    if not fits:
        raise ValueError(f"no likelihood word covers {probability:g} per cent; they run from 1 to 99")
    return min(fits, key=lambda word: abs(sum(WORDS[word]) / 2 - 50))


def coherent(probability, word):
    """Whether the number lies in the word's range, both ends included.

    Raises ``ValueError`` as ``band`` does, and for a probability that is not a number.
    """
    low, high = band(word)
    return low <= _number(probability) <= high


def seal(forecasts, now):
    """A receipt for ``forecasts``: ``{"sealed": "2018-03-22T09:30Z", "marks": {question id: 10 hex digits}}``.

    ``now`` is a ``datetime`` with a time zone; the receipt keeps it in UTC, to the minute. A mark is the start
    of the SHA-256 of the question's id, the probability, the word and that time.

    There is no key and no notary: whoever changes a forecast can compute a new mark for it, and can write any
    time. A receipt *shows* a change to someone who holds the old receipt (see ``changed`` and ``replaced``);
    it does not prevent one.

    Raises ``ValueError`` for a time without a zone, and for a forecast without a probability, naming it.
    """
    if now.tzinfo is None or now.utcoffset() is None:
        raise ValueError("now must carry a time zone, such as datetime.now(timezone.utc)")
    sealed = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    return {
        "sealed": sealed,
        "marks": {id: _mark(id, forecast, sealed) for id, forecast in forecasts.items()},
    }


def one_mark(receipt):
    """One mark of 8 hex digits over a whole receipt, short enough to give to a witness.

    Raises ``ValueError`` for something that is not a receipt.
    """
    sealed, marks = _parts(receipt)
    said = json.dumps([sealed, sorted(marks.items())])
    return hashlib.sha256(said.encode("utf-8")).hexdigest()[:8]


def changed(forecasts, receipt):
    """Ids of the forecasts that differ from the receipt, a list; empty where all are as they were sealed.

    A forecast that was added, that is missing, or that has lost its number differs too. Those of ``forecasts``
    come first, in their order, then the missing ones.

    It finds no change in a forecast that was sealed anew: keep the earlier receipt, and compare the two with
    ``replaced``. Raises ``ValueError`` for something that is not a receipt.
    """
    sealed, marks = _parts(receipt)
    differ = [id for id, forecast in forecasts.items() if not _fits(id, forecast, sealed, marks.get(id))]
    return differ + [id for id in marks if id not in forecasts]


def replaced(earlier, later):
    """Ids of the forecasts of the ``earlier`` receipt that the ``later`` one no longer vouches for, a list.

    They were sealed anew, or left out. The time is part of every mark, so sealing at another minute replaces
    all of them, whether the numbers are the same or not; which numbers moved, ``changed(forecasts, earlier)``
    tells. Raises ``ValueError`` for something that is not a receipt.
    """
    _, before = _parts(earlier)
    _, after = _parts(later)
    return [id for id in before if after.get(id) != before[id]]


def _mark(id, forecast, sealed):
    try:
        probability, word = forecast["probability"], forecast.get("word") or ""
        said = json.dumps([str(id), repr(_number(probability)), str(word), sealed])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError(f"the forecast {id} has no probability yet") from None
    return hashlib.sha256(said.encode("utf-8")).hexdigest()[:10]


def _fits(id, forecast, sealed, mark):
    try:
        return _mark(id, forecast, sealed) == mark
    except ValueError:
        return False


def _number(value):
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"a probability is a number of per cent, not {value!r}")
    return float(value)


def _parts(receipt):
    try:
        sealed, marks = receipt["sealed"], receipt["marks"]
        sound = isinstance(sealed, str) and all(isinstance(mark, str) for mark in marks.values())
    except (AttributeError, KeyError, TypeError):
        sound = False
    if not sound:
        raise ValueError('this is no receipt: expected {"sealed": a time, "marks": {question id: mark}}')
    return sealed, marks
