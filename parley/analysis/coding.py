"""Who speaks in a sentence: labels, agreement with a key or between coders, and how many words each voice gets.

A coding is a dict ``{sentence id: label}``; a label of ``None`` or ``""`` is a sentence not yet labelled.
"""

from collections import Counter
from typing import NamedTuple

from parley import article, data

#: The codebook: label -> the rule for it.
LABELS = {
    "fact": "Nobody is quoted, and what the author states can be checked: an event, a day, a document, "
    "a signature. It may still prove wrong.",
    "judgement": "Nobody is quoted, and the author weighs, explains, expects or forecasts. Naming a state is "
    "not quoting it.",
    "russia": "The sentence hands its content to the Russian side: words in quotation marks, or a verb of "
    "saying with a Russian minister or the Russian government as its subject.",
    "japan": "The sentence hands its content to the Japanese side: words in quotation marks, or a verb of "
    "saying with a Japanese minister or the Japanese government as its subject.",
    "both": "The sentence hands its content to the two sides together: the ministers or the parties say, "
    "agree, confirm or reaffirm it.",
}


#: What each label is called where a student chooses one.
NAMES = {
    "fact": "Author: checkable",
    "judgement": "Author: judgement",
    "russia": "Russia's side",
    "japan": "Japan's side",
    "both": "Both sides",
}


def task_rows(*ids):
    """``{sentence id: line}`` for a task: what is said, and the words that carry the voice, if any do."""
    found = [article.sentence(id) for id in ids]
    return {one.id: f"{one.gist} " + (f"Cue: “{one.cue}”." if one.cue else "No cue.") for one in found}


class Key(NamedTuple):
    """The module's coding of the article: label, other labels that are right, and the reason, by sentence id."""

    labels: dict
    accepted: dict
    reasons: dict


def shipped_key():
    """The ``Key`` of ``data/voices.csv``, checked: every sentence of the article once, with a label of ours.

    Raises ``DataError`` where the table was damaged.
    """
    rows = data.read("voices")
    labels, accepted = key_of(rows)
    wanted = [one.id for one in article.sentences()]
    if list(labels) != wanted:
        odd = sorted(set(labels) ^ set(wanted)) or ["their order"]
        raise data.DataError(
            f"data/voices.csv does not cover the article: {odd[0]}. {data.mend('voices.csv')}"
        )
    wrong = [id for id in labels if not {labels[id], *accepted[id]} <= set(LABELS)]
    if wrong:
        raise data.DataError(
            f"data/voices.csv, {wrong[0]}: expected one of {', '.join(LABELS)}. {data.mend('voices.csv')}"
        )
    return Key(labels, accepted, {row["sentence"]: row["why"] for row in rows})


def key_of(rows):
    """``(key, accepted)`` from the rows of the table ``voices``.

    ``key`` is ``{sentence id: label}``; ``accepted`` is ``{sentence id: [other labels that are right]}``.
    """
    key = {row["sentence"]: row["voice"] for row in rows}
    return key, {row["sentence"]: list(row["also_accepted"]) for row in rows}


def agreement(coding, key, accepted=None, labels=LABELS):
    """``(matches, total)``: on how many of the sentences of ``coding`` the label is the key's, or accepted.

    A sentence not yet labelled counts in the total and matches nothing. ``accepted`` as in ``key_of``. Other things
    than sentences are compared alike, such as events with ``labels=events.QUADS``.
    Raises ``ValueError`` for a sentence that the key does not have, and for a label not in ``labels``.
    """
    return len(coding) - len(mismatches(coding, key, accepted, labels)), len(coding)


def mismatches(coding, key, accepted=None, labels=LABELS):
    """Ids of the sentences of ``coding`` whose label is neither the key's nor accepted, in the key's order.

    Raises ``ValueError`` as ``agreement`` does.
    """
    _check(coding, key, labels)
    accepted = accepted or {}
    return [id for id in key if id in coding and coding[id] not in (key[id], *accepted.get(id, ()))]


def words_by_voice(coding, words):
    """``{label: words}`` for every label of ``LABELS``, in order; ``words`` is ``{sentence id: words}``.

    Sentences not yet labelled are left out. Raises ``ValueError`` for a sentence without a number of words.
    """
    _check(coding, words)
    totals = dict.fromkeys(LABELS, 0)
    for id, label in coding.items():
        if label:
            totals[label] += words[id]
    return totals


class Balance(NamedTuple):
    """Words reported from each side, from both together, and in the author's own voice.

    ``ratio`` is Russian words for each Japanese word, ``None`` where Japan has none.
    """

    russia: int
    japan: int
    both: int
    author: int
    ratio: float | None


def voice_balance(coding, words):
    """The ``Balance`` of a coding; it shows one author's selection, and says nothing of a motive."""
    of = words_by_voice(coding, words)
    ratio = of["russia"] / of["japan"] if of["japan"] else None
    return Balance(of["russia"], of["japan"], of["both"], of["fact"] + of["judgement"], ratio)


def kappa(a, b):
    """Cohen's kappa of two codings of the same sentences, ``float``: how far they agree beyond luck.

    ``kappa = (p_o - p_e) / (1 - p_e)``. ``p_o`` is the share of sentences with the same label; ``p_e`` is the
    share that luck would give two coders who use each label as often as these do: the sum, over the labels,
    of one coder's share times the other's (Cohen 1960). 1 is full agreement, 0 is what luck would give, and
    below 0 is less than that. Where both use one and the same label throughout, ``p_e`` is 1 and the formula
    says nothing; the value is then 1, for they agree on all.

    Raises ``ValueError`` if the codings cover different sentences or none, or leave one without a label.
    """
    _check_pair(a, b)
    total = len(a)
    matches = sum(a[id] == b[id] for id in a)
    of_a, of_b = Counter(a.values()), Counter(b.values())
    by_luck = sum(of_a[label] * of_b[label] for label in of_a)
    if by_luck == total * total:
        return 1.0
    return (matches * total - by_luck) / (total * total - by_luck)


def alpha(codings):
    """Krippendorff's alpha for labels without an order, ``float``: how far two or more coders agree beyond luck.

    ``codings`` is a list of ``{sentence id: label}``, one a coder. Unlike ``kappa`` it takes any number of coders,
    and a coder may have skipped sentences (no entry, ``None`` or ``""``): a sentence with one label pairs with
    nothing and is left out, never counted as disagreement. ``alpha = 1 - D_o / D_e``, where ``D_o`` is the share of
    unlike pairs within sentences and ``D_e`` the share of unlike pairs among all labels that pair (Krippendorff
    2011). 1 is full agreement, 0 what luck would give. Where only one label was used ``D_e`` is 0 and the formula
    says nothing; the value is then 1, for they agree on all.

    Raises ``ValueError`` if no sentence has two labels.
    """
    units = {}
    for one in codings:
        for id, label in one.items():
            if label:
                units.setdefault(id, []).append(label)
    units = [Counter(labels) for labels in units.values() if len(labels) > 1]
    if not units:
        raise ValueError("no sentence has labels of two coders")
    totals = sum(units, Counter())
    n = totals.total()
    observed = sum((u.total() ** 2 - sum(k * k for k in u.values())) / (u.total() - 1) for u in units) / n
    expected = (n * n - sum(k * k for k in totals.values())) / (n * (n - 1))
    return 1 - observed / expected if expected else 1.0


def confusion(a, b):
    """``{label of a: {label of b: sentences}}``, square: a row and a column for each label that either uses.

    Labels of ``LABELS`` come first, in order. Raises ``ValueError`` as ``kappa`` does.
    """
    _check_pair(a, b)
    met = dict.fromkeys([*a.values(), *b.values()])
    labels = [label for label in LABELS if label in met] + [label for label in met if label not in LABELS]
    table = {row: dict.fromkeys(labels, 0) for row in labels}
    for id, label in a.items():
        table[label][b[id]] += 1
    return table


def _check_pair(a, b):
    if a.keys() != b.keys():
        odd = sorted(map(str, a.keys() ^ b.keys()))
        raise ValueError(f"the two codings must cover the same sentences; only one has {', '.join(odd)}")
    if not a:
        raise ValueError("there is no sentence to compare")
    blank = [id for id in a if not (a[id] and b[id])]
    if blank:
        raise ValueError(f"a label is missing for {', '.join(map(str, blank))}")


def _check(coding, known, labels=LABELS):
    strangers = [id for id in coding if id not in known]
    if strangers:
        raise ValueError(f"no such sentence here: {', '.join(map(str, strangers))}")
    wrong = [label for label in coding.values() if label and label not in labels]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is not a label; use one of {', '.join(labels)}")
