"""Issue linkage: which issues a text ties to each other, who draws the tie, and how many ties an issue has.

A link is a row with ``issue``, ``issue_2``, ``drawn_by`` and ``sentence``; it has no direction, so treaty with
missile defence and missile defence with treaty are one pair. The idea that states tie one issue to another to move
both is Haas (1980) and Sebenius (1983); the counting here is plain graph degree. A count tells of a text: what its
author chose to report is in it as much as what states do.
"""

from collections import Counter


def half_matrix(links, issues):
    """``{(issue, issue): number of links}``, every pair of ``issues`` once, in their order.

    A pair without a link holds 0. Raises ``ValueError`` for a link of an issue with itself and for an issue that is
    not in ``issues``.
    """
    issues = list(issues)
    cells = {(a, b): 0 for n, a in enumerate(issues) for b in issues[n + 1 :]}
    for link in links:
        a, b = _pair(link, issues)
        cells[(a, b) if (a, b) in cells else (b, a)] += 1
    return cells


def degree(links, issues):
    """``{issue: number of other issues it is tied to}``, every issue of ``issues`` in order.

    Two links of one pair count once: the degree counts partners. Raises ``ValueError`` as ``half_matrix`` does.
    """
    tied = [pair for pair, number in half_matrix(links, issues).items() if number]
    return {issue: sum(issue in pair for pair in tied) for issue in issues}


def drawn_by(links):
    """``{who: number of links drawn}``, the most first."""
    return dict(Counter(link["drawn_by"] for link in links).most_common())


def _pair(link, issues):
    a, b = link["issue"], link["issue_2"]
    for issue in (a, b):
        if issue not in issues:
            raise ValueError(f"{issue!r} is none of the issues: {', '.join(issues)}")
    if a == b:
        raise ValueError(f"a link ties two issues; this one names {a!r} twice")
    return a, b
