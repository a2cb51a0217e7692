"""A wish meets a film that is there already, and is taken back again."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cinematch.diary.core import Entry
from cinematch.events.core import FilmFacts, Watch
from cinematch.transfer.core.items import FilmRef, Play
from cinematch.transfer.core.merging import Merged, merge
from cinematch.transfer.core.undoing import Kept, keep, take_back
from cinematch.transfer.core.wish import Wish

REF = FilmRef("metropolis|1927", "Metropolis", 1927)
BLANK = Entry(user_id="u", film_id="f", facts=FilmFacts("f", "Metropolis", 1927))


def wish(*plays: Play, **more: object) -> Wish:
    return Wish(ref=REF, file="diary.csv", line=2, plays=plays, **more)  # type: ignore[arg-type]


def merged(entry: Entry, said: Wish, **more: object) -> Merged:
    options: dict[str, object] = {"brought": {}, **more}
    return merge(entry, said, import_id="i", **options)  # type: ignore[arg-type]


def dates(result: Merged) -> list[str]:
    return [watch.date for watch in result.target.watches]


def test_a_day_logged_by_hand_is_not_doubled() -> None:
    entry = replace(BLANK, version=1, watches=(Watch("w", "2024-05-17", context="cinema"),))
    result = merged(entry, wish(Play("2024-05-17", source="letterboxd:x")))
    assert result.target is entry
    assert result.changes == ()


def test_two_viewings_of_one_day_are_two() -> None:
    entry = replace(BLANK, version=1, watches=(Watch("w", "2024-05-17"),))
    plays = (Play("2024-05-17", source="letterboxd:x"), Play("2024-05-17", source="letterboxd:y"))
    assert dates(merged(entry, wish(*plays))) == ["2024-05-17", "2024-05-17"]


def test_an_instant_in_utc_may_be_the_next_day_of_the_viewer() -> None:
    entry = replace(BLANK, version=1, watches=(Watch("w", "2024-05-16", source="letterboxd:x"),))
    assert merged(entry, wish(Play("2024-05-17", source="trakt:1", utc=True))).changes == ()
    assert dates(merged(entry, wish(Play("2024-05-18", source="trakt:1", utc=True)))) == [
        "2024-05-16",
        "2024-05-18",
    ]


def test_two_trakt_plays_of_one_day_are_two_though_one_came_before() -> None:
    entry = replace(BLANK, version=1, watches=(Watch("1", "2024-05-17", source="trakt:1"),))
    plays = (Play("2024-05-17", source="trakt:1"), Play("2024-05-17", source="trakt:2"))
    assert [w.source for w in merged(entry, wish(*plays)).target.watches] == ["trakt:1", "trakt:2"]


def test_the_undated_viewing_that_a_rating_implied_gets_its_date() -> None:
    entry = merged(BLANK, wish(rating=9)).target
    assert dates(merged(BLANK, wish(rating=9))) == [""]
    result = merged(replace(entry, version=1), wish(Play("2024-05-17", source="letterboxd:x")))
    assert dates(result) == ["2024-05-17"]


def test_watched_alone_adds_nothing_where_a_viewing_is_known() -> None:
    entry = replace(BLANK, version=1, watches=(Watch("w", "2024"),))
    assert merged(entry, wish(seen=True)).changes == ()


def test_a_rating_changed_by_hand_stays_and_is_a_conflict() -> None:
    entry = replace(BLANK, version=2, rating=4, watches=(Watch("w"),))
    result = merged(entry, wish(rating=9), brought={"rating": 9})
    assert (result.target.rating, result.changes) == (4, ())
    assert result.conflict is not None
    assert (result.conflict.mine, result.conflict.theirs) == (4, 9)
    other = merged(entry, wish(rating=9), brought={"rating": 9}, resolution="theirs")
    assert other.target.rating == 9


def test_a_rating_that_an_import_brought_follows_the_newer_export() -> None:
    entry = replace(BLANK, version=1, rating=4, rated_at="2024-01-01", watches=(Watch("w"),))
    newer = wish(rating=9, rated_at="2024-02-01T00:00:00Z")
    assert merged(entry, newer, brought={"rating": 4}).target.rating == 9
    older = wish(rating=9, rated_at="2023-02-01T00:00:00Z")
    result = merged(entry, older, brought={"rating": 4})
    assert (result.target.rating, result.conflict is not None) == (4, True)


def test_a_heart_taken_away_by_hand_does_not_come_back() -> None:
    entry = replace(BLANK, version=1, watches=(Watch("w"),))
    assert merged(entry, wish(liked=True)).target.liked
    assert not merged(entry, wish(liked=True), brought={"liked": True}).target.liked


def test_a_film_seen_here_is_not_put_back_on_the_watchlist_by_an_old_file() -> None:
    entry = replace(BLANK, version=1, watches=(Watch("w", "2024"),))
    assert not merged(entry, wish(watchlist=True)).target.watchlist
    assert merged(BLANK, wish(watchlist=True)).target.watchlist


def test_a_viewing_takes_a_film_off_the_watchlist() -> None:
    entry = replace(BLANK, version=1, watchlist=True, watchlist_added_at="2024-01-01")
    assert not merged(entry, wish(Play("2024-05-17", source="x:1"))).target.watchlist


def test_tags_are_joined_whatever_their_case() -> None:
    entry = replace(BLANK, version=1, tags=("Cinema",), watches=(Watch("w"),))
    assert merged(entry, wish(tags=("cinema", "noir"))).target.tags == ("Cinema", "noir")


ratings = st.none() | st.integers(1, 10)
days = st.sampled_from(["", "2024", "2024-05", "2024-05-17", "2024-05-18", "2023-01-01"])
tags = st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(tuple)
plays = st.lists(
    st.builds(Play, days, st.booleans(), source=st.sampled_from(["x:1", "x:2", "x:3", "trakt:1"])),
    unique_by=lambda play: play.source,
    max_size=4,
).map(tuple)
entries = st.builds(
    lambda rating, dates, liked, marked, review: replace(
        BLANK,
        version=1,
        rating=rating if dates else None,
        watches=tuple(Watch(f"w{n}", day) for n, day in enumerate(sorted(dates))),
        liked=liked,
        tags=marked,
        review=review,
    ),
    ratings,
    st.lists(days, max_size=3),
    st.booleans(),
    tags,
    st.sampled_from([None, "Mine."]),
)
wishes = st.builds(
    lambda seen, rating, liked, watchlist, marked, review: wish(
        *seen,
        seen=bool(seen) or rating is not None,
        rating=rating,
        liked=liked,
        watchlist=watchlist,
        tags=marked,
        review=review,
    ),
    plays,
    ratings,
    st.booleans(),
    st.booleans(),
    tags,
    st.sampled_from([None, "Theirs."]),
)


@given(entries, wishes, st.sampled_from(["mine", "theirs"]))
def test_merging_twice_is_merging_once(entry: Entry, said: Wish, resolution: str) -> None:
    once = merged(entry, said, resolution=resolution)
    first, brought = once.target, {change.field: change.after for change in once.changes}
    again = merged(first, said, brought=brought, resolution=resolution)
    assert again.changes == ()
    assert again.target == first


@given(entries, wishes)
def test_merging_loses_nothing_of_ones_own(entry: Entry, said: Wish) -> None:
    result = merged(entry, said).target
    assert entry.rating in {None, result.rating}
    assert set(entry.tags) <= set(result.tags)
    assert {w.watch_id for w in entry.watches} <= {w.watch_id for w in result.watches}
    assert not (result.rating and not result.watches)


@given(entries, wishes)
def test_taking_back_at_once_restores_what_was(entry: Entry, said: Wish) -> None:
    after = keep(merged(entry, said, resolution="theirs").target)
    assert after is not None
    assert take_back(keep(entry), after, after) == (keep(entry), ())


@given(entries, wishes, ratings.filter(bool))
def test_taking_back_leaves_a_later_rating_by_hand(entry: Entry, said: Wish, rating: int) -> None:
    after = keep(merged(entry, said, resolution="theirs").target)
    assert after is not None
    if rating == after.rating or not after.watches:
        return
    now = replace(after, rating=rating, rated_at="2026")
    left, kept = take_back(keep(entry), after, now)
    assert left is not None
    assert (left.rating, kept) == (rating, ("rating",))
    assert left.watches
    assert left.review == entry.review


def test_a_viewing_logged_since_stays_when_an_import_is_taken_back() -> None:
    after = Kept(rating=8, watches=(Watch("i", "2024-01-01", source="x:1"),))
    now = replace(after, watches=(*after.watches, Watch("mine", "2025-01-01")))
    left, kept = take_back(None, after, now)
    assert left == Kept(watches=(Watch("mine", "2025-01-01"),))
    assert kept == ("watches",)


def test_viewings_never_share_an_id() -> None:
    repeated = (Play("2024", watch_id="w"), Play("2025", watch_id="w"), Play("", source="trakt:w"))
    result = merged(BLANK, wish(*repeated)).target.watches
    assert len({watch.watch_id for watch in result}) == len(result)


def test_a_film_removed_since_stays_removed() -> None:
    assert take_back(Kept(liked=True), Kept(rating=8), None) == (None, ("film",))
