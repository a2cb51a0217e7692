"""Sums as they are shown: rounded and folded, they still add up."""

from decimal import Decimal
from math import fsum

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cinematch.recommender.core.account import UNIT, Line, Own, account_of, rounded_parts

values = st.floats(-50, 50, allow_nan=False)


@given(st.lists(values, max_size=40))
def test_rounded_parts_add_to_the_rounded_sum_and_none_is_off_by_a_unit(
    values: list[float],
) -> None:
    parts = rounded_parts(values)
    assert sum(parts) == round(fsum(UNIT * value for value in values))
    assert all(abs(part - UNIT * value) <= 1 for part, value in zip(parts, values, strict=True))


@given(
    st.lists(values, max_size=4),
    st.lists(st.tuples(values, values), max_size=40),
    st.none() | st.integers(0, 15),
)
def test_an_account_adds_up_in_decimals_to_the_last_digit(
    fixed: list[float], own: list[tuple[float, float]], most: int | None
) -> None:
    parts = {"a": np.array([one for one, _ in own]), "b": np.array([two for _, two in own])}
    whole = np.array([one + two for one, two in own])
    account = account_of(
        [Line("base", value, model=str(number)) for number, value in enumerate(fixed)],
        Own("rating", np.arange(len(own)), whole, parts),
        most,
    )
    told = [Decimal(repr(line.value)) for line in account.lines]
    assert sum(told) == Decimal(repr(account.total))
    assert abs(account.total - fsum([*fixed, *whole])) <= 1 / UNIT
    for line in account.lines:
        if line.by_model:
            parts_told = [Decimal(repr(value)) for value in line.by_model.values()]
            assert sum(parts_told) == Decimal(repr(line.value))
    if most is not None:
        fixed_lines = sum(value != 0 for value in fixed)
        assert len(account.lines) <= max(most, fixed_lines) + 1


def test_the_largest_stand_first_and_the_rest_says_how_many_it_holds() -> None:
    own = Own("rating", np.arange(5), np.array([0.5, -3.0, 0.25, 2.0, 0.125]))
    account = account_of([Line("variety", -1.0)], own, most=3)
    assert [(line.kind, line.value) for line in account.lines] == [
        ("rating", -3.0),
        ("rating", 2.0),
        ("variety", -1.0),
        ("rest", 0.875),
    ]
    assert account.lines[-1].count == 3
    assert account.lines[0].film == 1


def test_one_film_left_over_keeps_its_name() -> None:
    own = Own("rating", np.arange(3), np.array([3.0, 2.0, 1.0]))
    assert [line.film for line in account_of([], own, most=2).lines] == [0, 1, 2]
