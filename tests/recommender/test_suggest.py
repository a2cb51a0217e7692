"""The list: its terms are the computation, and what they say of removal is true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from cinematch.recommender.core.blend import Blend
from cinematch.recommender.core.heads import (
    ContentHead,
    EaseHead,
    Head,
    PopularityHead,
    fit_ease,
    kernel_of,
)
from cinematch.recommender.core.options import Grading
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.rerank import Knobs, Slopes
from cinematch.recommender.core.suggest import Ranker

FILMS = 30
EVERYTHING = np.ones(FILMS, dtype=np.bool_)


def ranker(seed: int = 0) -> Ranker:
    rng = np.random.default_rng(seed)
    seen = (rng.random((60, FILMS)) < 0.2).astype(np.float64)
    raw = rng.random((FILMS, 8)) * (rng.random((FILMS, 8)) < 0.4)
    lengths = np.linalg.norm(raw, axis=1, keepdims=True)
    rows = sparse.csr_array(np.divide(raw, lengths, where=lengths > 0, out=np.zeros_like(raw)))
    gram = seen.T @ seen
    heads: dict[str, Head] = {
        "ease": EaseHead(fit_ease(gram, gram, 5.0)),
        "ials": kernel_of(rng.normal(size=(FILMS, 6)), 0.3),
        "content": ContentHead(rows),
        "popularity": PopularityHead(rng.random(FILMS)),
    }
    weights = {"ease": 0.5, "ials": 0.3, "content": 0.15, "popularity": 0.05}
    scales = dict.fromkeys(heads, 0.7)
    slopes = Slopes(rng.normal(size=FILMS), rng.normal(size=FILMS))
    return Ranker(Blend(heads, weights, scales), np.full(FILMS, 3.2), Grading(), slopes, rows)


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    films = draw(st.lists(st.integers(0, FILMS - 1), unique=True, max_size=12))
    stars = [draw(st.sampled_from([*np.arange(0.5, 5.1, 0.5), np.nan])) for _ in films]
    muted = [draw(st.booleans()) for _ in films]
    return Profile.of(
        np.array(films, dtype=np.int64), np.array(stars), muted=np.array(muted, dtype=np.bool_)
    )


knobs = st.builds(Knobs, st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1))


@given(profiles(), knobs, st.integers(0, 3))
def test_terms_add_to_the_score(profile: Profile, knobs: Knobs, seed: int) -> None:
    ranks = ranker(seed)
    for suggestion in ranks.suggest(profile, knobs, EVERYTHING, 10):
        assert sum(term.value for term in suggestion.terms) == suggestion.score
        variety = sum(term.value for term in suggestion.terms if term.kind == "variety")
        whole = ranks.scores(profile, knobs)[suggestion.film] + variety
        assert suggestion.score == pytest.approx(whole, abs=1e-6)


@given(profiles(), st.integers(0, 3), st.data())
def test_evidence_taken_away_moves_the_score_by_its_terms(
    profile: Profile, seed: int, data: st.DataObject
) -> None:
    if not len(profile):
        return
    ranks, quiet = ranker(seed), Knobs(variety=0.0)
    gone = int(data.draw(st.sampled_from(profile.films.tolist())))
    unseen = np.setdiff1d(np.arange(FILMS), profile.films)
    after = ranks.scores(profile.without(gone), quiet)
    for suggestion in ranks.explain(profile, quiet, unseen):
        told = sum(term.value for term in suggestion.terms if term.film == gone)
        assert suggestion.score - after[suggestion.film] == pytest.approx(told, abs=1e-6)


@given(profiles())
def test_muting_is_as_if_it_had_not_been_seen_but_it_is_not_suggested(profile: Profile) -> None:
    if not len(profile):
        return
    ranks, plain = ranker(), Knobs(variety=0.0)
    first = int(profile.films[0])
    muted = Profile(
        profile.films, profile.stars, profile.liked, profile.muted | (profile.films == first)
    )
    assert ranks.scores(muted, plain) == pytest.approx(ranks.scores(profile.without(first), plain))
    shown = {one.film for one in ranks.suggest(muted, plain, EVERYTHING, FILMS)}
    assert shown == set(range(FILMS)) - set(profile.films.tolist())


@given(profiles(), st.integers(1, FILMS))
def test_the_list_is_as_long_as_it_can_be(profile: Profile, count: int) -> None:
    found = ranker().suggest(profile, Knobs(), EVERYTHING, count)
    assert len(found) == min(count, FILMS - len(profile))
    scores = [suggestion.score for suggestion in found]
    assert scores == sorted(scores, reverse=True) or np.allclose(
        scores, sorted(scores, reverse=True)
    )


@given(profiles(), knobs, st.integers(1, FILMS))
def test_a_film_stands_where_the_list_has_it(profile: Profile, knobs: Knobs, count: int) -> None:
    ranks = ranker()
    listed = ranks.listing(profile, knobs, EVERYTHING, count).films.tolist()
    unseen = np.setdiff1d(np.arange(FILMS), profile.films).tolist()
    stands = {film: ranks.stand(profile, knobs, EVERYTHING, count, film) for film in unseen}
    assert [stands[film].place for film in listed] == list(range(1, len(listed) + 1))
    assert sorted(stand.place for stand in stands.values()) == list(range(1, len(unseen) + 1))
    scores = ranks.scores(profile, knobs)
    had = [scores[film] + stands[film].variety for film in unseen]
    by_place = [had[at] for at in np.argsort([stands[film].place for film in unseen])]
    assert np.diff(by_place).max(initial=0.0) <= 1e-9
