"""Names, passwords, and who may go."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinematch.accounts.core import (
    MAX_USERNAME,
    Account,
    check_password,
    check_still_administered,
    clean_username,
    username_key,
)
from cinematch.kit.errors import Conflict, Invalid

ADMINISTRATOR = Account("u1", "agnès", "hash", "administrator", "2026-03-01T00:00:00.000000Z")


@given(st.text())
def test_a_cleaned_name_is_trimmed_visible_storable_and_stays_as_it_is(text: str) -> None:
    try:
        name = clean_username(text)
    except Invalid:
        return
    assert name == name.strip()
    assert 1 <= len(name) <= MAX_USERNAME
    assert name.isprintable()
    assert name.encode().decode() == name
    assert clean_username(name) == name


@given(st.text())
def test_the_key_does_not_depend_on_case_or_on_how_accents_are_written(text: str) -> None:
    key = username_key(text)
    assert username_key(key) == key
    assert username_key(unicodedata.normalize("NFD", text)) == key


@pytest.mark.parametrize("look_alike", ["AGNÈS", "agne\u0300s", " agnès ", "ａｇｎès"])
def test_look_alikes_have_one_key(look_alike: str) -> None:
    assert username_key(look_alike) == username_key("agnès")


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "a\u202eb", "a\nb", "\ud800", "x" * 65])
def test_names_that_cannot_be_seen_or_are_too_long_are_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_username(name)
    assert refusal.value.errors[0].field == "username"


@pytest.mark.parametrize("password", ["short", "é" * 513, "good enough \ud800"])
def test_passwords_too_short_too_long_or_broken_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password(password, "new_password")
    assert refusal.value.errors[0].field == "new_password"


@pytest.mark.parametrize("password", ["8 chars!", "é" * 512, "🎬" * 8])
def test_passwords_at_the_bounds_are_taken(password: str) -> None:
    check_password(password)


def test_the_last_administrator_may_go_only_when_nobody_else_is_left() -> None:
    check_still_administered(ADMINISTRATOR, administrators=1, users=1)
    check_still_administered(ADMINISTRATOR, administrators=2, users=5)
    with pytest.raises(Conflict):
        check_still_administered(ADMINISTRATOR, administrators=1, users=2)
