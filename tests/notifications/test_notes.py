"""Which events make which note: a fold that no batching, replay or detour changes."""

from hypothesis import given
from hypothesis import strategies as st

from cinematch.events.core import Event, Image
from cinematch.notifications.core.notes import Progress, advance, marks
from cinematch.notifications.core.wording import words
from cinematch.stats.core.milestones import passed
from tests.support.builders import facts, image
from tests.support.strategies import histories

START = Progress(user_id="u")


def event(seq: int, before: Image | None, after: Image | None, cause: str | None = None) -> Event:
    return Event(
        event_id=f"e{seq}",
        user_id="u",
        seq=seq,
        event_type="ADD" if before is None else "DELETE",
        occurred_at="2026-03-01T20:15:00.000000Z",
        before=before,
        after=after,
        cause=cause,
    )


def watched(number: int) -> Image:
    return image(facts(f"film{number}", runtime=60), "2026-01-01")


@given(histories(), st.lists(st.integers(0, 20), max_size=6))
def test_batches_and_repeats_make_no_difference(
    history: tuple[list[Event], dict[str, Image]], cuts: list[int]
) -> None:
    events, now = history
    whole = advance(START, events)
    progress, ids = START, []
    for cut in [*cuts, len(events)]:
        # Each batch begins anew from the first event: everything before comes twice.
        part = advance(progress, events[: max(cut, progress.seq)])
        progress = part.progress
        ids += [note.notification_id for note in part.notes]
    assert progress == whole.progress
    assert ids == [note.notification_id for note in whole.notes]
    assert len(ids) == len(set(ids))
    assert progress.films == sum(one.seen for one in now.values())
    assert progress.minutes == sum(
        len(one.watches) * (one.film.runtime or 0) for one in now.values()
    )


@given(st.lists(st.booleans(), max_size=120))
def test_films_that_come_and_go_reach_each_mark_once(steps: list[bool]) -> None:
    events: list[Event] = []
    held: list[Image] = []
    highest = 0
    for adds in steps:
        if adds:
            held.append(watched(len(events)))
            events.append(event(len(events) + 1, None, held[-1]))
        elif held:
            events.append(event(len(events) + 1, held.pop(), None))
        highest = max(highest, len(held))
    told = [note for note in advance(START, events).notes if note.data.get("what") != "hours"]
    values = [note.data.get("value", 1) for note in told]
    assert values == [step for step in (1, 10, 25, 50, 100) if step <= highest]


def test_the_hundredth_film_is_told_with_its_title() -> None:
    events = [event(n, None, watched(n)) for n in range(1, 101)]
    told = advance(START, events).notes
    assert [note.key for note in told if note.data.get("what") == "films"][-1] == "films:100"
    assert told[0].kind == "first_film"
    assert words(told[-2], "en").body.startswith("You have reached 100 films, the latest Film100")


def test_an_import_is_counted_in_silence_and_its_marks_are_told_at_its_end() -> None:
    events = [event(n, None, watched(n), "import:i1") for n in range(1, 61)]
    after = advance(START, events)
    assert (len(after.notes), sorted(after.imports), after.progress.films) == (0, ["i1"], 60)
    progress, told = marks(after.progress, "2026-03-01T20:15:00.000000Z")
    assert {note.key for note in told} == {"films:50", "hours:50"}
    assert marks(progress, "2026-03-02T20:15:00.000000Z")[1] == []


def test_a_mark_that_an_import_passed_names_no_film_that_came_after_it() -> None:
    brought = [event(n, None, watched(n), "import:i1") for n in range(1, 61)]
    wished = image(facts("film61"))
    told = advance(START, [*brought, event(61, None, wished)]).notes
    assert {note.key for note in told} == {"films:50", "hours:50"}
    assert all("title" not in note.data for note in told)
    seen = advance(START, [*brought, event(61, None, watched(61))]).notes
    assert {note.data["title"] for note in seen} == {"Film61"}


def test_identity_is_the_same_everywhere_and_differs_between_users_kinds_and_keys() -> None:
    (note,) = advance(START, [event(1, None, watched(1))]).notes
    (again,) = advance(START, [event(1, None, watched(1))]).notes
    other = advance(Progress(user_id="v"), [event(1, None, watched(1))]).notes[0]
    assert note.notification_id == again.notification_id != other.notification_id


@given(st.integers(0, 3_000), st.integers(0, 3_000))
def test_marks_follow_the_milestones_of_the_statistics(told: int, films: int) -> None:
    start = Progress(user_id="u", films=films, films_told=told)
    _, notes = marks(start, "")
    expected = passed(told, films)
    assert [note.data.get("value", 1) for note in notes] == ([expected] if expected else [])


@given(st.sampled_from(["en", "it", "fr", None]), st.booleans())
def test_every_kind_has_words_in_both_languages(language: str | None, titled: bool) -> None:
    from cinematch.notifications.core.notes import KINDS, Note

    data: dict[str, dict[str, object]] = {
        "first_film": {},
        "milestone": {"what": "hours", "value": 100},
        "import_finished": {"filename": "a {b}.csv", "counts": {"added": 3, "doubtful": 1}},
        "channel_disabled": {"name": "hook", "reason": "answered 500"},
    }
    for kind in KINDS:
        title = {"title": "Le {quattro} volte"} if titled else {}
        said = words(
            Note(user_id="u", kind=kind, key="", at="", data={**data[kind], **title}), language
        )
        assert said.title
        assert said.body[0].isalnum() or said.body.startswith("a {b}.csv")
