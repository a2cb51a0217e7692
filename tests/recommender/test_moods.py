"""A mood is a rule over genres, and every mood that can be asked for has one."""

from typing import get_args

import pytest

from cinematch.films.core.film import GENRES
from cinematch.recommender.core.moods import MOODS
from cinematch.recommender.core.records import Mood


def test_every_mood_has_a_rule_over_genres_that_exist() -> None:
    assert set(MOODS) == set(get_args(Mood)) - {"any"}
    for rule in MOODS.values():
        assert rule.any_of <= set(GENRES)
        assert rule.none_of <= set(GENRES)
        assert rule.any_of.isdisjoint(rule.none_of)


@pytest.mark.parametrize(
    ("mood", "genres", "fits"),
    [
        ("light", ["Comedy", "Romance"], True),
        ("light", ["Comedy", "Horror"], False),
        ("tense", ["Film-Noir"], True),
        ("wondrous", ["Fantasy", "Family"], True),
        ("moving", [], False),
    ],
)
def test_a_film_fits_a_mood_by_its_genres(mood: Mood, genres: list[str], fits: bool) -> None:
    assert MOODS[mood].fits(genres) is fits
