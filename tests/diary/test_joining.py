"""Two entries of one film become one."""

from msgspec.structs import replace

from cinematch.diary.core import Entry
from cinematch.diary.joining import joined
from cinematch.events.core import Watch
from tests.support.builders import facts

OWN = Entry(user_id="u", film_id="own", facts=facts("own"), added_at="2024")
KEPT = Entry(user_id="u", film_id="ran", facts=facts("ran"), added_at="2025")


def test_the_rating_and_review_of_the_catalogues_film_go_first() -> None:
    own = replace(OWN, rating=2, review="Theirs", watches=(Watch("a"),))
    kept = replace(KEPT, rating=9, review="Mine", watches=(Watch("b"),))
    both = joined(kept, own, "ran")
    assert (both.rating, both.review, both.added_at) == (9, "Mine", "2024")
    assert joined(replace(kept, rating=None), own, "ran").rating == 2


def test_one_evening_told_twice_is_one_viewing() -> None:
    own = replace(OWN, watches=(Watch("a", "2024-05-17"), Watch("c", "2020")))
    kept = replace(KEPT, watches=(Watch("b", "2024-05-17"),))
    assert [watch.watch_id for watch in joined(kept, own, "ran").watches] == ["c", "b"]


def test_a_viewing_of_unknown_date_adds_nothing_to_known_ones() -> None:
    own = replace(OWN, watches=(Watch("a"),))
    assert joined(replace(KEPT, watches=(Watch("b", "2024"),)), own, "ran").watches == (
        Watch("b", "2024"),
    )
    assert joined(KEPT, own, "ran").watches == (Watch("a"),)


def test_an_entry_alone_moves_as_it_is() -> None:
    own = replace(OWN, rating=3, watches=(Watch("a"),), tags=("x",), version=4)
    assert joined(None, own, "ran") == replace(own, film_id="ran", version=0)
