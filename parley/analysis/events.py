"""Event coding: words or deeds, cooperation or conflict, and the balance of the two for each issue.

The four categories and what belongs to each are those of PLOVER (Open Event Data Alliance, 2016 and later), which
folds the twenty of CAMEO (Gerner, Schrodt, Yilmaz and Abu-Jabr 2002) into a table of two by two. They are terms of
coding: "conflict" may be a polite complaint. A coding is ``{event id: category}``; it is compared with a key by
``coding.agreement(..., labels=QUADS)``, as a count.
"""

#: Category -> the rule for it.
QUADS = {
    "verbal cooperation": "Words that the other side would welcome: agree, consult, support, concede.",
    "material cooperation": "Deeds that the other side would welcome: work together, aid, draw back, look into.",
    "verbal conflict": "Words against the other side: demand, disapprove, reject, threaten.",
    "material conflict": "Deeds against the other side: show force, coerce, attack.",
}

#: PLOVER's types by category, as its README of the stored version has them. It files SANCTION under words.
PLOVER = {
    "verbal cooperation": ("AGREE", "CONSULT", "SUPPORT", "CONCEDE"),
    "material cooperation": ("COOPERATE", "AID", "RETREAT", "INVESTIGATE"),
    "verbal conflict": ("DEMAND", "DISAPPROVE", "REJECT", "THREATEN", "SANCTION"),
    "material conflict": ("PROTEST", "CRIME", "MOBILIZE", "COERCE", "ASSAULT", "FIGHT"),
}


def net_cooperation(codes, issues):
    """``{issue: events of cooperation less events of conflict}``, in the order in which issues come.

    ``codes`` is ``{event id: category}``, ``issues`` ``{event id: issue}``. Every event weighs one, whatever it
    was: a missile counts as much as a complaint, so the sum is a way to look and no measure of relations. An event
    not yet coded (``None`` or ``""``) is left out. Raises ``ValueError`` for a category that is none of ``QUADS``
    and for an event without an issue.
    """
    net = {}
    for id, category in codes.items():
        if id not in issues:
            raise ValueError(f"the event {id!r} has no issue")
        net.setdefault(issues[id], 0)
        if category:
            net[issues[id]] += _sign(category)
    return net


def _sign(category):
    if category not in QUADS:
        raise ValueError(f"{category!r} is not a category; use one of {', '.join(QUADS)}")
    return 1 if category.endswith("cooperation") else -1
