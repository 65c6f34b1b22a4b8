"""Competing hypotheses in a matrix: which has the least evidence against it, and which row that hangs on.

The analysis of competing hypotheses (ACH) after R. J. Heuer, *Psychology of Intelligence Analysis*, 1999, chapter 8.
It keeps the books and shows what a conclusion rests on. It does not make a judgement more accurate: an experiment
with fifty analysts found mixed evidence on confirmation bias and perhaps more inconsistency and error (Dhami, Belton
and Mandel 2019), another with 227 people no advantage over no technique at all (Karvetski and Mandel 2020). So a
ranking is not a probability, and comes before probabilities, averaging and scoring, not in their place.

A matrix is ``{evidence: {hypothesis: rating}}``, rated along the row. Rows may carry a weight: ``{evidence: number}``,
1 where none is given.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

#: Rating -> what it says. Only the last two count: ACH goes by what speaks against a hypothesis.
RATINGS = {
    "CC": "fits very well",
    "C": "fits",
    "N": "says nothing either way",
    "I": "speaks against it",
    "II": "speaks strongly against it",
}

#: Rating -> how much it counts against a hypothesis.
AGAINST = {"CC": 0, "C": 0, "N": 0, "I": 1, "II": 2}

_SAME = 1e-9  # sums of weights such as 0.7 and 1.4 differ in their last digit by the order of adding


class Place(NamedTuple):
    """One step of a ranking: its rank from 1, and the hypotheses that share it, in the order of the matrix."""

    rank: int
    hypotheses: tuple


class Drop(NamedTuple):
    """What happens without one row.

    ``first`` are the hypotheses then ranked first; ``changes_first`` whether they differ from those before;
    ``moved`` the ranks that all hypotheses moved, added up; ``scores`` and ``places`` the new ones.
    """

    evidence: str
    first: tuple
    changes_first: bool
    moved: float
    scores: dict
    places: tuple


def matrix(rows):
    """The matrix of rows with ``evidence``, ``hypothesis`` and ``rating``, in their order.

    Raises ``ValueError`` for a cell that is there twice, and as ``inconsistency`` does.
    """
    made = {}
    for row in rows:
        cells = made.setdefault(row["evidence"], {})
        if row["hypothesis"] in cells:
            raise ValueError(f"evidence {row['evidence']} has two ratings for {row['hypothesis']}")
        cells[row["hypothesis"]] = row["rating"]
    _hypotheses(made)
    return made


def inconsistency(ratings, weights=None):
    """``{hypothesis: score}``: the weighted evidence against each, in the order of the first row.

    Each I counts 1 and each II counts 2, times the weight of its row; CC, C and N count nothing, since evidence
    that fits often fits other hypotheses as well (Heuer 1999, step 5). The lower, the better a hypothesis stands.

    Raises ``ValueError`` for an empty matrix, a missing or unknown rating, and a weight that is below zero, no
    number, or for a row that is not there.
    """
    names = _hypotheses(ratings)
    weigh = _weights(ratings, weights)
    return {
        name: sum(weigh[row] * AGAINST[cells[name]] for row, cells in ratings.items()) + 0.0 for name in names
    }


def counts_against(ratings):
    """How many cells are I or II: without any, the matrix ranks nothing. Raises as ``inconsistency`` does."""
    _hypotheses(ratings)
    return sum(bool(AGAINST[rating]) for cells in ratings.values() for rating in cells.values())


def diagnosticity(ratings, weights=None):
    """``{evidence: number}``: how far a row can tell the hypotheses apart.

    Heuer (1999, step 3) calls evidence diagnostic where it bears on the relative likelihood of the hypotheses: a
    high temperature says that you are ill and not of what. The measure is ours: the row's highest count against a
    hypothesis less its lowest, times its weight; so 0, 1 or 2 without weights. A row of 0 moves no ranking,
    whether it fits all hypotheses or speaks against all alike.

    Raises ``ValueError`` as ``inconsistency`` does.
    """
    _hypotheses(ratings)
    weigh = _weights(ratings, weights)
    found = {}
    for row, cells in ratings.items():
        counts = [AGAINST[rating] for rating in cells.values()]
        found[row] = weigh[row] * (max(counts) - min(counts))
    return found


def ranking(scores):
    """A tuple of ``Place``, the least evidence against it first; equal scores share a rank (1, 1, 3).

    ``scores`` is ``{hypothesis: number}`` as of ``inconsistency``.
    """
    places = []
    for name in sorted(scores, key=scores.get):  # a stable sort: ties stay in the order of the matrix
        if places and abs(scores[name] - scores[places[-1].hypotheses[0]]) < _SAME:
            places[-1] = Place(places[-1].rank, (*places[-1].hypotheses, name))
        else:
            places.append(Place(1 + sum(len(place.hypotheses) for place in places), (name,)))
    order = list(scores)
    return tuple(Place(place.rank, tuple(sorted(place.hypotheses, key=order.index))) for place in places)


def drop_one(ratings, weights=None):
    """A ``Drop`` for each row in its order: the ranking with that row left out (Heuer 1999, step 6).

    ``moved`` adds up, over the hypotheses, how far each moves; those that share a rank are counted at the middle of
    it, so that parting a tie is a move of half a rank for each. With one row only, leaving it out leaves all alike.

    Raises ``ValueError`` as ``inconsistency`` does.
    """
    scores = inconsistency(ratings, weights)
    first, before = ranking(scores)[0].hypotheses, _middle_ranks(scores)
    weigh = _weights(ratings, weights)
    found = []
    for row in ratings:
        rest = {name: cells for name, cells in ratings.items() if name != row}
        without = (
            inconsistency(rest, {name: weigh[name] for name in rest}) if rest else dict.fromkeys(scores, 0.0)
        )
        places, after = ranking(without), _middle_ranks(without)
        moved = sum(abs(after[name] - before[name]) for name in scores)
        now = places[0].hypotheses
        found.append(Drop(row, now, set(now) != set(first), moved, without, places))
    return tuple(found)


def hangs_on(ratings, weights=None):
    """The rows on which the ranking hangs, a tuple, in their order; empty where no single row matters.

    They are those whose loss changes who is first, and among them the ones that move the most ranks; where no
    loss changes who is first, those that move the most ranks of all. Check the sources of these rows first.

    Raises ``ValueError`` as ``inconsistency`` does.
    """
    drops = drop_one(ratings, weights)
    matter = [drop for drop in drops if drop.changes_first] or [drop for drop in drops if drop.moved > _SAME]
    most = max((drop.moved for drop in matter), default=0)
    return tuple(drop.evidence for drop in matter if drop.moved > most - _SAME)


def probability_slip(probabilities, hypotheses, total=100):
    """What is wrong with ``{hypothesis: probability}``, one line; ``""`` where nothing is.

    Each of ``hypotheses`` needs a number from 0 to ``total`` (100 for per cent, 1 for shares), and together they
    must come to ``total``, give or take half of one per cent: one of them is true, and no other is on the list.
    """
    whole = "100 per cent" if total == 100 else f"{total:g}"
    for name in hypotheses:
        value = probabilities.get(name)
        if value is None:
            return f"{name} has no probability yet."
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return f"The probability of {name} is no number."
        if not 0 <= value <= total:
            return f"The probability of {name} is {value:g}; it must lie between 0 and {total:g}."
    strangers = [name for name in probabilities if name not in hypotheses]
    if strangers:
        return f"{strangers[0]} is none of the hypotheses."
    come_to = sum(probabilities[name] for name in hypotheses)
    if abs(come_to - total) <= total / 200:
        return ""
    if total == 100 and abs(come_to - 1) <= 1 / 200:
        return "These look like shares of 1. Write them in per cent: together they come to 100."
    off = come_to - total
    return f"Together they come to {come_to:g}, {abs(off):g} too {'much' if off > 0 else 'little'}: make it {whole}."


def _hypotheses(ratings):
    """The hypotheses of a matrix, checked cell by cell."""
    if not isinstance(ratings, Mapping) or not ratings or not all(ratings.values()):
        raise ValueError("the matrix needs at least one row with a rating for each hypothesis")
    names = list(next(iter(ratings.values())))
    for row, cells in ratings.items():
        if set(cells) != set(names):
            odd = sorted(set(cells) ^ set(names))[0]
            raise ValueError(
                f"evidence {row}: expected a rating for each of {', '.join(names)}; look at {odd}"
            )
        for name, rating in cells.items():
            if rating not in AGAINST:
                raise ValueError(f"evidence {row}, {name}: {rating!r} is no rating; use {', '.join(AGAINST)}")
    return names


def _weights(ratings, weights):
    weights = weights or {}
    strangers = [row for row in weights if row not in ratings]
    if strangers:
        raise ValueError(f"a weight is given for {strangers[0]}, which is no row of the matrix")
    for row, weight in weights.items():
        sound = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not sound or not math.isfinite(weight) or weight < 0:
            raise ValueError(f"the weight of {row} must be a number of zero or more, not {weight!r}")
    return {row: weights.get(row, 1) for row in ratings}


def _middle_ranks(scores):
    """``{hypothesis: rank}``, those that share a rank at the middle of the ranks they take up."""
    return {
        name: place.rank + (len(place.hypotheses) - 1) / 2
        for place in ranking(scores)
        for name in place.hypotheses
    }
