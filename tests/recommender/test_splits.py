"""What is kept back: each row once, and by the rule that the split is named after."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cinematch.recommender.core.ratings import Rating, Ratings, gather
from cinematch.recommender.core.splits import (
    Split,
    cold_users,
    global_time,
    last_share,
    leave_last_out,
    random_folds,
    random_share,
    stratified,
    windows,
)


@st.composite
def some_ratings(draw: st.DrawFn) -> Ratings:
    pairs = draw(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 9)), max_size=40))
    instants = draw(st.lists(st.integers(0, 30), min_size=len(pairs), max_size=len(pairs)))
    return gather(
        Rating(f"u{user}", f"f{film}", 3.0, at)
        for (user, film), at in zip(sorted(pairs), instants, strict=True)
    )


def every_split(ratings: Ratings) -> list[Split]:
    rng = np.random.default_rng(5)
    return [
        global_time(ratings, 0.2),
        leave_last_out(ratings),
        last_share(ratings, 0.2),
        random_share(ratings, 0.3, rng),
        stratified(ratings, 0.25, rng),
        *random_folds(ratings, 3, rng),
    ]


@settings(deadline=None)
@given(some_ratings())
def test_no_row_is_on_both_sides_and_none_is_lost(ratings: Ratings) -> None:
    whole = sorted(zip(ratings.user, ratings.film, ratings.at, strict=True))
    for split in every_split(ratings):
        both = [
            row
            for part in (split.train, split.test)
            for row in zip(part.user, part.film, part.at, strict=True)
        ]
        assert sorted(both) == whole, split.name
        assert split.warm.tolist() == [
            bool((split.train.user == user).any()) for user in range(ratings.users)
        ]


@given(some_ratings())
def test_in_time_nothing_kept_back_is_older_than_what_is_learnt_from(ratings: Ratings) -> None:
    split = global_time(ratings, 0.2)
    if len(split.train) and len(split.test):
        assert split.train.at.max() < split.test.at.min()


@given(some_ratings())
def test_windows_go_back_one_after_the_other_and_know_nothing_of_what_came_later(
    ratings: Ratings,
) -> None:
    cuts = windows(ratings, share=0.2, enough=1000)
    assert len(cuts) <= 4
    for cut in cuts:
        assert cut.train.at.max() < cut.test.at.min()
        assert cut.warm.sum() == len(set(cut.train.user.tolist()))
    for later, earlier in pairwise(cuts):
        assert earlier.test.at.max() < later.test.at.min()
        assert len(earlier.train) + len(earlier.test) <= len(later.train)


def test_no_more_windows_are_cut_than_are_needed() -> None:
    ratings = gather(
        Rating(f"u{user}", f"f{film}", 3.0, 100 * film + user)
        for user in range(20)
        for film in range(30)
    )
    assert [len(windows(ratings, enough=enough)) for enough in (1, 21, 41, 999)] == [1, 2, 3, 4]
    assert windows(gather([], ["f0"])) == []


@given(some_ratings())
def test_each_persons_latest_rows_are_kept_back(ratings: Ratings) -> None:
    for split in (leave_last_out(ratings), last_share(ratings, 0.5)):
        for user in range(ratings.users):
            before = split.train.at[split.train.user == user]
            after = split.test.at[split.test.user == user]
            assert len(before)
            if len(after):
                assert before.max() <= after.min()


def test_of_one_instant_no_film_is_kept_back_from_everybody() -> None:
    rows = [Rating(f"u{u:02}", f"f{f}", 3.0, 7) for u in range(40) for f in range(10)]
    for split in (last_share(gather(rows), 0.2), leave_last_out(gather(rows))):
        learnt = np.bincount(split.train.film, minlength=10)
        assert learnt.min() > 20, split.name


@given(some_ratings())
def test_folds_keep_each_row_back_once(ratings: Ratings) -> None:
    folds = list(random_folds(ratings, 4, np.random.default_rng(1)))
    assert sum(len(split.test) for split in folds) == len(ratings)


def test_a_stratified_share_is_of_each_person() -> None:
    ratings = gather(
        Rating(f"u{user}", f"f{film:03}", 3.0, film) for user in range(3) for film in range(20)
    )
    split = stratified(ratings, 0.25, np.random.default_rng(2))
    assert np.bincount(split.test.user).tolist() == [5, 5, 5]


def test_cold_users_are_known_by_so_many_ratings_only() -> None:
    ratings = gather(
        Rating(f"u{user}", f"f{film:03}", 3.0, film) for user in range(10) for film in range(8)
    )
    split, known = cold_users(ratings, 0.3, 2, np.random.default_rng(2))
    cold = np.flatnonzero(~split.warm)
    assert len(cold) == 3
    assert sorted(ratings.user[known].tolist()) == sorted([*cold, *cold])
    assert len(split.test) == 3 * 6
