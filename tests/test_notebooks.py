"""The rules that hold for every notebook: what it may contain, how it reads, and that it runs.

A rule is a small function from a notebook to a list of faults, so that a failure reads like a to-do list.
In a checkout where somebody has worked, git's copy is looked at (see `build.published`).
"""

from __future__ import annotations

import ast
import functools
import html
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from parley import article, data, lessons, quizzes, record
from parley.grading import WIDGET_MIME, build, dump, parse, tags
from parley.grading.run import run

ROOT = data.project()
STEMS = (
    [stem for stem in build.stems(ROOT) if build.Place(ROOT, stem).path("solution").is_file()] if ROOT else []
)
FOLDERS = {"lesson": "notebooks", "solution": "solutions", "exercise": "exercises"}
ALL = [(kind, stem) for stem in STEMS for kind in FOLDERS]
DESK = [stem for stem in STEMS if stem[:2] <= "05"]  # lesson 06 opens the future

pytestmark = pytest.mark.skipif(not STEMS, reason="an installed Parley has no notebooks")


def names(pairs):
    return [f"{FOLDERS[kind]}/{stem}" for kind, stem in pairs]


every = pytest.mark.parametrize("kind, stem", ALL, ids=names(ALL))
executed = pytest.mark.parametrize(
    "kind, stem", [p for p in ALL if p[0] != "exercise"], ids=names([p for p in ALL if p[0] != "exercise"])
)


@functools.cache
def text_of(kind, stem):
    """A notebook's file as it is published. The exercise is the one that the solution gives."""
    place, exercises = build.Place(ROOT, stem), lessons.exercises(stem)
    if kind == "exercise":
        return dump(build.exercise_from(parse(text_of("solution", stem))))
    return build.published(place, kind, exercises)[0]


def notebook(kind, stem):
    return parse(text_of(kind, stem))


def code_cells(book):
    return [cell for cell in book["cells"] if cell["cell_type"] == "code"]


def outputs(book):
    return [(cell["id"], output) for cell in code_cells(book) for output in cell["outputs"]]


def readable(book):
    """``(cell id, text)`` of all that a reader sees: prose, code, and stored outputs as text and HTML."""
    for cell in book["cells"]:
        yield cell["id"], cell["source"]
        for output in cell.get("outputs", []):
            yield cell["id"], output.get("text", "")
            for mime, value in output.get("data", {}).items():
                yield from [(cell["id"], value)] if mime.startswith("text/") else []
            yield from (
                (cell["id"], m["alt"])
                for m in output.get("metadata", {}).values()
                if isinstance(m, dict) and "alt" in m
            )


# --- form ---


@every
def test_ids_are_meaningful_and_cells_belong_together(kind, stem):
    assert build._id_problems(notebook(kind, stem)["cells"]) == []
    if kind != "exercise":
        assert build.problems(notebook(kind, stem), kind, lessons.exercises(stem)) == []


@every
def test_metadata_is_the_kernel_the_language_and_ours(kind, stem):
    meta = notebook(kind, stem)["metadata"]
    assert set(meta) == {"kernelspec", "language_info", "parley"}
    assert meta["kernelspec"] == {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    assert meta["language_info"] == {"name": "python"}
    assert (meta["parley"]["lesson"], meta["parley"]["kind"]) == (stem, kind)


@every
def test_the_file_is_in_its_normal_form(kind, stem):
    text = text_of(kind, stem)
    assert dump(parse(text)) == text
    if kind != "exercise":
        assert dump(build.normalise(parse(text), stem, kind, lessons.exercises(stem))) == text


@executed
def test_every_cell_has_run_in_order(kind, stem):
    book = notebook(kind, stem)
    assert [cell["execution_count"] for cell in code_cells(book)] == list(range(1, len(code_cells(book)) + 1))
    assert build.has_run(book), "edited after it was run"
    assert outputs(book)


@pytest.mark.parametrize("stem", STEMS)
def test_an_exercise_holds_no_output(stem):
    assert all(
        cell["execution_count"] is None and not cell["outputs"]
        for cell in code_cells(notebook("exercise", stem))
    )


@executed
def test_outputs_hold_no_widget_no_error_and_no_warning(kind, stem):
    book = notebook(kind, stem)
    assert WIDGET_MIME not in text_of(kind, stem)
    assert [
        name
        for name, output in outputs(book)
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ] == []


# --- code ---

NETWORK = {"urllib", "requests", "http", "socket", "ftplib", "aiohttp", "httpx", "subprocess", "webbrowser"}
FORBIDDEN = {
    "input",
    "interact",
    "interactive",
    "interact_manual",
    "Output",
    "clear_output",
    "get_ipython",
    "system",
    "popen",
    "exec",
    "eval",
}


def code_faults(source):
    """What a cell may not do: magics, shell escapes, the network, and calls that nbval cannot replay."""
    faults = [
        f"`{line.strip()}` ends with a semicolon"
        for line in source.split("\n")
        if line.rstrip().endswith(";")
    ]
    try:
        tree = ast.parse(source)
    except SyntaxError as problem:
        return [*faults, f"line {problem.lineno} is not plain Python (a magic, a shell escape?)"]
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
            )
            faults += [f"it imports {module}" for module in modules if module.split(".")[0] in NETWORK]
            faults += [f"it imports {alias.name}" for alias in node.names if alias.name in FORBIDDEN]
        name = getattr(node, "id", None) or getattr(node, "attr", None)
        if name in FORBIDDEN:
            faults.append(f"it uses {name}")
    return faults


@every
def test_code_is_plain_python_that_can_be_replayed(kind, stem):
    assert {
        cell["id"]: f for cell in code_cells(notebook(kind, stem)) if (f := code_faults(cell["source"]))
    } == {}


@every
def test_a_code_cell_has_at_most_fifteen_lines(kind, stem):
    lengths = {
        cell["id"]: build.blank(cell["source"]).count("\n") + 1 for cell in code_cells(notebook(kind, stem))
    }
    assert {name: n for name, n in lengths.items() if n > 15} == {}


@pytest.mark.parametrize(
    "source",
    [
        "x = 1;",
        "%matplotlib inline",
        "!ls",
        "ls?",
        "input()",
        "w.Output()",
        "import requests",
        "from urllib.request import urlopen",
    ],
)
def test_the_rule_for_code_catches(source):
    assert code_faults(source)


# --- prose ---

FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])+)\]\(\s*<?([^)\s>]+)>?[^)]*\)")
IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)")


def markdown(book):
    """``(cell id, source without fenced code)`` of every cell of prose."""
    return [
        (cell["id"], FENCE.sub("", cell["source"]))
        for cell in book["cells"]
        if cell["cell_type"] == "markdown"
    ]


def prose(source):
    """The words a reader reads: no code, no images, no tags, no addresses, no signs of emphasis."""
    text = re.sub(r"<[^>]+>", " ", INLINE.sub("code", LINK.sub(r"\1", IMAGE.sub("", FENCE.sub("", source)))))
    return re.sub(r"[*_#>|]+", " ", text)


def words(text):
    return re.findall(r"[^\W\d_][\w'’-]*", text)


def sentences(source):
    """The sentences of running text; a heading is none, a list item is one."""
    lines = [
        line for line in FENCE.sub("", source).split("\n") if not line.lstrip().startswith(("#", "|", "!["))
    ]
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.)\s)", "\n".join(lines))
    found = [
        s
        for block in blocks
        for s in re.split(
            r"(?<=[.!?:])[”\"*_)]*\s+(?=[“\"(*_]*[A-Z0-9“])",
            prose(re.sub(r"^\s*(?:[-*+]|\d+\.)\s", "", block)),
        )
    ]
    return [words(s) for s in found if len(words(s)) > 1]


def syllables(word):
    """A fair guess: groups of vowels, less a silent e."""
    word = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = (
        word.endswith("e")
        and not word.endswith(("le", "ee"))
        or re.search(r"[^aeiouytd]ed$|[^aeiouyscxz]es$", word)
    )
    return max(1, groups - bool(silent))


def grade(some):
    """The Flesch-Kincaid grade of a list of sentences, each a list of words."""
    total = [word for sentence in some for word in sentence]
    return 0.39 * len(total) / len(some) + 11.8 * sum(map(syllables, total)) / len(total) - 15.59


@every
def test_there_is_one_title_and_headings_do_not_jump(kind, stem):
    levels = [
        (name, len(m[1]))
        for name, text in markdown(notebook(kind, stem))
        for m in re.finditer(r"^(#{1,6})\s", text, re.MULTILINE)
    ]
    assert [level for _, level in levels].count(1) == 1 and levels[0][1] == 1
    assert [name for (_, before), (name, after) in pairwise(levels) if after > before + 1] == []


class Html(HTMLParser):
    """The links ``(text, address)`` and images ``(alt, address)`` of a piece of HTML."""

    def __init__(self, text):
        super().__init__()
        self.links, self.images, self._open = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a":
            self._open = ["", attrs.get("href") or ""]
        if tag == "img":
            self.images.append((attrs.get("alt") or "", attrs.get("src") or ""))

    def handle_data(self, text):
        if self._open:
            self._open[0] += text

    def handle_endtag(self, tag):
        if tag == "a" and self._open:
            self.links.append(tuple(self._open))
            self._open = None


def links(book):
    """``(cell id, text, address)`` of every link in prose and in stored HTML."""
    for name, text in markdown(book):
        yield from ((name, *found) for found in LINK.findall(INLINE.sub("", text)))
        yield from ((name, *found) for found in Html(text).links)
    for name, output in outputs(book):
        yield from ((name, *found) for found in Html(output.get("data", {}).get("text/html", "")).links)


VAGUE = {
    "here",
    "this",
    "link",
    "click",
    "click here",
    "read more",
    "more",
    "this page",
    "this link",
    "page",
    "there",
}


@every
def test_links_say_where_they_lead(kind, stem):
    book = notebook(kind, stem)
    vague = [
        (name, text)
        for name, text, _ in links(book)
        if prose(text).strip(" .").lower() in VAGUE or not words(prose(text)) or "://" in text
    ]
    bare = [
        (n, m[0])
        for n, text in markdown(book)
        for m in re.finditer(
            r"https?://\S+", INLINE.sub("", IMAGE.sub("", LINK.sub("", re.sub(r"<a [^>]*>", "", text))))
        )
    ]
    assert vague + bare == []


@every
def test_relative_links_and_images_lead_somewhere(kind, stem):
    book, folder = notebook(kind, stem), ROOT / FOLDERS[kind]
    targets = [(name, address) for name, _, address in links(book)]
    targets += [
        (name, src) for name, text in markdown(book) for _, src in [*IMAGE.findall(text), *Html(text).images]
    ]
    local = [(name, a.split("#")[0]) for name, a in targets if not re.match(r"[a-z]+:|#", a)]
    assert [(name, a) for name, a in local if not (folder / a).exists()] == []


@every
def test_every_image_has_alt_text(kind, stem):
    book = notebook(kind, stem)
    found = [
        (name, alt) for name, text in markdown(book) for alt, _ in [*IMAGE.findall(text), *Html(text).images]
    ]
    found += [
        (name, alt)
        for name, output in outputs(book)
        for alt, _ in Html(output.get("data", {}).get("text/html", "")).images
    ]
    assert [(name, alt) for name, alt in found if len(alt) < 20] == []
    figures = [
        (name, output["metadata"].get("image/png", {}).get("alt", ""))
        for name, output in outputs(book)
        if "image/png" in output.get("data", {})
    ]
    assert [(name, len(alt.split())) for name, alt in figures if not 20 <= len(alt.split()) <= 80] == []


@every
def test_there_is_never_too_much_to_read_at_once(kind, stem):
    book = notebook(kind, stem)
    lengths = {
        cell["id"]: len(words(prose(cell["source"])))
        for cell in book["cells"]
        if cell["cell_type"] == "markdown"
    }
    assert {name: n for name, n in lengths.items() if n > 150} == {}
    stretch, worst = 0, []
    for cell in book["cells"]:
        stretch = 0 if cell["cell_type"] == "code" else stretch + lengths.get(cell["id"], 0)
        worst += [(cell["id"], stretch)] if stretch > 300 else []
    assert worst == []


@every
def test_the_prose_is_easy_to_read(kind, stem):
    cells = {name: sentences(text) for name, text in markdown(notebook(kind, stem))}
    everything = [sentence for some in cells.values() for sentence in some]
    assert grade(everything) <= 10
    assert sum(map(len, everything)) / len(everything) <= 20
    assert {
        name: round(grade(some), 1)
        for name, some in cells.items()
        if sum(map(len, some)) >= 30 and grade(some) > 12
    } == {}


def test_the_reading_grade_is_roughly_that_of_the_textbooks():
    easy = "The cat sat on the mat. It was a big cat. Then it ran out of the house."
    hard = (
        "Notwithstanding considerable institutional deliberation, the intergovernmental "
        "organisation unanimously reiterated its longstanding dissatisfaction."
    )
    assert grade(sentences(easy)) < 2 and grade(sentences(hard)) > 20
    assert [
        syllables(w)
        for w in ("cat", "table", "walked", "wanted", "nations", "diplomacy", "the", "one", "agrees")
    ] == [1, 2, 1, 2, 2, 4, 1, 1, 2]


# --- what must not be there ---


@functools.cache
def secrets():
    """Every piece of feedback of every quiz file."""
    return {
        option.feedback: item.id
        for stem in data.stems()
        for item in quizzes.load(stem).items.values()
        for option in item.options
    }


@every
def test_no_feedback_of_a_quiz_stands_in_a_file(kind, stem):
    text = "\n".join(" ".join(part.split()) for _, part in readable(notebook(kind, stem)))
    assert [name for feedback, name in secrets().items() if " ".join(feedback.split()) in text] == []
    assert not re.search(r"[\"']?\bcorrect[\"']?\s*[:=]\s*[Tt]rue", text)


# 2087 and 2094 are resolutions of the Security Council, of 2013.
LATER = re.compile(
    r"\b(?:2019|(?!2087|2094)20[2-9]\d)\b|\b(?:April|June|July|August|September|October|November|December) 2018\b"
    r"|\b(?:2[3-9]|30|31) March 2018\b|\b2018-(?:0[4-9]|1[0-2])(?:-\d\d)?|\b2018-03-(?:2[3-9]|3\d)"
)


# Studies of a method may be newer than the desk date: they tell nothing of the case.
STUDIES = ["Mandel and others 2018", "Dhami and others 2019", "Karvetski and Mandel 2020"]


@functools.cache
def looking_ahead():
    """What may name a later day because it only looks ahead, as it did on the desk date: the article's plan for
    2019, and the questions of the forecasts, with the rules that settle them. (The summit of May 2018 is not in
    `LATER` at all.)
    """
    texts = [s.gist for s in article.sentences()]
    texts += [row[name] for row in data.read("forecast_questions") for name in ("question", "criterion")]
    texts += STUDIES
    return [text for text in texts if LATER.search(text)]


def later(text):
    """Dates after the desk date, but for what was expected or asked then."""
    text = html.unescape(text)
    for ahead in looking_ahead():
        text = text.replace(ahead, "")
    return [m[0] for m in LATER.finditer(text)]


@pytest.mark.parametrize("stem", DESK)
def test_nothing_after_the_desk_date_is_told(stem):
    faults = {
        name: found
        for kind in FOLDERS
        for name, text in readable(notebook(kind, stem))
        if (found := later(text))
    }
    files = [data.path(f"quizzes/{stem}.yaml"), Path(lessons.module(stem).__file__)]
    faults |= {file.name: found for file in files if (found := later(file.read_text(encoding="utf-8")))}
    assert faults == {}


def test_the_rule_of_the_desk_date_catches():
    assert later("on 23 March 2018, in April 2018, on 2018-11-14 and in 2022") == [
        "23 March 2018",
        "April 2018",
        "2018-11-14",
        "2022",
    ]
    assert later("22 March 2018, late May 2018, 24 November 2017, 2018-03-22, resolution 2087") == []


@every
def test_the_islands_have_both_names_where_they_first_come_up(kind, stem):
    first = next(
        ((n, t) for n, t in readable(notebook(kind, stem)) if re.search(r"\bKuril|Northern Territor", t)),
        None,
    )
    assert first is None or (
        re.search(r"South(?:ern)? Kuril", first[1]) and "Northern Territories" in first[1]
    ), first


@every
def test_a_quotation_has_at_most_twelve_words(kind, stem):
    long = [
        (name, m[1])
        for name, text in readable(notebook(kind, stem))
        for m in re.finditer(r"“([^”]*)”", text)
        if len(m[1].split()) > 12
    ]
    assert long == []


# --- they run ---


def full_record(path):
    """A record with every question answered, every note written and every exercise passed."""
    files = {stem: quizzes.load(stem) for stem in data.stems()}
    made = record.empty()
    made["quiz"] = {item: "a" for file in files.values() for item in file.items}
    made["notes"] = {note: "Something that I wrote." for file in files.values() for note in file.notes}
    made["exercises"] = {e: "passed" for stem in STEMS for e in lessons.exercises(stem)}
    record.write(made, path)


def strict(folder, record_file):
    """``pytest --nbval`` over the notebooks and solutions of ``folder``."""
    path = os.pathsep.join(filter(None, [str(Path(build.__file__).parents[2]), os.environ.get("PYTHONPATH")]))
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST", "PARLEY_SEED")
    }
    env |= {
        "PARLEY_RECORD": str(record_file),
        "PARLEY_WORK": str(record_file.parent / "my_work"),
        "PYTHONPATH": path,
        "IPYTHONDIR": str(record_file.parent / "ipython"),
    }
    flags = [
        "-p",
        "parley.grading.plugin",  # spares each run a second of imports
        "--nbval",
        "--nbval-current-env",
        "--nbval-cell-timeout",
        "60",
        "-p",
        "no:cacheprovider",
        "-q",
        "--color=no",
    ]
    words = [
        sys.executable,
        "-m",
        "pytest",
        *flags,
        "-c",
        str(folder / "pytest.ini"),
        str(folder / "notebooks"),
        str(folder / "solutions"),
    ]
    return subprocess.run(
        words, capture_output=True, text=True, cwd=folder, env=env, stdin=subprocess.DEVNULL
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """nbval over everything: strict with an empty record and with a full one, and every exercise by `run`
    (lax).
    """
    folder = tmp_path_factory.mktemp("all")
    (folder / "pytest.ini").write_text("[pytest]\n")
    for kind in ("lesson", "solution"):
        (folder / FOLDERS[kind]).mkdir()
        for stem in STEMS:
            (folder / FOLDERS[kind] / f"{stem}.ipynb").write_text(
                text_of(kind, stem), encoding="utf-8", newline="\n"
            )
    for name in ("empty", "full"):
        (folder / name).mkdir()
    full_record(folder / "full" / "record.json")
    before = (folder / "full" / "record.json").read_bytes()
    with ThreadPoolExecutor(2) as pool:
        found = {
            name: pool.submit(strict, folder, folder / name / "record.json") for name in ("empty", "full")
        }
        found |= {stem: pool.submit(run, notebook("exercise", stem)) for stem in STEMS}
        found = {name: future.result() for name, future in found.items()}
    assert not (folder / "empty" / "record.json").exists(), "a run without a person writes no record"
    assert (folder / "full" / "record.json").read_bytes() == before
    return found


@pytest.mark.slow
@pytest.mark.parametrize("state", ["empty", "full"])
def test_nbval_is_content_whatever_the_learners_record_holds(runs, state):
    assert runs[state].returncode == 0, runs[state].stdout[-3000:]
    assert (
        f"{sum(len(code_cells(notebook(k, s))) for k, s in ALL if k != 'exercise')} passed"
        in runs[state].stdout
    )


@pytest.mark.slow
@pytest.mark.parametrize("stem", STEMS)
def test_a_blank_exercise_fails_in_exactly_its_check_cells(runs, stem):
    done, book = runs[stem], notebook("exercise", stem)
    checks = {cell["id"] for cell in book["cells"] if "check" in tags(cell)}
    assert {name for name, cell in done.cells.items() if cell.outcome != "ok"} == checks
    assert {done.cells[name].ename for name in checks} == {"NotYet"}
    assert set(done.cells) == {cell["id"] for cell in code_cells(book)} and done.ended == ""
