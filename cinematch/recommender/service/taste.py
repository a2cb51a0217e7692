"""What people tell the recommender beside ratings, and how right it was with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cinematch.films.core.catalogue import FilmCard
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import NotFound
from cinematch.recommender.core.records import Evidence, Mark, MarkKind, Preferences, Shown
from cinematch.recommender.ports import TasteRepository

WITHIN = 0.5
"""Stars by which a prediction may miss and still be right."""

MISSED = 1.0
"""Stars from which on a miss outside its interval is one by much."""


@dataclass(frozen=True)
class MarkedFilm:
    """A film set aside."""

    kind: MarkKind
    at: str
    card: FilmCard


@dataclass(frozen=True)
class Span:
    """A share with how many it is of."""

    value: float
    n: int


@dataclass(frozen=True)
class Miss:
    """A prediction that failed by much though it was sure."""

    card: FilmCard
    predicted: float
    given: float
    at: str


@dataclass(frozen=True)
class ReportCard:
    """How well suggested films were predicted; see `schemas.suggestions.ReportCardOut`."""

    rated: int
    within_half_a_star: float | None
    mean_error: float | None
    bias: float | None
    interval_covered: float | None
    taken: Span
    by_model: Mapping[str, Span]
    last_miss: Miss | None


@dataclass(frozen=True)
class _Judged:
    """A prediction, and the rating that came after it."""

    shown: Shown
    given: float
    at: str

    @property
    def error(self) -> float:
        return self.shown.predicted - self.given

    @property
    def right(self) -> bool:
        return abs(self.error) <= WITHIN

    @property
    def covered(self) -> bool:
        return self.shown.low <= self.given <= self.shown.high


class TasteService:
    """Knobs, films set aside, and the record of predictions."""

    def __init__(
        self, store: Store, taste: TasteRepository, films: FilmsRepository, clock: Clock
    ) -> None:
        self._store = store
        self._taste = taste
        self._films = films
        self._clock = clock

    def preferences(self, user_id: str) -> Preferences | None:
        """Return a person's knobs, None when never turned."""
        return self._store.snapshot(lambda tx: self._taste.preferences(tx, user_id))

    def save_preferences(self, user_id: str, preferences: Preferences) -> None:
        """Keep a person's knobs; they act at the next list."""
        self._store.transact(lambda tx: self._taste.save_preferences(tx, user_id, preferences))

    def marks(self, user_id: str) -> list[MarkedFilm]:
        """Return the films that a person has set aside, the latest first."""

        def work(tx: Tx) -> list[MarkedFilm]:
            marks = self._taste.marks(tx, user_id)
            cards = self._films.cards(tx, list({mark.film_id for mark in marks}), user_id)
            return [
                MarkedFilm(mark.kind, mark.at, cards[mark.film_id])
                for mark in marks
                if mark.film_id in cards
            ]

        return self._store.snapshot(work)

    def mark(self, user_id: str, film_id: str, kind: MarkKind) -> None:
        """Set a film aside; once it is, nothing more happens.

        Raises:
            NotFound: there is no such film, or it is somebody else's own.
        """
        mark = Mark(film_id, kind, to_iso(self._clock()))

        def work(tx: Tx) -> None:
            if not self._films.cards(tx, [film_id], user_id):
                raise NotFound("There is no such film.")
            known = {(one.film_id, one.kind) for one in self._taste.marks(tx, user_id)}
            if (film_id, kind) not in known:
                self._taste.save_mark(tx, user_id, mark)

        self._store.transact(work)

    def unmark(self, user_id: str, film_id: str, kind: MarkKind) -> None:
        """Take a film back; nothing happens when it was not set aside."""
        self._store.transact(lambda tx: self._taste.remove_mark(tx, user_id, film_id, kind))

    def report_card(self, user_id: str) -> ReportCard:
        """Judge the predictions of films that were suggested and rated afterwards."""

        def work(tx: Tx) -> ReportCard:
            shown = self._taste.shown(tx, user_id)
            evidence = {row.film_id: row for row in self._taste.evidence(tx, user_id)}
            judged = _judged(shown, evidence)
            missed = [one for one in judged if not one.covered and abs(one.error) >= MISSED]
            last = max(missed, key=lambda one: one.at, default=None)
            ids = [last.shown.film_id] if last else []
            return _report(shown, evidence, judged, last, self._films.cards(tx, ids, user_id))

        return self._store.snapshot(work)


def _judged(shown: Mapping[str, Shown], evidence: Mapping[str, Evidence]) -> list[_Judged]:
    judged = []
    for film_id, told in shown.items():
        row = evidence.get(film_id)
        if row is not None and row.rating is not None and (row.rated_at or "") > told.at:
            judged.append(_Judged(told, row.rating / 2, row.rated_at or ""))
    return judged


def _report(
    shown: Mapping[str, Shown],
    evidence: Mapping[str, Evidence],
    judged: Sequence[_Judged],
    last: _Judged | None,
    cards: Mapping[str, FilmCard],
) -> ReportCard:
    taken = sum(film_id in evidence and evidence[film_id].seen for film_id in shown)
    card = cards.get(last.shown.film_id) if last else None
    models = sorted({one.shown.model for one in judged})
    return ReportCard(
        rated=len(judged),
        within_half_a_star=_mean([one.right for one in judged]),
        mean_error=_mean([abs(one.error) for one in judged]),
        bias=_mean([one.error for one in judged]),
        interval_covered=_mean([one.covered for one in judged]),
        taken=Span(taken / len(shown) if shown else 0.0, len(shown)),
        by_model={
            model: _span([one.right for one in judged if one.shown.model == model])
            for model in models
        },
        last_miss=Miss(card, last.shown.predicted, last.given, last.at) if last and card else None,
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _span(values: Sequence[float]) -> Span:
    return Span(_mean(values) or 0.0, len(values))
