"""Making and erasing accounts: who becomes administrator, what is left behind."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.accounts.core import Account
from cinematch.accounts.files import load_secret
from cinematch.accounts.ports import Erasing
from cinematch.bootstrap import Services
from cinematch.infra.ports import Tx
from cinematch.kit.errors import Conflict, Forbidden, Invalid, NotFound, StoreFull
from tests.support.house import PASSWORD, build_house

THREADS = 20


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    built = build_house(tmp_path)
    yield built
    built.stop()


def test_of_twenty_who_come_first_one_becomes_administrator(house: Services) -> None:
    made: list[Account] = []
    start = threading.Barrier(THREADS)

    def register(number: int) -> None:
        start.wait()
        made.append(house.accounts.register(f"user {number}", PASSWORD))

    threads = [threading.Thread(target=register, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == THREADS
    assert sum(account.is_administrator for account in made) == 1


def test_a_name_that_differs_in_case_only_is_taken(house: Services) -> None:
    house.accounts.register("Agnès", PASSWORD)
    with pytest.raises(Conflict):
        house.accounts.register("AGNE\u0300S", PASSWORD)


def test_when_registration_is_closed_the_first_may_still_come_and_an_operator_may_add(
    tmp_path: Path,
) -> None:
    house = build_house(tmp_path, host="0.0.0.0")  # noqa: S104 - nothing listens here
    assert house.accounts.setup() == (True, False)
    house.accounts.register("agnès", PASSWORD)
    with pytest.raises(Forbidden):
        house.accounts.register("jean", PASSWORD)
    assert house.accounts.add("jean", PASSWORD).role == "user"
    house.installation.change({"registration_open": True})
    assert house.accounts.register("éric", PASSWORD).role == "user"
    house.stop()


def test_a_refused_registration_leaves_nothing(house: Services) -> None:
    with pytest.raises(Invalid):
        house.accounts.register("agnès", "short")
    assert house.accounts.user_ids() == []


def test_the_last_administrator_cannot_be_lost_while_others_are_left(house: Services) -> None:
    agnes = house.accounts.register("agnès", PASSWORD).user_id
    jean = house.accounts.register("jean", PASSWORD).user_id
    for attempt in (
        lambda: house.accounts.erase(agnes),
        lambda: house.accounts.administer(agnes, disabled=True),
        lambda: house.accounts.administer(agnes, role="user"),
    ):
        with pytest.raises(Conflict):
            attempt()
    house.accounts.administer(jean, role="administrator")
    house.accounts.erase(agnes)
    with pytest.raises(NotFound):
        house.accounts.get(agnes)


def test_the_only_account_may_go_and_the_next_one_is_administrator(house: Services) -> None:
    house.accounts.erase(house.accounts.register("agnès", PASSWORD).user_id)
    assert house.accounts.setup() == (True, True)
    assert house.accounts.register("jean", PASSWORD).is_administrator


def test_the_only_account_cannot_shut_itself_out(house: Services) -> None:
    agnes = house.accounts.register("agnès", PASSWORD).user_id
    with pytest.raises(Conflict):
        house.accounts.administer(agnes, disabled=True)


def test_two_administrators_who_erase_each_other_at_once_leave_one(house: Services) -> None:
    names = [house.accounts.add(name, PASSWORD, role="administrator").user_id for name in "abc"]
    house.accounts.administer(names[2], role="user")
    refused: list[Conflict] = []

    def erase(user_id: str) -> None:
        try:
            house.accounts.erase(user_id)
        except Conflict as conflict:
            refused.append(conflict)

    threads = [threading.Thread(target=erase, args=(user_id,)) for user_id in names[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len(house.accounts.user_ids()) == 2


def test_erasing_is_one_transaction_with_what_the_other_rooms_take_out(house: Services) -> None:
    user_id = house.accounts.register("agnès", PASSWORD).user_id

    def fail(tx: Tx, erased: str) -> None:
        tx.execute("DELETE FROM users WHERE user_id = ?", (erased,))
        raise RuntimeError("power cut")

    afterwards: list[str] = []
    house.accounts._erasing = Erasing([fail], afterwards.append)
    with pytest.raises(RuntimeError):
        house.accounts.erase(user_id)
    assert afterwards == []
    assert house.accounts.get(user_id).username == "agnès"


def test_settings_that_are_not_named_stay(house: Services) -> None:
    user_id = house.accounts.register("agnès", PASSWORD).user_id
    house.accounts.change_settings(user_id, {"theme": "dark"})
    changed = house.accounts.change_settings(user_id, {"language": "it"})
    assert changed.settings == {"theme": "dark", "language": "it"}


def test_accounts_are_paged_to_the_end(house: Services) -> None:
    for number in range(5):
        house.accounts.add(f"user {number}", PASSWORD)
    seen: list[str] = []
    cursor = None
    while True:
        page = house.accounts.page(2, cursor)
        seen += [account.username for account in page.items]
        assert page.total == 5
        if page.next is None:
            break
        cursor = page.next
    assert sorted(seen) == [f"user {number}" for number in range(5)]
    assert len(seen) == 5


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(load_secret(tmp_path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_torn_secret_is_refused_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"half")
    with pytest.raises(StoreFull, match="Delete it"):
        load_secret(tmp_path)
