"""Whose word counts for a fact."""

from msgspec.structs import replace

from cinematch.films.core.merging import Known, correct, difference, first_told, merge
from tests.support.builders import film, person


def test_an_administrators_word_stands_against_every_file() -> None:
    known = correct(first_told(film("m"), "starter"), {"runtime": 117}, "administrator")
    assert merge(known, film("m", runtime=99), "imdb").runtime == 117


def test_a_better_source_replaces_what_the_starter_told() -> None:
    known = first_told(film("m", runtime=100), "starter")
    merged = merge(known, film("m", runtime=111), "imdb")
    assert (merged.runtime, merged.sources["runtime"]) == (111, "imdb")


def test_a_lesser_source_fills_gaps_only() -> None:
    known = first_told(film("m", runtime=100, genres=()), "starter")
    merged = merge(known, film("m", runtime=111, genres=("Crime",)), "movielens")
    assert (merged.runtime, merged.genres) == (100, ("Crime",))


def test_a_newer_starter_changes_what_only_the_starter_told() -> None:
    known = merge(first_told(film("m"), "starter"), film("m", year=None, runtime=117), "imdb")
    merged = merge(known, film("m", runtime=90, year=1931), "starter")
    assert (merged.runtime, merged.year) == (117, 1931)


def test_votes_stand_against_an_estimate_whichever_comes_last() -> None:
    estimate, counted = film("m", popularity=6.2), film("m", votes=999, popularity=3.0)
    assert merge(estimate, counted, "imdb").popularity == 3.0
    assert merge(counted, estimate, "starter").popularity == 3.0
    assert merge(estimate, film("m", popularity=6.1), "starter").popularity == 6.1


def test_telling_nothing_new_changes_nothing() -> None:
    known = first_told(film("m"), "starter")
    assert merge(known, film("m"), "movielens") is known


def test_countries_that_a_file_does_not_know_stay() -> None:
    known = first_told(film("m", countries=("DE",)), "starter")
    assert merge(known, film("m", countries=()), "imdb").countries == ("DE",)


def test_one_outside_id_never_stands_for_two_films() -> None:
    known = Known([film("a", imdb_id="tt0000001", tmdb_id=7)])
    before, after = known.settle(film("b", imdb_id="tt0000002", tmdb_id=7), "movielens")
    assert before is None
    assert (after.imdb_id, after.tmdb_id) == ("tt0000002", None)


def test_a_film_is_known_by_its_tmdb_id_and_gains_its_imdb_id() -> None:
    known = Known([film("a", tmdb_id=7)])
    before, after = known.settle(film("b", imdb_id="tt0000002", tmdb_id=7), "movielens")
    assert before is not None
    assert (after.film_id, after.imdb_id) == ("a", "tt0000002")


def test_a_film_told_twice_in_one_batch_is_one_film() -> None:
    known = Known([])
    known.settle(film("b", imdb_id="tt0000002"), "imdb")
    before, _ = known.settle(film("b", imdb_id="tt0000002"), "imdb")
    assert before is not None


def test_the_difference_names_only_what_changed() -> None:
    before = film("m")
    assert difference(before, replace(before, runtime=117)) == ({"runtime": 100}, {"runtime": 117})


def test_a_film_without_ids_is_known_by_title_year_and_director() -> None:
    known = Known([film("starter", title="La notte", year=1961)])
    before, after = known.settle(
        film("b", title="La Notte", year=1961, imdb_id="tt0054130"), "imdb"
    )
    assert before is not None
    assert (after.film_id, after.imdb_id) == ("starter", "tt0054130")


def test_another_directors_film_of_the_same_title_and_year_is_another_film() -> None:
    known = Known([film("starter", title="La notte", year=1961)])
    told = film("b", title="La notte", year=1961, imdb_id="tt1", directors=(person("Somebody"),))
    assert known.settle(told, "imdb")[0] is None
