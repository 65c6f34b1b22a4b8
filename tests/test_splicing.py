"""The answer becomes an argument in the cell's source, and nothing else of the cell is touched."""

import ast
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parley.splicing import WIDTH, arguments, splice

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(max_size=120) | st.sampled_from(
    [
        "'",
        '"',
        "\"'\n\\",
        "# no comment",
        'form("00-1")',
        "北方領土",
        "a\u2028b",
        "\ud83d",
        "\x00",
        "{",
        "}",
        "saved={",
        "word " * 60,
    ]
)
names = st.from_regex(r"[a-z_][a-z0-9_]{0,12}", fullmatch=True)
values = st.recursive(
    plain | texts,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(texts | names, inner, max_size=6),
    max_leaves=20,
)
answers = st.dictionaries(names, values, max_size=5)

BEFORE = [
    "",
    "x = 1; ",
    "é = 'ü北𝄞'; ",
    "if True: ",
    "# a comment\n",
    "s = '''two\nlines'''\n",
    "other = form(\"00-2\", saved={'a': 1})\n",
]
CALLS = [
    "form({})",
    "form( {} )",
    "form ({})",
    "parley.form({})",
    "form({}, saved=None)",
    "form({}, saved={{'a': 'ü(', 'b': [1, 2]}})",
    "form({}, {{'old': 1}})",
    "form(\n    {},\n    # your answer\n)",
    "form({}, saved={{\n    'a': 1,  # a comment with ) and \"\n}})",
]
AFTER = ["", "\n", '  # done: form("00-1")', "; check = 'ß'", '\r\ncheck("00-1", a)\r\n', '\nform("00-2")']


def saved_in(source, identifier="00-1"):
    """The argument ``saved`` of the one call in a source, as Python reads it."""
    (call,) = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and "form" in (getattr(node.func, "id", None), getattr(node.func, "attr", None))
        and getattr(node.args[0], "value", None) == identifier
    )
    (given_,) = call.keywords or (None,)
    return ast.literal_eval(given_.value) if given_ else {}


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(BEFORE),
    st.sampled_from(CALLS),
    st.sampled_from(['"00-1"', "'00-1'"]),
    st.sampled_from(AFTER),
    answers,
)
@example("é = 'ü北𝄞'; ", CALLS[0], '"00-1"', "", {"why": "x" * 200, "voice": {"P1S1": "fact"}})
def test_the_answer_stands_in_the_call_and_nothing_else_moves(before, call, identifier, after, answer):
    head, tail = before + "answer_1 = ", after
    source = head + call.format(identifier) + tail
    new = splice(source, "00-1", answer)
    assert new.startswith(head) and new.endswith(tail)
    assert saved_in(new) == answer
    name = call.split("(")[0].strip()
    assert new == head + name + arguments("00-1", answer) + tail
    assert splice(new, "00-1", answer) == new, "once more changes nothing"
    assert splice(splice(new, "00-1", {}), "00-1", answer) == new


@settings(max_examples=100, deadline=None)
@given(answers)
def test_an_answer_is_one_call_and_its_lines_are_not_too_long(answer):
    line = "answer_1 = form" + arguments("00-1", answer)
    assert saved_in(line) == answer
    assert arguments("00-1", json.loads(json.dumps(answer))) == arguments("00-1", answer)
    if len(line) > WIDTH + 20:
        assert line.count("\n") >= 2


def test_what_it_looks_like():
    assert splice('answer_1 = form("00-1")', "00-1", {"voice": {"P5S4": "both"}}) == (
        """answer_1 = form("00-1", saved={'voice': {'P5S4': 'both'}})"""
    )
    long = splice(
        'answer_1 = form("00-1")',
        "00-1",
        {"voice": {f"P{n}S1": "judgement" for n in range(1, 7)}, "why": "x"},
    )
    assert long.splitlines()[0] == 'answer_1 = form("00-1", saved={'
    assert long.splitlines()[-2:] == ["    'why': 'x',", "})"]
    assert max(map(len, long.splitlines())) <= WIDTH
    assert long.splitlines()[2].startswith("        "), "what goes on is indented below its part"
    assert splice(long, "00-1", {}) == 'answer_1 = form("00-1")'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('print(form("00-1"))', "print(form(\"00-1\", saved={'a': 1}))"),
        ('x = [form("00-1"), 2]', "x = [form(\"00-1\", saved={'a': 1}), 2]"),
        (
            'answer = parley.form("00-1")  # form("00-1")',
            'answer = parley.form("00-1", saved={\'a\': 1})  # form("00-1")',
        ),
        ('s = """form("00-1")"""\nform("00-1")', 's = """form("00-1")"""\nform("00-1", saved={\'a\': 1})'),
        ('form("00-2"); form("00-1")', 'form("00-2"); form("00-1", saved={\'a\': 1})'),
        ('def f():\n    return form("00-1")', "def f():\n    return form(\"00-1\", saved={'a': 1})"),
        ('check("00-1", form("00-1"))', 'check("00-1", form("00-1", saved={\'a\': 1}))'),
        ('\n\n\tform("00-1")'.replace("\t", ""), "\n\nform(\"00-1\", saved={'a': 1})"),
        ('x = "\x0c"\nform("00-1")', 'x = "\x0c"\nform("00-1", saved={\'a\': 1})'),
        ('a = 1\r\nform("00-1")\r\n', "a = 1\r\nform(\"00-1\", saved={'a': 1})\r\n"),
    ],
)
def test_where_the_call_stands(source, expected):
    assert splice(source, "00-1", {"a": 1}) == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "x = 1",
        '# form("00-1")',
        "s = 'form(\"00-1\")'",
        'form("00-2")',
        'form("00-1"); form("00-1")',
        'form(identifier="00-1")',
        "form(name)",
        "form()",
        'quiz("00-1")',
        '%matplotlib inline\nform("00-1")',
        '!ls\nform("00-1")',
        'form("00-1")?',
        'form("00-1"',
        'form("00-1") form("00-1")',
        'x = "\x00"; form("00-1")',
        "(" * 500 + 'form("00-1")' + ")" * 500,
        "-" * 100_000 + '1; form("00-1")',
        'form("00-1")\rx = 1',
        'x = 1\rform("00-1")',
        '(form)("00-1")',
        '\ud83d = form("00-1")',
    ],
    ids=lambda s: repr(s[:30]),
)
def test_such_a_cell_is_left_alone(source):
    assert splice(source, "00-1", {"a": 1}) is None


def test_inside_an_f_string_it_is_right_or_left_alone():
    """Python 3.11 gives wrong places for what stands in an f-string."""
    source = "print(f'{form(\"00-1\")} ü')"
    new = splice(source, "00-1", {"a": 1})
    assert new is None or saved_in(new) == {"a": 1}


def test_another_function():
    assert (
        splice('note("00-guess")', "00-guess", {"text": "x"}, function="note")
        == "note(\"00-guess\", saved={'text': 'x'})"
    )
