"""What people tell the recommender beside ratings: knobs, films set aside; and its record."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Response

from cinematch.api.deps import CurrentUser, services
from cinematch.api.problems import problems
from cinematch.api.types import PathId
from cinematch.recommender.core.records import Preferences
from cinematch.recommender.schemas.shapes import (
    marks_out,
    preferences_of,
    preferences_out,
    report_card_out,
)
from cinematch.recommender.schemas.suggestions import (
    MarksOut,
    PreferencesIn,
    PreferencesOut,
    ReportCardOut,
)
from cinematch.recommender.service.taste import TasteService


class NeedsTaste(Protocol):
    """What these endpoints use of the house."""

    taste: TasteService


House = Annotated[NeedsTaste, Depends(services)]
router = APIRouter(prefix="/recommendations", tags=["recommendations"], responses=problems(401))


@router.get("/preferences", summary="My knobs")
def read_taste_preferences(user: CurrentUser, house: House) -> PreferencesOut:
    """As they stand."""
    return preferences_out(house.taste.preferences(user.user_id) or Preferences())


@router.put("/preferences", summary="Turn my knobs", responses=problems(422))
def save_taste_preferences(body: PreferencesIn, user: CurrentUser, house: House) -> PreferencesOut:
    """They act at the next list."""
    chosen = preferences_of(body)
    house.taste.save_preferences(user.user_id, chosen)
    return preferences_out(chosen)


@router.get("/marks", summary="Films that I have set aside")
def read_marks(user: CurrentUser, house: House) -> MarksOut:
    """Muted as evidence, or not to be suggested; the latest first."""
    return marks_out(house.taste.marks(user.user_id))


@router.put(
    "/muted/{film_id}",
    status_code=204,
    summary="Leave a film of mine out of my taste",
    responses=problems(404),
)
def mute_film(film_id: PathId, user: CurrentUser, house: House) -> Response:
    """It stays in the diary and in all figures; the next list is made without it."""
    house.taste.mark(user.user_id, film_id, "muted")
    return Response(status_code=204)


@router.delete("/muted/{film_id}", status_code=204, summary="Let it count again")
def unmute_film(film_id: PathId, user: CurrentUser, house: House) -> Response:
    """Nothing happens when it was not muted."""
    house.taste.unmark(user.user_id, film_id, "muted")
    return Response(status_code=204)


@router.put(
    "/not-interested/{film_id}",
    status_code=204,
    summary="Do not suggest a film",
    responses=problems(404),
)
def dismiss_film(film_id: PathId, user: CurrentUser, house: House) -> Response:
    """It says nothing about one's taste; it is just not suggested."""
    house.taste.mark(user.user_id, film_id, "not interested")
    return Response(status_code=204)


@router.delete("/not-interested/{film_id}", status_code=204, summary="Suggest it again")
def restore_film(film_id: PathId, user: CurrentUser, house: House) -> Response:
    """Nothing happens when it was not set aside."""
    house.taste.unmark(user.user_id, film_id, "not interested")
    return Response(status_code=204)


@router.get("/report-card", summary="How right the predictions were")
def read_report_card(user: CurrentUser, house: House) -> ReportCardOut:
    """Of films that were suggested and rated afterwards."""
    return report_card_out(house.taste.report_card(user.user_id))
