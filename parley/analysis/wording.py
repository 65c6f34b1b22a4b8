"""Words that argue by themselves, and sentences that treat two sides alike.

A desk paper on a dispute has to be readable in both capitals. Two tests help: none of its verbs decides the
question in passing, and what one side "states" the other does not merely "claim".
"""

import re

#: A word that takes a side, as a pattern, and what a neutral paper writes in its place.
LOADED = {
    r"occup(?:y|ies|ied|ation)(?! authorit| of Japan| forces in Japan)": "took control in 1945, or administers",
    r"seiz\w+": "took control of",
    r"steal\w*|stolen|stole": "took control of",
    r"grab\w*": "took control of",
    r"annex\w*": "made part of the state",
    r"invad\w*|invasion": "landed, or took control",
    r"liberat\w*": "took control of",
    r"hand\w* (?:back|over)": "transfer",
    r"g[ia]ve\w* (?:back|up)": "transfer, or renounce",
    r"return(?:s|ed|ing)?": "transfer",
    r"re(?:claim|gain|cover)\w*": "ask for the transfer of",
    r"cede[ds]?|concession\w*": "transfer, or offer",
    r"illegal\w*|unlawful\w*": "without a legal ground, as one side holds",
    r"rightful\w*": "as one side holds",
    r"so-called": "the name that the side uses",
}

_PATTERNS = [(re.compile(rf"\b(?:{pattern})\b", re.I), mend) for pattern, mend in LOADED.items()]
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_LAND = re.compile(r"island|territor|kuril|chain|soil|shikotan|habomai|iturup|etorofu|kunash", re.I)
_WEAK = re.compile(  # as verbs: to renounce all claims is no doubt
    r"\b(?:claim(?:s|ed)? (?:that|to be)|is claimed|alleg\w+|pretend\w*|insist\w* that|assert\w* that"
    r"|(?:russia|japan|moscow|tokyo|side|government|who|which) (?:\w+ )?(?:claims|claimed|insists|asserts)\b)",
    re.I,
)


def loaded_words(text: str) -> list[tuple[str, str]]:
    """Words in ``text`` that take a side: a list of ``(word, neutral wording)``, in the order of `LOADED`.

    What stands in quotation marks is somebody's own speech, and passes.
    """
    own = _QUOTED.sub("", text)
    return [(found[0], mend) for pattern, mend in _PATTERNS for found in pattern.finditer(own)]


def loaded_about_land(text: str) -> tuple[str, str] | None:
    """The first word of `loaded_words` that stands within six words of the land in dispute, in the same sentence.

    ``None`` where there is none: a visitor may return home, and a plant may recover plastic.
    """
    for sentence in re.split(r"(?<=[.;!?])\s", text):
        words = sentence.split()
        for word, mend in loaded_words(sentence):
            first = word.split()[0].lower()
            for n, one in enumerate(words):
                near = " ".join(words[max(0, n - 6) : n + 7])
                if one.lower().strip(".,;:") == first and _LAND.search(near):
                    return word, mend
    return None


def alike_in_length(one: str, other: str, least: float = 0.8) -> bool:
    """Whether two texts have like numbers of words: the shorter at least ``least`` of the longer."""
    lengths = sorted((len(one.split()), len(other.split())))
    return lengths[1] > 0 and lengths[0] / lengths[1] >= least


def doubting_verbs(text: str) -> list[str]:
    """Verbs of saying in ``text`` that sound a doubt, such as "claims that" or "alleges", in lower case."""
    return [found[0].lower() for found in _WEAK.finditer(_QUOTED.sub("", text))]
