"""What one is in the mood for, as a stated rule over genres."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cinematch.recommender.core.records import Mood


@dataclass(frozen=True)
class MoodRule:
    """A film fits that has one genre of `any_of`, and none of `none_of`."""

    any_of: frozenset[str]
    none_of: frozenset[str]

    def fits(self, genres: Collection[str]) -> bool:
        """Say whether a film with these genres fits; one without genres never does."""
        return not self.any_of.isdisjoint(genres) and self.none_of.isdisjoint(genres)


def _rule(any_of: str, none_of: str) -> MoodRule:
    return MoodRule(frozenset(any_of.split()), frozenset(none_of.split()))


MOODS: Mapping[Mood, MoodRule] = {
    "light": _rule(
        "Comedy Family Animation Musical Romance", "Drama Horror War Crime Thriller Mystery"
    ),
    "tense": _rule(
        "Thriller Horror Crime Mystery Film-Noir Action", "Comedy Family Musical Animation"
    ),
    "moving": _rule("Drama Romance", "Action Comedy Horror Sci-Fi Thriller"),
    "wondrous": _rule("Fantasy Sci-Fi Adventure Animation", "Crime Film-Noir Horror War"),
    "thoughtful": _rule("Biography Documentary History Mystery Drama", "Action Comedy Family"),
}
"""All but `any`, which every film fits."""
