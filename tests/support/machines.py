"""A cluster of which each process has a data folder of its own, as on machines of their own.

MongoDB and Redis are what they share; figures are followed by the worker, so that no Kafka is
needed. The catalogue is small, and people of two tastes have rated it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from cinematch.accounts.core import Account
from cinematch.bootstrap import Services, build
from cinematch.diary.core import Entry
from cinematch.events.core import Watch
from cinematch.films.files import read_starter
from cinematch.kit.clock import system_clock, to_iso
from cinematch.settings import Settings
from tests.support.builders import film
from tests.support.cluster import Parts, Role
from tests.support.house import quick_passwords
from tests.support.mongo import MongoServer
from tests.support.ports import free_port
from tests.support.raters import two_tastes
from tests.support.redis import RedisServer
from tests.support.server import PASSWORD

FILMS = [
    film(f"f{number:03}", year=1980 + number % 40, genres=(("Drama", "Horror")[number % 2],))
    for number in range(60)
]
PEOPLE, EACH = 40, 30
ADMINISTRATORS = ("ada", "benoît", "chantal", "dora")
"""Each may ask for one training a minute."""

_NIGHTLY = ("verify", "tidy", "retrain")


class Machines(Parts):
    """Servers and processes by name in `parts`; `api` and `worker` may be there several times."""

    def __init__(self, folder: Path, *, roles: Iterable[str], night_is_over: bool = True) -> None:
        """Choose what is started.

        Args:
            folder: of everything.
            roles: such as `api` and `worker-2`.
            night_is_over: whether the nightly jobs have been done today.
        """
        super().__init__(folder)
        self.mongo = MongoServer(folder / "mongo")
        self.redis = RedisServer(folder / "redis")
        self.ports = {name: free_port() for name in roles}
        self.parts = {
            "mongo": self.mongo,
            "redis": self.redis,
            **{name: self._role(name) for name in self.ports},
        }
        self.people = [f"person{number:02}" for number in range(PEOPLE)]
        self._tokens: dict[str, str] = {}
        self._night_is_over = night_is_over

    def job_process(self, name: str) -> int:
        """Return the process of the job that a worker has done, 0 without one."""
        worker = self.role(name).process
        if worker is None:
            return 0
        found = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(worker.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [line for line in found.stdout.splitlines() if "bootstrap.model_job" in line]
        return int(lines[0].split()[0]) if lines else 0

    def data_of(self, name: str) -> Path:
        """Return the data folder of a process."""
        return self.folder / f"{name}-data"

    def client(self, name: str, username: str = ADMINISTRATORS[0]) -> httpx.Client:
        """Return a client of one of the API processes, signed in as an administrator."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.ports[name]}",
            headers={"Authorization": f"Bearer {self._tokens[username]}"},
            timeout=60,
        )

    def command(self, *arguments: str) -> dict[str, Any]:
        """Run `cinematch` on a machine of its own, and return its answer."""
        done = subprocess.run(
            [sys.executable, "-m", "cinematch", *arguments, "--json"],
            env=self._environment("terminal"),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def settings(self, name: str) -> Settings:
        """Return the settings of a process of this name."""
        return Settings.model_validate(
            {"data_dir": self.data_of(name), "mongodb_url": self.mongo.url("cinematch")}
        )

    @contextmanager
    def house(self, name: str = "terminal") -> Iterator[Services]:
        """Yield the services as a command has them."""
        house = build(self.settings(name), passwords=quick_passwords(), role="none")
        try:
            yield house
        finally:
            house.stop()

    def _fill(self, house: Services) -> None:
        house.films.load(FILMS, "test")
        for name in ADMINISTRATORS:
            account = house.accounts.add(name, PASSWORD, role="administrator")
            self._tokens[name] = house.accounts.add_token(account.user_id, "tests")[1]
        ratings = two_tastes([one.film_id for one in FILMS], PEOPLE, EACH)
        entries = [
            Entry(
                user_id=self.people[user],
                film_id=FILMS[at].film_id,
                facts=FILMS[at].facts,
                rating=round(2 * stars),
                watches=(Watch("w", "2026-01-01"),),
                seq=1,
                # A person's films in turn with others', so that all are known from before.
                added_at=f"2026-01-01T{row % EACH % 24:02}:{user:02}:00.000000Z",
                updated_at="2026-01-01T00:00:00.000000Z",
            )
            for row, (user, at, stars) in enumerate(
                zip(
                    ratings.user.tolist(),
                    ratings.film.tolist(),
                    ratings.stars.tolist(),
                    strict=True,
                )
            )
        ]
        house.store.transact(lambda tx: _save(house, tx, self.people, entries))
        house.stats.rebuild_community()
        if self._night_is_over:
            house.store.transact(lambda tx: _note_night(house, tx))

    def _role(self, name: str) -> Role:
        log = self.folder / f"{name}.log"
        return Role(name, (name.partition("-")[0],), self._environment(name), log)

    def _environment(self, name: str) -> dict[str, str]:
        return {
            **os.environ,
            "CINEMATCH_DATA_DIR": str(self.data_of(name)),
            "CINEMATCH_HOST": "127.0.0.1",
            "CINEMATCH_PORT": str(self.ports.get(name, 0)),
            "MONGODB_URL": self.mongo.url("cinematch"),
            "REDIS_URL": self.redis.url,
        }

    def _start(self) -> None:
        for server in (self.mongo, self.redis):
            server.start()
        with self.house() as house:
            self._fill(house)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda name: self.role(name).start(), self.ports))


def _save(house: Services, tx: Any, people: Iterable[str], entries: Iterable[Entry]) -> None:
    for user_id in people:
        house.adapters.accounts.add(tx, Account(user_id, user_id, "", "user", ""), user_id)
    house.entries.save(tx, *entries)
    # The starter catalogue counts as loaded: it takes this server long.
    stamp = sha256(repr(read_starter()).encode()).hexdigest()
    house.adapters.films.save_stamp(tx, stamp)


def _note_night(house: Services, tx: Any) -> None:
    now = to_iso(system_clock())
    for name in _NIGHTLY:
        house.ops.job_started(tx, name, now)
        house.ops.job_finished(tx, name, now, {})
