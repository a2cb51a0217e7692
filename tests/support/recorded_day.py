"""A day of some two hundred people, as their events, and how badly a topic may deliver it.

The same seed makes the same day to the last byte.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace

from benchmarks.workload import make_films
from cinematch.diary.core import CONTEXTS, Entry
from cinematch.events.core import (
    Event,
    FilmFacts,
    Image,
    Person,
    Watch,
    encode,
    event_type_of,
)
from cinematch.films.core.film import GENRES

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
"""The end of the day, at which everything is looked at."""

_MIDNIGHT = NOW.replace(hour=0, minute=0)
_SECONDS = 84_000
_FILMS = 160
_CORRECTIONS = 12
Message = tuple[bytes | None, bytes | None]


@dataclass
class RecordedDay:
    """What happened, in the order of the clock, and what came of it.

    Attributes:
        films: by id, as they are in the end.
        events: everybody's, each user's in the order of `seq`.
        library: user -> film -> the image in the end; the truth.
    """

    films: dict[str, FilmFacts]
    users: Sequence[str]
    events: list[Event] = field(default_factory=list)
    library: dict[str, dict[str, Image]] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        """Yield the truth as the diary keeps it."""
        for user_id, mine in self.library.items():
            for film_id, image in mine.items():
                yield Entry(
                    user_id=user_id,
                    film_id=film_id,
                    facts=image.film,
                    rating=image.rating,
                    liked=image.liked,
                    watchlist=image.watchlist,
                    tags=image.tags,
                    review="words" if image.has_review else None,
                    watches=image.watches,
                    version=1,
                )


def record_day(*, users: int = 200, events: int = 20_000, seed: int = 1888) -> RecordedDay:
    """Make a day of at least so many events, a few people making many of them."""
    return _Recorder(users, seed).record(events)


class _Recorder:
    """Lets people act, one after the other as the clock goes."""

    def __init__(self, users: int, seed: int) -> None:
        self._chance = random.Random(seed)
        films = {film.film_id: film for film in make_films(_FILMS, seed)}
        names = [f"user{number:03}" for number in range(users)]
        self._day = RecordedDay(films, names)
        self._day.library = {name: {} for name in names}
        self._day.seqs = dict.fromkeys(names, 0)
        self._film_ids = list(films)
        self._gestures: dict[Callable[[str, Image], None], float] = {
            self._rate: 5,
            self._see_again: 3,
            self._like: 2,
            self._write: 1.5,
            self._wish: 1.5,
            self._redate: 1,
            self._remove: 1,
        }

    def record(self, least: int) -> RecordedDay:
        """Act until there are enough events."""
        chance, day = self._chance, self._day
        moments = list(self._sessions(least))
        moments += [(chance.randrange(_SECONDS), None) for _ in range(_CORRECTIONS)]
        moments.sort(key=lambda moment: (moment[0], moment[1] or ""))
        for second, user_id in moments:
            self._now = _MIDNIGHT + timedelta(seconds=second)
            if user_id is None:
                self._correct(chance.choice(self._film_ids))
            elif chance.random() < 0.004:
                self._import(user_id, chance.randint(20, 90))
            else:
                self._act(user_id)
        while len(day.events) < least:
            self._act(chance.choice(day.users))
        return day

    def _sessions(self, events: int) -> Iterator[tuple[int, str | None]]:
        """Yield when who does something: in a few sittings each."""
        chance = self._chance
        weights = [min(8.0, chance.paretovariate(1.3)) for _ in self._day.users]
        for user_id, weight in zip(self._day.users, weights, strict=True):
            sittings = [chance.randrange(_SECONDS - 3_600) for _ in range(chance.randint(1, 4))]
            for _ in range(max(3, round(0.8 * events * weight / sum(weights)))):
                yield chance.choice(sittings) + chance.randrange(3_600), user_id

    def _act(self, user_id: str) -> None:
        chance, mine = self._chance, self._day.library[user_id]
        film_id = chance.choice(
            list(mine) if len(mine) > 9 and chance.random() < 0.4 else self._film_ids
        )
        if film_id not in mine:
            self._add(user_id, film_id)
            return
        gestures, weights = list(self._gestures), list(self._gestures.values())
        chance.choices(gestures, weights)[0](user_id, mine[film_id])

    def _put(
        self, user_id: str, film_id: str, after: Image | None, kind: str = "", cause: str = ""
    ) -> None:
        """Write down one change, which must be one."""
        day, mine = self._day, self._day.library[user_id]
        before = mine.pop(film_id, None)
        if after is not None:
            mine[film_id] = after
        day.seqs[user_id] += 1
        # Clocks of several machines differ, and go back at times.
        at = self._now - timedelta(seconds=self._chance.choice((0, 0, 0, 0, 2, 900)))
        day.events.append(
            Event(
                event_id=f"{user_id}-{day.seqs[user_id]}",
                user_id=user_id,
                seq=day.seqs[user_id],
                event_type="BULK_IMPORT" if kind else event_type_of(before, after),
                occurred_at=at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
                before=before,
                after=after,
                cause=cause or None,
            )
        )

    def _add(self, user_id: str, film_id: str, cause: str = "") -> None:
        film = self._day.films[film_id]
        if not cause and self._chance.random() < 0.15:
            image = Image(film, watchlist=True)
        else:
            rating = None if self._chance.random() < 0.1 else self._stars()
            image = Image(film, rating, (self._watch(),), liked=self._chance.random() < 0.1)
        self._put(user_id, film_id, image, "BULK_IMPORT" if cause else "", cause)

    def _import(self, user_id: str, count: int) -> None:
        for film_id in self._chance.sample(self._film_ids, count):
            if film_id not in self._day.library[user_id]:
                self._add(user_id, film_id, f"import:{user_id}-{self._now:%H%M}")

    def _correct(self, film_id: str) -> None:
        """Correct a film's facts, which is an event of everybody who has it."""
        chance, film = self._chance, self._day.films[film_id]
        number = chance.randrange(1_000_000)
        film = replace(
            film,
            runtime=None if chance.random() < 0.2 else chance.randint(60, 200),
            year=chance.randint(1920, 2026),
            genres=tuple(chance.sample(GENRES, chance.randint(1, 3))),
            directors=(*film.directors[:1], Person(f"nm9{number:06}", f"Found {number}")),
            cast=film.cast[1:],
        )
        self._day.films[film_id] = film
        for user_id, mine in self._day.library.items():
            if film_id in mine:
                after = replace(mine[film_id], film=film)
                self._put(user_id, film_id, after, cause=f"correction:{number}")

    def _rate(self, user_id: str, image: Image) -> None:
        if not image.seen:
            watches = (self._watch(),)
            after = replace(image, watches=watches, rating=self._stars(), watchlist=False)
        elif self._chance.random() < 0.1 and image.rating is not None:
            after = replace(image, rating=None)
        else:
            after = replace(image, rating=(image.rating or 0) % 10 + 1)
        self._put(user_id, image.film.film_id, after)

    def _see_again(self, user_id: str, image: Image) -> None:
        watch = replace(self._watch(), rewatch=image.seen)
        after = replace(image, watches=(*image.watches, watch), watchlist=False)
        self._put(user_id, image.film.film_id, after)

    def _like(self, user_id: str, image: Image) -> None:
        self._put(user_id, image.film.film_id, replace(image, liked=not image.liked))

    def _write(self, user_id: str, image: Image) -> None:
        tags = () if image.has_review else ("rain", "più")
        after = replace(image, has_review=not image.has_review, tags=tags)
        self._put(user_id, image.film.film_id, after)

    def _wish(self, user_id: str, image: Image) -> None:
        self._put(user_id, image.film.film_id, replace(image, watchlist=not image.watchlist))

    def _redate(self, user_id: str, image: Image) -> None:
        after = replace(image, watches=(*image.watches[:-1], self._watch()))
        self._put(user_id, image.film.film_id, after)

    def _remove(self, user_id: str, image: Image) -> None:
        self._put(user_id, image.film.film_id, None)

    def _stars(self) -> int:
        return min(10, max(1, round(self._chance.gauss(7, 2))))

    def _watch(self) -> Watch:
        chance = self._chance
        lot, back = chance.random(), chance.randrange(1, 4_000)
        if lot < 0.55:  # of days that trends count, and just past them
            back = int(70 * chance.random() ** 2)
        date = (NOW - timedelta(days=back)).date().isoformat()
        known = 0 if lot > 0.93 else 4 if lot > 0.9 else 7 if lot > 0.86 else 10
        context = chance.choice((None, *CONTEXTS))
        watch_id = f"w{len(self._day.events)}"
        return Watch(watch_id, date[:known], chance.random() < 0.1, context)


@dataclass
class Delivery:
    """What a topic is given of a day, and what is wrong with it, in messages."""

    messages: list[Message]
    doubled: int = 0
    late: int = 0
    lost: int = 0
    poison: int = 0


def deliver(day: RecordedDay, seed: int = 7) -> Delivery:
    """Deliver a day as badly as a topic may, each user's last event at least once.

    Users come out of order, some with their latest events at the very end, some with a stretch
    from the middle there; some stretches never come; messages and whole stretches come again.
    """
    chance = random.Random(seed)
    told = Delivery([])
    lost, middles, tails = _cut(day, chance)
    delay = {user_id: chance.randrange(600) for user_id in day.users}
    in_time: list[Event] = []
    held: list[Event] = []
    for event in sorted(enumerate(day.events), key=lambda one: one[0] + delay[one[1].user_id]):
        user_id, seq = event[1].user_id, event[1].seq
        if seq in lost.get(user_id, ()):
            told.lost += 1
        elif seq in middles.get(user_id, ()) or seq in tails.get(user_id, ()):
            held.append(event[1])
        else:
            in_time.append(event[1])
    told.late = len(held)
    messages = _stuttering([_message(event) for event in (*in_time, *held)], chance)
    told.doubled = len(messages) - len(in_time) - len(held)
    poison = _poison(in_time, chance)
    told.poison = len(poison)
    for one in poison:
        messages.insert(chance.randrange(len(messages)), one)
    told.messages = messages
    return told


Stretches = dict[str, range]


def _cut(day: RecordedDay, chance: random.Random) -> tuple[Stretches, Stretches, Stretches]:
    """Choose numbers of users that are lost, held back from the middle, held back at the end."""
    busy = [user_id for user_id in day.users if day.seqs[user_id] >= 40]
    chosen = chance.sample(busy, 40)
    middles = {user_id: range(10, 10 + chance.randint(5, 25)) for user_id in chosen[:20]}
    tails = {
        user_id: range(day.seqs[user_id] - chance.randint(5, 30), day.seqs[user_id] + 1)
        for user_id in chosen[20:]
    }
    lost = {user_id: middles.pop(user_id) for user_id in chosen[:10]}
    return lost, middles, tails


def _stuttering(messages: Sequence[Message], chance: random.Random) -> list[Message]:
    """Return messages, some of them twice, and some stretches of hundreds again later."""
    told: list[Message] = []
    for message in messages:
        told.append(message)
        if chance.random() < 0.06:
            told.append(message)
        if chance.random() < 0.04:
            told.append(chance.choice(told[-400:]))
    for _ in range(4):
        start = chance.randrange(len(told) - 400)
        place = chance.randrange(start + 400, len(told) + 1)
        told[place:place] = told[start : start + 400]
    return told


def _poison(events: Sequence[Event], chance: random.Random) -> list[Message]:
    """Return messages that count for nothing, though some look much like an event."""
    found: list[Message] = []
    for event in chance.sample(events, 5):
        key = event.user_id.encode()
        whole = encode(event)
        newer = msgspec.json.encode({**msgspec.json.decode(whole), "schema_version": 99})
        found += [
            (key, b"torn"),
            (key, whole[: len(whole) // 2]),
            (key, newer),
            (None, b"{}"),
            (b"\xff\xfe", whole),
            (b"nobody", encode(replace(event, user_id="nobody"))),
        ]
    return found


def _message(event: Event) -> Message:
    return event.user_id.encode(), encode(event)
