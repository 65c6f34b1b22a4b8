"""The look of the figures, and how one leaves a cell."""

import base64
import io

import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from parley import plotting

WORDS = "A line that rises from one to two, drawn to test how a figure is shown and described in a cell, and nothing more than that."


def luminance(colour):
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    """Contrast ratio of two colours (WCAG 2.1)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture
def shown(monkeypatch):
    """What `show` hands to the front end, in order."""
    calls = []
    monkeypatch.setattr(
        "IPython.display.display", lambda *objects, **options: calls.append((objects, options))
    )
    return calls


def axes():
    ax = plotting.new_axes(height=3)
    ax.plot([1, 2], [1, 2])
    plotting.headline(ax, "The line rises from one to two", "two points made up for a test")
    return ax


def test_a_figure_carries_its_description_in_metadata_in_text_and_below(shown):
    plotting.show(axes(), alt=WORDS)
    (bundle,), options = shown[0]
    assert options["metadata"]["image/png"]["alt"] == WORDS
    assert WORDS in bundle["text/plain"]
    assert WORDS in shown[1][0][0].data


def test_the_picture_is_a_png_of_the_size_that_is_said(shown):
    plotting.show(axes().figure, alt=WORDS)
    (bundle,), options = shown[0]
    picture = imread(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert options["metadata"]["image/png"]["width"] == 860
    assert picture.shape[1] == pytest.approx(8.6 * plotting.RESOLUTION, abs=1)


@pytest.mark.parametrize("alt", ["", "A line.", "word " * 81])
def test_a_description_too_short_or_too_long_is_refused(alt, shown):
    with pytest.raises(ValueError, match="expected 20 to 80"):
        plotting.show(axes(), alt=alt)
    assert not shown


def test_the_same_figure_is_the_same_bytes():
    assert plotting.png(axes().figure) == plotting.png(axes().figure)


def test_the_two_capitals_differ_in_colour_in_grey_and_in_hatch():
    moscow, tokyo = plotting.SIDES["russia"], plotting.SIDES["japan"]
    assert contrast(moscow["color"], tokyo["color"]) >= 2
    assert moscow["hatch"] != tokyo["hatch"]
    for side in (moscow, tokyo):
        assert contrast(side["color"], side["ink"]) >= 4.5
        red, green, blue = to_rgb(side["color"])
        assert not (red > 0.6 and green < 0.4 and blue < 0.4), "neither capital is red"


# --- the base map ---


def test_a_base_map_takes_no_side():
    """One grey for all land, no line but the coast, and no name: whose land it is, it does not say."""
    ax = plotting.base_map(plotting.new_axes(height=5), 140, 150, 42, 47)
    (land,) = ax.collections
    assert len(land.get_facecolor()) == 1 and len(land.get_edgecolor()) == 1
    assert not ax.lines and not ax.texts and not ax.get_xticks().size
    assert len(land.get_paths()) > 5


def test_a_base_map_keeps_the_shape_of_the_land():
    import math

    ax = plotting.base_map(plotting.new_axes(height=5), 140, 150, 42, 47)
    assert ax.get_xlim() == (140, 150) and ax.get_ylim() == (42, 47)
    assert ax.get_aspect() == pytest.approx(1 / math.cos(math.radians(44.5)))
