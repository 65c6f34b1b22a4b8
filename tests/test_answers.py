"""Every kind of field: what it takes, what it refuses and how, and that nothing is lost on the way."""

import ast
import decimal
import fractions
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parley.answers import (
    DEFAULT_SEED,
    LARGEST_LIST,
    LONGEST_TEXT,
    AnswerError,
    Choice,
    Function,
    Grid,
    Matrix,
    Number,
    Order,
    Rows,
    Text,
    count_words,
    current_seed,
)

VOICES = {"fact": "The author: a fact", "russia": "Russia's side", "both": "Both sides"}

CHOICE = Choice(name="pick", label="Which?", options=VOICES)
GRID = Grid(
    name="voice", label="Who?", rows={"P1S1": "One.", "P1S2": "Two.", "P4S8": "Three."}, options=VOICES
)
GAPS = Grid(
    name="gaps",
    label="Who?",
    rows={"P1S1": "One.", "P1S2": "Two.", "P4S8": "Three."},
    options=VOICES,
    initial={"P1S1": "fact", "P4S8": "both"},
    locked=("P1S1",),
)
ORDER = Order(name="days", label="Order?", items={"a": "Noon", "b": "Dawn", "c": "Dusk"})
NUMBER = Number(name="far", label="How far?", unit="km", least=0, most=100)
WHOLE = Number(name="year", label="Year?", least=1800, most=2018, whole=True)
TEXT = Text(name="why", label="Why?", least_words=2, most_words=20)
COLUMNS = (
    Choice(name="side", label="Side", options=VOICES),
    Number(name="year", label="Year", whole=True),
    Text(name="what", label="What", optional=True),
)
FIXED = Matrix(
    name="treaties",
    label="Treaties",
    columns=COLUMNS,
    rows={"x": "First", "y": "Second", "z": "Third"},
    initial={"x": {"side": "both", "year": 1855, "what": "Shimoda"}, "y": {"side": "both"}},
    locked=("x",),
)
OPEN = Rows(name="links", label="Links", columns=COLUMNS, least=2, most=4)
STARTED = Rows(
    name="started",
    label="Started",
    columns=COLUMNS,
    initial=({"side": "both", "year": 1855, "what": ""}, {"side": "russia", "year": None, "what": ""}),
    locked=1,
)
FUNCTION = Function(
    name="double",
    label="Double it",
    signature="double(n)",
    doc="Twice n.",
    draw=lambda rng: [(rng.randint(-9, 9),) for _ in range(4)],
)

FIELDS = {f.name: f for f in (CHOICE, GRID, GAPS, ORDER, NUMBER, WHOLE, TEXT, FIXED, OPEN, STARTED, FUNCTION)}
DATA_FIELDS = {name: f for name, f in FIELDS.items() if f is not FUNCTION}


def row(side=None, year=None, what=""):
    return {"side": side, "year": year, "what": what}


def refused(field, value):
    """The message with which a field refuses a value."""
    with pytest.raises(AnswerError) as caught:
        field.coerce(value)
    return str(caught.value)


# --- strategies ---


def values_for(field):
    """What a student may rightly hand over, half-filled answers included."""
    if field.kind == "choice":
        loud = [f" {key.upper()} " for key in field.options]
        return st.sampled_from([None, "", ..., *field.options, *field.options.values(), *loud])
    if field.kind == "grid":
        cell = values_for(Choice(name="cell", label="Cell", options=field.options))
        return st.none() | st.dictionaries(st.sampled_from(list(field.rows)), cell)
    if field.kind == "order":
        return st.none() | st.permutations(list(field.items)) | st.just([])
    if field.kind == "number":
        low, high = max(field.least, -1e12), min(field.most, 1e12)
        plain = st.integers(math.ceil(low), math.floor(high))
        return st.none() | plain | (plain.map(str) if field.whole else st.floats(low, high))
    if field.kind == "text":
        return st.none() | st.text(max_size=60)
    columns = st.fixed_dictionaries({}, optional={c.name: values_for(c) for c in field.columns})
    if isinstance(field, Matrix):
        return st.none() | st.dictionaries(st.sampled_from(list(field.rows)), columns)
    return st.none() | st.lists(columns, max_size=field.most - field.locked)


@st.composite
def field_and_value(draw):
    field = draw(st.sampled_from(list(DATA_FIELDS.values())))
    return field, draw(values_for(field))


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=6) | st.integers(), inner, max_size=4)
        | st.tuples(inner)
        | st.sampled_from(["P1S1", "side", "results"]).flatmap(lambda key: inner.map(lambda v: {key: v}))
    ),
    max_leaves=8,
)


# --- properties of all kinds ---


@settings(max_examples=300, deadline=None)
@given(field_and_value())
def test_coerce_gives_plain_json_and_is_idempotent(pair):
    field, value = pair
    plain = field.coerce(value)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert field.coerce(plain) == plain
    field.missing(plain), field.untouched(plain)


@settings(max_examples=300, deadline=None)
@given(field_and_value())
@example((GAPS, {"P4S8": None}))
@example((GAPS, {}))
@example((STARTED, []))
def test_what_a_form_keeps_says_the_same(pair):
    field, value = pair
    plain, kept = field.coerce(value), field.keep(value)
    assert field.coerce(kept) == plain
    assert field.coerce(field.fill(kept)) == plain
    assert ast.literal_eval(repr(kept)) == kept
    assert (kept is None) == field.untouched(plain)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(FIELDS.values())), junk)
def test_junk_is_taken_or_refused_in_one_line(field, value):
    for method in (field.coerce, field.keep):
        try:
            plain = method(value)
        except AnswerError as problem:
            message = str(problem)
            assert message.startswith(f"`{field.name}`")
            assert "\n" not in message and len(message) < 400
        else:
            json.dumps(plain, allow_nan=False)


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_blank(field):
    blank = field.blank()
    assert field.coerce(None) == field.coerce(...) == field.coerce(blank) == blank
    assert field.untouched(blank)
    assert field.missing(blank)
    assert field.keep(None) is None and field.keep(blank) is None
    assert field.coerce(field.fill(None)) == blank
    json.dumps(blank, allow_nan=False)


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_the_stub_is_python_for_the_blank_value(field):
    assert field.coerce(ast.literal_eval(field.stub())) == field.blank()


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_what_the_front_end_gets_is_json(field):
    spec = field.spec()
    assert json.loads(json.dumps(spec, allow_nan=False))["kind"] == field.kind
    assert (spec["name"], spec["label"]) == (field.name, field.label)
    assert all(isinstance(line, str) and "\n" not in line for line in field.listing())
    assert field.label in field.listing()[0]


def test_there_are_seven_kinds():
    assert {f.kind for f in FIELDS.values()} == {
        "choice",
        "grid",
        "order",
        "number",
        "text",
        "rows",
        "function",
    }


class Rude:
    """An object that breaks whatever it is asked for."""

    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __eq__ = __float__ = __len__ = __iter__ = __bool__ = __repr__
    __hash__ = object.__hash__


class Loud:
    def __repr__(self):
        return "x\n" * 100_000


ODD = {
    "rude": Rude(),
    "loud": Loud(),
    "object": object(),
    "type": dict,
    "nan": float("nan"),
    "array": np.arange(5),
    "no array": np.array([]),
    "matrix": np.eye(2),
    "frame": pd.DataFrame({"a": [1]}),
    "series": pd.Series([1, 2]),
    "huge text": "x" * 2_000_000,
    "huge number": 10**5000,
    "huge range": range(10**12),
    "bytes": b"abc",
    "set": {1, 2},
    "generator": (i for i in range(3)),
    "complex": 1j,
    "deep": eval("[" * 80 + "]" * 80),
    "list of rude": [Rude(), Rude(), Rude()],
    "rows of rude": [{"side": Rude(), "year": Rude(), "what": Rude()}] * 3,
    "table of rude": {"P1S1": Rude()},
    "rude key": {Rude(): "fact"},
    "results of rude": {"seed": 1, "results": [Rude()] * 4},
    "true": True,
    "numpy true": np.True_,
}


@pytest.mark.parametrize("odd", ODD, ids=str)
@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_an_odd_object_is_refused_in_one_line_that_names_the_field(field, odd):
    if field is FUNCTION and odd == "type":  # a class can be called, so it counts as a function
        assert all("error" in one for one in field.coerce(dict)["results"])
        return
    for method in (field.coerce, field.keep):
        with pytest.raises(AnswerError) as caught:
            method(ODD[odd])
        message = str(caught.value)
        assert message.startswith(f"`{field.name}`") and "\n" not in message
        assert 30 < len(message) < 400
        assert "0x" not in message, "an address differs from run to run"


def test_a_list_that_contains_itself():
    loop = []
    loop.append(loop)
    for field in FIELDS.values():
        refused(field, loop)


# --- choice ---


@pytest.mark.parametrize(
    "value", ["fact", "FACT", " fact ", "The author: a fact", "the author: A FACT", np.str_("fact")]
)
def test_choice_takes_key_or_words(value):
    assert CHOICE.coerce(value) == "fact"
    assert type(CHOICE.coerce(value)) is str


def test_choice_names_what_there_is_and_what_is_near():
    message = refused(CHOICE, "rusia")
    assert (
        "'rusia'" in message and "'fact', 'russia', 'both'" in message and "Did you mean 'russia'?" in message
    )


@pytest.mark.parametrize("value", [1, 1.5, True, ["fact"], {"fact": 1}, ("fact",), [], "facts and more"])
def test_choice_refuses(value):
    assert "not an option" in refused(CHOICE, value)


def test_a_key_goes_before_the_words_of_another_option():
    crossed = Choice(name="x", label="?", options={"a": "b", "b": "a", "A": "c"})
    assert [crossed.coerce(v) for v in ("a", "b", "A")] == ["a", "b", "A"]


# --- grid ---


def test_grid_takes_some_rows():
    assert GRID.coerce({"P1S2": "Both sides"}) == {"P1S1": None, "P1S2": "both", "P4S8": None}
    assert GRID.missing(GRID.coerce({"P1S2": "both"})) == ("P1S1", "P4S8")
    assert GRID.keep({"P1S2": "Both sides", "P1S1": None}) == {"P1S2": "both"}


def test_grid_names_the_row():
    assert "there is no row 'p1s1'" in refused(GRID, {"p1s1": "fact"}) and "Did you mean 'P1S1'?" in refused(
        GRID, {"p1s1": "fact"}
    )
    assert "row 'P1S1' has 'japan'" in refused(GRID, {"P1S1": "japan"})
    assert "not a table of rows" in refused(GRID, ["fact", "fact", "both"])


def test_locked_rows_cannot_be_overwritten():
    plain = GAPS.coerce({"P1S1": "russia", "P1S2": "both", "P4S8": "russia"})
    assert plain == {"P1S1": "fact", "P1S2": "both", "P4S8": "russia"}
    assert GAPS.keep(plain) == {"P1S2": "both", "P4S8": "russia"}
    assert "P1S1" not in GAPS.missing(GAPS.coerce({}))
    assert GAPS.untouched(GAPS.coerce({"P1S1": "russia", "P4S8": "both"}))


@pytest.mark.parametrize(
    "wrong",
    [{"initial": {"P9": "fact"}}, {"locked": ("P1S1",)}, {"locked": ("P9",)}, {"initial": {"P1S1": "japan"}}],
)
def test_a_grid_that_is_declared_wrong(wrong):
    with pytest.raises(ValueError, match="voice"):
        Grid(name="voice", label="Who?", rows=GRID.rows, options=VOICES, **wrong)


# --- order ---


@pytest.mark.parametrize("value", [["c", "a", "b"], ("c", "a", "b"), [" c", "a ", "b"]])
def test_order_takes_a_list(value):
    assert ORDER.coerce(value) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (["a", "b"], "2 of 3 items are there"),
        (["a", "a", "b"], "'a' stands there twice"),
        (["a", "b", "c", "a"], "'a' stands there twice"),
        (["a", "b", "d"], "'d' is not an item"),
        (["A", "b", "c"], "Did you mean 'a'?"),
        ("abc", "'abc' is not a list"),
        ({"a": 1}, "is not a list"),
        ([1, 2, 3], "'1' is not an item"),
        (["a"] * 1000, "1000 items are too many"),
    ],
)
def test_order_refuses(value, says):
    assert says in refused(ORDER, value)


# --- number ---


@pytest.mark.parametrize(
    "value",
    [7.5, "7.5", "7,5", " 7.5 ", "7.5 km", "7,5km", "7.5\u00a0km", "+7.5", np.float64(7.5), np.float32(7.5)]
    + [decimal.Decimal("7.5"), fractions.Fraction(15, 2), np.array(7.5)],
    ids=repr,
)
def test_number_takes_what_people_type(value):
    assert NUMBER.coerce(value) == 7.5
    assert type(NUMBER.coerce(value)) is float


@pytest.mark.parametrize("value", [1956, "1956", 1956.0, "1956,0", np.int64(1956)], ids=repr)
def test_a_whole_number_is_an_int(value):
    assert WHOLE.coerce(value) == 1956
    assert type(WHOLE.coerce(value)) is int


def test_a_minus_sign_from_a_word_processor():
    assert Number(name="t", label="T").coerce("−3,5") == -3.5


@pytest.mark.parametrize("value", ["", "  ", None, ...])
def test_number_blank(value):
    assert NUMBER.coerce(value) is None


@pytest.mark.parametrize(
    "value",
    [
        True,
        False,
        np.bool_(True),
        "seven",
        "7 miles",
        "nan",
        float("nan"),
        "inf",
        math.inf,
        "1e999",
        [7.5],
        {},
        1j,
        "1,2,3",
    ],
    ids=repr,
)
def test_number_refuses(value):
    message = refused(NUMBER, value)
    assert "is not a number" in message and "for example 0.5" in message


def test_number_range_and_fraction():
    assert "101 is outside 0 to 100. The unit is km" in refused(NUMBER, 101)
    assert "-1 is outside" in refused(NUMBER, "-1")
    assert "1956.5 is not a whole number" in refused(WHOLE, 1956.5)
    assert "is outside the range up to -3" in refused(Number(name="t", label="T", most=-3), 0)
    assert "is outside 5 and up" in refused(Number(name="t", label="T", least=5), 0)


@pytest.mark.parametrize("text", ["1,500", "12,000", "-1,500"])
def test_a_comma_that_may_mean_thousands_is_not_guessed(text):
    """``1,500`` km is 1500 to one reader and 1.5 to another: a guess would be judged as their answer."""
    assert "can be read in two ways" in refused(Number(name="d", label="D", unit="km"), f"{text} km")


def test_a_comma_that_can_only_be_decimal_is_taken():
    assert [Number(name="d", label="D").coerce(t) for t in ("0,125", "1234,5", "7,25")] == [
        0.125,
        1234.5,
        7.25,
    ]


@settings(deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.booleans())
def test_the_example_in_a_message_is_in_range(low, width, open_below):
    field = Number(name="n", label="N", least=-math.inf if open_below else low, most=low + width)
    example_given = refused(field, "x").rsplit("for example ", 1)[1].rstrip(".")
    assert float(example_given) == pytest.approx(
        min(max(float(example_given), field.least), field.most), rel=1e-5
    )


# --- text ---


def test_text_counts_words():
    assert TEXT.coerce("  two words \n") == "two words"
    assert TEXT.missing("two words") == () and TEXT.missing("one") and TEXT.missing("w " * 21)
    assert TEXT.missing("w " * 20) == ()
    assert "at least 2 words, 1 so far" in TEXT.missing("one")[0]
    assert count_words("one – two, 3! … “”") == 3
    assert count_words("北方領土 and Kuril’s") == 3


@pytest.mark.parametrize("value", [1, 1.5, True, ["a"], {"a": 1}, b"bytes"])
def test_text_refuses(value):
    message = refused(TEXT, value)
    assert "is not text" in message and "quotation marks" in message


def test_text_is_limited():
    assert TEXT.coerce("x" * LONGEST_TEXT)
    assert "too many" in refused(TEXT, "x" * (LONGEST_TEXT + 1))
    memo = Text(name="memo", label="Memo", most_words=800)
    assert memo.coerce("word " * 800)


# --- rows ---


def test_fixed_rows():
    plain = FIXED.coerce({"x": row("russia", 1900), "y": row("both", "1956", " x ")})
    assert plain == {"x": row("both", 1855, "Shimoda"), "y": row("both", 1956, "x"), "z": row()}, (
        "x is locked"
    )
    assert FIXED.missing(plain) == ("Third, Side", "Third, Year"), "an optional column may stay open"
    assert FIXED.keep(plain) == {"y": {"side": "both", "year": 1956, "what": "x"}}, (
        "no open cell is written out"
    )
    assert FIXED.keep({"y": {}}) == {"y": {}}, "a cleared row stays cleared"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        (FIXED, [row()] * 2, "is not a table of rows. Write {'x': {'side': …}}"),
        (FIXED, {"w": row()}, "there is no row 'w'. The rows are x, y, z."),
        (FIXED, {"y": row(year="soon")}, "y: `year`: 'soon' is not a number"),
        (FIXED, {"y": 5}, "y is 5, not a table row"),
        (OPEN, [row()] * 5, "5 rows are too many"),
        (OPEN, row(), "is not a list of rows"),
        (OPEN, "rows", "is not a list of rows"),
        (OPEN, [["fact", 1855]], "row 1 is ['fact', 1855], not a table row"),
        (OPEN, [row() | {"yaer": 1}], "row 1 has no column 'yaer'"),
        (OPEN, [row(side="japan")], "row 1: `side`: 'japan', which is not an option"),
        (OPEN, [None], "row 1 is None, not a table row"),
    ],
)
def test_rows_refuse(field, value, says):
    assert says in refused(field, value)


def test_added_rows():
    plain = OPEN.coerce([row("both", 1855), row(), {"what": "only this"}])
    assert plain == [row("both", 1855), row(what="only this")], "an empty row is dropped"
    assert OPEN.missing(OPEN.coerce([row("both", 1855)])) == ("Links (at least 2 rows, 1 so far)",)
    assert OPEN.missing(plain) == ("row 2, Side", "row 2, Year")
    assert OPEN.keep([row()]) is None


def test_added_rows_after_a_locked_one():
    own = [row("russia", 1875), row("fact", 1956)]
    assert STARTED.coerce(own) == STARTED.coerce([row("both", 1855), *own]) == [row("both", 1855), *own]
    assert STARTED.coerce([]) == [row("both", 1855)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": (GRID,)},
        {"columns": COLUMNS, "locked": 1},
        {"columns": COLUMNS, "most": LARGEST_LIST + 1},
    ],
)
def test_rows_that_are_declared_wrong(wrong):
    with pytest.raises(ValueError, match="links"):
        Rows(name="links", label="Links", **wrong)


# --- function ---

GOOD_SOURCE = "def double(n):\n    return n + n\n"


def double(n):
    return 2 * n


def returning(value):
    """What a function that returns ``value`` gives on the first case."""
    return FUNCTION.coerce(lambda n: value)["results"][0]


def test_function_and_its_source_give_the_same():
    plain = FUNCTION.coerce(double)
    assert plain == FUNCTION.coerce(GOOD_SOURCE) == FUNCTION.coerce(plain)
    assert plain["seed"] == DEFAULT_SEED
    assert [r["value"] for r in plain["results"]] == [2 * n for (n,) in FUNCTION.cases(DEFAULT_SEED)]
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_the_seed_comes_from_the_environment(monkeypatch):
    assert FUNCTION.cases(1) == FUNCTION.cases(1) != FUNCTION.cases(2)
    monkeypatch.setenv("PARLEY_SEED", "42")
    plain = FUNCTION.coerce(double)
    assert plain["seed"] == 42 and [r["value"] for r in plain["results"]] == [
        2 * n for (n,) in FUNCTION.cases(42)
    ]


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "²", "9" * 5000])
def test_an_unusable_seed_is_the_fixed_one(monkeypatch, text):
    monkeypatch.setenv("PARLEY_SEED", text)
    assert current_seed() == DEFAULT_SEED


def test_a_function_that_fails_is_a_result():
    class Awkward(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def fails(problem):
        def function(n):
            raise problem

        return FUNCTION.coerce(function)["results"]

    assert (
        fails(ZeroDivisionError("division by zero"))
        == [{"error": "ZeroDivisionError: 'division by zero'"}] * 4
    )
    assert fails(SystemExit(0))[0]["error"].startswith("SystemExit")
    assert fails(Awkward())[0]["error"].startswith("Awkward")
    assert fails(ValueError("line\nline"))[0]["error"].count("\n") == 0
    assert len(fails(ValueError("x" * 10_000))[0]["error"]) < 200
    assert FUNCTION.coerce(lambda: 1)["results"][0]["error"].startswith("TypeError")
    assert FUNCTION.coerce("def double(n): return double(n)")["results"][0]["error"].startswith(
        "RecursionError"
    )


def test_a_student_can_stop_a_function():
    def interrupted(n):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        FUNCTION.coerce(interrupted)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
        (np.float64("nan"), "nan"),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.arange(3), [0, 1, 2]),
        (pd.Series([1.5, 2.5]), [1.5, 2.5]),
        ((1, 2), [1, 2]),
        ({3, 1, 2}, [1, 2, 3]),
        (set("gfedcba"), list("abcdefg")),
        ({1: "x", None: 2}, {"1": "x", "None": 2}),
        (None, None),
        ("x" * 10_000, "x" * LONGEST_TEXT),
        (list(range(1000)), list(range(LARGEST_LIST))),
        (10**5000, "a number of more than 300 digits"),
        ([[[[1]]]], [[[[1]]]]),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_a_function_returns_becomes_plain(value, plain):
    result = returning(value)
    assert result == {"value": plain}
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_what_cannot_be_plain_is_an_error():
    for value in (
        object(),
        Rude(),
        1j,
        b"x",
        double,
        [[[[[1]]]]],
        (i for i in range(3)),
        pd.DataFrame({"a": [1]}),
    ):
        error = returning(value)["error"]
        assert error.startswith("TypeError") and "0x" not in error, error
    loop = []
    loop.append(loop)
    assert "error" in returning(loop)


def test_print_inside_a_function_does_no_harm(capsys):
    FUNCTION.coerce("def double(n):\n    print('here', n)\n    return 2 * n\n")
    assert capsys.readouterr().out.count("here") == 4


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def double(n)\n    return n", "SyntaxError"),
        ("def double(n):\nreturn n", "IndentationError"),
        ("def twice(n):\n    return 2 * n", "no function called 'double' is there"),
        ("double = 3", "no function called 'double' is there"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit", "SystemExit"),
        ("double = \x00", "Python could not read it"),
        ("(" * 500 + ")" * 500, "Python could not read it"),
        ("x = 1\n" * 4000, "characters are too many"),
    ],
)
def test_source_that_python_cannot_use(source, says):
    message = refused(FUNCTION, source)
    assert says in message and "\n" not in message and len(message) < 300


@pytest.mark.parametrize("nothing", [None, "", "  \n", FUNCTION.starter(), FUNCTION.starter() + "\n\n"])
def test_an_untouched_function(nothing):
    assert FUNCTION.coerce(nothing) is None and FUNCTION.keep(nothing) is None


def test_a_form_keeps_the_source_without_trying_it(capsys):
    source = "def double(n):\n    print('tried')\n    return n +"
    assert FUNCTION.keep(source) == FUNCTION.fill(source) == source
    assert capsys.readouterr().out == ""
    assert FUNCTION.coerce(FUNCTION.keep(GOOD_SOURCE)) == FUNCTION.coerce(GOOD_SOURCE)
    with pytest.raises(AnswerError, match="too many"):
        FUNCTION.keep("#" * (LONGEST_TEXT + 1))
    ast.parse(FUNCTION.starter())


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"seed": 1},
        {"seed": "1", "results": []},
        {"seed": True, "results": [{"value": 1}] * 4},
        {"seed": 1, "results": [{"value": 1}] * 3},
        {"seed": 1, "results": [1, 2, 3, 4]},
        {"seed": 1, "results": [{"value": 1, "error": "x"}] * 4},
        {"seed": 1, "results": [{"value": object()}] * 4},
        {"seed": 1, "results": [{"error": 5}] * 4},
    ],
    ids=repr,
)
def test_results_that_are_none(value):
    assert "not the results" in refused(FUNCTION, value)


def test_a_case_that_the_function_changes_does_not_reach_the_judge():
    field = Function(name="tail", label="Tail", signature="tail(xs)", draw=lambda rng: [([1, 2, 3],)] * 2)

    def tail(xs):
        xs.clear()

    field.coerce(tail)
    assert field.cases(DEFAULT_SEED) == [([1, 2, 3],)] * 2


def test_a_stub_is_not_an_answer():
    """Run All on an untouched exercise spends no hint: what does nothing was not tried."""

    def bare(n): ...

    def told(n):
        """Give something."""

    def told_and_passed(n):
        """Give something."""
        pass

    def answers(n):
        """Give something."""
        return "x"

    for stub in (bare, told, told_and_passed):
        assert FUNCTION.coerce(stub) is None
    for written in (answers, lambda n: 1, lambda n: n, lambda n: "a text"):
        assert FUNCTION.coerce(written) is not None
