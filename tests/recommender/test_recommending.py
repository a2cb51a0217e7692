"""Lists through the whole service, on a real store: sums, removal, what is left out, bad input."""

from decimal import Decimal
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinematch.bootstrap import Services
from cinematch.films.core.film import Film
from cinematch.recommender.core.records import Preferences
from cinematch.recommender.service.explaining import Item
from cinematch.recommender.service.person import Turned
from cinematch.recommender.service.why import AsListed
from tests.support.builders import film
from tests.support.cinema import SIZE, account, cinema, films_of, model_of, rate

FILM_IDS = [one.film_id for one in films_of()]
_names = (f"user{number}" for number in count())

given_ratings = st.dictionaries(
    st.sampled_from(FILM_IDS), st.none() | st.integers(1, 10), max_size=14
)
knobs = st.builds(
    Turned,
    popularity=st.none() | st.floats(-1, 1),
    recency=st.none() | st.floats(-1, 1),
    variety=st.none() | st.floats(0, 1),
    algorithm=st.none() | st.sampled_from(["learnt", "described", "ease", "content"]),
)


@pytest.fixture(scope="module", params=["trained", "none"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Houses with a model over the first 50 of 60 films, and with none."""
    house = cinema(tmp_path_factory.mktemp("cinema"))
    if request.param == "trained":
        house.models.register(model_of(FILM_IDS[:50]), won=True)
    house.recommending.refresh()
    return house


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """A house that a test may change."""
    house = cinema(tmp_path_factory.mktemp("own"))
    house.models.register(model_of(FILM_IDS[:50]), won=True)
    return house


def somebody(house: Services, ratings: dict[str, int | None]) -> str:
    user_id = account(house, next(_names))
    rate(house, user_id, ratings)
    return user_id


def suggested(house: Services, user_id: str, n: int = 10, **turned: object) -> list[str]:
    found = house.recommending.suggest(user_id, Turned(**turned), n)  # type: ignore[arg-type]
    return [item.film_id for item in found.items]


def raw_score(item: Item) -> float:
    return item.listing.sums.score(item.at)


slow = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@slow
@given(ratings=given_ratings, turned=knobs, n=st.integers(1, 25))
def test_terms_add_to_the_score_to_the_last_digit(
    house: Services, ratings: dict[str, int | None], turned: Turned, n: int
) -> None:
    user_id = somebody(house, ratings)
    found = house.recommending.suggest(user_id, turned, n)
    assert len(found.items) == min(n, SIZE - len(ratings))
    for item in found.items:
        for most in (12, None):
            score, stars = item.score(most), item.stars(most)
            terms = [Decimal(repr(term.value)) for term in item.terms(score)]
            assert sum(terms) == Decimal(repr(score.total))
            assert score.total == pytest.approx(raw_score(item), abs=1e-4)
            told = [Decimal(repr(term.value)) for term in item.terms(stars)]
            assert sum(told) == Decimal(repr(stars.total))
            assert item.predicted == pytest.approx(min(max(stars.total, 0.5), 5.0), abs=1e-4)
        exact = item.listing.ranker.scores(found.asker.profile, found.asker.knobs)
        variety = item.listing.sums.added["variety"][item.at]
        whole = exact[item.listing.sums.films[item.at]] + variety
        assert raw_score(item) == pytest.approx(whole, abs=1e-6)
    scores = [raw_score(item) for item in found.items]
    assert scores == pytest.approx(sorted(scores, reverse=True))


@slow
@given(ratings=given_ratings.filter(bool), data=st.data())
def test_evidence_set_aside_moves_each_score_by_its_own_term(
    house: Services, ratings: dict[str, int | None], data: st.DataObject
) -> None:
    user_id = somebody(house, ratings)
    gone = data.draw(st.sampled_from(sorted(ratings)))
    everything = SIZE
    before = house.recommending.suggest(user_id, Turned(variety=0.0), everything)
    house.taste.mark(user_id, gone, "muted")
    after = house.recommending.suggest(user_id, Turned(variety=0.0), everything)
    left = {item.film_id: raw_score(item) for item in after.items}
    assert left.keys() == {item.film_id for item in before.items}
    for item in before.items:
        moved = raw_score(item) - left[item.film_id]
        sums = item.listing.sums
        which = sums.seen == item.listing.standing.shelf.position[gone]
        assert moved == pytest.approx(float(sums.by_seen[which, item.at].sum()), abs=1e-6)
        shown = sum(term.value for term in item.terms(item.score(None)) if term.film_id == gone)
        assert moved == pytest.approx(shown, abs=1.5e-4)


@pytest.mark.parametrize(
    "ratings",
    [
        {},
        {"f000": 10},
        {"f000": None},
        dict.fromkeys(FILM_IDS[:20], 10),
        {film_id: 1 + 9 * (at % 2) for at, film_id in enumerate(FILM_IDS[:20])},
        dict.fromkeys(FILM_IDS, 7),
    ],
    ids=["none", "one", "seen only", "identical", "contradictory", "everything"],
)
def test_whatever_somebody_has_rated_the_list_is_as_long_as_it_can_be(
    house: Services, ratings: dict[str, int | None]
) -> None:
    user_id = somebody(house, ratings)
    found = house.recommending.suggest(user_id, Turned(), 100)
    assert len(found.items) == SIZE - len(ratings)
    assert {item.film_id for item in found.items}.isdisjoint(ratings)
    assert found.left_out["seen"] == len(ratings)
    for item in found.items:
        assert np.isfinite(item.predicted)
        assert item.interval.low <= item.predicted <= item.interval.high


def test_a_newcomer_gets_what_is_popular(house: Services) -> None:
    user_id = somebody(house, {})
    standing = house.recommending.refresh()
    best = np.argsort(-standing.popularity(), kind="stable")[:5]
    found = suggested(house, user_id, 5, algorithm="popularity", variety=0.0)
    assert found == [standing.shelf.film_ids[film] for film in best]
    assert suggested(house, user_id, 5, variety=0.0) == found


def test_filters_leave_out_what_they_say(own: Services) -> None:
    user_id = somebody(own, {"f000": 9, "f001": 2})
    westerns = suggested(own, user_id, 50, genres=("Western",))
    assert set(westerns) == set(FILM_IDS[3::6])
    assert not set(suggested(own, user_id, 50, without_genres=("Western",))) & set(westerns)
    short = suggested(own, user_id, 50, max_minutes=90)
    assert set(short) == set(FILM_IDS[2:11])
    light = suggested(own, user_id, 50, mood="light")
    assert set(light) == {one for one in FILM_IDS[2:] if int(one[1:]) % 6 in (1, 5)}


def test_where_everything_is_filtered_away_the_list_is_empty_and_says_so(house: Services) -> None:
    user_id = somebody(house, {"f000": 9})
    found = house.recommending.suggest(user_id, Turned(genres=("News",)), 10)
    assert not found.items
    assert found.left_out == {
        "muted": 0,
        "seen": 1,
        "not_interested": 0,
        "filtered": SIZE - 1,
        "resting": 0,
    }


def test_films_set_aside_are_left_out_and_muted_ones_say_nothing(own: Services) -> None:
    user_id = somebody(own, {"f000": 9, "f001": 2, "f002": 8})
    first = suggested(own, user_id)[0]
    own.taste.mark(user_id, first, "not interested")
    own.taste.mark(user_id, "f001", "muted")
    found = own.recommending.suggest(user_id, Turned(), 10)
    assert first not in {item.film_id for item in found.items}
    assert found.left_out["not_interested"] == 1
    assert (found.left_out["seen"], found.left_out["muted"]) == (2, 1)
    assert found.rated == 2
    own.taste.unmark(user_id, first, "not interested")
    assert first in suggested(own, user_id)


def test_a_film_rests_once_it_was_suggested_on_three_days(own: Services) -> None:
    user_id = somebody(own, {"f000": 9, "f001": 2})
    clock = own.clock
    first = suggested(own, user_id)
    for _ in range(3):
        for _ in range(2):  # a day counts once
            own.recommending.note(own.recommending.suggest(user_id, Turned(), 10))
        assert suggested(own, user_id) == first
        clock.push(days=1)  # type: ignore[attr-defined]
    found = own.recommending.suggest(user_id, Turned(), 10)
    assert not {item.film_id for item in found.items} & set(first)
    assert found.left_out["resting"] == 10
    reasons = own.recommending.why(user_id, first[0], AsListed()).reasons
    assert list(reasons) == ["resting"]
    assert len(suggested(own, user_id, SIZE - 2)) == SIZE - 2, "no film rests when all are wanted"
    clock.push(days=8)  # type: ignore[attr-defined]
    assert suggested(own, user_id) == first


def test_knobs_pull_where_they_say(own: Services) -> None:
    user_id = somebody(own, {"f030": 8})
    means = {}
    for recency in (-1.0, 0.0, 1.0):
        found = own.recommending.suggest(user_id, Turned(recency=recency), 10)
        means[recency] = np.mean([item.card.film.year or 0 for item in found.items])
    assert means[-1.0] < means[0.0] < means[1.0]
    known = own.recommending.suggest(user_id, Turned(popularity=1.0), 10)
    unknown = own.recommending.suggest(user_id, Turned(popularity=-1.0), 10)
    votes = [np.mean([item.card.film.votes for item in one.items]) for one in (known, unknown)]
    assert votes[0] > votes[1]


def test_preferences_hold_until_turned_again(own: Services) -> None:
    user_id = somebody(own, {"f000": 9})
    own.taste.save_preferences(user_id, Preferences(genres=("Western",), variety=0.0))
    assert set(suggested(own, user_id, 50)) == set(FILM_IDS[3::6])
    assert set(suggested(own, user_id, 50, genres=("Horror",))) == set(FILM_IDS[2::6])


def test_a_catalogue_that_has_changed_since_the_training_is_served(own: Services) -> None:
    user_id = somebody(own, {"f000": 9, "f006": 9})
    own.recommending.refresh()
    bare = Film(film_id="bare", title="Bare")
    new = film("new", title="New", genres=("Drama",), year=2020)
    own.films.load([bare, new], "starter")
    assert own.recommending.refresh().learnt.new_films == 12
    found = own.recommending.suggest(user_id, Turned(), 100)
    by_id = {item.film_id: item for item in found.items}
    assert {"bare", "new"} <= by_id.keys()
    assert any(term.film_id == "f000" for term in by_id["new"].terms(by_id["new"].score()))
    assert by_id["bare"].facts == []
    assert found.note.new_films == 12


def test_a_film_of_ones_own_is_no_evidence_and_no_suggestion(own: Services) -> None:
    user_id = somebody(own, {"f000": 9})
    before = suggested(own, user_id, 20)
    mine = own.films.create_own(user_id, film("", title="Our Summer")).film.film_id
    rate(own, user_id, {mine: 10})
    own.recommending.refresh()
    found = own.recommending.suggest(user_id, Turned(), 20)
    assert [item.film_id for item in found.items] == before
    assert mine not in before
    assert found.seen == 1
    assert {given.film_id for given in own.recommending.history(user_id)} == {"f000", mine}


def test_a_promoted_model_answers_next(own: Services) -> None:
    user_id = somebody(own, {"f000": 9})
    assert own.recommending.suggest(user_id, Turned(), 3).note.version == "m1"
    own.models.register(model_of(FILM_IDS, "m2", seed=5), won=True)
    own.recommending.refresh()
    note = own.recommending.suggest(user_id, Turned(), 3).note
    assert (note.version, note.fallback, note.new_films) == ("m2", False, 0)
    own.models.roll_back(None)
    own.recommending.refresh()
    assert own.recommending.suggest(user_id, Turned(), 3).note.version == "m1"


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return cinema(tmp_path_factory.mktemp("empty"), films=[])


def test_what_was_shown_to_somebody_who_has_left_meanwhile_is_not_kept(own: Services) -> None:
    somebody(own, {})  # an administrator stays
    user_id = somebody(own, {"f000": 9})
    found = own.recommending.suggest(user_id, Turned(), 5)
    own.accounts.erase(user_id)
    own.recommending.note(found)
    assert not own.store.snapshot(lambda tx: own.adapters.recommender.taste.shown(tx, user_id))


def test_without_films_there_is_an_empty_list(empty: Services) -> None:
    user_id = somebody(empty, {})
    assert suggested(empty, user_id) == []
    assert not empty.recommending.elicit(user_id, 5, ()).films
