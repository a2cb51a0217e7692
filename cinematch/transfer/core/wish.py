"""What all the lines about one film come to: one wish."""

from collections.abc import Iterable, Sequence
from itertools import count

import msgspec
from msgspec.structs import replace

from cinematch.diary.core import LONGEST_REVIEW, MOST_TAGS, MOST_WATCHES
from cinematch.kit.ids import stable_id
from cinematch.transfer.core.items import FilmRef, Kind, Mend, Mention, Play

_TELLING: tuple[Kind, ...] = (
    "entry", "play", "review", "rating", "seen", "watchlist", "like", "tag", "list",
)  # fmt: skip
_RANK = {kind: place for place, kind in enumerate(_TELLING)}


class Wish(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="film", gc=False):
    """What the file wants the user's film to hold, at least."""

    ref: FilmRef
    file: str
    line: int
    lines: int = 1  # how many lines of the file speak of the film
    plays: tuple[Play, ...] = ()
    seen: bool = False
    rating: int | None = None
    rated_at: str | None = None
    logged_at: str | None = None
    liked: bool = False
    watchlist: bool = False
    watchlist_at: str | None = None
    tags: tuple[str, ...] = ()
    review: str | None = None
    problem: Mend | None = None
    whole: bool = False  # our own export: nothing is implied beyond what stands there


def combine(source: str, mentions: Sequence[Mention]) -> Wish:
    """Make one wish of the mentions of one film, given in the order of the files.

    Overlap is merged: a review tells of the diary's viewing of its day, a rating's file has the
    last word on the rating, "watched" alone adds no viewing where one is known.
    """
    if len(mentions) > 1:
        mentions = _once(mentions)
    first = min(mentions, key=lambda m: (_RANK[m.kind], m.line))
    rating, rated_at = _rating(mentions)
    review, review_problem = _review(mentions)
    tags = _tags(mentions)
    plays = _plays(source, mentions)
    problems = [m.problem for m in mentions if m.problem] + [p for p in (review_problem,) if p]
    if len(plays) > MOST_WATCHES or len(tags) > MOST_TAGS:
        problems.append(
            Mend("row", "too many viewings or tags; the first are kept", "check the file")
        )
    return Wish(
        ref=_best_named(mentions),
        file=first.file,
        line=first.line,
        lines=len(mentions),
        plays=plays[:MOST_WATCHES],
        seen=bool(plays) or any(m.kind in {"review", "seen"} or m.rating for m in mentions),
        rating=rating,
        rated_at=rated_at,
        logged_at=min((m.logged_at for m in mentions if m.logged_at), default=None),
        liked=any(m.liked for m in mentions),
        watchlist=any(m.watchlist for m in mentions),
        watchlist_at=next((m.watchlist_at or m.logged_at for m in mentions if m.watchlist), None),
        tags=tags[:MOST_TAGS],
        review=review,
        problem=problems[0] if problems else None,
        whole=first.kind == "entry",
    )


def is_empty(wish: Wish) -> bool:
    """Whether the wish asks nothing of the user's film: it only stands on a list, say."""
    return not (wish.seen or wish.liked or wish.watchlist or wish.tags or wish.review)


def _best_named(mentions: Sequence[Mention]) -> FilmRef:
    best = mentions[0].ref
    for mention in mentions:
        if mention.ref is not best and mention.ref.known_ids > best.known_ids:
            best = mention.ref
    return best


def _tags(mentions: Iterable[Mention]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for tag in (tag for mention in mentions for tag in mention.tags):
        kept.setdefault(tag.casefold(), tag)
    return tuple(kept.values())


def _once(mentions: Sequence[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    seen: set[tuple[str, str]] = set()
    for mention in mentions:
        if mention.identity is not None:
            mark = (mention.kind, mention.identity)
            if mark in seen:
                continue
            seen.add(mark)
        kept.append(mention)
    return kept


def _rating(mentions: Iterable[Mention]) -> tuple[int | None, str | None]:
    rated = [m for m in mentions if m.rating is not None]
    if not rated:
        return None, None
    said = [m for m in rated if m.kind in {"rating", "entry"}]
    if said:
        last = max(said, key=lambda m: m.rated_at or "")
    else:
        last = max(rated, key=lambda m: (m.plays[0].date if m.plays else "", m.logged_at or ""))
    return last.rating, last.rated_at or (None if last.kind == "entry" else last.logged_at)


def _plays(source: str, mentions: Iterable[Mention]) -> tuple[Play, ...]:
    told: list[tuple[Mention, Play]] = []
    reviewed: list[tuple[Mention, Play]] = []
    for mention in mentions:
        to = reviewed if mention.kind == "review" else told
        to.extend((mention, play) for play in mention.plays)
    _add_reviewed(told, reviewed)
    ordinals: dict[tuple[str, str], count[int]] = {}
    plays: list[Play] = []
    for mention, play in told:
        if play.source is None and play.watch_id is None:
            ordinal = next(ordinals.setdefault((mention.ref.key, play.date), count()))
            name = f"{source}|{mention.ref.key}|{play.date}|{ordinal}"
            play = replace(play, source=f"{source}:{stable_id(name)}")  # noqa: PLW2901
        plays.append(play)
    return tuple(plays)


def _add_reviewed(
    told: list[tuple[Mention, Play]], reviewed: Iterable[tuple[Mention, Play]]
) -> None:
    """Let each review of a day tell of one viewing of that day; further ones are viewings.

    Of several viewings on one day, a review tells of the one that is a rewatch as it is one.
    """
    taken: set[int] = set()
    for mention, play in reviewed:
        free = [
            (known.rewatch != play.rewatch, place)
            for place, (_, known) in enumerate(told)
            if known.date == play.date and place not in taken
        ]
        if free:
            taken.add(min(free)[1])
        else:
            taken.add(len(told))
            told.append((mention, play))


def _review(mentions: Iterable[Mention]) -> tuple[str | None, Mend | None]:
    """Return one text of all reviews, latest first; earlier ones stand under their day."""
    texts: dict[str, str] = {}
    for mention in mentions:
        if mention.review and mention.review.strip():
            day = mention.plays[0].date if mention.plays else (mention.logged_at or "")[:10]
            texts.setdefault(mention.review, day)
    if not texts:
        return None, None
    latest, *earlier = sorted(texts, key=lambda text: texts[text], reverse=True)
    whole = "\n\n".join([latest, *(f"[{texts[text] or '?'}]\n{text}" for text in earlier)])
    if len(whole) <= LONGEST_REVIEW:
        return whole, None
    return whole[:LONGEST_REVIEW], Mend(
        "review",
        f"has {len(whole)} characters; the first {LONGEST_REVIEW} are kept",
        "shorten it, or keep the rest elsewhere",
    )
