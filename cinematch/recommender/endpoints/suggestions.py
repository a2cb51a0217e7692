"""Lists of films for one person and for several, with every score as a sum."""

from typing import Annotated, Protocol

from fastapi import APIRouter, BackgroundTasks, Depends, Query

from cinematch.accounts.service.accounts import AccountsService
from cinematch.api.deps import Caller, CurrentUser, services
from cinematch.api.problems import problems
from cinematch.api.types import Items, PathId
from cinematch.kit.errors import FieldError, Forbidden, Invalid, NotFound
from cinematch.recommender.core.records import Algorithm, Mood
from cinematch.recommender.schemas.shapes import (
    asked_out,
    companions_out,
    rating_out,
    suggestions_out,
    together_out,
    what_if_out,
    why_out,
    wish_of,
)
from cinematch.recommender.schemas.suggestions import (
    AskedOut,
    CompanionsOut,
    RatingOut,
    SuggestionsOut,
    TogetherIn,
    TogetherOut,
    WhatIfOut,
    WhyOut,
)
from cinematch.recommender.service.person import Turned
from cinematch.recommender.service.recommending import RecommendingService
from cinematch.recommender.service.together import Companion
from cinematch.recommender.service.why import LISTED, AsListed, Otherwise


class NeedsRecommending(Protocol):
    """What these endpoints use of the house."""

    recommending: RecommendingService
    accounts: AccountsService


House = Annotated[NeedsRecommending, Depends(services)]
Count = Annotated[int, Query(ge=1, le=100, description="How many films.")]
Slope = Annotated[float | None, Query(ge=-1, le=1)]
Genres = Annotated[list[str] | None, Query(max_length=24)]

Version = Annotated[
    str | None,
    Query(
        alias="model",
        max_length=100,
        description="`model.version` of the list that this is about, `none` where that is null. "
        "While that model is still held the answer is of it; `model` of the answer says.",
    ),
]

_WHOLE = 10
"""Films of a list with all their terms: each has one for every film that the person has seen."""

router = APIRouter(tags=["recommendations"], responses=problems(401, 422))
described = APIRouter(tags=["recommendations"], responses=problems(401, 422))


async def _turned(  # noqa: PLR0913, PLR0917 - one parameter for each knob
    popularity: Slope = None,
    recency: Slope = None,
    variety: Annotated[float | None, Query(ge=0, le=1)] = None,
    algorithm: Annotated[Algorithm | None, Query()] = None,
    mood: Annotated[Mood | None, Query()] = None,
    genre: Genres = None,
    without_genre: Genres = None,
    max_minutes: Annotated[int | None, Query(ge=1, le=1000)] = None,
) -> Turned:
    """Knobs turned for this one list; the rest is as the person left it."""
    return Turned(
        popularity=popularity,
        recency=recency,
        variety=variety,
        algorithm=algorithm,
        mood=mood,
        genres=None if genre is None else tuple(genre),
        without_genres=None if without_genre is None else tuple(without_genre),
        max_minutes=max_minutes,
    )


Knobs = Annotated[Turned, Depends(_turned)]


async def _as_listed(knobs: Knobs, n: Count = LISTED, version: Version = None) -> AsListed:
    """The list that is spoken of: asked for with the same knobs, as long."""
    return AsListed(turned=knobs, n=n, model=version)


SameList = Annotated[AsListed, Depends(_as_listed)]


@described.get("/recommendations", summary="Films for me, and why")
def read_recommendations(
    user: CurrentUser,
    house: House,
    knobs: Knobs,
    afterwards: BackgroundTasks,
    n: Count = LISTED,
    all_terms: Annotated[
        bool,
        Query(
            description="Every term by itself, none folded into `rest` up to a thousand; for lists "
            "of ten films at most."
        ),
    ] = False,
) -> SuggestionsOut:
    """Never one seen or set aside. Knobs given here hold for this list alone."""
    if all_terms and n > _WHOLE:
        raise Invalid.field("n", f"all terms are told of {_WHOLE} films at most", "ask for fewer")
    found = house.recommending.suggest(user.user_id, knobs, n)
    # The record of what was suggested is written once the list is on its way.
    afterwards.add_task(house.recommending.note, found)
    return suggestions_out(found, all_terms=all_terms)


@router.get(
    "/recommendations/user/{user_id}",
    summary="Films for somebody",
    responses=problems(403, 404),
)
def read_recommendations_of(
    user_id: PathId, user: CurrentUser, house: House, top_n: Count = LISTED
) -> SuggestionsOut:
    """One's own; an administrator may ask for everybody, which the audit log tells."""
    _look_at(house, user, user_id, "account.suggestions_read")
    return suggestions_out(house.recommending.suggest(user_id, Turned(), top_n))


@router.get(
    "/recommendations/user/{user_id}/history",
    summary="What somebody has rated",
    responses=problems(403, 404),
)
def read_history_of(user_id: PathId, user: CurrentUser, house: House) -> Items[RatingOut]:
    """The latest first. One's own; an administrator may ask for everybody: the audit log tells."""
    _look_at(house, user, user_id, "account.ratings_read")
    return Items(items=[rating_out(one) for one in house.recommending.history(user_id)])


@router.get(
    "/recommendations/films/{film_id}",
    summary="Why this film, or why not",
    responses=problems(404),
)
def read_why(film_id: PathId, user: CurrentUser, house: House, asked: SameList) -> WhyOut:
    """Its place, its sum, what keeps it out of the list, and the evidence that holds it up."""
    return why_out(house.recommending.why(user.user_id, film_id, asked))


@router.get(
    "/recommendations/films/{film_id}/what-if",
    summary="Where it would stand, had I rated otherwise",
    responses=problems(404, 409),
)
def read_what_if(
    film_id: PathId,
    user: CurrentUser,
    house: House,
    asked: SameList,
    evidence: Annotated[str, Query(min_length=1, max_length=200, description="A film of mine.")],
    stars: Annotated[
        float | None, Query(ge=0.5, le=5, multiple_of=0.5, description="None: set aside.")
    ] = None,
) -> WhatIfOut:
    """Computed anew with the other stars; nothing is changed."""
    other = Otherwise(evidence, stars)
    return what_if_out(house.recommending.what_if(user.user_id, film_id, other, asked))


@router.get("/recommendations/elicitation", summary="Films to begin with")
def read_elicitation(
    user: CurrentUser,
    house: House,
    n: Annotated[int, Query(ge=1, le=60)] = 12,
    skip: Annotated[list[str] | None, Query(max_length=500)] = None,
) -> AskedOut:
    """Well known and unlike each other; `skip` are those that the person does not know."""
    return asked_out(house.recommending.elicit(user.user_id, n, skip or ()))


@router.get("/recommendations/companions", summary="Who lets others choose with them")
def read_companions(user: CurrentUser, house: House) -> CompanionsOut:
    """Those who allowed it in their preferences; `open` says whether the caller did."""
    return companions_out(house.recommending.companions(user.user_id))


@router.post(
    "/recommendations/together",
    summary="A film for all of us",
    responses=problems(403),
)
def choose_film_together(body: TogetherIn, user: CurrentUser, house: House) -> TogetherOut:
    """By a rule, with what each is promised and gives up. Only with those who allow it."""
    caller = Companion(user.user_id, user.username)
    return together_out(house.recommending.together(caller, wish_of(body)))


def _look_at(house: NeedsRecommending, caller: Caller, user_id: str, action: str) -> None:
    """Check that somebody may read what is another's; it is on record before they do."""
    if caller.user_id == user_id:
        return
    if caller.role != "administrator":
        raise Forbidden("Only an administrator may see what is suggested to somebody else.")
    try:
        house.accounts.get(user_id)
    except NotFound as none:
        fault = FieldError("user_id", none.detail, "give one of `GET /api/admin/users`")
        raise NotFound(f"user_id: {none.detail}", errors=(fault,)) from None
    house.recommending.looked_at(caller.user_id, user_id, action)
