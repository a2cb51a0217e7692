"""kill -9 of a process that applies batches, at random moments: nothing lost, nothing doubled."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cinematch.diary.core import Edit
from cinematch.events.core import Watch
from tests.support.builders import facts, person
from tests.support.tracker import Tracker

ROUNDS = 12
CHILD = """
import sys
from pathlib import Path
from cinematch.events.sqlite import SqliteOutbox
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import open_database
from cinematch.stats.follower import Follower
from cinematch.stats.sqlite import SqliteStats
from tests.support.tracker import NOW

store = open_database(Path(sys.argv[1]))
follower = Follower(store, SqliteOutbox(), SqliteStats(), Signals(), lambda: NOW, batch=3)
print("ready", flush=True)
while True:
    follower.step()
"""


@pytest.mark.slow
def test_killed_at_random_moments_the_figures_still_equal_the_films(tmp_path: Path) -> None:
    chance = random.Random(20261121)
    films = [facts(f"f{n}", directors=(person(f"P{n % 7}"),)) for n in range(60)]
    tracker = Tracker(tmp_path, films, users=("u", "v", "w"))
    positions = [0]
    for _ in range(ROUNDS):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            for _ in range(80):
                change_something(tracker, chance)
            wait_until_past(tracker, positions[-1])
            time.sleep(chance.random() * 0.02)
            child.kill()
        positions.append(tracker.follower.health().position)
    tracker.follower.catch_up()
    assert tracker.stats.verify_all() == {"checked_users": 3, "differences": []}
    assert tracker.follower.health().lag == 0
    tracker.close()


def wait_until_past(tracker: Tracker, position: int) -> None:
    """Wait for the child's first batch of the round: the writer here may have kept it waiting."""
    deadline = time.monotonic() + 30
    while tracker.follower.health().position <= position:
        assert time.monotonic() < deadline, "the child applied nothing"
        time.sleep(0.001)


def change_something(tracker: Tracker, chance: random.Random) -> None:
    user_id, film_id = chance.choice("uvw"), f"f{chance.randrange(60)}"
    lot = chance.random()
    if lot < 0.5:
        day = f"2026-{chance.randint(9, 10)}-{chance.randint(10, 28)}".replace("-9-", "-09-")
        tracker.diary.watch(user_id, film_id, Watch("", day), Edit(rating=chance.randint(1, 10)))
    elif lot < 0.8:
        tracker.diary.edit(user_id, film_id, Edit(rating=chance.randint(1, 10)))
    else:
        tracker.diary.edit(user_id, film_id, Edit(seen=False, liked=False))
