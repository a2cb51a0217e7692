"""The rules of a user's film."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinematch.diary.core import (
    Edit,
    Entry,
    apply_edit,
    change_watch,
    check_date,
    clean_tags,
    log_watch,
    remove_watch,
)
from cinematch.events.core import FilmFacts, Watch
from cinematch.kit.errors import Invalid, NotFound

TODAY = date(2026, 11, 21)
NOW = "2026-11-21T10:00:00.000000Z"
BLANK = Entry(user_id="u", film_id="f", facts=FilmFacts("f", "Metropolis", 1927))


def edited(entry: Entry, edit: Edit) -> Entry:
    return apply_edit(entry, edit, now=NOW, watch_id="w")


def test_a_rating_implies_one_undated_viewing() -> None:
    entry = edited(BLANK, Edit(rating=9))
    assert entry.watches == (Watch("w"),)
    assert (entry.rating, entry.rated_at, entry.seen) == (9, NOW, True)


def test_the_viewing_that_a_rating_implied_gets_the_date_and_is_not_doubled() -> None:
    entry = log_watch(edited(BLANK, Edit(rating=9)), Watch("v", "2024-05-17"), today=TODAY)
    assert entry.watches == (Watch("w", "2024-05-17"),)


def test_a_rewatch_of_a_rated_film_is_a_second_viewing() -> None:
    entry = log_watch(edited(BLANK, Edit(rating=9)), Watch("v", "2024", rewatch=True), today=TODAY)
    assert [watch.watch_id for watch in entry.watches] == ["w", "v"]


def test_a_film_seen_leaves_the_watchlist() -> None:
    entry = log_watch(edited(BLANK, Edit(watchlist=True)), Watch("v"), today=TODAY)
    assert not entry.watchlist
    assert entry.watchlist_added_at is None


def test_not_seen_takes_rating_and_viewings_away() -> None:
    entry = edited(edited(BLANK, Edit(rating=4)), Edit(seen=False))
    assert (entry.rating, entry.watches, entry.empty) == (None, (), True)


def test_not_seen_together_with_a_rating_is_refused() -> None:
    with pytest.raises(Invalid, match="seen"):
        edited(BLANK, Edit(rating=4, seen=False))


def test_removing_the_last_viewing_of_a_rated_film_leaves_an_undated_one() -> None:
    entry = log_watch(edited(BLANK, Edit(rating=9)), Watch("v", "2024-05-17"), today=TODAY)
    assert remove_watch(entry, "w").watches == (Watch("w"),)


def test_changing_a_viewing_that_is_gone_says_so() -> None:
    with pytest.raises(NotFound):
        change_watch(BLANK, Watch("gone"), today=TODAY)


@pytest.mark.parametrize("rating", [0, 11, -1])
def test_ratings_out_of_range_are_refused(rating: int) -> None:
    with pytest.raises(Invalid, match="rating"):
        edited(BLANK, Edit(rating=rating))


@pytest.mark.parametrize("text", ["", "2024", "2024-05", "2024-02-29", "1888", "2026-11-22"])
def test_dates_as_exact_as_known_are_kept(text: str) -> None:
    assert check_date(text, TODAY) == text


@pytest.mark.parametrize(
    "text", ["2023-02-29", "2024-13", "17/05/2024", "2026-11-23", "2027", "1887", "٢٠٢٤", "2024-5"]
)
def test_dates_that_cannot_be_are_refused_with_a_mend(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_date(text, TODAY)
    assert refusal.value.errors[0].field == "date"
    assert refusal.value.errors[0].mend


@given(st.lists(st.text(max_size=30), max_size=20))
def test_cleaning_tags_twice_is_cleaning_them_once(tags: list[str]) -> None:
    once = clean_tags(tags)
    assert clean_tags(once) == once
    assert len({tag.casefold() for tag in once}) == len(once)
