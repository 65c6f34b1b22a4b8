"""The questions: the rules of item writing over every shipped item, no key on any face, and damaged files."""

import dataclasses
import json
import re
from collections import Counter

import jsonschema
import pytest
import yaml
from conftest import ROOT, TOY_QUIZ

from parley import article, data, lessons, notebook, quizzes
from parley.answers import count_words
from parley.quizzes import QuizError

STEMS = data.stems()
ITEMS = {item.id: item for stem in STEMS for item in quizzes.load(stem).items.values()}
NOTES = {note.id: note for stem in STEMS for note in quizzes.load(stem).notes.values()}
ENOUGH = 24  # items, from which on a share over all of them says something
SCHEMA = json.loads((ROOT / "data/quizzes/schema.json").read_text(encoding="utf-8"))

every_item = pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
every_lesson = pytest.mark.parametrize("stem", STEMS)
over_all = pytest.mark.skipif(
    len(ITEMS) < ENOUGH, reason=f"{len(ITEMS)} items; shares are judged from {ENOUGH} on"
)


# --- rules of one item: each gives the faults it finds, so that it can be tried on bad ones too ---


def key_of(item):
    return next(o for o in item.options if o.correct)


def distractors(item):
    return [o for o in item.options if not o.correct]


def words(text):
    return [w.casefold() for w in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text)]


def feedback_faults(item):
    """Measure 1: a reason of 6 to 45 words; right or wrong is not one (the card says it before)."""
    for option in item.options:
        n = count_words(option.feedback)
        if not 6 <= n <= 45:
            yield f"feedback of {n} words: {option.feedback}"
        if words(option.feedback)[0] in (
            "yes",
            "no",
            "right",
            "wrong",
            "correct",
            "incorrect",
            "true",
            "false",
        ):
            yield f"feedback repeats the verdict: {option.feedback}"
    if len({o.feedback for o in item.options}) < len(item.options):
        yield "two options share a feedback"


def one_key_faults(item):
    """Measure 2."""
    if sum(o.correct for o in item.options) != 1:
        yield "not exactly one key"
    if len({o.text.casefold() for o in item.options}) < len(item.options):
        yield "two options read the same"


def length_faults(item):
    """Measure 5: the longest option at most 1.6 times the shortest, unless they are ordered."""
    lengths = [len(o.text) for o in item.options]
    if not item.ordered and max(lengths) > 1.6 * min(lengths):
        yield f"lengths {lengths}"


BANNED = re.compile(
    r"\b((all|none|both|neither|any|some) of (the|these) (above|others?|options)|[a-f] (and|or) [a-f])\b",
    re.I,
)


def form_faults(item):
    """Measure 7: no "all of the above", no "A and B", no true/false."""
    for option in item.options:
        if BANNED.search(option.text):
            yield f"banned form: {option.text}"
    if {words(o.text)[0] for o in item.options if len(words(o.text)) == 1} & {"true", "false", "yes", "no"}:
        yield "a true/false question"


def is_negative(item):
    question = re.split(r"(?<=[.!:])\s", item.stem)[-1]
    return bool(re.search(r"\b(not|except|least likely)\b", re.sub(r"[“\"][^”\"]*[”\"]", "", question), re.I))


def negative_faults(item):
    """Measure 8: a question for the exception says so in capitals."""
    if is_negative(item) and not re.search(r"\b(NOT|EXCEPT|LEAST LIKELY)\b", item.stem):
        yield "a negative stem without capitals"


def clang_faults(item):
    """Measure 9: no long word that stands in the stem and in the key alone."""

    def rare(text):
        return {re.sub(r"(ies|ing|ed|es|e|s)$", "", w) for w in words(text) if len(w) >= 6}

    only_key = rare(key_of(item).text) - set().union(*(rare(o.text) for o in distractors(item)))
    for word in sorted(only_key & rare(item.stem)):
        yield f"{word!r} stands in the stem and in the key only"


def misconception_faults(item):
    """Measure 13."""
    if count_words(item.misconception) < 3:
        yield "no misconception is named"


def stem_faults(item):
    """Measure 14: at most 55 words, and a question."""
    if count_words(item.stem) > 55:
        yield f"a stem of {count_words(item.stem)} words"
    if not item.stem.endswith("?"):
        yield "the stem asks nothing"


def quotation_faults(item):
    """A clause of another publisher's text runs to at most 12 words."""
    for text in [item.stem, *(o.text for o in item.options), *(o.feedback for o in item.options)]:
        for quoted in re.findall(r"“([^”]*)”|\"([^\"]*)\"|‘([^’]{20,})’", text):
            if count_words("".join(quoted)) > 12:
                yield f"{count_words(''.join(quoted))} words in a quotation: {quoted}"


def place_faults(item):
    """What an item points at is there."""
    module = lessons.module(item.id.split("-")[0])
    if item.objective not in module.LESSON.objectives:
        yield f"objective {item.objective} is none of the lesson's"
    known = {s.id for s in article.sentences(body_only=False)} | {s.paragraph for s in article.sentences()}
    named = set(
        re.findall(
            r"\bP\d(?:S\d)?\b", " ".join([item.stem, *(o.text + " " + o.feedback for o in item.options)])
        )
    )
    for sentence in sorted((set(item.sentences) | named) - known):
        yield f"there is no sentence {sentence}"


RULES = (
    feedback_faults,
    one_key_faults,
    length_faults,
    form_faults,
    negative_faults,
    clang_faults,
    misconception_faults,
    stem_faults,
    quotation_faults,
    place_faults,
)


@every_item
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_item_keeps_every_rule(item, rule):
    assert list(rule(item)) == []


def toy_item(**change):
    options = [quizzes.Option(**o) for o in yaml.safe_load(TOY_QUIZ)["items"][0]["options"]]
    for name, text in change.pop("options", {}).items():
        n, what = name
        options[n] = dataclasses.replace(options[n], **{what: text})
    values = {k: v for k, v in yaml.safe_load(TOY_QUIZ)["items"][0].items() if k != "options"} | change
    return quizzes.Item(options=tuple(options), **values)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        (feedback_faults, {"options": {(0, "feedback"): "It is wrong."}}),
        (feedback_faults, {"options": {(0, "feedback"): "word " * 46}}),
        (feedback_faults, {"options": {(1, "feedback"): "Right: the wick draws the oil up to the flame."}}),
        (one_key_faults, {"options": {(0, "correct"): True}}),
        (one_key_faults, {"options": {(0, "text"): "The hurricane Lamp"}}),
        (length_faults, {"options": {(1, "text"): "The hurricane lamp, since it has both a wick and oil"}}),
        (form_faults, {"options": {(2, "text"): "All of the above"}}),
        (form_faults, {"options": {(2, "text"): "Both A and B burn"}}),
        (form_faults, {"options": {(2, "text"): "True"}}),
        (negative_faults, {"stem": "Which of these does not burn?"}),
        (clang_faults, {"stem": "Which lamp stands the hurricanes?"}),
        (misconception_faults, {"misconception": "lamps"}),
        (stem_faults, {"stem": "word " * 56 + "?"}),
        (stem_faults, {"stem": "Choose a lamp."}),
        (
            quotation_faults,
            {"stem": "Who said “one two three four five six seven eight nine ten eleven twelve thirteen”?"},
        ),
        (place_faults, {"objective": "O98.7"}),
        (place_faults, {"sentences": ["P9S1"]}),
        (place_faults, {"stem": "What does P5S9 say?"}),
    ],
    ids=lambda v: getattr(v, "__name__", None),
)
def test_the_rules_find_what_they_look_for(toy, rule, change):
    assert list(rule(toy_item())) == []
    assert list(rule(toy_item(**change)))


# --- rules of a lesson, and of all items ---


@every_lesson
def test_a_quiz_file_fits_the_schema(stem):
    tree = yaml.safe_load((ROOT / f"data/quizzes/{stem}.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(tree, SCHEMA)


def test_the_schema_itself():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    tree = yaml.safe_load(TOY_QUIZ)
    jsonschema.validate(tree, SCHEMA)
    names = {f.name for f in dataclasses.fields(quizzes.Item)}
    assert set(SCHEMA["$defs"]["item"]["properties"]) == names
    assert set(SCHEMA["$defs"]["option"]["properties"]) == {
        f.name for f in dataclasses.fields(quizzes.Option)
    }
    assert set(SCHEMA["$defs"]["note"]["properties"]) == {f.name for f in dataclasses.fields(quizzes.Note)}
    tree["items"][0]["options"][0]["correct"] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tree, SCHEMA)


@every_lesson
def test_ids_are_the_lesson_s_own_and_count_up(stem):
    number = stem.split("_")[0]
    loaded = quizzes.load(stem)
    assert list(loaded.items) == [f"{number}-{n}" for n in range(1, len(loaded.items) + 1)]
    assert all(name.startswith(f"{number}-") for name in loaded.notes)


@every_lesson
def test_the_key_s_letter_never_stands_three_times_in_a_row(stem):
    keys = [item.options.index(key_of(item)) for item in quizzes.load(stem).items.values()]
    assert not [n for n in range(len(keys) - 2) if len(set(keys[n : n + 3])) == 1], keys


@every_lesson
def test_questions_read_easily(stem):
    """Measure 15: a Flesch-Kincaid grade of at most 10 over the stems, and over the feedback."""
    items = quizzes.load(stem).items.values()
    assert grade(" ".join(item.stem for item in items)) <= 10
    assert grade(" ".join(o.feedback for item in items for o in item.options)) <= 10


def grade(text):
    """Flesch-Kincaid grade with a rough count of syllables (runs of vowels, a silent e at the end)."""
    sentences = max(len(re.findall(r"[.?!:](?=\s|$)", text)), 1)
    found = words(text)
    syllables = sum(
        max(len(re.findall(r"[aeiouy]+", w)) - (w.endswith("e") and not w.endswith("le")), 1) for w in found
    )
    return 0.39 * len(found) / sentences + 11.8 * syllables / len(found) - 15.59


def test_the_grade_of_known_texts():
    assert grade("The cat sat on the mat. The dog ran off.") < 2
    assert (
        grade("Notwithstanding international deliberations, negotiators reaffirm reciprocal commitments.")
        > 15
    )


@over_all
def test_the_key_stands_at_each_letter_alike():
    """Measure 4."""
    places = Counter(item.options.index(key_of(item)) for item in ITEMS.values())
    assert all(0.2 <= places[n] / len(ITEMS) <= 0.3 for n in range(4)), places


@over_all
def test_the_key_is_seldom_the_longest():
    """Measure 6."""
    lengths = [([len(o.text) for o in distractors(i)], len(key_of(i).text)) for i in ITEMS.values()]
    assert sum(key > max(others) for others, key in lengths) <= 0.3 * len(ITEMS)
    assert sum(key < min(others) for others, key in lengths) >= 0.1 * len(ITEMS)


@over_all
def test_absolute_words_do_not_mark_distractors():
    """Measure 10."""
    absolute = re.compile(
        r"\b(always|never|only|any|all|none|every|no|must|cannot|nothing|completely|entirely)\b", re.I
    )
    keys = [bool(absolute.search(key_of(i).text)) for i in ITEMS.values()]
    others = [bool(absolute.search(o.text)) for i in ITEMS.values() for o in distractors(i)]
    assert sum(others) / len(others) - sum(keys) / len(keys) <= 0.15


@over_all
def test_negative_stems_are_rare():
    """Measure 8."""
    assert sum(map(is_negative, ITEMS.values())) <= 0.02 * len(ITEMS)


# --- answering ---


@every_item
def test_every_letter_gets_its_feedback(item):
    for letter, option in zip(item.letters(), item.options, strict=True):
        for typed in (letter, letter.upper(), f" {letter}) "):
            response = item.respond(typed)
            assert response.correct is option.correct and option.feedback in response.text
            assert response.text.startswith("Yes." if option.correct else "Not this one.")


@pytest.mark.parametrize(
    "choice",
    ["d", "", "ab", "1", "ß", None, 0, 1.5, ["a"], object(), "x" * 10_000, "a\nb"],
    ids=lambda c: type(c).__name__,
)
def test_what_is_no_letter(toy, choice):
    with pytest.raises(QuizError) as caught:
        quizzes.find("98-1").respond(choice)
    message = str(caught.value)
    assert (
        "\n" not in message
        and "has the options a, b, c" in message
        and 'answer("a")' in message
        and len(message) < 200
    )


@pytest.mark.parametrize(
    "identifier", ["97-1", "", "1", None, 97, "lamp", ["98-1"], "x" * 5000], ids=lambda c: type(c).__name__
)
@pytest.mark.parametrize("find", [quizzes.find, quizzes.find_note])
def test_an_id_of_no_lesson(toy, find, identifier):
    with pytest.raises(QuizError, match=r"should start with the number of a lesson \(98\)"):
        find(identifier)


def test_an_id_that_is_not_there(toy):
    with pytest.raises(QuizError, match=r"There is no question '98-3'; this lesson has 98-1, 98-2\."):
        quizzes.find("98-3")
    with pytest.raises(QuizError, match=r"There is no note '98-exit'; this lesson has 98-guess\."):
        quizzes.find_note("98-exit")


# --- no face tells ---


def faces(shown):
    """All that a saved notebook could hold of something shown."""
    bundle, metadata = shown._repr_mimebundle_()
    state = {k: v for k, v in shown.widget.get_state().items() if k not in ("mid", "layout")}
    fixed = {k: v for k, v in bundle.items() if "widget-view" not in k}
    return repr(shown), shown._html(), fixed, metadata, state, repr(shown.widget)


def click(widget, message):
    widget._handle_custom_msg(message, [])


def turned(item):
    """The same item with another key and other reasons."""
    n = item.options.index(key_of(item))
    key = (n + 1) % len(item.options)
    options = [
        dataclasses.replace(o, correct=i == key, feedback=f"Other {i}") for i, o in enumerate(item.options)
    ]
    return dataclasses.replace(item, options=tuple(options), misconception="another")


@every_item
def test_no_face_depends_on_the_key_or_the_reasons(item):
    letter = item.letters()[item.options.index(key_of(item))]
    shown, other = notebook.Quiz(item), notebook.Quiz(turned(item))
    assert faces(shown) == faces(other)
    for one in (shown, other):
        click(one.widget, {"do": "check", "choice": letter})
    assert faces(shown) == faces(other), "nor after a click on the key"
    everything = json.dumps(faces(shown), default=str)
    for option in item.options:
        assert option.feedback not in everything
    assert '"correct"' not in everything and item.misconception not in everything


def test_the_static_face_is_escaped_and_complete(toy):
    item = quizzes.find("98-1")
    face = item.as_html()
    assert "&lt;oil&gt; &amp; a wick" in face and "<oil>" not in face
    assert [face.count(o.text) for o in item.options] == [1, 1, 1]
    assert "<script" not in face and 'quiz("98-1").answer("a")' in face
    assert item.as_text().splitlines()[2] == "  b) The hurricane lamp"
    note = quizzes.find_note("98-guess")
    assert "&lt;lamp&gt; is brighter &amp; why" in note.as_html() and note.as_text().startswith(
        "Note 98-guess."
    )


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_every_note_can_be_shown(note):
    shown = notebook.NoteBox(note)
    assert shown._repr_mimebundle_()[0]["text/html"] == note.as_html()
    assert shown.widget.get_state()["note"]["prompt"] == note.prompt


# --- damaged files ---

DAMAGE = {
    "empty": "",
    "a comment": "# nothing\n",
    "no items": "notes: []\n",
    "items empty": "items: []\n",
    "items no list": "items: {id: 98-1}\n",
    "a list": "- 1\n",
    "a word": "lamp",
    "cut off in a string": TOY_QUIZ[: TOY_QUIZ.index("a wick")],
    "cut off in a map": TOY_QUIZ[: TOY_QUIZ.index(", correct: false")],
    "a tab": TOY_QUIZ.replace("    stem", "\tstem", 1),
    "two keys": TOY_QUIZ.replace("correct: false", "correct: true", 1),
    "no key": TOY_QUIZ.replace("correct: true", "correct: false", 1),
    "key in words": TOY_QUIZ.replace("correct: false", 'correct: "no"', 1),
    "key is 1": TOY_QUIZ.replace("correct: true", "correct: 1", 1),
    "unknown key": TOY_QUIZ.replace("difficulty", "dificulty", 1),
    "unknown key of an option": TOY_QUIZ.replace("feedback:", "feedbak:", 1),
    "no feedback": re.sub(r', feedback: "KEYLESS-A[^"]*"', "", TOY_QUIZ),
    "no stem": re.sub(r"    stem: .*\n", "", TOY_QUIZ, count=1),
    "no id": TOY_QUIZ.replace("  - id: 98-1\n    objective", "  - objective"),
    "no options": TOY_QUIZ[: TOY_QUIZ.index("    options")],
    "options a word": TOY_QUIZ[: TOY_QUIZ.index("    options")] + "    options: lamp\n    misconception: x\n",
    "options of words": TOY_QUIZ[: TOY_QUIZ.index("    options")]
    + "    options: [lamp, oil]\n    misconception: x\n",
    "one option": TOY_QUIZ[: TOY_QUIZ.index('      - {text: "The electric')]
    + '      - {text: "A", correct: true, feedback: "B"}\n',
    "an item is a word": "items: [lamp]\n",
    "an item is nothing": "items: [null]\n",
    "the id twice": TOY_QUIZ.replace("id: 98-2", "id: 98-1"),
    "the id a list": TOY_QUIZ.replace("id: 98-2", "id: [98-2]"),
    "the id a number": TOY_QUIZ.replace("id: 98-2", "id: 98"),
    "text is a yes": TOY_QUIZ.replace('text: "The match"', "text: yes"),
    "stem is nothing": re.sub(r"    stem: .*\n", "    stem:\n", TOY_QUIZ, count=1),
    "sentences a word": TOY_QUIZ.replace("[P1S1]", "P1S1"),
    "an impossible date": TOY_QUIZ.replace("all lamps are alike", "2018-13-45"),
    "nested too deeply": "items: " + "[" * 5000,
    "note without prompt": TOY_QUIZ.replace("    prompt", "    promt"),
    "notes a number": "notes: 5\n" + TOY_QUIZ[TOY_QUIZ.index("items") :],
    "notes a table": "notes: {id: x}\n" + TOY_QUIZ[TOY_QUIZ.index("items") :],
    "a note is a word": "notes: [lamp]\n" + TOY_QUIZ[TOY_QUIZ.index("items") :],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_quiz_file_is_named_in_one_line(data_folder, damage):
    file = data_folder / "quizzes/98_toy.yaml"
    file.write_text(DAMAGE[damage], encoding="utf-8")
    with pytest.raises(QuizError) as caught:
        quizzes.find("98-1")
    message = str(caught.value)
    assert "\n" not in message and message.startswith("data/quizzes/98_toy.yaml") and len(message) < 350
    assert "git checkout -- data/quizzes/98_toy.yaml" in message
    assert "KEYLESS" not in message, "an error must not tell a reason either"
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_other_damage(data_folder):
    file = data_folder / "quizzes/98_toy.yaml"
    for content in ("Größe".encode("latin-1"), b"\xff\xfe\x00", b"\x00\x01"):
        file.write_bytes(content)
        with pytest.raises(QuizError, match=r"^data/quizzes/98_toy\.yaml cannot be read"):
            quizzes.load("98_toy")
    file.unlink()
    with pytest.raises(data.DataError, match=r"data/quizzes/98_toy\.yaml is missing"):
        quizzes.load("98_toy")
    file.mkdir()
    with pytest.raises(QuizError, match="cannot be read"):
        quizzes.load("98_toy")


def test_a_damaged_file_that_was_mended_is_read_again(data_folder):
    file = data_folder / "quizzes/98_toy.yaml"
    file.write_text("", encoding="utf-8")
    with pytest.raises(QuizError):
        quizzes.find("98-1")
    file.write_text(TOY_QUIZ, encoding="utf-8")
    assert quizzes.find("98-1").sentences == ("P1S1",)
