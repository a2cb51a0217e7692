"""Streamed against recomputed: everybody's figures, and the community's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

_MOST_DETAILS = 100
Progress = Callable[[str, int, int], None]


class Figures(Protocol):
    """The statistics, as the checks need them."""

    def differences(self, user_id: str) -> list[str]:
        """Recompute a user's figures and return what differs, in words."""
        ...

    def community_differences(self) -> list[str]:
        """Recompute the community's figures and return what differs, in words."""
        ...

    def rebuild(self, user_id: str) -> None:
        """Compute a user's figures anew and switch to them."""
        ...

    def rebuild_community(self) -> None:
        """Compute the community's figures anew and switch to them."""
        ...


@dataclass(frozen=True)
class Verdict:
    """How many accounts were checked, and each difference in words."""

    checked_users: int
    differences: tuple[str, ...]

    def summary(self) -> dict[str, Any]:
        """Return the numbers, and the first hundred differences in words."""
        return {
            "checked_users": self.checked_users,
            "differences": len(self.differences),
            "details": list(self.differences[:_MOST_DETAILS]),
        }


class CheckService:
    """Verifies and rebuilds derived figures, one account after the other."""

    def __init__(self, figures: Figures, user_ids: Callable[[], list[str]]) -> None:
        self._figures = figures
        self._user_ids = user_ids

    def everybody(self, progress: Progress | None = None) -> Verdict:
        """Check all accounts and the community."""
        user_ids = self._user_ids()
        found: list[str] = []
        for done, user_id in enumerate(user_ids):
            if progress:
                progress("accounts", done, len(user_ids))
            found += self._figures.differences(user_id)
        return Verdict(len(user_ids), (*found, *self._figures.community_differences()))

    def one(self, user_id: str) -> Verdict:
        """Check one account."""
        return Verdict(1, tuple(self._figures.differences(user_id)))

    def rebuild(self, user_ids: list[str] | None, progress: Progress | None = None) -> int:
        """Compute figures anew, of some accounts or (None) of all and the community."""
        chosen = self._user_ids() if user_ids is None else user_ids
        for done, user_id in enumerate(chosen):
            if progress:
                progress("accounts", done, len(chosen))
            self._figures.rebuild(user_id)
        if user_ids is None:
            self._figures.rebuild_community()
        return len(chosen)
