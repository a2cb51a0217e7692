"""When a model is to be trained anew."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

FEWEST_NEW, SHARE_NEW = 20, 0.02
"""Viewings that must have come or gone, and their share of those learnt from."""

SHARE_OF_FILMS = 0.05
"""Share of the catalogue that must have come or gone."""


@dataclass(frozen=True)
class Learnt:
    """What the last model was trained on: own viewings, films, and the names of all sources;
    `invented` where nobody's ratings were real.
    """

    own: int
    films: int
    sources: AbstractSet[str]
    invented: bool = False


@dataclass(frozen=True)
class Present:
    """The same today; `sources` are the real communities that are kept. `drift` is the verdict.

    `enough` says whether there is anything to make a first model of: nobody is invented unasked.
    """

    own: int
    films: int
    sources: AbstractSet[str]
    drift: str = "none"
    enough: bool = True


def reason_to_train(learnt: Learnt | None, now: Present) -> str | None:
    """Return why a model is to be trained, in words; None when nothing calls for it.

    >>> reason_to_train(None, Present(0, 100, set()))
    'there is no model yet'
    >>> reason_to_train(None, Present(3, 100, set(), enough=False)) is None
    True
    >>> learnt = Learnt(1000, 100, {"own"})
    >>> reason_to_train(learnt, Present(1019, 100, set())) is None
    True
    >>> reason_to_train(learnt, Present(1030, 100, set()))
    '30 viewings have come or gone since'
    """
    if learnt is None or learnt.invented:
        what = "no model yet" if learnt is None else "enough real ratings to learn from now"
        return f"there is {what}" if now.enough else None
    if new := now.sources - learnt.sources:
        return f"a community is there that it has not learnt from: {', '.join(sorted(new))}"
    moved = abs(now.own - learnt.own)
    # One more training on the same ratings would find the same.
    if now.drift == "large" and moved:
        return "what people do has moved far from what it learnt"
    if moved >= FEWEST_NEW and moved >= SHARE_NEW * learnt.own:
        return f"{moved} viewings have come or gone since"
    films = abs(now.films - learnt.films)
    if films and films >= SHARE_OF_FILMS * learnt.films:
        return f"{films} films have come or gone since"
    return None
