"""Distances on a round Earth, in kilometres.

A point is ``(latitude, longitude)`` in degrees, north and east positive. GeoJSON has them the other way
round; ``outline`` turns a geometry of it into points.
"""

import math
from collections import namedtuple

#: Mean radius of the Earth in km (IUGG mean radius R1, 6371.0088 km, to one decimal).
RADIUS_KM = 6371.0

#: The shortest gap found: its length in km and the two points that it joins.
Gap = namedtuple("Gap", "km start end")


def great_circle_km(a, b):
    """The shortest way over the surface of a sphere from point ``a`` to point ``b``, in km.

    The haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (2), 1984, p. 159),
    with ``RADIUS_KM``. It stays exact for points close together, where the law of cosines loses digits.

    Limits: the Earth is flatter at the poles. Against a geodesic on the WGS 84 ellipsoid the result is at
    most 0.57 per cent off anywhere, and 0.5 per cent north of 15 degrees north. A distance is a fact about a map: it
    settles no title.

    Raises ``ValueError`` for a latitude beyond 90 or a longitude beyond 180 degrees, ``TypeError`` for
    anything that is not two numbers.
    """
    (lat_a, lon_a), (lat_b, lon_b) = _radians(a), _radians(b)
    half = _haversine(lat_b - lat_a) + math.cos(lat_a) * math.cos(lat_b) * _haversine(lon_b - lon_a)
    return 2 * RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def nearest(one, other):
    """The shortest gap between two outlines: ``Gap(km, start, end)``, with a corner of each.

    ``one`` and ``other`` are collections of points. Every corner is tried against every other, so two coasts
    of a thousand corners take a million steps, about a tenth of a second.

    Limits: only corners count, not the sides between them, so the true gap may be shorter, by less than half
    the longest side. The result is no better than the coastline: rocks that a high tide covers are not on it.

    Raises ``ValueError`` if an outline has no point, and as ``great_circle_km`` does.
    """
    one, other = list(one), list(other)
    if not one or not other:
        raise ValueError("an outline needs at least one point")
    ends = [(_unit(point), point) for point in other]
    best = None
    for start in one:
        x, y, z = _unit(start)
        # the nearest point is the one with the shortest chord, which is the greatest product of the two
        product, end = max(((u * x + v * y + w * z), point) for (u, v, w), point in ends)
        if best is None or product > best[0]:
            best = product, start, end
    _, start, end = best
    return Gap(great_circle_km(start, end), start, end)


def outline(geometry):
    """The corners of a GeoJSON ``Polygon`` or ``MultiPolygon`` as points, outer rings only.

    Raises ``ValueError`` for another kind of geometry.
    """
    polygons = {"Polygon": lambda rings: [rings], "MultiPolygon": list}
    kind = geometry.get("type")
    if kind not in polygons:
        raise ValueError(f"expected a Polygon or a MultiPolygon, not {kind!r}")
    return [(lat, lon) for rings in polygons[kind](geometry["coordinates"]) for lon, lat, *_ in rings[0][:-1]]


def _haversine(angle):
    return math.sin(angle / 2) ** 2


def _radians(point):
    try:
        lat, lon = point
        if isinstance(lat, bool | str) or isinstance(lon, bool | str):
            raise TypeError
        lat, lon = float(lat), float(lon)
    except (TypeError, ValueError):
        raise TypeError(f"a point is two numbers, (latitude, longitude), not {point!r}") from None
    if not abs(lat) <= 90:
        swapped = " Is it (longitude, latitude)? Turn the two round." if abs(lon) <= 90 else ""
        raise ValueError(f"latitude runs from -90 to 90 degrees; {lat:g} is none.{swapped}")
    if not abs(lon) <= 180:
        raise ValueError(f"longitude runs from -180 to 180 degrees; {lon:g} is none.")
    return math.radians(lat), math.radians(lon)


def _unit(point):
    lat, lon = _radians(point)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
