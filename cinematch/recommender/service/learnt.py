"""What a model says of today's films."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from cinematch.recommender.core.alignment import Alignment
from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.blend import scale_of
from cinematch.recommender.core.heads import ContentHead, Head
from cinematch.recommender.core.model import Manifest, Model
from cinematch.recommender.core.options import PopularityOptions
from cinematch.recommender.core.popularity import Tally
from cinematch.recommender.core.stars import StarsModel
from cinematch.recommender.service.shelf import Shelf


@dataclass(frozen=True)
class Learnt:
    """What a model says of today's films; without one, what content and sources say.

    Attributes:
        manifest: None without a model.
        heads: by name, popularity left out.
        scales: of the heads.
        counts: (films,) how many had seen each, as the model was trained.
        recent: (films,) viewings that fade, as on the day `until`.
        until: the last day of which the model knows; None without one.
        popularity: the ways of being popular, as they were learnt.
        film_means: (films,) shrunken mean stars, to grade by.
        stars: what predicts, None where the means of films are to stand in.
        new_films: how many films came after the training.
    """

    manifest: Manifest | None
    heads: Mapping[str, Head]
    scales: Mapping[str, float]
    counts: Ints
    film_means: Floats | None
    stars: StarsModel | None
    new_films: int
    recent: Floats
    until: date | None
    popularity: PopularityOptions

    def joined(self, tally: Tally, today: date) -> Tally:
        """Return what people did here, with what others did that the model had learnt from.

        Of a film's stars the larger number counts: the model knows a part of those given here.
        """
        more = self.counts > tally.rated
        stars = tally.stars if self.film_means is None else self.film_means * self.counts
        watched = np.maximum(tally.watched, self.counts)
        half_life, recent = self.popularity.half_life, tally.recent
        if half_life is None:
            recent = watched.astype(np.float64)
        elif self.until is not None:
            recent = recent + self.recent * 0.5 ** (max(0, (today - self.until).days) / half_life)
        return replace(
            tally,
            watched=watched,
            rated=np.where(more, self.counts, tally.rated),
            stars=np.where(more, stars, tally.stars),
            recent=recent,
        )


def learnt_from(model: Model | None, shelf: Shelf) -> Learnt:
    """Bring a model to today's films; this takes a second or so for many."""
    content = ContentHead(shelf.features.matrix)
    if model is None:
        nobody = np.zeros(len(shelf), dtype=np.int64)
        scales = {"content": _content_scale(content)}
        heads, usual = {"content": content}, PopularityOptions()
        return Learnt(None, heads, scales, nobody, None, None, 0, nobody * 1.0, None, usual)
    aligned = Alignment.of(model.film_ids, shelf.position)
    scales = dict(model.manifest.scales)
    scales.setdefault("content", _content_scale(content))
    return Learnt(
        manifest=model.manifest,
        heads={
            "ease": aligned.ease(model),
            "ials": aligned.kernel(model),
            "content": content,
        },
        scales=scales,
        counts=np.asarray(aligned.spread(model.film_counts), dtype=np.int64),
        film_means=np.asarray(
            aligned.spread(model.film_means, float(model.stars.overall.mean())), dtype=np.float64
        ),
        stars=aligned.stars(model, shelf.features.matrix),
        new_films=len(shelf) - int((aligned.at >= 0).sum()),
        recent=np.asarray(aligned.spread(model.recent), dtype=np.float64),
        until=model.manifest.until,
        popularity=model.manifest.popularity,
    )


def _content_scale(content: ContentHead) -> float:
    """The scale over people who have seen films at random: there is nobody to learn it from."""
    rng = np.random.default_rng(0)
    count = min(20, content.films)
    people = [(rng.choice(content.films, count, replace=False), np.ones(count)) for _ in range(40)]
    return scale_of(content, people) if count else 1.0
