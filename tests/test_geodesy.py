"""Distances: on a sphere, against the ellipsoid, and on the coastlines that the maps are drawn from."""

import json
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from parley import data
from parley.analysis.geodesy import RADIUS_KM, Gap, great_circle_km, nearest, outline

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
