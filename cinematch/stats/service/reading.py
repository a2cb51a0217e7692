"""Reading the statistics: one consistent snapshot each, shaped and encoded once."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from cinematch.events.core import Image
from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Invalid
from cinematch.kit.paging import decode_cursor, encode_cursor
from cinematch.stats.cards import card_payload
from cinematch.stats.core.delta import SCALARS, Delta, sum_of
from cinematch.stats.core.milestones import reached
from cinematch.stats.core.range import limited
from cinematch.stats.core.streaks import streaks
from cinematch.stats.core.versus import Verdict, versus
from cinematch.stats.core.views import (
    AFFINITY_TYPES,
    BEST_LISTED,
    FILMS_LISTED,
    LEAST_RATED,
    LISTED,
    PRIOR_WEIGHT,
    AffinityRow,
    EntryRow,
    FilmLists,
    Sums,
    affinities,
    prior_of,
    user_stats,
)
from cinematch.stats.core.year_review import YearFigures, viewings, year_figures
from cinematch.stats.ports import AffinityQuery, Standing
from cinematch.stats.service.parts import Cache, Parts

COUNTER_KINDS = ("rating", "month", "year", "weekday", "context")
BEST_TYPES = ("director", "actor", "genre")
_ANY_DAY = ("0", "9")
_HIGHLIGHTED = 5
_CURSOR_PARTS = {"count": 5, "name": 3, "mean": 5, "bayes": 5}
_encode = msgspec.json.Encoder().encode


def read_sums(parts: Parts, tx: Tx, user_id: str, standing: Standing) -> Sums:
    """Read everything stored that `GET /user-stats` shows: as much for 100 films as for 10,000."""
    figures, prior = parts.figures, prior_of(standing.scalars)
    return Sums(
        scalars=standing.scalars,
        counters=figures.counters(tx, user_id, COUNTER_KINDS),
        listed={kind: figures.listed(tx, user_id, kind, LISTED) for kind in AFFINITY_TYPES},
        best={kind: figures.best(tx, user_id, kind, prior, BEST_LISTED) for kind in BEST_TYPES},
    )


def read_films(parts: Parts, tx: Tx, user_id: str) -> FilmLists:
    """Read the lists of films that `GET /user-stats` shows."""
    return FilmLists(
        top_rated_movies=parts.lists.top_rated(tx, user_id, FILMS_LISTED),
        recent_movies=parts.lists.recent(tx, user_id, FILMS_LISTED),
    )


class Reading:
    """What the page reads. Answers are JSON, ready to send."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._recomputing: set[str] = set()
        self._turn = threading.Lock()
        self._kept = Cache()

    @property
    def parts(self) -> Parts:
        """What this is made of; for benchmarks that make the same reads."""
        return self._parts

    def user_stats(self, user_id: str) -> bytes:
        """Return the body of `GET /user-stats`.

        What epoch and `seq` determine is made once and kept; films are read every time, since
        their titles may be corrected without an event of this user.
        """

        def work(tx: Tx) -> tuple[Standing, bytes, FilmLists]:
            standing = self._parts.figures.standing(tx, user_id)
            films = read_films(self._parts, tx, user_id)
            return standing, self._figures(tx, user_id, standing), films

        standing, figures, films = self._parts.store.snapshot(work)
        rest = msgspec.structs.asdict(films) | self._freshness(user_id, standing)
        return figures[:-1] + b"," + _encode(rest)[1:]

    def seq(self, user_id: str) -> int:
        """Return the last event that the user's figures hold."""
        return self.standing(user_id).seq

    def standing(self, user_id: str) -> Standing:
        """Return the user's scalars and how far they have come."""
        return self._parts.store.snapshot(lambda tx: self._parts.figures.standing(tx, user_id))

    def cards_after(self, user_id: str, seq: int) -> list[tuple[int, bytes]]:
        """Return the delta cards past `seq`; if there are none, the state now as a card."""

        def work(tx: Tx) -> list[tuple[int, bytes]]:
            cards = self._parts.figures.moves_after(tx, user_id, seq)
            if cards:
                return cards
            standing = self._parts.figures.standing(tx, user_id)
            return [(standing.seq, card_payload(standing, []))]

        return self._parts.store.snapshot(work)

    def listen(self, user_id: str, told: Callable[[int], None]) -> Callable[[], None]:
        """Have `told(seq)` called whenever the user's figures move on; returns how to stop."""

        def on_advance(who: str, seq: int) -> None:
            if who == user_id:
                told(seq)

        return self._parts.signals.listen(on_advance)

    def hear(self, user_id: str, told: Callable[[str, bytes], None]) -> Callable[[], None]:
        """Have `told(name, payload)` called for what else the user's pages are sent."""

        def on_tell(who: str, name: str, payload: bytes) -> None:
            if who == user_id:
                told(name, payload)

        return self._parts.signals.on_tell(on_tell)

    def days(self, user_id: str, year: int) -> bytes:
        """Return viewings by day of one year, and the years there are."""

        def work(tx: Tx) -> dict[str, Any]:
            figures = self._parts.figures
            years = figures.counters(tx, user_id, ["year"])
            return {
                "year": year,
                "days": figures.days(tx, user_id, f"{year:04}-01-01", f"{year:04}-12-31"),
                "years": sorted(int(key) for (_, key), value in years.items() if key and value),
            }

        return _encode(self._parts.store.snapshot(work))

    def affinities(self, user_id: str, query: AffinityQuery, cursor: str | None) -> bytes:
        """Return one page of the user's affinities of one type, from `cursor` on.

        Raises:
            Invalid: the cursor is of another listing.
        """
        key = decode_cursor(cursor, _CURSOR_PARTS[query.sort])
        first = key[0] if key else 1
        if not isinstance(first, int) or first < 1:
            raise Invalid.field("cursor", "is not of this listing", "start again without it")

        def work(tx: Tx) -> dict[str, Any]:
            scalars = self._parts.figures.standing(tx, user_id).scalars
            prior, after = prior_of(scalars), key[1:] if key else None
            page = self._parts.figures.affinity_page(
                tx, user_id, replace(query, prior=prior, after=after)
            )
            onward = page.last and encode_cursor([first + query.limit, *page.last])
            items = affinities(page.rows, scalars["total_watched"], prior, first)
            return {"items": items, "total": page.total, "next": onward}

        return _encode(self._parts.store.snapshot(work))

    def highlights(self, user_id: str) -> bytes:
        """Return what has no inverse and is read from the diary: extremes, streaks, milestones."""
        return self._remembered(user_id, "highlights", self._highlights)

    def range(self, user_id: str, first: date, last: date) -> bytes:
        """Return the statistics of the viewings from `first` to `last`, both included.

        Raises:
            Invalid: the range ends before it begins.
        """
        if last < first:
            raise Invalid.field("to", "is before `from`", "give a later day")
        days = (first.isoformat(), last.isoformat())
        return self._remembered(
            user_id, f"range {days}", lambda tx, who, at: self._range(tx, who, at, days)
        )

    def year(self, user_id: str, year: int) -> bytes:
        """Return a year in review."""
        return self._remembered(
            user_id, f"year {year}", lambda tx, who, at: self._year(tx, who, at, year)
        )

    def _figures(self, tx: Tx, user_id: str, standing: Standing) -> bytes:
        key = (user_id, "user stats", standing.seq, standing.epoch)
        found = self._kept.get(key)
        if found is None:
            found = _encode(user_stats(read_sums(self._parts, tx, user_id, standing)))
            self._kept.put(key, found)
        return found

    def _freshness(self, user_id: str, standing: Standing) -> dict[str, Any]:
        return {
            "seq": standing.seq,
            "as_of": standing.as_of or to_iso(self._parts.clock()),
            "verified_at": standing.verified_at,
            "verified_seq": standing.verified_seq,
            "recomputing": user_id in self._recomputing,
        }

    def _remembered(
        self, user_id: str, what: str, make: Callable[[Tx, str, Standing], Mapping[str, Any]]
    ) -> bytes:
        """Make an answer once for each state of the figures (and each day)."""

        def work(tx: Tx) -> bytes:
            standing = self._parts.figures.standing(tx, user_id)
            key = (user_id, what, standing.seq, standing.epoch, self._today())
            found = self._kept.get(key)
            if found is None:
                found = _encode(make(tx, user_id, standing))
                self._kept.put(key, found)
            return found

        return self._parts.store.snapshot(work)

    def _today(self) -> date:
        return self._parts.clock().date()

    def _highlights(self, tx: Tx, user_id: str, standing: Standing) -> dict[str, Any]:
        parts = self._parts
        dates = parts.figures.days(tx, user_id, *_ANY_DAY)
        steps = list(reached(viewings(parts.images_of(tx, user_id))))
        compared = versus(parts.lists.opinions(tx, user_id), _HIGHLIGHTED)
        verdicts = [*compared.most_above, *compared.most_below]
        named = [*(step.film_id for step in steps), *(verdict.film_id for verdict in verdicts)]
        films = parts.lists.rows(tx, user_id, sorted(set(named)))

        def shown(listed: Iterable[Verdict]) -> list[dict[str, Any]]:
            return [
                {"film": films[v.film_id], "mine": v.mine, "community": v.community}
                for v in listed
                if v.film_id in films
            ]

        return {
            "seq": standing.seq,
            **parts.lists.extremes(tx, user_id, _HIGHLIGHTED),
            "streaks": streaks(dates, self._today()),
            "milestones": [
                {
                    "kind": step.kind,
                    "value": step.value,
                    "reached_on": step.reached_on,
                    "film": films.get(step.film_id),
                }
                for step in steps
            ],
            "versus": {
                **msgspec.structs.asdict(compared),
                "most_above": shown(compared.most_above),
                "most_below": shown(compared.most_below),
            },
        }

    def _range(
        self, tx: Tx, user_id: str, standing: Standing, days: tuple[str, str]
    ) -> dict[str, Any]:
        parts = self._parts
        film_ids = parts.lists.films_between(tx, user_id, days[0][:4], days[1])
        entries = parts.entries.get_many(tx, user_id, film_ids)
        cut = [limited(entry.image, *days) for entry in entries.values()]
        images = [image for image in cut if image is not None]
        return {
            **user_stats(_range_sums(sum_of(images))),
            **msgspec.structs.asdict(self._range_films(tx, user_id, images)),
            **self._freshness(user_id, standing),
            "from": days[0],
            "to": days[1],
        }

    def _range_films(self, tx: Tx, user_id: str, images: Sequence[Image]) -> FilmLists:
        """Return top-rated and most recent films of a range, dates and counts being the range's."""
        last = {image.film.film_id: max(w.date for w in image.watches) for image in images}
        count = {image.film.film_id: len(image.watches) for image in images}
        rated = {i.film.film_id: i.rating for i in images if i.rating is not None}
        top = sorted(rated, key=lambda key: (rated[key], last[key], key), reverse=True)
        recent = sorted(last, key=lambda key: (last[key], key), reverse=True)
        top, recent = top[:FILMS_LISTED], recent[:FILMS_LISTED]
        rows = {
            key: msgspec.structs.replace(row, last_watched=last[key], watch_count=count[key])
            for key, row in self._parts.lists.rows(tx, user_id, [*{*top, *recent}]).items()
        }
        return FilmLists(
            top_rated_movies=[rows[key] for key in top if key in rows],
            recent_movies=[rows[key] for key in recent if key in rows],
        )

    def _year(self, tx: Tx, user_id: str, standing: Standing, year: int) -> dict[str, Any]:
        figures = year_figures(list(self._parts.images_of(tx, user_id)), year)
        named = {*figures.top_rated, *figures.rewatched, figures.first_film, figures.last_film}
        named |= {step.film_id for step in figures.milestones}
        films = self._parts.lists.rows(tx, user_id, sorted(key for key in named if key))
        return {"seq": standing.seq, **_year_shown(figures, films)}


def _range_sums(figures: Delta) -> Sums:
    sums = figures.pruned()
    scalars = {name: sums.scalars.get(name, 0) for name in SCALARS}
    weighted = PRIOR_WEIGHT * prior_of(scalars)
    listed: dict[str, list[AffinityRow]] = {kind: [] for kind in AFFINITY_TYPES}
    for (kind, key), row in sums.affinities.items():
        listed[kind].append(AffinityRow(key, sums.names[kind, key], *row))
    best = {}
    for kind in BEST_TYPES:
        enough = [row for row in listed[kind] if row.rated >= LEAST_RATED]
        enough.sort(
            key=lambda r: ((weighted + r.sum_half_stars) / (PRIOR_WEIGHT + r.rated), r.rated),
            reverse=True,
        )
        best[kind] = enough[:BEST_LISTED]
    for found in listed.values():
        found.sort(key=lambda r: (-r.films, -r.sum_half_stars, r.name, r.id))
        del found[LISTED:]
    return Sums(
        scalars=scalars,
        counters=sums.counters,
        listed=listed,
        best=best,
    )


def _year_shown(figures: YearFigures, films: Mapping[str, EntryRow]) -> dict[str, Any]:
    shown = msgspec.structs.asdict(figures)
    for name in ("first_film", "last_film"):
        shown[name] = films.get(shown[name] or "")
    for name in ("top_rated", "rewatched"):
        shown[name] = [films[key] for key in shown[name] if key in films]
    shown["milestones"] = [
        {
            "kind": step.kind,
            "value": step.value,
            "reached_on": step.reached_on,
            "film": films.get(step.film_id),
        }
        for step in figures.milestones
    ]
    return shown
