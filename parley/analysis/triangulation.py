"""Several accounts of one event, side by side: who says what, who says otherwise, who is silent, what was not seen.

A matrix is ``{account: {topic: finding}}``. A finding is a word of ``FINDINGS``. *Silent* can only be said of an
account that was read from end to end; where a part was read, the rest is *not seen*, which is no finding about the
account at all: it counts as absent nowhere, and it enters no denominator. Nothing here says why an account is
silent, and nothing here says which account is true.
"""

from typing import NamedTuple

#: The four answers, and what each one claims.
FINDINGS = {
    "says": "The account says it.",
    "otherwise": "The account speaks of it and says something else.",
    "silent": "The account was read from end to end and does not speak of it.",
    "not_seen": "The part that was read does not speak of it, and there is more that was not read.",
}

# What an outlet says once, it has said; a part unread keeps the question open; silence needs every page.
_STRONGEST = ("says", "otherwise", "not_seen", "silent")


class Count(NamedTuple):
    """How many cells of a column hold each finding."""

    says: int
    otherwise: int
    silent: int
    not_seen: int

    @property
    def seen(self):
        """Cells that tell something, ``int``: all but ``not_seen``."""
        return self.says + self.otherwise + self.silent

    @property
    def share(self):
        """The share of the seen cells that say it, 0 to 1; ``None`` where nothing was seen."""
        return self.says / self.seen if self.seen else None


def matrix(rows, topics=None):
    """``{account: {topic: finding}}`` from rows with ``account``, ``topic`` and ``finding``.

    Accounts and topics keep the order in which they come (or that of ``topics``). A cell without a row is
    ``not_seen``: nobody looked. Raises ``ValueError`` for a finding that is none of ``FINDINGS``, for a topic that
    is not in ``topics``, and for two rows on one cell, naming it.
    """
    rows = list(rows)
    topics = list(topics) if topics is not None else list(dict.fromkeys(row["topic"] for row in rows))
    cells = {row["account"]: dict.fromkeys(topics, "not_seen") for row in rows}
    met = set()
    for row in rows:
        account, topic, finding = row["account"], row["topic"], row["finding"]
        _known(finding, f"{account}, {topic}")
        if topic not in cells[account]:
            raise ValueError(f"{topic!r} is none of the topics: {', '.join(topics)}")
        if (account, topic) in met:
            raise ValueError(f"{account}, {topic}: two rows on one cell; keep one")
        met.add((account, topic))
        cells[account][topic] = finding
    return cells


def overclaimed(cells, read):
    """Cells that say *silent* of an account that was not read in full: a list of ``(account, topic)``.

    ``read`` is ``{account: "full" or "part"}``; an account without an entry was not read in full.
    """
    return [
        (account, topic)
        for account, row in cells.items()
        if read.get(account) != "full"
        for topic, finding in row.items()
        if finding == "silent"
    ]


def by_topic(cells):
    """``{topic: Count}``, one for each column of the matrix."""
    return {topic: _count((row[topic] for row in cells.values()), topic) for topic in _topics(cells)}


def silences(cells, account):
    """What ``account`` is silent on, and who is not: ``{topic: [accounts that say it or say otherwise]}``.

    A silence that many others break comes first; where nobody speaks of the topic the list is empty and the silence
    tells least. Cells not seen never appear. Raises ``ValueError`` for an account that the matrix does not have.
    """
    if account not in cells:
        raise ValueError(f"there is no account {account!r} here; it has {', '.join(cells)}")
    broken = {
        topic: [other for other, row in cells.items() if row[topic] in ("says", "otherwise")]
        for topic, finding in cells[account].items()
        if finding == "silent"
    }
    return dict(sorted(broken.items(), key=lambda item: -len(item[1])))


def together(cells, outlets):
    """The matrix with the accounts of one outlet read as one: ``{outlet: {topic: finding}}``.

    An agency files a short item a subject, and an item on one subject is silent on all others. ``outlets`` is
    ``{account: outlet}``; an account without an entry stands for itself. The outlet says what any of its items
    says; otherwise it says otherwise if any does; it is silent only where every item is, and one item not seen in
    full leaves the cell ``not_seen``.
    """
    merged = {}
    for account, row in cells.items():
        merged.setdefault(outlets.get(account, account), []).append(row)
    return {
        outlet: {topic: next(f for f in _STRONGEST if f in {row[topic] for row in rows}) for topic in rows[0]}
        for outlet, rows in merged.items()
    }


def mismatches(answer, key, accepted=None):
    """Cells in which an answer differs from the key: a list of ``(account, topic)``, in the key's order.

    Both are matrices. Only the cells of the key are compared; a cell that the answer lacks differs. ``accepted``
    is ``{(account, topic): [other findings that are right]}``.
    """
    accepted = accepted or {}
    return [
        (account, topic)
        for account, row in key.items()
        for topic, finding in row.items()
        if answer.get(account, {}).get(topic) not in (finding, *accepted.get((account, topic), ()))
    ]


def _topics(cells):
    return list(next(iter(cells.values()), {}))


def _count(findings, where):
    findings = list(findings)
    for finding in findings:
        _known(finding, where)
    return Count(*(findings.count(finding) for finding in FINDINGS))


def _known(finding, where):
    if finding not in FINDINGS:
        raise ValueError(f"{where}: {finding!r} is no finding; use one of {', '.join(FINDINGS)}")
