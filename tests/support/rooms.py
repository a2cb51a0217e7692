"""One room's endpoints on the whole house, with the two fan-out rooms beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from fastapi import APIRouter, FastAPI

from cinematch.accounts import endpoints as accounts
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.api import problems
from cinematch.audit.sqlite import SqliteAudit
from cinematch.bootstrap import Services
from cinematch.events.sqlite import SqliteOutbox, SqliteProgress
from cinematch.notifications.sqlite import SqliteChannels, SqliteNotifications
from tests.support.fanout import Fanout
from tests.support.house import PASSWORD, TestClient, build_house, sign_in


class Rooms:
    """The application, and what stands behind it."""

    def __init__(self, house: Services, router: APIRouter) -> None:
        self.house = house
        self.fanout = Fanout(
            house.store,
            SqliteAccounts(),
            SqliteOutbox(),
            SqliteNotifications(),
            SqliteChannels(),
            SqliteAudit(),
            progress=SqliteProgress(),
            users=(),
        )
        self.app = FastAPI(generate_unique_id_function=lambda route: route.name)
        problems.install(self.app)
        self.app.state.services = SimpleNamespace(
            sessions=house.sessions,
            accounts=house.accounts,
            limiter=house.limiter,
            inbox=self.fanout.inbox,
            targets=self.fanout.targets,
            webhooks=self.fanout.webhooks,
            audit=self.fanout.audit,
        )
        self.app.include_router(router, prefix="/api")
        signing_in = FastAPI()
        signing_in.state.services = self.app.state.services
        problems.install(signing_in)
        signing_in.include_router(accounts.router, prefix="/api")
        self.app.mount("", signing_in)

    def user_id(self, name: str) -> str:
        return self.house.accounts.user_id_of(name)

    @contextmanager
    def signed_in(self, name: str) -> Iterator[TestClient]:
        """Make an account and yield a client that is signed in as the page is."""
        self.house.accounts.add(name, PASSWORD)
        with TestClient(self.app, raise_server_exceptions=False) as client:
            sign_in(client, name)
            yield client


@contextmanager
def rooms_of(folder: Path, router: APIRouter) -> Iterator[Rooms]:
    """Yield the rooms with the endpoints of `router`."""
    house = build_house(folder)
    built = Rooms(house, router)
    yield built
    built.fanout.sender.stop()
    house.stop()
