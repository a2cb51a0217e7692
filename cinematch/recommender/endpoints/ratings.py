"""Ratings and genres under the names of the described system."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Response

from cinematch.api.deps import CurrentUser, services
from cinematch.api.problems import problems
from cinematch.api.types import Cursor, Limit, PageOf, PathId
from cinematch.diary.core import Edit
from cinematch.diary.service import DiaryService
from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.core.film import canonical_genre
from cinematch.films.schemas import FilmOut, film_page, half_stars
from cinematch.films.service import FilmsService
from cinematch.kit.errors import NotFound
from cinematch.recommender.schemas.shapes import rating_out
from cinematch.recommender.schemas.suggestions import (
    GenreOut,
    GenresOut,
    RatingIn,
    RatingOut,
    RatingsOut,
)
from cinematch.recommender.service.recommending import RecommendingService


class NeedsRatings(Protocol):
    """What these endpoints use of the house."""

    recommending: RecommendingService
    diary: DiaryService
    films: FilmsService


House = Annotated[NeedsRatings, Depends(services)]
router = APIRouter(tags=["recommendations"])
described = APIRouter(tags=["recommendations"])


@router.get("/ratings", summary="My ratings")
def read_ratings(
    user: CurrentUser, house: House, limit: Limit = 50, cursor: Cursor = None
) -> RatingsOut:
    """The latest first."""
    page = house.recommending.ratings(user.user_id, limit, cursor)
    return RatingsOut(
        items=[rating_out(given) for given in page.items], total=page.total, next=page.next
    )


@router.put("/ratings/{film_id}", summary="Rate a film", responses=problems(404, 422))
def rate_film(film_id: PathId, body: RatingIn, user: CurrentUser, house: House) -> RatingOut:
    """As the diary does it: in one transaction with its event."""
    edit = Edit(rating=half_stars(body.rating))
    entry = house.diary.edit(user.user_id, film_id, edit).after
    film = house.films.film(film_id, user.user_id).film
    return RatingOut(
        film_id=film_id,
        title=film.title,
        title_en=film.title_en,
        title_it=film.title_it,
        year=film.year,
        rating=body.rating,
        rated_at=entry.rated_at if entry else None,
    )


@router.delete(
    "/ratings/{film_id}", status_code=204, summary="Take a rating back", responses=problems(404)
)
def unrate_film(film_id: PathId, user: CurrentUser, house: House) -> Response:
    """The film stays seen; nothing happens when it was not rated."""
    if house.films.film(film_id, user.user_id).mine is None:
        raise NotFound("This film is not among yours.")
    house.diary.edit(user.user_id, film_id, Edit(rating=None))
    return Response(status_code=204)


@router.get("/generi", summary="Genres (as described)", name="read_generi", responses=problems(401))
@router.get("/genres", summary="Genres", responses=problems(401))
def read_genres(user: CurrentUser, house: House) -> GenresOut:
    """With how many films have each."""
    facets = house.films.facets(user.user_id)
    return GenresOut(items=[GenreOut.model_validate(facet) for facet in facets["genres"]])


@router.get(
    "/generi/{genre}/films",
    summary="Films of a genre (as described)",
    name="read_generi_films",
    responses=problems(401, 404, 422),
)
@router.get("/genres/{genre}/films", summary="Films of a genre", responses=problems(401, 404, 422))
def read_genre_films(
    genre: PathId, user: CurrentUser, house: House, limit: Limit = 50, cursor: Cursor = None
) -> PageOf[FilmOut]:
    """The best known first."""
    known = canonical_genre(genre)
    if known is None:
        raise NotFound(f"“{genre}” is no genre.")
    query = FilmQuery(genre=known, sort="popularity", limit=limit, cursor=cursor)
    return film_page(house.films.search(query, user.user_id))
