"""A delta as fields of a hash, each of which can be added to.

`s:NAME` scalars, `c:KIND:KEY` counters, `a0:TYPE:ID` `a1:…` `a2:…` films, rated films and
half-stars of an affinity, `n:TYPE:ID` its name.
"""

from collections.abc import Mapping

from cinematch.stats.core.delta import Delta

Pairs = list[str | int]


def amounts_of(delta: Delta) -> Pairs:
    """Return fields and what is added to them, by turns; nothing where nothing moves.

    >>> amounts_of(Delta({"liked": 1, "rated": 0}, {("year", ""): -2}, {("actor", "a:b"): [1, 0, 9]}))
    ['s:liked', 1, 'c:year:', -2, 'a0:actor:a:b', 1, 'a2:actor:a:b', 9]
    """  # noqa: E501 - one call
    found: Pairs = []
    for name, amount in delta.scalars.items():
        if amount:
            found += (f"s:{name}", amount)
    for (kind, key), amount in delta.counters.items():
        if amount:
            found += (f"c:{kind}:{key}", amount)
    for (kind, entity), row in delta.affinities.items():
        for place, amount in enumerate(row):
            if amount:
                found += (f"a{place}:{kind}:{entity}", amount)
    return found


def names_of(delta: Delta) -> Pairs:
    """Return fields and names of all affinities, by turns: one may be corrected and not moved."""
    found: Pairs = []
    for key in delta.affinities:
        found += (f"n:{key[0]}:{key[1]}", delta.names[key])
    return found


def read_fields(fields: Mapping[bytes, bytes]) -> Delta:
    """Return the delta that a segment holds.

    >>> read_fields({b"a0:actor:a:b": b"1", b"n:actor:a:b": b"Ann"}).affinities
    {('actor', 'a:b'): [1, 0, 0]}
    """
    delta = Delta()
    for field, value in fields.items():
        sort, _, rest = field.decode().partition(":")
        if sort == "s":
            delta.scalars[rest] = int(value)
            continue
        kind, _, key = rest.partition(":")
        if sort == "c":
            delta.counters[kind, key] = int(value)
        elif sort == "n":
            delta.names[kind, key] = value.decode()
            delta.affinities.setdefault((kind, key), [0, 0, 0])
        elif sort in {"a0", "a1", "a2"}:
            row = delta.affinities.setdefault((kind, key), [0, 0, 0])
            row[int(sort[1])] = int(value)
    return delta
