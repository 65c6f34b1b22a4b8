"""What may be wrong with a student's ``closest_approach(a, b, site)``, by the numbers that it gave.

A judge has results and no code, so the usual wrong ways are computed here and compared. A message names the slip
and never a right value.
"""

import math
from itertools import product

from parley.analysis import geodesy

#: Slip -> what to say of it.
MESSAGES = {
    "error": "Your function stopped with an error on at least one case.",
    "no_number": "Give back one number, the distance in kilometres, and nothing beside it.",
    "signed": "Some of your distances are below zero. The formula tells the side of the path by its sign; "
    "a distance has none.",
    "unclipped": "Some of your values are distances to the whole circle round the Earth. This path has two ends: "
    "what if the nearest point lies beyond one of them?",
    "ends": "You measured to the two ends alone. The nearest point may lie between them.",
    "start": "You measured to the start alone.",
    "flat": "Your path is straight on a flat map. The shortest path on a globe is not.",
    "coarse": "Your values are never too small, but some are too great. Do your points along the path lie far apart?",
    "degrees": "Python's sin and cos take radians; you seem to have handed them degrees.",
    "swapped": "Latitude and longitude seem to have changed places: a point is (latitude, longitude).",
    "miles": "Your values look like miles. Kilometres are asked for.",
    "nautical_miles": "Your values look like nautical miles. Kilometres are asked for.",
    "metres": "Your values look like metres. Kilometres are asked for.",
    "radians": "Your values look like angles in radians. What turns an angle into a distance on the ground?",
    "in_degrees": "Your values look like angles in degrees. What turns an angle into a distance on the ground?",
    "other": "Some of your values are not the distance to the nearest point of the path.",
}

# How many of a unit make up a kilometre on a sphere of RADIUS_KM.
_UNITS = {
    None: 1,
    "miles": 1 / 1.609344,
    "nautical_miles": 1 / 1.852,
    "metres": 1000,
    "radians": 1 / geodesy.RADIUS_KM,
    "in_degrees": math.degrees(1 / geodesy.RADIUS_KM),
}
_NEAR = 0.002  # of a value: another radius of the Earth in use is 0.1 per cent off
_NEAR_KM = 1
_COARSE = 0.06  # of the path's length: ten points on a path are no nearer than that to each of its points


def draw_cases(rng):
    """Ten cases ``(a, b, site)`` from a ``random.Random``, on which the usual slips all show.

    In four the nearest point lies on the way, with the site twice to the left and twice to the right of it, in
    three at the start, in three at the end. Points lie on the northern half of the globe, to a tenth of a degree;
    paths are 1,000 to 11,000 km long.
    """
    wanted = {"left": 2, "right": 2, "start": 3, "end": 3}
    cases = []
    while any(wanted.values()):
        a, b, site = (_somewhere(rng) for _ in range(3))
        kind = _kind(a, b, site)
        if wanted.get(kind):
            wanted[kind] -= 1
            cases.append((a, b, site))
    return cases


def diagnose(cases, results):
    """The slips behind ``results``, a ``tuple`` of names in ``MESSAGES``: empty where all is right.

    ``cases`` are ``(a, b, site)`` as of ``draw_cases``; ``results`` is what a field of the kind function holds
    under ``"results"``: ``{"value": …}`` or ``{"error": "…"}`` for each case. Right is within a kilometre, or
    0.2 per cent. Slips may come together, as ``("unclipped", "miles")``; the fewest that explain all values are
    given. ``("other",)`` says that none of the usual ones does.

    Raises ``ValueError`` if the numbers of cases and results differ.
    """
    if len(cases) != len(results):
        raise ValueError(f"{len(cases)} cases, but {len(results)} results")
    if any("error" in result for result in results):
        return ("error",)
    values = [result["value"] for result in results]
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return ("no_number",)
    sign = ("signed",) if any(value < -_NEAR_KM for value in values) else ()
    sizes = [abs(value) for value in values]
    for slips, expected, unit in _ways(cases):
        if _match(sizes, expected, unit):
            return slips + sign
    if not sign and _is_coarse(cases, values):
        return ("coarse",)
    return sign or ("other",)


def _ways(cases):
    """``(slips, values, units to a km)`` of every combination, those with the fewest slips first."""
    found = []
    for angle, method in product((None, "degrees", "swapped"), (None, "unclipped", "ends", "start", "flat")):
        if method == "flat" and angle:
            continue
        expected = [_distance(case, angle, method) for case in cases]
        for unit, factor in _UNITS.items():
            slips = tuple(slip for slip in (method, angle, unit) if slip)
            found.append((slips, [value * factor for value in expected], factor))
    return sorted(found, key=lambda way: len(way[0]))


def _match(values, expected, unit):
    return all(
        abs(value - right) <= max(_NEAR * right, _NEAR_KM * unit) for value, right in zip(values, expected)
    )


def _distance(case, angle, method):
    """In km, by one of the right or wrong ways."""
    if method == "flat":
        return _flat(*case)
    start, end, at = (_vector(point, angle) for point in case)
    ends = [_angle(start, at), _angle(end, at)]
    if method == "start":
        return ends[0] * geodesy.RADIUS_KM
    normal = geodesy.cross(start, end)
    across = abs(math.asin(max(-1, min(1, geodesy.dot(at, normal) / math.hypot(*normal)))))
    if method == "unclipped":
        return across * geodesy.RADIUS_KM
    # the foot of the perpendicular is on the way if the site is ahead of the start and behind the end
    on_the_way = (
        geodesy.dot(geodesy.cross(normal, start), at) >= 0 >= geodesy.dot(geodesy.cross(normal, end), at)
    )
    nearest = across if method is None and on_the_way else min(ends)
    return nearest * geodesy.RADIUS_KM


def _vector(point, angle):
    lat, lon = reversed(point) if angle == "swapped" else point
    if angle != "degrees":
        lat, lon = math.radians(lat), math.radians(lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _angle(one, other):
    return math.atan2(math.hypot(*geodesy.cross(one, other)), geodesy.dot(one, other))


def _flat(a, b, site, steps=2000):
    between = ((a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps) for k in range(steps + 1))
    return min(geodesy.great_circle_km(point, site) for point in between)


def _is_coarse(cases, values):
    for (a, b, site), value in zip(cases, values):
        right = geodesy.closest_approach(a, b, site).km
        over = value - right
        if over < -max(_NEAR * right, _NEAR_KM) or over > _COARSE * geodesy.great_circle_km(a, b):
            return False
    return True


def _somewhere(rng):
    return round(rng.uniform(5, 75), 1), round(rng.uniform(-180, 180), 1)


def _kind(a, b, site):
    """Where the nearest point lies, or the site beside it; ``""`` for a case on which a slip would hardly show."""
    if not 1000 <= geodesy.great_circle_km(a, b) <= 11_000:
        return ""
    right = geodesy.closest_approach(a, b, site)
    whole = _distance((a, b, site), None, "unclipped")
    ends = _distance((a, b, site), None, "ends")
    if right.km < 100:
        return ""
    if 0.1 < right.fraction < 0.9 and ends - right.km > 200 and abs(_flat(a, b, site, 100) - right.km) > 100:
        start, end, at = (_vector(point, None) for point in (a, b, site))
        return "left" if geodesy.dot(at, geodesy.cross(start, end)) > 0 else "right"
    if right.fraction in (0, 1) and right.km - whole > 200:
        return "end" if right.fraction else "start"
    return ""
