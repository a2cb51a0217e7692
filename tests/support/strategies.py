"""Random films and random things that happen to them, for tests that state a law."""

from hypothesis import strategies as st

from cinematch.events.core import Event, FilmFacts, Image, Watch, event_type_of
from tests.support.builders import person

PEOPLE = [
    person(name) for name in ("Ozu", "Varda", "Leone", "Sembène", "Chaplin", "St. John-Smith")
]
FILM_IDS = ("kes", "yol", "z", "ran", "if....")

some_people = st.lists(st.sampled_from(PEOPLE), max_size=7).map(tuple)
dates = st.one_of(
    st.just(""),
    st.sampled_from(["1999", "2024"]),
    st.sampled_from(["1999-12", "2024-02"]),
    st.sampled_from(["1999-12-31", "2024-02-29", "2024-03-01", "2024-12-30"]),
)
ratings = st.none() | st.integers(1, 10)


@st.composite
def facts_of(draw: st.DrawFn, film_id: str) -> FilmFacts:
    """Draw facts of one film, some of them unknown."""
    return FilmFacts(
        film_id,
        film_id.upper(),
        year=draw(st.none() | st.sampled_from([1895, 1959, 1960, 2024])),
        runtime=draw(st.none() | st.integers(1, 500)),
        genres=draw(st.lists(st.sampled_from(["Drama", "Sci-Fi", "War"]), unique=True).map(tuple)),
        directors=draw(some_people),
        cast=draw(some_people),
        countries=draw(st.lists(st.sampled_from(["IT", "SU"]), unique=True).map(tuple)),
        languages=draw(st.lists(st.sampled_from(["it", "wo"]), unique=True).map(tuple)),
    )


@st.composite
def watches(draw: st.DrawFn) -> tuple[Watch, ...]:
    """Draw viewings, by date, as the diary keeps them."""
    drawn = draw(
        st.lists(
            st.tuples(dates, st.booleans(), st.sampled_from([None, "cinema", "home"])), max_size=4
        )
    )
    return tuple(
        Watch(f"w{n}", *known) for n, known in enumerate(sorted(drawn, key=lambda w: w[0]))
    )


@st.composite
def images(draw: st.DrawFn, film_id: str | None = None) -> Image:
    """Draw a user's film; rated only when seen, as the diary sees to."""
    seen = draw(watches())
    return Image(
        draw(facts_of(film_id or draw(st.sampled_from(FILM_IDS)))),
        rating=draw(ratings) if seen else None,
        watches=seen,
        liked=draw(st.booleans()),
        watchlist=draw(st.booleans()),
        has_review=draw(st.booleans()),
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Event], dict[str, Image]]:
    """Draw what happened to one user's films: the events, and the films as they are at the end."""
    events: list[Event] = []
    now: dict[str, Image] = {}
    for film_id in draw(st.lists(st.sampled_from(FILM_IDS), max_size=20)):
        before = now.get(film_id)
        after = draw(st.none() | images(film_id))
        if after is not None and before is not None and draw(st.booleans()):
            # The commonest change: the same film with the same facts.
            after = Image(before.film, after.rating, after.watches, after.liked)
        if before is None and after is None:
            continue
        kind = event_type_of(before, after)
        events.append(
            Event(
                event_id=f"e{len(events)}",
                user_id="u",
                seq=len(events) + 1,
                event_type=kind,
                occurred_at="2026-11-21T10:00:00.000000Z",
                before=before,
                after=after,
            )
        )
        now = {key: value for key, value in now.items() if key != film_id}
        if after is not None:
            now[film_id] = after
    return events, now
