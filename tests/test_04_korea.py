"""Lesson 04: every number its prose states, the rule of the unseen cell, its judges, its figures."""

import re

import pytest
from figure_rules import assert_described, assert_readable
from lesson_prose import assert_minutes, assert_words_are_bold, cells, prose_of, stated

from parley import data, finds
from parley.analysis import coding, linkage, triangulation
from parley.analysis.wording import alike_in_length
from parley.answers import DEFAULT_SEED
from parley.exercises import Status, evaluate
from parley.lessons import context
from parley.lessons import korea as lesson

STEM = "04_korea"
EVENTS = data.read("korea_events")
COUNTS = {row["id"]: row for row in data.read("missile_counts")}


@pytest.fixture(scope="module")
def prose():
    return prose_of(STEM)


# --- numbers in the prose ---


def test_the_two_tables(prose):
    meetings = [row for row in data.read("six_party_rounds") if row["kind"] != "announcement"]
    years = {row["date"].year for row in meetings}
    assert f"from {min(years)} to {max(years)}" in prose
    assert "In 2009 North Korea left" in prose
    assert next(r for r in data.read("six_party_rounds") if r["kind"] == "announcement")["date"].year == 2009
    permanent = sum(row["permanent_member"] for row in data.read("states"))
    assert stated(prose, r"(\w+) of its fifteen states are") == permanent
    resolutions = data.read("council_resolutions")
    assert (
        stated(prose, r"Since 2006 (\w+) resolutions") == len(resolutions)
        and resolutions[0]["date"].year == 2006
    )
    assert sum(row["sanctions"] for row in resolutions) > len(resolutions) / 2, "most came with sanctions"
    assert sum(row["trigger_kind"] == "nuclear" for row in resolutions) > len(resolutions) / 2, (
        "within months of a mark"
    )
    for row in resolutions:
        if row["trigger_kind"] == "nuclear":
            assert (row["date"] - row["trigger_date"]).days < 100


def test_the_lanes():
    last = max(row["date"] for row in EVENTS if row["lane"] == "tests")
    talks = [row for row in EVENTS if row["lane"] in ("diplomacy", "tokyo-moscow")]
    after = sum(row["date"] > last for row in talks)
    assert lesson.lanes_finding().startswith(f"{after} of {len(talks)} ") and after > len(talks) / 2
    assert (last.year, last.month) == (2017, 11) and "In November a missile" in prose_of(STEM)
    folded = next(c.source for c in cells("notebooks", STEM) if c.id == "kor-events")
    assert f"The {len(EVENTS)} events of the five lanes" in folded and len(lesson.LANES) == 5


def test_the_matrix(prose):
    table = lesson.account_cells()
    assert "seventeen accounts of what they said" in prose
    told = [topic for topic, finding in table["kyodo-ja"].items() if finding == "says"]
    assert set(told) == {"defence", "no_threat", "control", "projects"}, "the account without Korea"
    assert "Seventeen accounts, fourteen topics" in prose and (len(table), len(lesson.TOPICS)) == (17, 14)
    force = triangulation.by_topic(table)["force"]
    assert (force.says, force.silent) == (
        1,
        stated(prose, r"one account says it, (\w+) that were read in full do not"),
    )
    abductions = triangulation.by_topic(table)["abductions"]
    assert abductions.says == abductions.otherwise == 0
    assert 0.4 < abductions.not_seen / len(table) < 0.5, "nearly half of the cells could not be asked"
    raised = next(row for row in EVENTS if row["id"] == "2018-03-washington")
    meeting = next(row for row in EVENTS if row["id"] == "2018-03-tokyo")
    assert "abductions" in raised["event"]
    assert stated(prose, r"raised in Washington (\w+) days before") == (meeting["date"] - raised["date"]).days
    tass = [a for a in data.read("accounts") if a["outlet"] == "TASS" and a["read"] == "full"]
    assert stated(prose, r"Of (\w+) TASS items") == len(tass)


def test_the_counts(prose):
    launches = {row["year"]: row["launches"] for row in data.read("missile_tests")}
    assert (
        stated(prose, r"2016 and 2017: (\d+) and") == launches[2016]
        and stated(prose, r"2017: \d+ and (\d+)\.") == launches[2017]
    )
    assert stated(prose, r"Seoul saw (\w+) missiles fly") == COUNTS["seoul-6-march"]["count"]
    assert stated(prose, r"Washington counted (\w+) attempts") == COUNTS["washington-6-march"]["count"]
    assert stated(prose, r"same page had (\d+) missiles") == COUNTS["cnn-missiles-2017"]["count"]
    assert stated(prose, r"missiles and (\d+) tests") == COUNTS["cnn-tests-2017"]["count"]
    assert "half a ton over 300 km" in prose and "500 kg over 300 km" in COUNTS["cns-2014"]["rule"]
    folded = next(c.source for c in cells("notebooks", STEM) if c.id == "kor-counts")
    assert "Twelve published counts" in folded and len(COUNTS) == 12


def test_alpha_of_the_made_up_readers_is_that_of_krippendorff():
    import krippendorff

    codings = [context.key(), *map(context.coder, context.COMPANY)]
    labels = sorted({label for one in codings for label in one.values()})
    reliability = [[labels.index(one[i]) for i in codings[0]] for one in codings]
    wanted = krippendorff.alpha(reliability_data=reliability, level_of_measurement="nominal")
    shown = next(c for c in cells("notebooks", STEM) if c.id == "kor-alpha").outputs[0]["data"]["text/plain"]
    assert coding.alpha(codings) == pytest.approx(wanted) and float(shown) == round(wanted, 2)


def test_the_minutes_of_the_tasks():
    assert_minutes(lesson, "thirty-five minutes", 35)


def test_each_word_of_the_glossary_is_bold_where_it_first_stands():
    assert_words_are_bold(lesson)


# --- not seen is never absent ---


@pytest.mark.parametrize("account", [a for a in lesson.EIGHT if lesson.READ[a] == "part"])
def test_silence_cannot_be_said_of_an_account_read_in_part(account):
    for topic in lesson.ASKED:
        if lesson._KEY[account][topic] != "says":
            verdict = evaluate(lesson.ACCOUNTS, lesson._accounts_answer(account, **{topic: "silent"})).verdict
            assert verdict.status is Status.NOT_YET and "read in part" in verdict.message


@pytest.mark.parametrize("account", [a for a in lesson.EIGHT if lesson.READ[a] == "full" and a != "valdai"])
def test_not_seen_cannot_be_said_of_an_account_read_in_full(account):
    verdict = evaluate(lesson.ACCOUNTS, lesson._accounts_answer(account, pressure="not_seen")).verdict
    assert verdict.status is Status.NOT_YET and "from end to end" in verdict.message


def test_what_was_not_seen_enters_no_count():
    table = lesson.account_cells()
    for topic, count in triangulation.by_topic(table).items():
        column = [row[topic] for row in table.values()]
        assert count.seen == len(column) - column.count("not_seen")
    hidden = {account: dict.fromkeys(row, "not_seen") for account, row in table.items()}
    assert all(count.seen == 0 and count.share is None for count in triangulation.by_topic(hidden).values())
    shown = lesson.draw_accounts(table)
    below = [t.get_text() for t in shown.texts if re.fullmatch(r"\d+/\d+", t.get_text())]
    assert below == [f"{c.says}/{c.seen}" for c in triangulation.by_topic(table).values()]


def test_a_key_exists_only_for_accounts_that_were_read_in_full():
    """Of the others only whether a line was seen is judged: says and otherwise are taken alike."""
    for account in lesson.EIGHT:
        if lesson.READ[account] == "part":
            assert "silent" not in lesson._KEY[account].values()
            for topic in (t for t in lesson.ASKED if lesson._KEY[account][t] == "says"):
                answer = lesson._accounts_answer(account, **{topic: "otherwise"})
                assert evaluate(lesson.ACCOUNTS, answer).verdict.status is Status.COMPLETE


def test_the_first_slip_named_does_not_depend_on_the_run():
    import os
    import subprocess
    import sys

    code = (
        "from parley.lessons import korea as k; from parley.exercises import evaluate\n"
        "a = k._accounts_answer()\n"
        "for one in ('tass-plans', 'kyodo-ja', 'sankei'): a['accounts'][one] = {**a['accounts'][one], 'aim': 'otherwise', 'force': 'says'}\n"
        "print(evaluate(k.ACCOUNTS, a).verdict.message)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(data.project())},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(said) == 1 and "TASS, on plans" in said.pop()


def test_a_reader_s_own_row_stands_in_the_matrix():
    row = {"publisher": "A ministry", "title": "Transcript", "date": "2018-03-21", "language": "ru", "address": "https://example.org/t",
           "side": "Russia", "place": "Tokyo", "read": "full", "item": "pressure", "finding": "not_in_it"}  # fmt: skip
    merged = finds.merge_accounts([row], data.read("accounts"), data.read("account_topics"))
    before, after = (triangulation.by_topic(lesson.account_cells(t))["pressure"] for t in (None, merged))
    assert (after.silent, after.says) == (before.silent + 1, before.says)
    assert_readable(lesson.draw_accounts(lesson.account_cells(merged), tables=merged), "counts nowhere")


def test_the_lines_of_an_account_are_enough_to_fill_its_row():
    """What the key calls "says" has a line; the exercise can be solved from the page."""
    words = {"aim": "denuclear|aim|nuclear weapons", "pressure": "pressure", "road_map": "road map|freeze", "force": "operations",
             "envoys": "envoys", "defence": "missile defence|system|Aegis"}  # fmt: skip
    for account in lesson.EIGHT:
        text = " ".join(row["gist"] for row in data.read("account_gists") if row["account"] == account)
        for topic, pattern in words.items():
            if lesson._KEY[account][topic] == "says":
                assert re.search(pattern, text, re.I), (account, topic)


# --- the judges ---


@pytest.mark.parametrize("topic", lesson.ENDS_AND_MEANS)
@pytest.mark.parametrize("side", lesson.COUNTRIES)
def test_only_the_sign_of_a_stance_counts(topic, side):
    stance = next(r for r in data.read("stances") if (r["actor"], r["topic"]) == (side, topic))
    for code in lesson.STANCE_CODES:
        verdict = evaluate(lesson.STANCES, lesson._stances_answer(topic, **{side: code})).verdict
        assert verdict.done == (lesson._sign(code) in {stance["sign"], *stance["also_accepted"]})
        assert verdict.done or lesson.COUNTRIES[side] in verdict.message


def test_a_source_counts_for_the_rows_that_it_speaks_of():
    """Every page of the table shows its own row, and Nikkei shows pressure as well as talks."""
    for row in data.read("stances"):
        for key in (*row["sentences"], row["source"], row["source_2"]):
            assert not key or key in lesson._SHOWN_BY[row["topic"]], (row["id"], key)
    for topic, source, good in (
        ("pressure", "nikkei-2018-03-21", True), ("dialogue", "mid-2017-11-30", True), ("pressure", "P5S4", False), ("force", "P5S5", False),
    ):  # fmt: skip
        assert evaluate(lesson.STANCES, lesson._stances_answer(topic, source=source)).verdict.done is good


def test_eight_of_ten_codes_are_enough_and_seven_are_not():
    good = lesson._GOOD_CODES
    wrong = {"verbal cooperation": "material conflict", "material cooperation": "verbal conflict",
             "verbal conflict": "material cooperation", "material conflict": "verbal cooperation"}  # fmt: skip
    for n in range(len(good) + 1):
        codes = {k: wrong[v] if i < n else v for i, (k, v) in enumerate(good.items())}
        verdict = evaluate(lesson.CODES, {"codes": codes}).verdict
        right, total = coding.agreement(
            codes,
            good,
            {k: list(r["also_accepted"]) for k, r in lesson._EVENT_KEY.items()},
            labels=lesson.QUADS,
        )
        assert verdict.done == (right >= 8) and f"{right} of {total}" in verdict.message


def test_the_shipped_links_hold():
    key = [
        {
            "issue": row["issue"],
            "issue_2": row["issue_2"],
            "drawn_by": row["drawn_by"],
            "sentence": row["sentence"],
        }
        for row in data.read("issue_links")
    ]
    degree = linkage.degree(key, lesson.ISSUES)
    answer = lesson._links_answer(key, most=max(degree, key=degree.get))
    assert evaluate(lesson.LINKS, answer).verdict.status is Status.COMPLETE


def test_kappa_of_the_cases_is_that_of_scikit_learn():
    from sklearn.metrics import cohen_kappa_score

    for a, b in lesson.KAPPA.fields[0].cases(DEFAULT_SEED):
        if len({*a, *b}) > 1:
            assert lesson._kappa_of(a, b) == pytest.approx(cohen_kappa_score(a, b))


# --- neutrality, figures ---


def test_both_sides_state_their_stances_at_like_length():
    said = {
        side: " ".join(r["position"] for r in data.read("stances") if r["actor"] == side)
        for side in lesson.COUNTRIES
    }
    assert alike_in_length(*said.values())


FIGURES = {
    "talks": lambda: (lesson.draw_talks(), lesson.talks_words(), "data/six_party_rounds.csv"),
    "lanes": lambda: (lesson.draw_lanes(), lesson.lanes_words(), "data/korea_events.csv"),
    "tests": lambda: (lesson.draw_tests(), lesson.tests_words(), "500"),
    "accounts": lambda: (lesson.draw_accounts(t := lesson.account_cells()), lesson.accounts_words(t), "counts nowhere"),
    "stances": lambda: (lesson.draw_stances(t := lesson.stance_values(lesson.STANCES.right[0])), lesson.stances_words(t), "module assumption"),
    "no stances": lambda: (lesson.draw_stances(t := lesson.stance_values({})), lesson.stances_words(t), "module assumption"),
    "links": lambda: (lesson.draw_links(t := lesson.LINKS.right[1]["links"]), lesson.links_words(t), "read by you"),
    "no links": lambda: (lesson.draw_links([]), lesson.links_words([]), "read by you"),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_readable_and_described(name):
    ax, alt, source = FIGURES[name]()
    assert_readable(ax, source)
    assert_described(alt)


def test_titles_are_computed():
    resolutions = data.read("council_resolutions")
    assert lesson.talks_finding().endswith(f"adopted 9 of its {len(resolutions)} resolutions")
    rows = data.read("missile_tests")
    assert (
        f"hold {sum(r['launches'] for r in rows if 2014 <= r['year'] <= 2017)} launches"
        in lesson.tests_finding()
    )
    assert lesson.accounts_finding(lesson.account_cells()).startswith("On missile defence 8 of 13")
    assert "not all codes" in lesson.stances_finding(lesson.stance_values({}))


def test_launches_and_nuclear_tests_are_drawn_apart():
    ax = lesson.draw_tests()
    heights = [bar.get_height() for bar in ax.patches]
    rows = data.read("missile_tests")
    assert heights == [row["launches"] for row in rows]
    marks = [point for c in ax.collections for point in c.get_offsets()]
    assert len(marks) == sum(row["nuclear_tests"] for row in rows) and all(y < 0 for _, y in marks)
