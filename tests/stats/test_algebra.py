"""Law 4: events folded in any batching equal the contribution of the final state."""

from collections.abc import Iterable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cinematch.events.core import Event, Image, Watch, decode, encode
from cinematch.stats.core.delta import SCALARS, Delta, contribute, contribution, delta, fold
from tests.support.builders import facts, image
from tests.support.strategies import histories, images

MANY = settings(max_examples=300)


def sum_of(films: Iterable[Image]) -> Delta:
    total = Delta()
    for film in films:
        contribute(total, film, 1)
    return total.pruned()


def less_names(figures: Delta) -> Delta:
    """A name is for showing: where two spellings met, the last one seen stands."""
    pruned = figures.pruned()
    pruned.names = {}
    return pruned


@MANY
@given(histories(), st.data())
def test_events_in_any_batching_equal_the_final_state(
    history: tuple[list[Event], dict[str, Image]], data: st.DataObject
) -> None:
    events, final = history
    cuts = data.draw(st.lists(st.integers(0, len(events)), max_size=5).map(sorted))
    total = Delta()
    for start, end in zip([0, *cuts], [*cuts, len(events)], strict=True):
        total.add(fold(events[start:end]))
    assert less_names(total) == less_names(sum_of(final.values()))


@MANY
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_deltas_does_not_matter(
    history: tuple[list[Event], dict[str, Image]], random: "object"
) -> None:
    events, final = history
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    total = Delta()
    for event in shuffled:
        total.add(delta(event))
    assert less_names(total) == less_names(sum_of(final.values()))


@MANY
@given(histories())
def test_an_event_and_its_reverse_cancel_out(
    history: tuple[list[Event], dict[str, Image]],
) -> None:
    events, _ = history
    total = fold(events)
    for event in events:
        contribute(total, event.before, 1)
        contribute(total, event.after, -1)
    assert total.pruned() == Delta()


@MANY
@given(histories())
def test_an_event_counts_the_same_after_its_journey_as_json(
    history: tuple[list[Event], dict[str, Image]],
) -> None:
    events, _ = history
    assert fold(decode(encode(event)) for event in events) == fold(events)


@MANY
@given(st.lists(images(), max_size=8))
def test_the_invariants_of_the_figures_hold(films: list[Image]) -> None:
    figures = sum_of(films)
    scalars = {name: figures.scalars.get(name, 0) for name in SCALARS}
    seen = [film for film in films if film.watches]
    buckets = kind_of(figures, "rating")
    assert scalars["total_watched"] == len(seen)
    assert sum(buckets.values()) == scalars["rated"] <= scalars["total_watched"]
    assert sum(int(key) * films for key, films in buckets.items()) == scalars["sum_half_stars"]
    assert sum(kind_of(figures, "year").values()) == scalars["viewings"]
    months = sum(kind_of(figures, "month").values())
    exact = sum(len(w.date) >= 7 for film in seen for w in film.watches)
    assert months == exact <= scalars["viewings"]
    assert sum(kind_of(figures, "weekday").values()) == sum(kind_of(figures, "day").values())
    assert scalars["viewings"] - scalars["total_watched"] <= scalars["rewatches"]
    assert sum(row[0] for row in figures.films.values()) == scalars["total_watched"]
    assert sum(row[2] for row in figures.films.values()) == scalars["sum_half_stars"]


@MANY
@given(st.lists(images(), max_size=8))
def test_no_figure_of_a_real_state_is_below_zero(films: list[Image]) -> None:
    figures = sum_of(films)
    rows = [*figures.affinities.values(), *figures.films.values()]
    numbers = [*figures.scalars.values(), *figures.counters.values(), *figures.trend_days.values()]
    assert all(number > 0 for number in numbers)
    assert all(number >= 0 for row in rows for number in row)
    assert all(row[1] <= row[0] for row in rows)


@example(rating=None)
@given(st.none() | st.integers(1, 10))
def test_an_unrated_film_is_in_no_bucket_and_in_no_mean(rating: int | None) -> None:
    figures = contribution(image(facts("kes"), "2024", rating=rating)).pruned()
    assert figures.scalars.get("rated", 0) == (rating is not None)
    assert figures.affinities["genre", "Drama"] == [1, int(rating is not None), rating or 0]


def test_an_undated_viewing_counts_in_the_totals_and_in_no_month() -> None:
    figures = contribution(image(facts("kes"), "", "2024", "2024-05", "2024-05-17"))
    assert figures.scalars["viewings"] == 4
    assert kind_of(figures, "year") == {"": 1, "2024": 3}
    assert kind_of(figures, "month") == {"2024-05": 2}
    assert kind_of(figures, "day") == {"2024-05-17": 1}
    assert kind_of(figures, "weekday") == {"5": 1}


def test_time_counts_a_film_once_and_viewings_each() -> None:
    figures = contribution(image(facts("kes", runtime=111), "2023", "2024"))
    assert figures.scalars["watch_time_minutes"] == 111
    assert figures.scalars["viewing_minutes"] == 222
    assert figures.scalars["rewatches"] == 1


def test_a_first_viewing_marked_as_rewatch_is_one() -> None:
    again = Image(facts("kes"), watches=(Watch("w", "2024", rewatch=True),))
    assert contribution(again).scalars["rewatches"] == 1


def test_liking_or_wanting_a_film_does_not_make_it_seen() -> None:
    figures = contribution(Image(facts("kes"), liked=True, watchlist=True)).pruned()
    assert figures.scalars == {"liked": 1, "watchlist": 1}
    assert figures.films == {"kes": [0, 0, 0, 1]}
    assert not figures.affinities


def test_two_directors_and_five_actors_count() -> None:
    cast = tuple(facts(f"f{n}").directors[0].__class__(f"p{n}", f"P{n}") for n in range(7))
    figures = contribution(image(facts("kes", directors=cast, cast=cast), "2024"))
    assert sum(kind == "director" for kind, _ in figures.affinities) == 2
    assert sum(kind == "actor" for kind, _ in figures.affinities) == 5


def kind_of(figures: Delta, kind: str) -> dict[str, int]:
    return {key: value for (of, key), value in figures.counters.items() if of == kind}
