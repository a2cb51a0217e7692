"""Users' films over HTTP. Each change answers what it made, with `seq` to wait for the figures."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Query, Response

from cinematch.api.deps import Caller, CurrentUser, ExpectedVersion, services, set_etag
from cinematch.api.idempotency import Once, OnceOnly
from cinematch.api.problems import problems
from cinematch.api.types import PageOf, PathId
from cinematch.diary.core import Edit, Entry
from cinematch.diary.joining import JoiningService
from cinematch.diary.queries import LibraryQueries
from cinematch.diary.schemas.entries import (
    AddFilm,
    DiaryItem,
    DoneOut,
    EntryChange,
    EntryOut,
    FilmNamed,
    JoinIn,
    RemovedOut,
    RestoreIn,
    TagOut,
    TagsOut,
    UpdateRating,
    WatchChange,
    WatchIn,
    diary_page,
    entry_out,
    entry_page,
    restored,
)
from cinematch.diary.schemas.filters import DiaryParams, LibraryParams
from cinematch.diary.service import Change, DiaryService
from cinematch.events.core import Watch
from cinematch.films.schemas import half_stars
from cinematch.films.service import FilmsService
from cinematch.kit.clock import Clock
from cinematch.kit.errors import NotFound


class NeedsDiary(Protocol):
    """What this room uses of the services."""

    diary: DiaryService
    library: LibraryQueries
    joining: JoiningService
    films: FilmsService
    clock: Clock


House = Annotated[NeedsDiary, Depends(services)]


@dataclass(frozen=True)
class Call:
    """A change that somebody asks for: who, of which version, and done once."""

    user: Caller
    house: NeedsDiary
    once: OnceOnly
    expected_version: int | None


async def _asked(
    user: CurrentUser, house: House, once: Once, expected_version: ExpectedVersion
) -> Call:
    return Call(user, house, once, expected_version)


Asked = Annotated[Call, Depends(_asked)]

router = APIRouter(tags=["library"])
described = APIRouter(tags=["library"])

_CHANGES = problems(401, 404, 409, 412, 422)


@router.get("/library", summary="My films", responses=problems(401, 422))
def read_library(
    user: CurrentUser, house: House, params: Annotated[LibraryParams, Query()]
) -> PageOf[EntryOut]:
    """Narrowed and sorted; every figure of the statistics opens one of these listings."""
    return entry_page(house.library.page(user.user_id, params.asked()))


@router.get("/library/tags", summary="My tags", responses=problems(401))
def read_tags(user: CurrentUser, house: House) -> TagsOut:
    """The most used first."""
    tags = house.library.tags(user.user_id)
    return TagsOut(items=[TagOut(tag=tag, count=count) for tag, count in tags])


@router.get("/library/{film_id}", summary="One of my films", responses=problems(401, 404))
def read_entry(film_id: PathId, user: CurrentUser, house: House, response: Response) -> EntryOut:
    """Its rating, viewings, tags and review."""
    shown = house.library.entry(user.user_id, film_id)
    set_etag(response, shown.entry.version)
    return entry_out(shown)


@router.patch(
    "/library/{film_id}",
    summary="Rate, like, tag, review, mark as seen",
    response_model=EntryOut,
    responses=_CHANGES,
)
def edit_entry(film_id: PathId, body: EntryChange, asked: Asked) -> Response:
    """The film becomes one of mine if it was not; with nothing left to say it ceases to be."""
    edit = body.edit()
    return asked.once(
        lambda: _changed(
            asked.house,
            asked.house.diary.edit(
                asked.user.user_id, film_id, edit, expected_version=asked.expected_version
            ),
            asked.user.user_id,
            film_id,
        )
    )


@router.delete(
    "/library/{film_id}",
    summary="Take a film out of mine",
    response_model=RemovedOut,
    responses=_CHANGES,
)
def remove_entry(film_id: PathId, asked: Asked) -> Response:
    """With its viewings, rating and review; the answer can bring it back."""

    def work() -> RemovedOut:
        change = asked.house.diary.remove(
            asked.user.user_id, film_id, expected_version=asked.expected_version
        )
        return RemovedOut(film_id=film_id, seq=change.seq, removed=_removed(asked.house, change))

    return asked.once(work)


@router.post(
    "/library/{film_id}/restore",
    summary="Bring a removed film back",
    response_model=EntryOut,
    responses=_CHANGES,
)
def restore_entry(
    film_id: PathId, body: RestoreIn, user: CurrentUser, house: House, once: Once
) -> Response:
    """To exactly the state that the removal answered."""
    entry = restored(body.entry, user.user_id, film_id, house.clock().date())
    return once(lambda: _changed(house, house.diary.restore(entry), user.user_id, film_id))


@router.post(
    "/library/{film_id}/watches",
    status_code=201,
    summary="Log a viewing",
    response_model=EntryOut,
    responses=_CHANGES,
)
def log_watch(film_id: PathId, body: WatchIn, asked: Asked) -> Response:
    """On a day, in a month, in a year, or at a time unknown; with a rating if given."""
    return asked.once(
        lambda: _changed(
            asked.house,
            asked.house.diary.watch(
                asked.user.user_id,
                film_id,
                body.watch(),
                body.edit(),
                expected_version=asked.expected_version,
            ),
            asked.user.user_id,
            film_id,
        ),
        status=201,
    )


@router.patch(
    "/library/{film_id}/watches/{watch_id}",
    summary="Correct a viewing",
    response_model=EntryOut,
    responses=_CHANGES,
)
def change_watch(film_id: PathId, watch_id: PathId, body: WatchChange, asked: Asked) -> Response:
    """Its date, place or rewatch mark; what is left out stays."""

    def work() -> EntryOut:
        watch = _corrected(asked.house, asked.user.user_id, film_id, watch_id, body)
        change = asked.house.diary.change_watch(
            asked.user.user_id, film_id, watch, expected_version=asked.expected_version
        )
        return _changed(asked.house, change, asked.user.user_id, film_id)

    return asked.once(work)


@router.delete(
    "/library/{film_id}/watches/{watch_id}",
    summary="Remove a viewing",
    response_model=EntryOut,
    responses=_CHANGES,
)
def remove_watch(film_id: PathId, watch_id: PathId, asked: Asked) -> Response:
    """A rated film keeps one viewing of unknown date."""
    return asked.once(
        lambda: _changed(
            asked.house,
            asked.house.diary.remove_watch(
                asked.user.user_id, film_id, watch_id, expected_version=asked.expected_version
            ),
            asked.user.user_id,
            film_id,
        )
    )


@router.post(
    "/library/{film_id}/join",
    summary="Join a film of one's own to one of the catalogue",
    response_model=EntryOut,
    responses=_CHANGES,
)
def join_film(
    film_id: PathId, body: JoinIn, user: CurrentUser, house: House, once: Once
) -> Response:
    """What was said of both is kept, and the film of one's own is gone."""
    return once(
        lambda: _changed(
            house, house.joining.join(user.user_id, film_id, body.into), user.user_id, body.into
        )
    )


@router.get("/diary", summary="My viewings", responses=problems(401, 422))
def read_diary(
    user: CurrentUser, house: House, params: Annotated[DiaryParams, Query()]
) -> PageOf[DiaryItem]:
    """By date, undated ones last."""
    return diary_page(house.library.diary(user.user_id, params.asked()))


@described.post("/movies", summary="Add a film", response_model=DoneOut, responses=_CHANGES)
def add_movie(body: AddFilm, user: CurrentUser, house: House, once: Once) -> Response:
    """The same as `POST /user-movies/add`."""
    return once(lambda: _add(house, user.user_id, body))


@described.post(
    "/user-movies/add", summary="Add a film seen", response_model=DoneOut, responses=_CHANGES
)
def add_movie_to_collection(body: AddFilm, user: CurrentUser, house: House, once: Once) -> Response:
    """Named by id, or by name and year; a name that is not certain becomes a film of one's own."""
    return once(lambda: _add(house, user.user_id, body))


@described.post(
    "/user-movies/remove", summary="Remove a film", response_model=DoneOut, responses=_CHANGES
)
def remove_movie_from_collection(
    body: FilmNamed, user: CurrentUser, house: House, once: Once
) -> Response:
    """With its viewings and rating."""

    def work() -> DoneOut:
        film = house.films.find_certain(user.user_id, body.wanted())
        change = house.diary.remove(user.user_id, film.film_id)
        return DoneOut(film_id=film.film_id, seq=change.seq, entry=None)

    return once(work)


@described.put(
    "/user-movies/update-rating",
    summary="Change a rating",
    response_model=DoneOut,
    responses=_CHANGES,
)
def update_movie_rating(
    body: UpdateRating, user: CurrentUser, house: House, once: Once
) -> Response:
    """Of one of the caller's films; null takes it away."""

    def work() -> DoneOut:
        film = house.films.find_certain(user.user_id, body.wanted())
        house.library.entry(user.user_id, film.film_id)
        edit = Edit(rating=half_stars(body.rating))
        change = house.diary.edit(user.user_id, film.film_id, edit)
        return _done(house, change, user.user_id, film.film_id)

    return once(work)


def _add(house: NeedsDiary, user_id: str, body: AddFilm) -> DoneOut:
    film = house.films.find_or_own(user_id, body.wanted())
    edit = Edit(seen=True)
    if body.rating is not None:
        edit = Edit(seen=True, rating=half_stars(body.rating))
    if body.date and not _watched_on(house, user_id, film.film_id, body.date):
        change = house.diary.watch(user_id, film.film_id, Watch("", body.date), edit)
    else:
        change = house.diary.edit(user_id, film.film_id, edit)
    return _done(house, change, user_id, film.film_id)


def _watched_on(house: NeedsDiary, user_id: str, film_id: str, date: str) -> bool:
    """Whether that viewing is known: adding the same film twice changes nothing."""
    try:
        entry = house.library.entry(user_id, film_id).entry
    except NotFound:
        return False
    return any(watch.date == date for watch in entry.watches)


def _corrected(
    house: NeedsDiary, user_id: str, film_id: str, watch_id: str, body: WatchChange
) -> Watch:
    entry = house.library.entry(user_id, film_id).entry
    known = next((w for w in entry.watches if w.watch_id == watch_id), Watch(watch_id))
    given = body.model_fields_set
    return Watch(
        watch_id,
        body.date if "date" in given else known.date,
        body.rewatch if "rewatch" in given else known.rewatch,
        body.context if "context" in given else known.context,
        known.source,
    )


def _changed(house: NeedsDiary, change: Change, user_id: str, film_id: str) -> EntryOut:
    entry = change.after
    if entry is None:
        facts = house.films.film(film_id, user_id).film.facts
        entry = Entry(user_id=user_id, film_id=film_id, facts=facts)
    return entry_out(house.library.show(entry), change.seq)


def _removed(house: NeedsDiary, change: Change) -> EntryOut:
    if change.before is None:
        raise NotFound("This film is not among yours.")
    return entry_out(house.library.show(change.before))


def _done(house: NeedsDiary, change: Change, user_id: str, film_id: str) -> DoneOut:
    entry = _changed(house, change, user_id, film_id)
    return DoneOut(film_id=film_id, seq=entry.seq, entry=entry)
