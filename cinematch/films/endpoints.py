"""The catalogue over HTTP."""

from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from cinematch.api.deps import (
    Administrator,
    CurrentUser,
    ExpectedVersion,
    services,
    set_etag,
)
from cinematch.api.idempotency import Once
from cinematch.api.problems import problems
from cinematch.api.types import Count, Cursor, CursorField, Limit, Line, PageOf, PathId
from cinematch.films.core.catalogue import FilmQuery, Sort
from cinematch.films.schemas import (
    CorrectionsOut,
    FacetsOut,
    FilmChange,
    FilmIn,
    FilmOut,
    PersonPage,
    corrections_out,
    facets_out,
    film_out,
    film_page,
    person_out,
)
from cinematch.films.service import FilmsService
from cinematch.kit.paging import MAX_LIMIT


class NeedsFilms(Protocol):
    """What this room uses of the services."""

    films: FilmsService


House = Annotated[NeedsFilms, Depends(services)]

router = APIRouter(tags=["films"])


class FilmFilters(BaseModel):
    """How a search is narrowed and sorted."""

    q: Line = Field("", description="Words of a title or a name; the last may be unfinished.")
    year: Count | None = None
    year_from: Count | None = None
    year_to: Count | None = None
    decade: Count | None = Field(None, description="Its first year.", examples=[1990])
    genre: Line | None = Field(None, examples=["Drama"])
    country: Line | None = Field(None, examples=["JP"])
    language: Line | None = Field(None, examples=["ja"])
    person: Line | None = Field(None, description="The id of who directed or acted.")
    runtime_max: Count | None = Field(None, description="Minutes.")
    seen: bool | None = Field(None, description="By the caller; `yes` and `no` will do, too.")
    sort: Sort = "relevance"
    limit: int = Field(50, ge=1, le=MAX_LIMIT)
    cursor: CursorField | None = Field(None, description="`next` of the page before.")

    def query(self) -> FilmQuery:
        """Return what the catalogue is asked; an empty filter is none."""
        values: dict[str, Any] = {
            name: value or None for name, value in self if name not in {"seen", "q"}
        }
        return FilmQuery(q=self.q, seen=self.seen, **values)


@router.get("/films", summary="Search and browse films", responses=problems(401, 422))
def search_films(
    user: CurrentUser, house: House, filters: Annotated[FilmFilters, Query()]
) -> PageOf[FilmOut]:
    """Words of a title (in any language known) or of a name; slips of the keyboard are mended."""
    return film_page(house.films.search(filters.query(), user.user_id))


@router.get("/films/facets", summary="By what films can be narrowed", responses=problems(401))
def film_facets(user: CurrentUser, house: House) -> FacetsOut:
    """How many films there are by genre, decade, country and language."""
    return facets_out(house.films.facets(user.user_id))


@router.get("/films/{film_id}", summary="One film", responses=problems(401, 404))
def read_film(film_id: PathId, user: CurrentUser, house: House, response: Response) -> FilmOut:
    """The film with one's own entry and everybody's figures."""
    card = house.films.film(film_id, user.user_id)
    set_etag(response, card.film.version)
    return film_out(card)


@router.post(
    "/films",
    status_code=201,
    summary="Add a film of one's own",
    response_model=FilmOut,
    responses=problems(401, 409, 422),
)
def create_film(body: FilmIn, user: CurrentUser, house: House, once: Once) -> Response:
    """A film that the catalogue does not have; nobody else sees it."""
    film = body.film()
    return once(lambda: film_out(house.films.create_own(user.user_id, film)), status=201)


@router.patch(
    "/films/{film_id}",
    summary="Correct a film's facts",
    responses=problems(401, 403, 404, 412, 422),
)
def correct_film(
    film_id: PathId,
    body: FilmChange,
    user: CurrentUser,
    house: House,
    response: Response,
    expected_version: ExpectedVersion,
) -> FilmOut:
    """By an administrator, or the owner of a film of one's own. All figures follow."""
    known = house.films.film(film_id, user.user_id).film
    card = house.films.correct(
        film_id,
        body.values(known),
        user_id=user.user_id,
        administrator=user.role == "administrator",
        expected_version=expected_version,
    )
    set_etag(response, card.film.version)
    return film_out(card)


@router.get(
    "/films/{film_id}/history",
    summary="Corrections made to a film",
    responses=problems(401, 403, 404),
)
def film_history(film_id: PathId, _: Administrator, house: House) -> CorrectionsOut:
    """Who corrected what, latest first."""
    return corrections_out(house.films.history(film_id))


@router.get("/people/{person_id}", summary="Somebody who makes films", responses=problems(401, 404))
def read_person(
    person_id: PathId, user: CurrentUser, house: House, limit: Limit = 50, cursor: Cursor = None
) -> PersonPage:
    """With a page of their films, latest first."""
    return person_out(*house.films.person(person_id, user.user_id, limit, cursor))
