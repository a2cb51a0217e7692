"""What answers: today's films, the model that serves, everybody's figures; swapped as one."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from cinematch.films.ports import FilmFeed
from cinematch.infra.ports import Store
from cinematch.kit.clock import Clock
from cinematch.kit.errors import CineMatchError
from cinematch.recommender.core.alignment import stars_of_means
from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.blend import PRESETS, Blend
from cinematch.recommender.core.heads import KernelHead, PopularityHead
from cinematch.recommender.core.model import Model
from cinematch.recommender.core.options import Grading
from cinematch.recommender.core.popularity import Ways, among_peers, spans_of, ways_of
from cinematch.recommender.core.records import AgeBand, Algorithm, ModelRecord
from cinematch.recommender.core.rerank import Slopes, slope_of
from cinematch.recommender.core.stars import StarsModel
from cinematch.recommender.core.suggest import Ranker
from cinematch.recommender.ports import TasteRepository
from cinematch.recommender.service.learnt import Learnt, learnt_from
from cinematch.recommender.service.shelf import Figures, Shelf, figures_of, read_counts, read_shelf

CHECKED_EVERY = 2.0
"""Seconds between two looks at which model serves."""

SHELF_EVERY = 5.0
"""Seconds between two looks at whether the catalogue has changed: a store may have to read it."""

FIGURES_EVERY = 60.0
"""Seconds for which everybody's figures serve."""

KEPT_SECONDS = 600.0
"""For so long a model that has been replaced still explains the lists that were made with it."""

NO_MODEL = "none"
"""In the place of a version, where content and popularity answer."""

_LOG = logging.getLogger(__name__)


class Champions(Protocol):
    """Where the model that serves comes from; `service.models.ModelsService` is one."""

    def champion(self) -> ModelRecord | None:
        """Return the record of the model that serves."""
        ...

    def load_champion(self) -> Model | None:
        """Return the model that serves, None where there is none."""
        ...


@dataclass(frozen=True)
class Standing:
    """Everything that a list is made of beside the person; nobody changes it."""

    shelf: Shelf
    learnt: Learnt
    figures: Figures

    @property
    def model(self) -> str:
        """Version of the model, or `NO_MODEL`."""
        manifest = self.learnt.manifest
        return manifest.version if manifest else NO_MODEL

    @cached_property
    def ways(self) -> Ways:
        """The ways of being popular: here, in the training, at the source."""
        tally = self.learnt.joined(self.figures.tally, self.figures.today)
        return ways_of(tally, self.shelf.catalogue, self.figures.today.year)

    @property
    def well_known(self) -> Floats:
        """(films,) how widely each is known, 0 to 1."""
        return self.ways.well_known

    @cached_property
    def film_means(self) -> Floats:
        """(films,) mean stars to grade by."""
        means = self.learnt.film_means
        return self.figures.means if means is None else means

    @cached_property
    def stars(self) -> StarsModel:
        """What predicts stars."""
        if self.learnt.stars is not None:
            return self.learnt.stars
        return stars_of_means(self.figures.means, self.figures.overall)

    @cached_property
    def slopes(self) -> Slopes:
        """What the knobs multiply."""
        return Slopes(slope_of(self.well_known), self.shelf.newness)

    @property
    def factors(self) -> Floats | None:
        """(films, K) of the kernel, None without a model."""
        kernel = self.learnt.heads.get("ials")
        return kernel.shown_side if isinstance(kernel, KernelHead) else None

    def weights(self, algorithm: Algorithm) -> Mapping[str, float]:
        """Return the weights of a way to rank; what needs a model falls back to content."""
        manifest = self.learnt.manifest
        if algorithm in ("content", "popularity"):
            return {algorithm: 1.0}
        if manifest is None:
            return PRESETS["content"]
        if algorithm == "learnt":
            return manifest.weights
        return PRESETS.get(algorithm) or {algorithm: 1.0}

    def ranker(self, algorithm: Algorithm, peers: Floats | None = None) -> Ranker:
        """Return what ranks; `peers` is (films,) what is watched by people like the person."""
        popularity, spread = self._popularity if peers is None else self._popular(peers)
        heads = {**self.learnt.heads, "popularity": popularity}
        usual = dict.fromkeys(heads, 1.0) | {"popularity": spread or 1.0}
        scales = {**usual, **self.learnt.scales}
        manifest = self.learnt.manifest
        return Ranker(
            Blend(heads, self.weights(algorithm), scales),
            self.film_means,
            manifest.options.grading if manifest else Grading(),
            self.slopes,
            self.shelf.features.matrix,
        )

    @cached_property
    def _popularity(self) -> tuple[PopularityHead, float]:
        return self._popular(None)

    def _popular(self, peers: Floats | None) -> tuple[PopularityHead, float]:
        popularity = self.popularity(peers)
        spread = float(popularity.std()) if len(popularity) else 0.0
        return PopularityHead(popularity), spread

    def popularity(self, peers: Floats | None = None) -> Floats:
        """Return (films,) the ways of being popular together, 0 to 1."""
        return self.ways.together(self.learnt.popularity, peers)


@dataclass
class Serving:
    """Holds what answers, and looks now and then whether it is still that.

    A request takes what stands. Another is built aside, in a thread, and put in its place whole;
    only the very first request waits for it.
    """

    store: Store
    taste: TasteRepository
    feed: FilmFeed
    models: Champions
    clock: Clock
    every: float = CHECKED_EVERY
    standing: Standing | None = field(default=None, init=False)
    _last: Standing | None = field(default=None, init=False)
    _swapped: float = field(default=0.0, init=False)
    _version: str | None = field(default=None, init=False)
    _checked: float = field(default=0.0, init=False)
    _counted: float = field(default=0.0, init=False)
    _shelved: float = field(default=0.0, init=False)
    _refreshing: threading.Lock = field(default_factory=threading.Lock, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)
    _peers: dict[tuple[AgeBand | None, str | None], tuple[Figures, Floats]] = field(
        default_factory=dict, init=False
    )

    def start(self) -> None:
        """Begin to build, so that the first request need not wait as long."""
        self._refresh_aside()

    def stop(self) -> None:
        """Wait until nothing is being built."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def current(self) -> Standing:
        """Return what answers now."""
        standing = self.standing
        if standing is None:
            return self._renewed(forced=False)
        if time.monotonic() - self._checked > self.every:
            self._refresh_aside()
        return standing

    def of(self, model: str | None) -> Standing:
        """Return what answered by a model, while that is held; else what answers now.

        Args:
            model: `Standing.model` of a list that was made, in this process or in another one.
        """
        standing, last = self.current(), self._last
        if model is None or standing.model == model:
            return standing
        if last is not None and last.model == model:
            return last
        record = self.models.champion()
        if record is not None and record.version == model:
            return self._renewed(forced=False)  # another process has seen it first
        return standing

    def refresh(self) -> Standing:
        """See what has changed, build it anew, and return what answers from now on."""
        return self._renewed(forced=True)

    def _renewed(self, *, forced: bool) -> Standing:
        with self._refreshing:
            self._checked = time.monotonic()
            if forced:
                self._shelved = self._counted = -FIGURES_EVERY
            if self._checked - self._swapped > KEPT_SECONDS:
                self._last = None
            before = self.standing
            shelf = self._shelf(before)
            learnt = self._learnt(before, shelf)
            figures = self._figures(before, shelf, learnt)
            if (
                before is None
                or shelf is not before.shelf
                or learnt is not before.learnt
                or figures is not before.figures
            ):
                self.standing = Standing(shelf, learnt, figures)
                self._keep(before, self.standing)
                before = self.standing
            return before

    def _keep(self, before: Standing | None, now: Standing) -> None:
        """Keep what answered by another model for a while."""
        if before is not None and before.model != now.model:
            self._last, self._swapped = before, time.monotonic()

    def peers(
        self, standing: Standing, age_band: AgeBand | None, country: str | None
    ) -> Floats | None:
        """Return (films,) what people of the same age and country watch more; None: not told."""
        if age_band is None and country is None:
            return None
        kept = self._peers.get((age_band, country))
        if kept is None or kept[0] is not standing.figures:
            theirs, all_of_them = self.store.snapshot(
                lambda tx: (
                    self.taste.peers(tx, age_band, country),
                    self.taste.peers(tx, None, None),
                )
            )
            rows = [_by_film(standing.shelf, counts) for counts in (theirs, all_of_them)]
            kept = standing.figures, among_peers(*rows)
            self._peers[age_band, country] = kept
        return kept[1]

    def _shelf(self, before: Standing | None) -> Shelf:
        looked, self._shelved = self._shelved, time.monotonic()
        if before is not None:
            if self._shelved - looked < SHELF_EVERY:
                return before.shelf
            if self.store.snapshot(self.taste.catalogue_stamp) == before.shelf.stamp:
                return before.shelf
        return read_shelf(self.store, self.taste, self.feed)

    def _learnt(self, before: Standing | None, shelf: Shelf) -> Learnt:
        record = self.models.champion()
        version = record.version if record else None
        if before is not None and before.shelf is shelf and version == self._version:
            return before.learnt
        try:
            model = self.models.load_champion()
        except (CineMatchError, OSError) as error:
            if before is not None and before.learnt.manifest is not None:
                raise
            # There is no older one to go on with. It is tried again at the next look.
            _LOG.warning("Content and popularity answer, for the model cannot be read: %s", error)
            self._version = None
            return before.learnt if before and before.shelf is shelf else learnt_from(None, shelf)
        manifest = model.manifest if model else None
        if before is not None and before.shelf is shelf and before.learnt.manifest is manifest:
            return before.learnt  # what serves is of a format that this release does not read
        learnt = learnt_from(model, shelf)
        # A damaged model is refused as it is loaded, and the one before it serves.
        self._version = learnt.manifest.version if learnt.manifest else version
        return learnt

    def _figures(self, before: Standing | None, shelf: Shelf, learnt: Learnt) -> Figures:
        fresh = time.monotonic() - self._counted < FIGURES_EVERY
        if before is not None and before.shelf is shelf and before.learnt is learnt and fresh:
            return before.figures
        today = self.clock().date()
        spans = spans_of(learnt.until, today, learnt.popularity.half_life)
        counted = self.store.snapshot(lambda tx: read_counts(tx, self.taste, today, spans))
        self._counted = time.monotonic()
        self._peers.clear()
        return figures_of(shelf, counted, today)

    def _refresh_aside(self) -> None:
        thread = self._thread
        if thread is not None and thread.is_alive():
            return
        self._checked = time.monotonic()
        self._thread = threading.Thread(target=self._try_refresh, name="recommender", daemon=True)
        self._thread.start()

    def _try_refresh(self) -> None:
        try:
            self._renewed(forced=False)
        except (CineMatchError, OSError) as error:
            # The next request tries again; what stood still stands.
            _LOG.warning("What recommends could not be renewed: %s", error)


def _by_film(shelf: Shelf, counts: Mapping[str, int]) -> Ints:
    values = np.zeros(len(shelf), dtype=np.int64)
    for film_id, count in counts.items():
        at = shelf.position.get(film_id)
        if at is not None:
            values[at] = count
    return values
