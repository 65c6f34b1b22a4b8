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

#: Where a path comes nearest to a site: the distance in km, how far along the path (0 start, 1 end), the point.
Approach = namedtuple("Approach", "km fraction point")


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


def closest_approach(a, b, site):
    """Where the shortest path from ``a`` to ``b`` comes nearest to ``site``: ``Approach(km, fraction, point)``.

    ``km`` is measured over the ground, ``fraction`` runs from 0 at ``a`` to 1 at ``b``, ``point`` is
    ``(latitude, longitude)``. The path is a *segment*: where the foot of the perpendicular lies before ``a`` or
    beyond ``b``, the nearer end counts. (The distance to the whole great circle, without the ends, is the
    "cross-track error" of navigators: E. Williams, Aviation Formulary; here it is worked out with unit vectors,
    K. Gade, "A Non-singular Horizontal Position Representation", Journal of Navigation 63, 2010.) Where all
    points are equally near, the start is given.

    Limits: a sphere of ``RADIUS_KM``. Against the geodesic on the WGS 84 ellipsoid, for paths of up to 12,000 km
    north of the equator, the distance is off by less than 0.57 per cent plus 15 km: the two paths themselves lie
    some kilometres apart, the more the longer they are. A line on the ground is not a flight: no height, no turning of the Earth, no detour. A distance says
    nothing of a purpose.

    Raises ``ValueError`` if ``a`` and ``b`` lie opposite each other, for then every direction is equally short;
    otherwise as ``great_circle_km`` does. ``a`` and ``b`` may be one and the same.
    """
    start, end, at = _unit(a), _unit(b), _unit(site)
    arc = _arc(start, end)
    if arc is None:
        return Approach(great_circle_km(a, site), 0.0, _pair(a))
    along = math.atan2(dot(at, arc.ahead), dot(at, start))
    if 0 <= along <= arc.whole:
        point = _place(_turned(start, arc.ahead, along))
        return Approach(great_circle_km(point, site), along / arc.whole, point)
    to_start, to_end = great_circle_km(a, site), great_circle_km(b, site)
    return Approach(to_start, 0.0, _pair(a)) if to_start <= to_end else Approach(to_end, 1.0, _pair(b))


def path(a, b, n=100):
    """``n`` points at equal steps along the shortest path from ``a`` to ``b``, both ends among them, to draw.

    The first longitude is that of ``a``; from there longitudes run on, so a path eastward over the antimeridian
    ends at 202 and not at -158, and a line through the points never jumps across a map. (Take 360 off for a map
    that ends at 180, or draw the line twice.) Over a pole a longitude turns by 180 degrees in one step.

    Raises ``ValueError`` for fewer than 2 points and for ends that lie opposite each other, otherwise as
    ``great_circle_km`` does.
    """
    if n < 2:
        raise ValueError(f"a path needs at least 2 points, not {n}")
    start = _unit(a)
    arc = _arc(start, _unit(b))
    if arc is None:
        return [_pair(a)] * n
    inner = (_place(_turned(start, arc.ahead, arc.whole * step / (n - 1))) for step in range(1, n - 1))
    points = [_pair(a)]
    for lat, lon in (*inner, _pair(b)):
        before = points[-1][1]
        points.append((lat, before + (lon - before + 180) % 360 - 180))
    return points


def outline(geometry):
    """The corners of a GeoJSON ``Polygon`` or ``MultiPolygon`` as points, outer rings only.

    Raises ``ValueError`` for another kind of geometry.
    """
    polygons = {"Polygon": lambda rings: [rings], "MultiPolygon": list}
    kind = geometry.get("type")
    if kind not in polygons:
        raise ValueError(f"expected a Polygon or a MultiPolygon, not {kind!r}")
    return [(lat, lon) for rings in polygons[kind](geometry["coordinates"]) for lon, lat, *_ in rings[0][:-1]]


_TOUCHING = 1e-9  # of a radian: six millimetres on the ground
_OPPOSITE = (
    "the two ends lie opposite each other on the globe, so no one path between them is the shortest; "
    "move one of them a little"
)


_Arc = namedtuple("_Arc", "ahead whole")  # the point a quarter turn along the way, and the angle to the end


def _arc(start, end):
    """The way from one unit vector to another; ``None`` where they are one point. Opposite ends are refused."""
    across = cross(start, end)
    length = math.hypot(*across)
    if length >= _TOUCHING:
        normal = tuple(part / length for part in across)
        return _Arc(cross(normal, start), math.atan2(length, dot(start, end)))
    if dot(start, end) < 0:
        raise ValueError(_OPPOSITE)
    return None


def dot(one, other):
    """The product of two vectors of three numbers, a number."""
    return sum(p * q for p, q in zip(one, other))


def cross(one, other):
    """The vector that stands at a right angle on two vectors of three numbers."""
    (a, b, c), (x, y, z) = one, other
    return b * z - c * y, c * x - a * z, a * y - b * x


def _turned(start, ahead, angle):
    """The unit vector at ``angle`` from ``start`` on the circle through ``ahead``, a quarter turn away."""
    return tuple(math.cos(angle) * p + math.sin(angle) * q for p, q in zip(start, ahead))


def _place(vector):
    x, y, z = vector
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def _pair(point):
    return float(point[0]), float(point[1])


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
