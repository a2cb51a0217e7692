"""What an installation of so many users takes: events, bytes, partitions, machines, money.

Arithmetic over `benchmarks/constants.json`: constants that a command measured, assumptions, prices.

    python -m benchmarks.capacity                      print the figures
    python -m benchmarks.capacity --write              write docs/capacity.md
    python -m benchmarks.stream --json | python -m benchmarks.capacity --take
                                                       take what a benchmark printed as constants

A constant taken on a machine with other work to do is marked `"busy": true`; `--take` clears the
mark, so take figures on a quiet machine, or add `--busy`.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks.harness import Figure, report
from cinematch.kit.clock import system_clock

CONSTANTS = Path(__file__).with_name("constants.json")
PAGE = Path(__file__).parents[1] / "docs" / "capacity.md"
SIZES = (10_000, 1_000_000, 100_000_000)
_DAY = 86_400
_MONTH = 30 * _DAY
_GB = 1_000_000_000
_FILLED = 0.7  # of a disk
_LEAST_PARTITIONS = 12  # as the settings have it
_AGREED = 3  # of brokers and of a replica set's members, so that one may be away


@dataclass(frozen=True)
class Constants:
    """The table, by kind; `value` finds one wherever it stands."""

    measured: Mapping[str, Mapping[str, Any]]
    assumed: Mapping[str, Mapping[str, Any]]
    prices: Mapping[str, Mapping[str, Any]]

    def value(self, name: str) -> float:
        """Return a constant.

        Raises:
            KeyError: there is none of this name.
        """
        for table in (self.measured, self.assumed):
            if name in table:
                return float(table[name]["value"])
        raise KeyError(name)

    def price(self, name: str) -> float:
        """Return a price in EUR."""
        return float(self.prices[name]["value"])


@dataclass(frozen=True)
class Need:
    """What so many users take. Rates are those of the height of a Saturday evening."""

    users: int
    events_mean: float
    events: float
    calls: float
    kafka_in: float
    kafka_kept: float
    outbox: float
    mongo: float
    lake: float
    partitions: int
    api: int
    streams: int
    shards: int
    brokers: int
    euro: float

    @property
    def machines(self) -> int:
        """All of them: API; streams, relays and consumers; MongoDB; Kafka."""
        return self.api + self.streams + self.shards * _AGREED + self.brokers


def load(path: Path = CONSTANTS) -> Constants:
    """Read the table."""
    return Constants(**json.loads(path.read_text("utf-8")))


def per_user(c: Constants) -> float:
    """Return bytes of one user in MongoDB, one copy: account, library, figures, outbox."""
    films = c.value("films_per_user")
    events = films * c.value("changes_per_film")
    # The figures grow with the films: those of 300 were measured.
    figures = c.value("figures") * films / 300
    return (
        c.value("account")
        + films * c.value("entry")
        + figures
        + events * c.value("event_outbox")
    )  # fmt: skip


def rates(c: Constants, users: int) -> tuple[float, float, float]:
    """Return events a second on average and at the height, and calls a second at the height."""
    changes = users * c.value("daily_active") * c.value("changes_per_day") / _DAY
    imported = users * c.value("newcomers") * c.value("films_per_user") / _DAY
    events = (changes + imported) * c.value("peak")
    calls = changes * c.value("peak") * (1 + c.value("reads_per_change"))
    return changes + imported, events, calls


def need(c: Constants, users: int) -> Need:
    """Compute what so many users take as a cluster."""
    mean, events, calls = rates(c, users)
    copied = c.value("event_kafka") * c.value("copies")
    kafka_in, kept = events * copied, mean * c.value("kafka_days") * _DAY * copied
    told = users * c.value("films_per_user") * c.value("changes_per_film")
    disk = c.value("disk_per_bson") * c.value("copies")
    mongo = (users * per_user(c) + c.value("catalogue") * c.value("film")) * disk
    lake = told * c.value("event_lake")
    room = c.value("machine_disk") * _GB * _FILLED
    cores = events / (c.value("stream_events") / c.value("cores_measured") * c.value("load"))
    api = max(2, machines(c, calls, "api_calls"))
    # One of each stream, and as many again for relays, consumers and the worker.
    streams = 4 * machines(c, events, "stream_events")
    shards = max(machines(c, events, "store_events"), ceil(mongo / c.value("copies") / room))
    brokers = max(_AGREED, ceil(kafka_in / c.value("broker_bytes")), ceil(kept / room))
    count = api + streams + shards * _AGREED + brokers
    return Need(
        users=users,
        events_mean=mean,
        events=events,
        calls=calls,
        kafka_in=kafka_in,
        kafka_kept=kept,
        outbox=told * c.value("event_outbox") * disk,
        mongo=mongo,
        lake=lake,
        partitions=max(_LEAST_PARTITIONS, 12 * ceil(2 * cores / 12)),
        api=api,
        streams=streams,
        shards=shards,
        brokers=brokers,
        euro=money(c, count, mongo + kept, lake, calls / c.value("peak")),
    )


def money(c: Constants, count: int, disk: float, lake: float, calls: float) -> float:
    """Return EUR a month for so many machines, bytes on disk and in the lake, and mean calls/s."""
    sent = calls * c.value("answer") * _MONTH
    return (
        count * c.price("machine")
        + disk / _GB * c.price("disk")
        + lake / _GB * c.price("object")
        + sent / _GB * c.price("traffic")
    )


def machines(c: Constants, rate: float, constant: str) -> int:
    """Return how many machines do so much a second, at the load that is wished."""
    each = c.value(constant) / c.value("cores_measured") * c.value("machine_cores")
    return max(1, ceil(rate / (each * c.value("load"))))


def users_of_one_machine(c: Constants) -> int:
    """Return how many users one machine holds without any cluster: calls or disk, the scarcer.

    The embedded form is one process, which more cores make no faster.
    """
    calls = rates(c, 1)[2]
    disk = c.value("machine_disk") * _GB * _FILLED
    films = c.value("catalogue") * c.value("film")
    return int(min(c.value("api_calls") * c.value("load") / calls, (disk - films) / per_user(c)))


def short(value: float, unit: str = "") -> str:
    """Write a number for people, with three figures.

    >>> short(1_234_567, "B"), short(46.3), short(0.4629), short(212_370, "B")
    ('1.23 MB', '46.3', '0.463', '212 kB')
    """
    for size, prefix in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if unit and abs(value) >= size:
            return f"{_three(value / size)} {prefix}{unit}"
    return f"{_three(value)} {unit}".rstrip()


def _three(value: float) -> str:
    if value >= 1000:
        digits = len(str(int(value))) - 3
        return f"{round(value / 10**digits) * 10**digits:,}"
    return f"{value:.3g}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_ROWS: tuple[tuple[str, Callable[[Need], str]], ...] = (
    ("events/s, mean", lambda n: short(n.events_mean)),
    ("events/s, at the height", lambda n: short(n.events)),
    ("calls/s, at the height", lambda n: short(n.calls)),
    ("into Kafka, a second, copies included", lambda n: short(n.kafka_in, "B")),
    ("kept in Kafka, copies included", lambda n: short(n.kafka_kept, "B")),
    ("in MongoDB, copies included", lambda n: short(n.mongo, "B")),
    ("… of which the outbox", lambda n: short(n.outbox, "B")),
    ("in the lake, one copy", lambda n: short(n.lake, "B")),
    ("partitions of the topic", lambda n: f"{n.partitions:,}"),
    ("machines: API", lambda n: f"{n.api:,}"),
    ("machines: streams, relays, consumers", lambda n: f"{n.streams:,}"),
    ("machines: MongoDB (shards × 3)", lambda n: f"{n.shards:,} × {_AGREED}"),
    ("machines: Kafka", lambda n: f"{n.brokers:,}"),
    ("machines in all", lambda n: f"{n.machines:,}"),
    ("EUR a month", lambda n: _three(n.euro)),
    ("EUR a month for 1,000 users", lambda n: _three(n.euro / n.users * 1000)),
)


def page(c: Constants) -> str:
    """Return docs/capacity.md."""
    needs = [need(c, users) for users in SIZES]
    sizes = {name: short(c.value(f"event_{name}"), "B") for name in ("outbox", "kafka", "lake")}
    return _PAGE.format(
        needs=table(
            ["", *(f"{one.users:,} users" for one in needs)],
            [[name, *(show(one) for one in needs)] for name, show in _ROWS],
        ),
        measured=measured_table(c),
        assumed=stated_table("assumption", c.assumed),
        prices=stated_table("price", c.prices),
        busy=_BUSY if any(one["busy"] for one in c.measured.values()) else "",
        alone=_three(users_of_one_machine(c)),
        user=short(per_user(c), "B"),
        film=short(c.value("film"), "B"),
        follower=short(c.value("one_machine_events")),
        small=short(needs[0].events),
        **sizes,
    )


def measured_table(c: Constants) -> str:
    """Return the constants with the command that measured each."""
    return table(
        ["constant", "value", "command", "date", "machine"],
        [
            [
                one["means"],
                f"{one['value']:,} {one['unit']}",
                f"`python -m benchmarks.{one['command']}`",
                one["date"],
                "any" if one["unit"] == "bytes" else "busy" if one["busy"] else "quiet",
            ]
            for one in c.measured.values()
        ],
    )


def stated_table(title: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return assumptions or prices."""
    return table(
        [title, "value"],
        [[one["means"], f"{one['value']:,} {one['unit']}".rstrip()] for one in rows.values()],
    )


_BUSY = """
Rates marked *busy* were taken on a virtual machine of two cores that had other work to do, several
times as much as it could: they are far too low, and the machines and the money that follow from
them too high. Taken anew on a quiet machine they replace these (see the end of this page).
"""

_PAGE = """# Capacity

How much an installation needs, computed from measured constants and stated assumptions. This page
is written by `python -m benchmarks.capacity --write`; change `benchmarks/constants.json` and write
it anew.

## One machine is enough for a long time

Without any cluster, in its one process, CineMatch holds about **{alone} users** with the habits
assumed below; what runs short first is calls, not events: 10,000 users make {small} events a
second at the height of a Saturday evening, and the embedded follower applies {follower} on two
cores. A cluster is for more people, or so that a machine may fail.

## A cluster

{needs}

The smallest column is what a cluster costs however few people use it: three brokers, a replica set
of three, and two of everything else. The state is divided by user everywhere, so from there on
machines grow with users; the community's trends are sums of day counters, and the catalogue is
shared.

Bytes: one event is {kafka} in Kafka, {outbox} in the outbox, {lake} in the lake. One user is
{user} in MongoDB (one copy; account, library, figures, outbox), one film of the catalogue {film}.

How each is computed:

- events = users × active × changes a day, and newcomers' files; the height is the mean × peak.
- partitions: two for each core that the stream needs, in dozens; no fewer than the product makes.
- API, streams, MongoDB: rate at the height / (measured rate for each core × cores × load). Two
  streams, and as much again for relays, consumers and the worker, whose rates are not measured.
- MongoDB: as many shards as the writes or the bytes ask for, whichever is more, of three members.
- Kafka: as many brokers as bytes a second or bytes kept ask for, and at least three.
- money: machines, disks, the lake, and what is sent to people. Nobody's work is in it.

The writes of MongoDB were measured on the server that the tests use, which speaks its protocol and
is written in Python; measure `stream` against a real one before you buy anything.

## Measured
{busy}
{measured}

## Assumed

{assumed}

{prices}

Prices are round numbers without taxes, no offer of anybody's; put your own in.

## To take the constants anew

On a quiet machine, one after the other:

```
python -m benchmarks.sizes --json            | python -m benchmarks.capacity --take
python -m benchmarks.follower --json         | python -m benchmarks.capacity --take
python -m benchmarks.stream --json           | python -m benchmarks.capacity --take
python -m benchmarks.saturday_evening --json | python -m benchmarks.capacity --take
python -m benchmarks.capacity --write
```
"""


def take(constants: dict[str, Any], printed: str, date: str, *, busy: bool) -> list[str]:
    """Put figures that a benchmark printed into the table; return the names of those changed."""
    figures = json.loads(printed.strip().splitlines()[-1])
    by_name = {one["name"]: one for one in (figures if isinstance(figures, list) else [figures])}
    changed = []
    for name, one in constants["measured"].items():
        figure = by_name.get(one["figure"])
        if figure is not None:
            one.update(value=figure[one["part"]], date=date, busy=busy)
            changed.append(name)
    return changed


def figures_of(c: Constants) -> list[Figure]:
    """Return the totals as every benchmark tells its figures."""
    return [
        Figure(f"{what}, {one.users:,} users", value, unit, None, None, 1, "computed")
        for one in (need(c, users) for users in SIZES)
        for what, value, unit in (
            ("events at the height", round(one.events, 2), "events/s"),
            ("machines", one.machines, "machines"),
            ("money", round(one.euro), "EUR/month"),
        )
    ]


def main() -> None:
    """Print, write the page, or take constants."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="it is always quick")
    parser.add_argument("--json", action="store_true", help="print the last line only")
    parser.add_argument("--write", action="store_true", help="write docs/capacity.md")
    parser.add_argument("--take", action="store_true", help="take constants from standard input")
    parser.add_argument(
        "--busy", action="store_true", help="with --take: the machine was not quiet"
    )
    chosen = parser.parse_args()
    if chosen.take:
        constants = json.loads(CONSTANTS.read_text("utf-8"))
        today = system_clock().date().isoformat()
        changed = take(constants, sys.stdin.read(), today, busy=chosen.busy)
        CONSTANTS.write_text(
            json.dumps(constants, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        sys.stdout.write(f"taken: {', '.join(changed) or 'nothing that is a constant here'}\n")
        return
    if chosen.write:
        PAGE.write_text(page(load()), encoding="utf-8")
    report(figures_of(load()), as_json=chosen.json)


if __name__ == "__main__":
    main()
