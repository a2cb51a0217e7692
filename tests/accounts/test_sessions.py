"""Signing in, renewing, revoking: on a real file, with a clock that is pushed."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from cinematch.accounts.service.passwords import Passwords
from cinematch.accounts.service.sessions import SessionsService, SignedIn
from cinematch.bootstrap import Services
from cinematch.infra.ports import Tx
from cinematch.kit.errors import (
    CineMatchError,
    Forbidden,
    TooManyRequests,
    Unauthenticated,
)
from tests.support.house import PASSWORD, PushedClock, build_house


@pytest.fixture
def clock() -> PushedClock:
    return PushedClock()


@pytest.fixture
def house(tmp_path: Path, clock: PushedClock) -> Iterator[Services]:
    built = build_house(tmp_path, clock)
    built.accounts.register("agnès", PASSWORD)
    yield built
    built.stop()


def signed_in(house: Services, *, renewable: bool = True) -> SignedIn:
    return house.sessions.sign_in("Agnès", PASSWORD, "192.0.2.1", renewable=renewable)


def test_an_access_token_is_good_for_fifteen_minutes(house: Services, clock: PushedClock) -> None:
    token = signed_in(house).access
    clock.push(minutes=14, seconds=59)
    assert house.sessions.authenticate(token).username == "agnès"
    clock.push(seconds=1)
    with pytest.raises(Unauthenticated):
        house.sessions.authenticate(token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "cmt_", "cmt_é", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_of_ours_is_refused(house: Services, token: str) -> None:
    with pytest.raises(Unauthenticated):
        house.sessions.authenticate(token)


def test_a_token_signed_with_another_secret_is_refused(house: Services, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = build_house(tmp_path / "other")
    other.accounts.register("agnès", PASSWORD)
    token = signed_in(other).access
    other.stop()
    with pytest.raises(Unauthenticated):
        house.sessions.authenticate(token)


def test_signing_out_ends_the_access_token_at_once(house: Services) -> None:
    signed, other = signed_in(house), signed_in(house)
    house.sessions.sign_out(access=signed.access)
    for attempt in (house.sessions.authenticate, house.sessions.refresh):
        with pytest.raises(Unauthenticated):
            attempt(
                signed.access if attempt == house.sessions.authenticate else signed.refresh or ""
            )
    assert house.sessions.authenticate(other.access).username == "agnès"


def test_each_refresh_gives_a_new_pair_and_the_session_goes_on(
    house: Services, clock: PushedClock
) -> None:
    signed = signed_in(house)
    for _ in range(3):
        clock.push(days=20)
        assert signed.refresh is not None
        renewed = house.sessions.refresh(signed.refresh)
        assert renewed.refresh != signed.refresh
        assert renewed.csrf == signed.csrf
        assert house.sessions.authenticate(renewed.access).username == "agnès"
        signed = renewed


def test_a_session_that_is_not_renewed_for_thirty_days_has_ended(
    house: Services, clock: PushedClock
) -> None:
    signed = signed_in(house)
    clock.push(days=30)
    with pytest.raises(Unauthenticated):
        house.sessions.refresh(signed.refresh or "")


def test_a_spent_refresh_token_that_comes_back_ends_the_session(
    house: Services, clock: PushedClock
) -> None:
    stolen = signed_in(house).refresh or ""
    renewed = house.sessions.refresh(stolen)
    clock.push(minutes=1)
    with pytest.raises(Unauthenticated):
        house.sessions.refresh(stolen)
    with pytest.raises(Unauthenticated):
        house.sessions.refresh(renewed.refresh or "")
    with pytest.raises(Unauthenticated):
        house.sessions.authenticate(renewed.access)


def test_tabs_that_renew_at_once_all_stay_signed_in_and_one_rotates(house: Services) -> None:
    refresh = signed_in(house).refresh or ""
    renewed: list[SignedIn] = []
    threads = [
        threading.Thread(target=lambda: renewed.append(house.sessions.refresh(refresh)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(renewed) == 8
    rotated = [signed.refresh for signed in renewed if signed.refresh]
    assert len(rotated) == 1
    assert house.sessions.refresh(rotated[0]).refresh


@pytest.mark.parametrize("token", ["", ".", "x.y", "\x00.\x00", "a" * 5000])
def test_what_is_no_refresh_token_is_refused(house: Services, token: str) -> None:
    with pytest.raises(Unauthenticated):
        house.sessions.refresh(token)


def test_a_programs_session_cannot_be_renewed(house: Services) -> None:
    signed = signed_in(house, renewable=False)
    session_id = house.sessions.authenticate(signed.access).session_id
    assert signed.refresh is None
    with pytest.raises(Unauthenticated):
        house.sessions.refresh(f"{session_id}.")


def test_unknown_name_and_wrong_password_are_told_apart_by_nothing(house: Services) -> None:
    said = []
    for name, password in (("agnès", "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(Unauthenticated) as refusal:
            house.sessions.sign_in(name, password, "192.0.2.1", renewable=True)
        said.append((refusal.value.detail, refusal.value.errors, refusal.value.context))
    assert said[0] == said[1]


def test_wrong_tries_are_slowed_down_and_the_right_one_counts_again_later(
    house: Services, clock: PushedClock
) -> None:
    for _ in range(10):
        with pytest.raises(Unauthenticated):
            house.sessions.sign_in("agnès", "wrong", "192.0.2.1", renewable=True)
    with pytest.raises(TooManyRequests) as refusal:
        signed_in(house)
    elsewhere = house.sessions.sign_in("agnès", PASSWORD, "192.0.2.2", renewable=True)
    assert elsewhere.account.username == "agnès"
    clock.push(seconds=refusal.value.context["retry_after"])
    assert signed_in(house).account.username == "agnès"


def test_right_passwords_are_never_slowed_down(house: Services) -> None:
    for _ in range(30):
        signed_in(house)


def test_a_disabled_account_is_out_at_once_whatever_it_holds(house: Services) -> None:
    house.accounts.add("jean", PASSWORD)
    jean = house.accounts.user_id_of("jean")
    signed = house.sessions.sign_in("jean", PASSWORD, "192.0.2.1", renewable=True)
    _, api_token = house.accounts.add_token(jean, "player")
    house.accounts.administer(jean, disabled=True)
    attempts = (
        lambda: house.sessions.authenticate(signed.access),
        lambda: house.sessions.authenticate(api_token),
        lambda: house.sessions.refresh(signed.refresh or ""),
        lambda: house.sessions.sign_in("jean", PASSWORD, "192.0.2.1", renewable=True),
    )
    for attempt in attempts:
        with pytest.raises((Unauthenticated, Forbidden)):
            attempt()


def test_a_new_password_ends_the_other_sessions_and_keeps_ones_own(house: Services) -> None:
    mine, other = signed_in(house), signed_in(house)
    caller = house.sessions.authenticate(mine.access)
    house.accounts.set_own_password(
        caller.user_id, "another good phrase", session_id=caller.session_id
    )
    assert house.sessions.authenticate(mine.access).user_id == caller.user_id
    for attempt in (other.access, other.refresh or ""):
        with pytest.raises(Unauthenticated):
            house.sessions.authenticate(attempt)
    with pytest.raises(Unauthenticated):
        signed_in(house)


def test_an_api_token_is_good_until_revoked_and_its_use_is_noted_each_minute(
    house: Services, clock: PushedClock
) -> None:
    user_id = house.accounts.user_id_of("agnès")
    token, secret = house.accounts.add_token(user_id, "player")
    noted = []
    for _ in range(4):
        assert house.sessions.authenticate(secret).session_id is None
        noted.append(house.accounts.tokens(user_id)[0].last_used_at)
        clock.push(seconds=30)
    assert noted[0] == noted[1] != noted[2] == noted[3]
    house.accounts.revoke_token(user_id, token.token_id)
    with pytest.raises(Unauthenticated):
        house.sessions.authenticate(secret)


def test_an_outdated_hash_is_made_anew_when_its_owner_signs_in(house: Services) -> None:
    before = house.accounts.get(house.accounts.user_id_of("agnès")).password_hash
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    sessions: SessionsService = house.sessions
    sessions._passwords = stronger
    signed_in(house)
    after = house.accounts.get(house.accounts.user_id_of("agnès")).password_hash
    assert before != after
    assert stronger.matches(PASSWORD, after)
    assert not stronger.outdated(after)
    assert signed_in(house).account.username == "agnès"


def test_a_session_is_not_begun_for_an_account_that_is_erased_meanwhile(house: Services) -> None:
    user_id = house.accounts.user_id_of("agnès")
    verified = house.sessions.check_password("agnès", PASSWORD, "192.0.2.1")
    house.accounts.erase(user_id)
    assert verified.user_id == user_id
    with pytest.raises(CineMatchError):
        signed_in(house)

    def count(tx: Tx) -> int:
        return int(tx.execute("SELECT count(*) FROM sessions").fetchone()[0])

    assert house.store.snapshot(count) == 0
