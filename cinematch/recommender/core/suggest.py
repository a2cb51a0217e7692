"""A list for one person with every score as the sum it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy import sparse

from cinematch.recommender.core.account import MOST, Account, Line, Own, account_of
from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.blend import Blend, Parts
from cinematch.recommender.core.options import Grading
from cinematch.recommender.core.profile import Profile, grades
from cinematch.recommender.core.rerank import Knobs, Slopes, Stand, choose, stand_of

TermKind = Literal["rating", "base", "popularity", "recency", "variety"]


@dataclass(frozen=True)
class Term:
    """One summand of a score.

    Attributes:
        kind: `rating` is one film of the person's own; `base` is what a model gives to everybody;
            the rest are what the knobs add.
        model: which model's, for the first two.
        film: position of the person's own film, for `rating`.
        value: what it adds.
    """

    kind: TermKind
    value: float
    model: str | None = None
    film: int | None = None


@dataclass(frozen=True)
class Suggestion:
    """A film, its score, and the terms that add to it."""

    film: int
    score: float
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Ranker:
    """All that ranks: shared by everybody, changed by nobody.

    Attributes:
        blend: the models.
        film_means: (films,) shrunken mean stars.
        grading: what a seen film says.
        slopes: what the knobs multiply.
        likeness: (films, features) for variety; rows of length 1 or 0.
    """

    blend: Blend
    film_means: Floats
    grading: Grading
    slopes: Slopes
    likeness: sparse.csr_array

    def grades(self, profile: Profile) -> Floats:
        """Return (seen,) what each film seen says; muted ones say nothing."""
        return grades(profile, self.film_means, self.grading)

    def scores(self, profile: Profile, knobs: Knobs) -> Floats:
        """Return (films,) scores before variety."""
        scores = self.blend.scores(profile.films, self.grades(profile))
        if knobs.popularity:
            scores += knobs.popularity * self.slopes.popularity
        if knobs.recency:
            scores += knobs.recency * self.slopes.recency
        return scores

    def suggest(
        self, profile: Profile, knobs: Knobs, allowed: Bools, count: int
    ) -> list[Suggestion]:
        """Return the best films that are allowed and not seen, with their terms.

        Args:
            profile: what the person has seen, muted films included.
            knobs: what they set.
            allowed: (films,) what may be shown.
            count: how many; fewer only when no more are allowed.
        """
        return self.listing(profile, knobs, allowed, count).suggestions()

    def listing(self, profile: Profile, knobs: Knobs, allowed: Bools, count: int) -> "Sums":
        """Do as `suggest`, and return the sums as arrays."""
        unseen = allowed.copy()
        unseen[profile.films] = False
        chosen = choose(self.scores(profile, knobs), unseen, self.likeness, count, knobs.variety)
        return self.sums(profile, knobs, chosen.films, chosen.variety)

    def stand(self, profile: Profile, knobs: Knobs, allowed: Bools, count: int, film: int) -> Stand:
        """Return where a film stands by the list that `listing` makes of the same; see `Stand`.

        One that may not be shown stands where it would if it might.
        """
        scores = self.scores(profile, knobs)
        open_to = allowed.copy()
        open_to[profile.films] = False
        open_to[film] = True
        chosen = choose(scores, open_to, self.likeness, count, knobs.variety)
        return stand_of(chosen, scores, open_to, film)

    def explain(
        self, profile: Profile, knobs: Knobs, films: Ints, variety: Floats | None = None
    ) -> list[Suggestion]:
        """Return the scores of some films as sums of terms; zeros are left out.

        A score is the sum of its terms, in their order, and nothing else.
        """
        return self.sums(profile, knobs, films, variety).suggestions()

    def sums(
        self, profile: Profile, knobs: Knobs, films: Ints, variety: Floats | None = None
    ) -> "Sums":
        """Return the summands of the scores of some films."""
        return Sums(
            films=films,
            seen=profile.films,
            parts=self.blend.parts(profile.films, self.grades(profile), films),
            added={
                "popularity": knobs.popularity * self.slopes.popularity[films],
                "recency": knobs.recency * self.slopes.recency[films],
                "variety": np.zeros(len(films)) if variety is None else variety,
            },
        )


@dataclass(frozen=True)
class Sums:
    """The scores of some films as all the summands that they are.

    Attributes:
        films: (shown,) positions.
        seen: (seen,) positions of the person's own films.
        parts: what the models give.
        added: by kind, (shown,) what the knobs add.
    """

    films: Ints
    seen: Ints
    parts: Parts
    added: Mapping[TermKind, Floats]

    @cached_property
    def by_seen(self) -> Floats:
        """(seen, shown) what each own film adds to each score, all models together."""
        whole = np.zeros((len(self.seen), len(self.films)))
        for part in self.parts.by_seen.values():
            whole += part
        return whole

    def score(self, place: int) -> float:
        """Return the score of one of the films, not rounded."""
        told = sum(float(base[place]) for base in self.parts.base.values())
        told += sum(float(values[place]) for values in self.added.values())
        return told + float(self.by_seen[:, place].sum())

    def account(self, place: int, most: int | None = MOST) -> Account:
        """Return the sum of one of the films as it is shown."""
        fixed = [
            Line("base", base[place].item(), model=model) for model, base in self.parts.base.items()
        ]
        fixed += [Line(kind, values[place].item()) for kind, values in self.added.items()]
        by_model = {name: part[:, place] for name, part in self.parts.by_seen.items()}
        return account_of(fixed, Own("rating", self.seen, self.by_seen[:, place], by_model), most)

    def suggestions(self) -> list[Suggestion]:
        """Return every film with each of its terms."""
        return [self._suggestion(place) for place in range(len(self.films))]

    def _suggestion(self, place: int) -> Suggestion:
        terms = [Term("base", float(base[place]), name) for name, base in self.parts.base.items()]
        terms += [
            Term("rating", float(value), name, int(film))
            for name, part in self.parts.by_seen.items()
            for film, value in zip(self.seen, part[:, place], strict=True)
        ]
        terms += [Term(kind, float(values[place])) for kind, values in self.added.items()]
        ordered = tuple(
            sorted((term for term in terms if term.value), key=lambda term: -abs(term.value))
        )
        score = float(sum(term.value for term in ordered))
        return Suggestion(int(self.films[place]), score, ordered)
