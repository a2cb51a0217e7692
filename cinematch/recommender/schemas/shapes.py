"""How what the services return looks over HTTP."""

from pydantic import TypeAdapter

from cinematch.films.schemas import film_out, genres_of
from cinematch.recommender.core.account import MOST
from cinematch.recommender.core.records import Preferences
from cinematch.recommender.schemas.suggestions import (
    AskedOut,
    CompanionOut,
    CompanionsOut,
    FactOut,
    IntervalOut,
    MarkOut,
    MarksOut,
    MissOut,
    ModelNote,
    PreferencesIn,
    PreferencesOut,
    RatingOut,
    ReportCardOut,
    SeatOut,
    SharedFilmOut,
    SpanOut,
    StarsTermOut,
    SuggestionOut,
    SuggestionsOut,
    TermOut,
    TogetherIn,
    TogetherOut,
    WhatIfOut,
    WhyOut,
)
from cinematch.recommender.service.explaining import Item
from cinematch.recommender.service.recommending import Asked, Given, Suggested
from cinematch.recommender.service.taste import MarkedFilm, ReportCard
from cinematch.recommender.service.together import Companions, Shared, Wish
from cinematch.recommender.service.why import WhatIf, Why

# Validated list by list: a list of 20 has some 700 of these, and to make each by itself takes twice
# as long.
_TERMS = TypeAdapter(list[TermOut])
_STARS_TERMS = TypeAdapter(list[StarsTermOut])
_FACTS = TypeAdapter(list[FactOut])


MOST_TERMS = 1_000
"""Lines of a sum where all are wanted; who has seen more films than that reads the rest as one."""


def suggestion_out(item: Item, *, all_terms: bool = False) -> SuggestionOut:
    """Show a film with its sums; the smaller terms are in one unless all are wanted."""
    most = MOST_TERMS if all_terms else MOST
    score, stars = item.score(most), item.stars(most)
    film = item.card.film
    return SuggestionOut.model_construct(
        film_id=film.film_id,
        title=film.title,
        year=film.year,
        score=score.total,
        predicted_rating=item.shown_stars,
        predicted=item.predicted,
        interval=IntervalOut.model_validate(item.interval),
        terms=_TERMS.validate_python(item.terms(score)),
        stars_terms=_STARS_TERMS.validate_python(item.terms(stars)),
        facts=_FACTS.validate_python(item.facts),
        film=film_out(item.card),
    )


def suggestions_out(found: Suggested, *, all_terms: bool = False) -> SuggestionsOut:
    """Show a list."""
    return SuggestionsOut.model_construct(
        items=[suggestion_out(item, all_terms=all_terms) for item in found.items],
        model=ModelNote.model_validate(found.note),
        rated=found.rated,
        seen=found.seen,
        left_out=dict(found.left_out),
    )


def what_if_out(found: WhatIf) -> WhatIfOut:
    """Show what would have come of other evidence."""
    return WhatIfOut.model_validate(found)


def why_out(found: Why) -> WhyOut:
    """Show one film explained."""
    return WhyOut.model_construct(
        item=suggestion_out(found.item),
        place=found.place,
        of=found.of,
        listed=found.listed,
        reasons=list(found.reasons),
        needed=found.needed,
        held_up_by=[what_if_out(one) for one in found.held_up_by],
        model=found.model,
    )


def asked_out(asked: Asked) -> AskedOut:
    """Show films to begin with."""
    return AskedOut(
        items=[film_out(card) for card in asked.films],
        answered=asked.answered,
        enough=asked.enough,
    )


def companions_out(found: Companions) -> CompanionsOut:
    """Show who lets others choose with them."""
    items = [CompanionOut.model_validate(one) for one in found.items]
    return CompanionsOut(items=items, open=found.open)


def wish_of(body: TogetherIn) -> Wish:
    """Read what several people want.

    Raises:
        Invalid: a genre that is none.
    """
    return Wish(
        with_users=body.with_users,
        rule=body.rule,
        n=body.n,
        max_minutes=body.max_minutes,
        genres=genres_of(body.genres),
        rewatch=body.rewatch,
    )


def together_out(found: Shared) -> TogetherOut:
    """Show films for several people."""
    return TogetherOut(
        rule=found.rule,
        items=[
            SharedFilmOut(
                film=film_out(shared.card),
                mean=shared.mean,
                least=shared.least,
                chosen_by=shared.chosen_by,
                seats=[SeatOut.model_validate(seat) for seat in shared.seats],
            )
            for shared in found.items
        ],
        people=[CompanionOut.model_validate(one) for one in found.people],
        model=found.model,
    )


def preferences_of(body: PreferencesIn) -> Preferences:
    """Read knobs.

    Raises:
        Invalid: a genre that is none.
    """
    given = body.model_dump(exclude={"genres", "without_genres"})
    return Preferences(
        genres=genres_of(body.genres), without_genres=genres_of(body.without_genres), **given
    )


def preferences_out(preferences: Preferences) -> PreferencesOut:
    """Show knobs."""
    return PreferencesOut.model_validate(preferences)


def marks_out(marks: list[MarkedFilm]) -> MarksOut:
    """Show films set aside."""
    return MarksOut(
        items=[MarkOut(kind=mark.kind, at=mark.at, film=film_out(mark.card)) for mark in marks]
    )


def report_card_out(card: ReportCard) -> ReportCardOut:
    """Show how right the predictions were."""
    miss = card.last_miss
    return ReportCardOut(
        rated=card.rated,
        within_half_a_star=card.within_half_a_star,
        mean_error=card.mean_error,
        bias=card.bias,
        interval_covered=card.interval_covered,
        taken=SpanOut.model_validate(card.taken),
        by_model={name: SpanOut.model_validate(span) for name, span in card.by_model.items()},
        last_miss=None
        if miss is None
        else MissOut(
            film=film_out(miss.card), predicted=miss.predicted, given=miss.given, at=miss.at
        ),
    )


def rating_out(given: Given) -> RatingOut:
    """Show a rating."""
    return RatingOut.model_validate(given)
