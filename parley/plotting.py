"""One look for every figure, and the way a figure leaves a cell: with its description.

Colours are from the Okabe-Ito set, made for colour-blind readers (Okabe & Ito 2008), and always come with a letter
or a hatch. The two capitals keep their colour and hatch through the whole module; neither is red.
"""

from __future__ import annotations

import base64
import html
import io
import textwrap
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, QUIET, PAPER = "#1f1f1f", "#5c5c5c", "#ffffff"
MOSCOW, TOKYO = "#0072b2", "#e69f00"
SIDES = {
    "russia": {"color": MOSCOW, "hatch": "//", "ink": "#ffffff"},
    "japan": {"color": TOKYO, "hatch": "..", "ink": INK},
}
VOICES = {  # who speaks in a sentence: the two sides as everywhere, the author in white and grey
    "fact": {"color": "#ffffff", "hatch": "", "ink": INK},
    "judgement": {"color": "#d9d9d9", "hatch": "", "ink": INK},
    **SIDES,
    "both": {"color": "#cfe8dc", "hatch": "xx", "ink": INK},
}
WIDTH = 8.6  # inches: 860 px at notebook width
RESOLUTION = 150  # pixels an inch as stored; shown at 100, so that a sharp screen and a projector get detail

STYLE: dict[str, Any] = {
    "font.size": 12,
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.6,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "parley",
}


def new_axes(height: float, width: float = WIDTH) -> Axes:
    """Axes on a figure of their own in the module's style. Sizes in inches."""
    import matplotlib
    from matplotlib.figure import Figure  # not pyplot: nothing global, so nothing is shown twice or left open

    with matplotlib.rc_context(STYLE):
        return Figure(figsize=(width, height), layout="constrained").add_subplot()


def headline(ax: Axes, finding: str, source: str, columns: int = 74, inside: bool = False) -> None:
    """The finding as title at the left, the source in small type below the figure.

    ``inside`` says that all texts stand within the axes, so that the layout need not measure each of them: that
    saves a figure that moves a third of its time.
    """
    for words in ax.texts if inside else ():
        words.set_in_layout(False)
    ax.set_title(textwrap.fill(finding, columns), loc="left", fontsize=14, fontweight="bold", pad=12)
    ax.figure.supxlabel(textwrap.fill(f"Source: {source}", 102), x=0.01, ha="left", fontsize=11, color=QUIET)


def base_map(ax: Axes, west: float, east: float, south: float, north: float) -> Axes:
    """Land and sea between these degrees, as ground for a map.

    All land has one grey and no line is drawn on the sea: whose land it is, a base map does not say. Degrees east
    and north; one degree is as long across as it is up in the middle of the map. Coastlines: GSHHG (Wessel & Smith
    1996), simplified, in ``data/coast.geojson`` and ``data/islands.geojson``.
    """
    import math

    from matplotlib.collections import PolyCollection

    rings = _land_between(west, east, south, north)
    ax.add_collection(
        PolyCollection(rings, facecolor="#d9d4c7", edgecolor="#8a8577", linewidth=0.6, zorder=0)
    )
    ax.set(xlim=(west, east), ylim=(south, north), facecolor="#eef3f6", xticks=[], yticks=[])
    ax.set_aspect(1 / math.cos(math.radians((south + north) / 2)))
    return ax


@cache
def _land_between(west: float, east: float, south: float, north: float) -> list[list[tuple[float, float]]]:
    """The outlines of the two coastal maps that reach into a frame; worked out once, since a map that moves asks often."""

    def within(ring: Sequence[tuple[float, float]]) -> bool:
        lon, lat = zip(*ring)
        return min(lon) <= east and max(lon) >= west and min(lat) <= north and max(lat) >= south

    names = ("coast.geojson", "islands.geojson")
    return [ring for name in names for some in _features(name).values() for ring in some if within(ring)]


def rings(name: str) -> dict[str, list[list[tuple[float, float]]]]:
    """The outer rings of each feature of a map of ``data/`` as ``(longitude, latitude)``, by its id."""
    return {identifier: [list(ring) for ring in some] for identifier, some in _features(name).items()}


@cache
def _features(name: str) -> dict[str, list[list[tuple[float, float]]]]:
    import json

    from parley import data

    shapes = {}
    for feature in json.loads(data.path(name).read_text(encoding="utf-8"))["features"]:
        kind, shape = feature["geometry"]["type"], feature["geometry"]["coordinates"]
        polygons = [shape] if kind == "Polygon" else shape
        shapes[feature["properties"]["id"]] = [[tuple(p) for p in polygon[0]] for polygon in polygons]
    return shapes


def show(figure: Figure | Axes, *, alt: str) -> None:
    """Display a figure with a description for those who do not see it.

    Parameters
    ----------
    figure
        A matplotlib figure, or axes on one.
    alt
        20 to 80 words that say what a sighted reader would take away.

    Raises
    ------
    ValueError
        Where the description is shorter or longer than that.
    """
    words = len(alt.split())
    if not 20 <= words <= 80:
        raise ValueError(
            f"show: `alt` has {words} words, expected 20 to 80: say what a reader would take away from the figure."
        )
    from IPython.display import HTML, display

    figure = getattr(figure, "figure", figure)
    width, height = (round(inches * 100) for inches in figure.get_size_inches())
    size = {"alt": alt, "width": width, "height": height}
    display(
        {"image/png": png(figure), "text/plain": f"Figure: {alt}"}, metadata={"image/png": size}, raw=True
    )
    # JupyterLab 4 leaves the alt attribute of an output empty (nbconvert sets it): so the words stand below as well.
    display(HTML(f"<details><summary>This figure in words</summary><p>{html.escape(alt)}</p></details>"))


def png(figure: Figure, resolution: int = RESOLUTION, effort: int = 6) -> str:
    """A figure as base64 PNG, drawn in the module's style.

    ``effort`` is zlib's, 1 to 9: a figure that moves is packed with 1, which is larger and saves 30 ms.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image  # Pillow comes with matplotlib

    out = io.BytesIO()
    figure.set_dpi(resolution)
    with matplotlib.rc_context(STYLE):  # one pass: `savefig` draws twice where the layout is constrained
        canvas = FigureCanvasAgg(figure)
        engine = figure.get_layout_engine()
        if engine and any(ax.get_aspect() != "auto" for ax in figure.axes):
            engine.execute(figure)  # axes of a fixed shape, such as maps, settle at the second step
        canvas.draw()
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
    picture.convert("RGB").save(out, "png", compress_level=effort)
    return base64.b64encode(out.getvalue()).decode()


def on_globe(
    points: Sequence[tuple[float, float]], centre: tuple[float, float]
) -> list[tuple[float, float, bool]]:
    """Points ``(latitude, longitude)`` as they stand on a globe of radius 1 seen from far above ``centre``.

    Each comes out as ``(x, y, seen)``; one on the far side is put on the rim, so that outlines stay closed. The
    orthographic projection (Snyder 1987, Map Projections: A Working Manual, p. 145).
    """
    import math

    lat0, lon0 = map(math.radians, centre)
    out = []
    for lat, lon in points:
        lat, turn = math.radians(lat), math.radians(lon) - lon0
        x = math.cos(lat) * math.sin(turn)
        y = math.cos(lat0) * math.sin(lat) - math.sin(lat0) * math.cos(lat) * math.cos(turn)
        seen = math.sin(lat0) * math.sin(lat) + math.cos(lat0) * math.cos(lat) * math.cos(turn) >= 0
        rim = math.hypot(x, y) or 1.0
        out.append((x, y, True) if seen else (x / rim, y / rim, False))
    return out


def _seen_part(ring: Sequence[tuple[float, float, bool]]) -> list[tuple[float, float]]:
    """An outline on a globe, closed along the rim where it runs behind: the shorter way from where it goes to where
    it comes back. Empty where nothing is seen. (Pushing each hidden corner to the rim turns large land inside out.)
    """
    import math

    first = next((n for n, (_, _, seen) in enumerate(ring) if seen), None)
    if first is None:
        return []
    out: list[tuple[float, float]] = []
    left: float | None = None  # the angle at which the outline went behind
    for x, y, seen in [*ring[first:], *ring[: first + 1]]:
        angle = math.atan2(y, x)
        if not seen:
            left = angle if left is None else left
            back = angle
            continue
        if left is not None:
            turn = (back - left + math.pi) % (2 * math.pi) - math.pi
            steps = max(2, int(abs(turn) / 0.1))
            out += [
                (math.cos(left + turn * k / steps), math.sin(left + turn * k / steps))
                for k in range(steps + 1)
            ]
            left = None
        out.append((x, y))
    return out


def globe(ax: Axes, centre: tuple[float, float], at: tuple[float, float] = (0.0, 0.0)) -> Axes:
    """A globe of radius 1 at ``at`` in data units, seen from above ``centre``: grey land, no border on it.

    ``centre`` is (latitude, longitude) in degrees. Land: Natural Earth, in ``data/world_land.geojson``.
    """
    from matplotlib.collections import PolyCollection
    from matplotlib.patches import Circle

    ax.add_patch(Circle(at, 1, facecolor="#eef3f6", edgecolor="#8a8577", linewidth=1, zorder=0))
    land = []
    for some in _features("world_land.geojson").values():
        for ring in some:
            seen = _seen_part(on_globe([(lat, lon) for lon, lat in ring], centre))
            if seen:
                land.append([(at[0] + x, at[1] + y) for x, y in seen])
    ax.add_collection(
        PolyCollection(land, facecolor="#d9d4c7", edgecolor="#8a8577", linewidth=0.5, zorder=0.5),
        autolim=False,
    )
    ax.set_aspect("equal")
    return ax
