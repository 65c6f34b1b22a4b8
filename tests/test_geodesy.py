"""Distances: on a sphere, against the ellipsoid, and on the coastlines that the maps are drawn from."""

import csv
import json
import math
import random

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parley import data
from parley.analysis import approach_slips
from parley.analysis.geodesy import (
    RADIUS_KM,
    Approach,
    Gap,
    closest_approach,
    great_circle_km,
    nearest,
    outline,
    path,
)
from parley.answers import Function

NOSAPPU = (43.385, 145.817)  # the cape from which most official distances are measured; rounded
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
northern = st.tuples(st.floats(15, 90), st.floats(-180, 180))
outlines = st.lists(points, min_size=1, max_size=12)


@pytest.fixture(scope="module")
def geod():
    return pytest.importorskip("pyproj").Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def coasts():
    """``{id: [point]}`` of both maps."""
    found = {}
    for name in ("islands.geojson", "coast.geojson"):
        for feature in json.loads(data.path(name).read_text(encoding="utf-8"))["features"]:
            found[feature["properties"]["id"]] = outline(feature["geometry"])
    return found


# --- the formula ---


@given(points, points)
def test_there_and_back_is_the_same(a, b):
    assert great_circle_km(a, b) == pytest.approx(great_circle_km(b, a), abs=1e-6)


@given(points)
def test_here_to_here_is_nothing(a):
    assert great_circle_km(a, a) == 0


@given(points, points)
def test_nothing_is_farther_than_half_the_way_round(a, b):
    assert 0 <= great_circle_km(a, b) <= math.pi * RADIUS_KM + 1e-6


@given(points, points, points)
def test_no_detour_is_shorter(a, b, c):
    assert great_circle_km(a, c) <= great_circle_km(a, b) + great_circle_km(b, c) + 1e-4


@given(points, points, st.floats(-180, 180))
def test_turning_the_globe_changes_nothing(a, b, turn):
    turned = [(lat, (lon + turn + 180) % 360 - 180) for lat, lon in (a, b)]
    assert great_circle_km(*turned) == pytest.approx(great_circle_km(a, b), abs=1e-4)


@pytest.mark.parametrize("lon", [0, 146, -180])
def test_a_quarter_of_a_meridian(lon):
    quarter = great_circle_km((0, lon), (90, lon))
    assert quarter == pytest.approx(math.pi / 2 * RADIUS_KM)
    assert quarter == pytest.approx(10007.5, abs=0.1)


def test_a_degree_of_longitude_shrinks_towards_the_pole():
    at_equator, at_sixty = (great_circle_km((lat, 0), (lat, 1)) for lat in (0, 60))
    assert at_equator == pytest.approx(111.19, abs=0.01) and at_sixty == pytest.approx(
        at_equator / 2, rel=1e-4
    )


def test_points_close_together_keep_their_digits():
    assert great_circle_km((43.4, 145.8), (43.400001, 145.8)) == pytest.approx(0.0001112, rel=1e-3)


def test_opposite_points_are_no_trouble():
    assert great_circle_km((44.1, 146), (-44.1, -34)) == pytest.approx(math.pi * RADIUS_KM)


# --- against the ellipsoid ---


@given(a=northern, b=northern)
def test_north_of_fifteen_degrees_it_is_within_half_a_per_cent(geod, a, b):
    # the shortest way between two points north of a parallel stays north of it
    *_, metres = geod.inv(a[1], a[0], b[1], b[0])
    assume(metres > 1)
    assert great_circle_km(a, b) == pytest.approx(metres / 1000, rel=0.005)


@given(a=points, b=points)
def test_anywhere_it_is_within_the_stated_limit(geod, a, b):
    *_, metres = geod.inv(a[1], a[0], b[1], b[0])
    assume(metres > 1)
    assert great_circle_km(a, b) == pytest.approx(metres / 1000, rel=0.0057)


def test_the_limit_is_no_larger_than_it_must_be(geod):
    *_, metres = geod.inv(0, 0, 0, 0.1)  # a short hop to the north at the equator: the worst case
    assert great_circle_km((0, 0), (0.1, 0)) / (metres / 1000) > 1.0055


# --- what is refused ---


@pytest.mark.parametrize("lat", [90.1, -91, 145.8, math.inf, math.nan])
def test_a_bad_latitude_is_refused(lat):
    for pair in [((lat, 146), NOSAPPU), (NOSAPPU, (lat, 146))]:
        with pytest.raises(ValueError, match="latitude runs from -90 to 90"):
            great_circle_km(*pair)
    with pytest.raises(ValueError, match="latitude"):
        nearest([NOSAPPU], [(lat, 0)])


@pytest.mark.parametrize("lon", [180.5, -200, math.inf, math.nan])
def test_a_bad_longitude_is_refused(lon):
    with pytest.raises(ValueError, match="longitude runs from -180 to 180"):
        great_circle_km(NOSAPPU, (44, lon))


def test_two_numbers_the_wrong_way_round_are_named():
    with pytest.raises(ValueError, match=r"Is it \(longitude, latitude\)"):
        great_circle_km((145.817, 43.385), NOSAPPU)


@pytest.mark.parametrize("point", [None, 44, (44,), (44, 146, 0), ("44", "146"), (True, 0), "44"])
def test_what_is_no_point_is_refused(point):
    with pytest.raises(TypeError, match="a point is two numbers"):
        great_circle_km(point, NOSAPPU)


# --- the nearest corners ---


@given(outlines, outlines)
def test_nearest_is_the_least_of_all_pairs(one, other):
    gap = nearest(one, other)
    least = min(great_circle_km(a, b) for a in one for b in other)
    assert gap.km == pytest.approx(least, abs=1e-3)  # a dot product loses what is below a metre
    assert gap.start in one and gap.end in other and gap.km == great_circle_km(gap.start, gap.end)


@given(outlines, outlines)
def test_nearest_is_the_same_from_either_side(one, other):
    assert nearest(one, other).km == pytest.approx(nearest(other, one).km, abs=1e-3)


def test_outlines_that_share_a_corner_touch():
    assert nearest([(44, 146), NOSAPPU], [NOSAPPU]) == Gap(0, NOSAPPU, NOSAPPU)


@pytest.mark.parametrize("pair", [([], [NOSAPPU]), ([NOSAPPU], [])])
def test_an_empty_outline_is_refused(pair):
    with pytest.raises(ValueError, match="at least one point"):
        nearest(*pair)


def test_an_outline_turns_the_two_numbers_round():
    square = [[146, 44], [147, 44], [147, 45], [146, 44]]
    assert outline({"type": "Polygon", "coordinates": [square]}) == [(44, 146), (44, 147), (45, 147)]
    assert len(outline({"type": "MultiPolygon", "coordinates": [[square], [square]]})) == 6
    with pytest.raises(ValueError, match="not 'Point'"):
        outline({"type": "Point", "coordinates": [146, 44]})


# --- on the coastlines ---


@pytest.mark.parametrize(("id", "tolerance"), [("kunashir", 0.5), ("shikotan", 1), ("iturup", 1)])
def test_the_maps_give_the_official_distances(coasts, id, tolerance):
    official = {row["id"]: row["distance_km"] for row in data.read("islands")}[id]
    start = coasts["hokkaido"] if id == "kunashir" else [NOSAPPU]
    assert nearest(start, coasts[id]).km == pytest.approx(official, abs=tolerance)


def test_the_rock_of_the_official_distance_is_not_on_the_map(coasts):
    official = {row["id"]: row["distance_km"] for row in data.read("islands")}["habomai"]
    assert official == 3.7 < nearest(coasts["hokkaido"], coasts["habomai"]).km < 5


def test_the_official_distance_to_the_far_island_is_not_the_shortest(coasts):
    assert nearest(coasts["hokkaido"], coasts["iturup"]).km == pytest.approx(120.5, abs=1)


# --- a path and a site ---


@pytest.fixture(scope="module")
def sphere():
    return pytest.importorskip("pyproj").Geod(a=RADIUS_KM * 1000, b=RADIUS_KM * 1000)


def by_search(geod, a, b, site, points=300, rounds=5):
    """The least distance in km from ``site`` to the geodesic, its fraction and its point, by looking everywhere."""
    azimuth, _, length = geod.inv(a[1], a[0], b[1], b[0])
    low, high = 0.0, length
    for _ in range(rounds):
        steps = np.linspace(low, high, points)
        same = np.ones(points)
        lon, lat, _ = geod.fwd(a[1] * same, a[0] * same, azimuth * same, steps)
        _, _, metres = geod.inv(lon, lat, site[1] * same, site[0] * same)
        best = int(np.argmin(metres))
        width = (high - low) / (points - 1)
        low, high = max(0.0, steps[best] - width), min(length, steps[best] + width)
    return metres[best] / 1000, steps[best] / length if length else 0.0, (lat[best], lon[best])


def nearly_opposite(a, b):
    return great_circle_km(a, b) > math.pi * RADIUS_KM - 0.1


@settings(max_examples=1000)
@given(a=points, b=points, site=points)
def test_the_closest_approach_is_the_least_distance_to_any_point_of_the_path(sphere, a, b, site):
    assume(not nearly_opposite(a, b))
    found = closest_approach(a, b, site)
    km, *_ = by_search(sphere, a, b, site)
    assert found.km == pytest.approx(km, abs=0.002)
    assert 0 <= found.fraction <= 1
    assert great_circle_km(found.point, site) == pytest.approx(found.km, abs=1e-6)


@settings(max_examples=200)
@given(a=points, b=points, site=points)
def test_the_point_lies_on_the_path_at_its_fraction(sphere, a, b, site):
    assume(0.1 < great_circle_km(a, b) and not nearly_opposite(a, b))
    found = closest_approach(a, b, site)
    azimuth, _, metres = sphere.inv(a[1], a[0], b[1], b[0])
    lon, lat, _ = sphere.fwd(a[1], a[0], azimuth, metres * found.fraction)
    assert great_circle_km((lat, lon), found.point) == pytest.approx(0, abs=0.002)


@settings(max_examples=200)
@given(a=points, b=points, site=points)
def test_there_and_back_comes_as_near(a, b, site):
    assume(not nearly_opposite(a, b))
    assert closest_approach(a, b, site).km == pytest.approx(closest_approach(b, a, site).km, abs=1e-6)


north = st.tuples(st.floats(0, 90), st.floats(-180, 180))


@settings(max_examples=1000)
@given(a=north, b=north, site=north)
def test_the_ellipsoid_is_as_near_as_the_docstring_says(geod, a, b, site):
    *_, metres = geod.inv(a[1], a[0], b[1], b[0])
    assume(100 < metres < 12e6)
    km, *_ = by_search(geod, a, b, site)
    assert abs(closest_approach(a, b, site).km - km) < 0.0057 * km + 15


def test_long_paths_lie_some_kilometres_off_on_the_ellipsoid(geod):
    # Pyongyang to Honolulu by Akita: the limit of the docstring is no formality
    a, b, site = (39.0, 125.8), (21.3, -157.9), (39.7, 140.1)
    km, *_ = by_search(geod, a, b, site)
    assert 1 < abs(closest_approach(a, b, site).km - km) < 10


def ground_distances():
    """A hundred paths by two sites, worked out elsewhere with 2,000 points each, rounded to a km."""
    with open(ROOT / "tests" / "ground_distances.csv", encoding="utf-8", newline="") as file:
        return [{name: float(cell) for name, cell in row.items()} for row in csv.DictReader(file)]


def test_the_ground_distances_of_another_program_come_out_again():
    rows = ground_distances()
    assert len(rows) == 100
    for row in rows:
        a, b, site = ((row[f"{name}_lat"], row[f"{name}_lon"]) for name in ("a", "b", "site"))
        found = closest_approach(a, b, site)
        assert found.km == pytest.approx(row["km"], abs=1), row
        assert great_circle_km(found.point, (row["nearest_lat"], row["nearest_lon"])) < 12, row
        assert found.fraction == pytest.approx(row["fraction"], abs=0.001), row


def test_ends_count_and_the_circle_beyond_them_does_not():
    a, b = (0, 0), (0, 10)
    beyond = closest_approach(a, b, (1, 40))
    assert (beyond.fraction, beyond.point) == (1, (0, 10)) and beyond.km == great_circle_km(b, (1, 40))
    before = closest_approach(a, b, (1, -30))
    assert (before.fraction, before.point) == (0, (0, 0)) and before.km == great_circle_km(a, (1, -30))
    beside = closest_approach(a, b, (1, 5))
    assert beside.fraction == pytest.approx(0.5) and beside.point == pytest.approx((0, 5))
    assert beside.km == pytest.approx(great_circle_km((0, 5), (1, 5)))


def test_a_path_without_length_is_its_one_point():
    found = closest_approach((39, 125.8), (39, 125.8), (40, 140))
    assert found == Approach(great_circle_km((39, 125.8), (40, 140)), 0.0, (39, 125.8))
    assert path((39, 125.8), (39, 125.8), 3) == [(39, 125.8)] * 3


def test_where_all_points_are_equally_near_the_start_is_given():
    found = closest_approach((0, 20), (0, 50), (90, 0))
    assert found.km == pytest.approx(math.pi / 2 * RADIUS_KM) and found.point[0] == pytest.approx(0)


@pytest.mark.parametrize(("a", "b"), [((0, 0), (0, 180)), ((90, 0), (-90, 7)), ((39, 125.8), (-39, -54.2))])
def test_opposite_ends_are_refused(a, b):
    for ask in (lambda: closest_approach(a, b, (10, 10)), lambda: path(a, b)):
        with pytest.raises(ValueError, match="opposite each other"):
            ask()


def test_a_site_that_is_no_point_is_refused():
    with pytest.raises(ValueError, match=r"Is it \(longitude, latitude\)"):
        closest_approach((0, 0), (0, 10), (140.1, 39.7))


def test_a_path_over_the_antimeridian_does_not_jump():
    for a, b in [((39.0, 125.8), (21.3, -157.9)), ((21.3, -157.9), (39.0, 125.8)), ((10, 179), (10, -179))]:
        points = path(a, b, 50)
        assert len(points) == 50 and points[0] == a
        assert points[-1][0] == b[0] and (points[-1][1] - b[1]) % 360 == pytest.approx(0, abs=1e-9)
        assert max(abs(p[1] - q[1]) for p, q in zip(points, points[1:])) < 5
    assert path((39.0, 125.8), (21.3, -157.9))[-1][1] == pytest.approx(202.1)


@settings(max_examples=200)
@given(a=points, b=points, n=st.integers(2, 40))
def test_a_path_goes_in_equal_steps_and_no_detour(a, b, n):
    assume(not nearly_opposite(a, b))
    steps = [(lat, (lon + 180) % 360 - 180) for lat, lon in path(a, b, n)]
    legs = [great_circle_km(p, q) for p, q in zip(steps, steps[1:])]
    assert sum(legs) == pytest.approx(great_circle_km(a, b), abs=1e-3)
    assert max(legs) - min(legs) < 1e-3 and len(steps) == n


def test_a_path_of_one_point_is_refused():
    with pytest.raises(ValueError, match="at least 2 points"):
        path((0, 0), (0, 10), 1)


# --- what a student's function may have got wrong ---


def answers(cases, function):
    return [{"value": function(*case)} for case in cases]


def right(a, b, site):
    return closest_approach(a, b, site).km


def navigators(a, b, site, turn=math.radians, clip=True, sign=abs):
    """The formula of textbooks, with bearings: another road to the same number, and to some wrong ones."""
    (la, oa), (lb, ob), (ls, os_) = ((turn(x), turn(y)) for x, y in (a, b, site))

    def apart(p, o, q, r):
        h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin((r - o) / 2) ** 2
        return 2 * math.asin(math.sqrt(min(1, abs(h))))

    def bearing(p, o, q, r):
        return math.atan2(
            math.sin(r - o) * math.cos(q),
            math.cos(p) * math.sin(q) - math.sin(p) * math.cos(q) * math.cos(r - o),
        )

    to_site, whole = apart(la, oa, ls, os_), apart(la, oa, lb, ob)
    off = bearing(la, oa, ls, os_) - bearing(la, oa, lb, ob)
    across = math.asin(math.sin(to_site) * math.sin(off))
    along = math.atan2(math.sin(to_site) * math.cos(off), math.cos(to_site))
    if clip and not 0 <= along <= whole:
        return min(to_site, apart(lb, ob, ls, os_)) * 6371.0
    return sign(across) * 6371.0


def sampled(n):
    def function(a, b, site):
        steps = [(lat, (lon + 180) % 360 - 180) for lat, lon in path(a, b, n)]
        return min(great_circle_km(p, site) for p in steps)

    return function


def flat(a, b, site):
    line = [(a[0] + (b[0] - a[0]) * k / 999, a[1] + (b[1] - a[1]) * k / 999) for k in range(1000)]
    return min(great_circle_km(p, site) for p in line)


def swapped(a, b, site):
    turned = [(lon, lat) for lat, lon in (a, b, site)]
    return navigators(*turned)


SLIPS = {
    "right": (right, ()),
    "by the textbook": (navigators, ()),
    "a thousand points": (sampled(1000), ()),
    "another radius": (lambda *case: right(*case) * 6378.137 / 6371.0, ()),
    "whole circle": (lambda *case: navigators(*case, clip=False), ("unclipped",)),
    "whole circle with its sign": (
        lambda *case: navigators(*case, clip=False, sign=float),
        ("unclipped", "signed"),
    ),
    "sign left": (lambda *case: navigators(*case, sign=float), ("signed",)),
    "ends alone": (lambda a, b, s: min(great_circle_km(a, s), great_circle_km(b, s)), ("ends",)),
    "start alone": (lambda a, b, s: great_circle_km(a, s), ("start",)),
    "flat map": (flat, ("flat",)),
    "eight points": (sampled(8), ("coarse",)),
    "degrees": (lambda *case: navigators(*case, turn=float), ("degrees",)),
    "swapped": (swapped, ("swapped",)),
    "miles": (lambda *case: right(*case) / 1.609344, ("miles",)),
    "nautical miles": (lambda *case: right(*case) / 1.852, ("nautical_miles",)),
    "metres": (lambda *case: right(*case) * 1000, ("metres",)),
    "radians": (lambda *case: right(*case) / 6371.0, ("radians",)),
    "in degrees": (lambda *case: math.degrees(right(*case) / 6371.0), ("in_degrees",)),
    "whole circle in miles": (
        lambda *case: navigators(*case, clip=False) / 1.609344,
        ("unclipped", "miles"),
    ),
    "the whole result": (lambda *case: list(closest_approach(*case)), ("no_number",)),
    "nothing": (lambda *case: None, ("no_number",)),
    "true": (lambda *case: True, ("no_number",)),
    "zero": (lambda *case: 0, ("other",)),
    "always a thousand": (lambda *case: 1000, ("other",)),
    "twice": (lambda *case: 2 * right(*case), ("other",)),
}


@pytest.mark.parametrize("name", SLIPS)
@pytest.mark.parametrize("seed", [0, 1, 7, 2018])
def test_a_slip_is_named(name, seed):
    function, wanted = SLIPS[name]
    cases = approach_slips.draw_cases(random.Random(seed))
    assert approach_slips.diagnose(cases, answers(cases, function)) == wanted
    assert set(wanted) <= set(approach_slips.MESSAGES)


def test_an_error_is_named_before_anything_else():
    cases = approach_slips.draw_cases(random.Random(3))
    results = answers(cases, right)
    results[4] = {"error": "ZeroDivisionError: float division by zero"}
    assert approach_slips.diagnose(cases, results) == ("error",)
    with pytest.raises(ValueError, match="10 cases, but 9 results"):
        approach_slips.diagnose(cases, results[:9])


def test_one_wrong_case_of_ten_is_enough():
    cases = approach_slips.draw_cases(random.Random(3))
    for place in range(10):
        results = answers(cases, right)
        results[place] = {"value": results[place]["value"] - 40}
        assert approach_slips.diagnose(cases, results) != ()


def test_no_message_gives_a_value_away():
    assert not any(char.isdigit() for text in approach_slips.MESSAGES.values() for char in text)


def test_the_cases_fit_a_field_of_the_kind_function():
    field = Function(
        name="f",
        label="Yours",
        signature="closest_approach(a, b, site)",
        draw=approach_slips.draw_cases,
    )
    value = field.coerce(right)
    assert len(field.cases(value["seed"])) == 10
    assert approach_slips.diagnose(field.cases(value["seed"]), value["results"]) == ()
