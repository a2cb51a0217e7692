"""The whole house on a folder of its own, with quick passwords and a clock that one can push."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher

from cinematch.accounts.service.passwords import Passwords
from cinematch.api.app import create_app
from cinematch.bootstrap import Services, build
from cinematch.settings import Settings

with warnings.catch_warnings():
    # Starlette's client would rather have httpx2, which is not of our tools.
    warnings.filterwarnings("ignore", "Using `httpx`")
    from fastapi.testclient import TestClient as TestClient  # noqa: PLC0414 - for the tests

PASSWORD = "a phrase that is easy to keep"


class PushedClock:
    """A clock that stands still until it is pushed."""

    def __init__(self, at: datetime = datetime(2026, 3, 1, 20, 15, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def push(self, **by: float) -> None:
        self.at += timedelta(**by)


def quick_passwords() -> Passwords:
    """Real argon2, at its least cost."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def build_house(folder: Path, clock: PushedClock | None = None, **settings: object) -> Services:
    """Build the services on a folder; nothing runs in the background."""
    chosen = Settings.model_validate(
        {"data_dir": folder, "allowed_hosts": "testserver", **settings}
    )
    return build(chosen, clock=clock or PushedClock(), passwords=quick_passwords())


def client_of(house: Services, **options: object) -> TestClient:
    """Return a client of the house's API, without cookies; errors of ours come as answers."""
    # Putting the application together takes longer than most tests: one for each house.
    app = vars(house).get("app") or create_app(house, house.settings)
    vars(house)["app"] = app
    return TestClient(app, raise_server_exceptions=False, **options)  # type: ignore[arg-type]


@contextmanager
def signed_in(house: Services, username: str = "agnès") -> Iterator[TestClient]:
    """Make an account and yield a client that is signed in as the page is."""
    house.accounts.add(username, PASSWORD)
    client = client_of(house)
    sign_in(client, username)
    yield client
    client.close()


def sign_in(client: TestClient, username: str, password: str = PASSWORD) -> None:
    """Sign a client in with cookies and have it send the CSRF token."""
    answer = client.post("/api/auth/session", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = client.cookies["cm_csrf"]
