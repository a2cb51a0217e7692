"""Where else somebody wants to be told: Apprise URLs. Shown only masked, for they hold tokens."""

from msgspec.structs import replace

from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Conflict, NotFound
from cinematch.kit.ids import new_id
from cinematch.notifications.core.channels import MOST_CHANNELS, Outcome, Target
from cinematch.notifications.core.wording import trial_words
from cinematch.notifications.service.parts import Parts


class TargetsService:
    """Use cases of targets."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def all(self, user_id: str) -> list[Target]:
        """Return a user's targets, oldest first."""
        return self._parts.store.snapshot(lambda tx: self._parts.channels.targets(tx, [user_id]))

    def add(self, user_id: str, name: str, url: str) -> Target:
        """Add a target, which is told of everything from now on.

        Raises:
            Invalid: Apprise does not know the URL, or the operator does not allow it.
            Unavailable: Apprise is not installed.
            Conflict: the user has too many.
        """
        self._parts.messenger.check(url)
        target = Target(
            target_id=new_id(),
            user_id=user_id,
            name=name,
            url=url,
            created_at=to_iso(self._parts.clock()),
        )

        def work(tx: Tx) -> Target:
            if len(self._parts.channels.targets(tx, [user_id])) >= MOST_CHANNELS:
                raise Conflict(f"You have {MOST_CHANNELS} targets; remove one first.")
            self._parts.channels.save_target(tx, target)
            return target

        return self._parts.store.transact(work)

    def switch(self, user_id: str, target_id: str, *, enabled: bool) -> Target:
        """Switch a target off, or on again with its failures forgotten.

        Raises:
            NotFound: the user has no such target.
        """
        now = to_iso(self._parts.clock())

        def work(tx: Tx) -> Target:
            target = self._mine(tx, user_id, target_id)
            if enabled == (target.disabled_at is None):
                return target
            changed = replace(target, failures=0, disabled_at=None if enabled else now)
            self._parts.channels.save_target(tx, changed)
            if not enabled:
                self._parts.channels.drop_pending(tx, target_id, now, "switched off")
            return changed

        return self._parts.store.transact(work)

    def remove(self, user_id: str, target_id: str) -> None:
        """Remove a target with all that is on its way to it.

        Raises:
            NotFound: the user has no such target.
        """

        def work(tx: Tx) -> None:
            self._mine(tx, user_id, target_id)
            self._parts.channels.delete(tx, target_id)

        self._parts.store.transact(work)

    def test(self, user_id: str, target_id: str) -> Outcome:
        """Send a few words at once, and say how it went.

        Raises:
            NotFound: the user has no such target.
        """

        def read(tx: Tx) -> tuple[Target, str | None]:
            account = self._parts.accounts.get(tx, user_id)
            return self._mine(tx, user_id, target_id), (
                account.settings.get("language") if account else None
            )

        target, language = self._parts.store.snapshot(read)
        said = trial_words(language)
        return self._parts.messenger.send(target.url, said.title, said.body)

    def _mine(self, tx: Tx, user_id: str, target_id: str) -> Target:
        target = self._parts.channels.target(tx, target_id)
        if target is None or target.user_id != user_id:
            raise NotFound("You have no such target.")
        return target
