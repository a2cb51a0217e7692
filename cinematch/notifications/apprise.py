"""Sends messages by Apprise, which may be absent."""

import logging
from typing import TYPE_CHECKING, Any

from cinematch.kit.errors import Invalid, Unavailable
from cinematch.notifications.core.channels import Outcome

if TYPE_CHECKING:
    from apprise import NotifyBase

INSTALL = "Apprise is not installed here. To have it: pip install apprise"
CLOUD = frozenset(
    {
        "discord", "gchat", "ifttt", "join", "mailgun", "opsgenie", "pagerduty", "pbul", "pover",
        "prowl", "pushy", "sendgrid", "signl4", "simplepush", "slack",
        "tgram", "twilio", "vonage", "webex", "wxteams",
    }
)  # fmt: skip
"""Services at addresses that are fixed in Apprise itself: no user chooses the host."""

_log = logging.getLogger(__name__)


class AppriseMessenger:
    """Implements `notifications.ports.Messenger`.

    Many of Apprise's URLs name any host at all, and it follows redirects; so unless the operator
    allows private addresses, only services whose address nobody can choose are taken.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    def check(self, url: str) -> None:
        """Refuse a URL that cannot be a target; see `notifications.ports.Messenger`."""
        self._plugin(url)

    def send(self, url: str, title: str, body: str) -> Outcome:
        """Send a message; see `notifications.ports.Messenger`."""
        try:
            sent = bool(self._plugin(url).notify(title=title, body=body))
        except (Invalid, Unavailable) as error:
            return Outcome(sent=False, error=error.detail)
        except Exception as error:  # noqa: BLE001 - a hundred services, each with its own ways
            _log.warning("Apprise failed: %s", type(error).__name__)
            return Outcome(sent=False, error=f"{type(error).__name__} while sending")
        refused = None if sent else "the service cannot be reached, or refused the message"
        return Outcome(sent=sent, error=refused)

    def _plugin(self, url: str) -> "NotifyBase":
        library = _apprise()
        scheme = url.partition("://")[0].lower()
        if not self._allow_private and scheme not in CLOUD:
            raise Invalid.field(
                "url",
                f"{scheme[:20]}:// is not allowed on this installation",
                f"take one of {', '.join(sorted(CLOUD))}",
            )
        plugin = library.Apprise.instantiate(url, suppress_exceptions=True)
        if plugin is None:
            raise Invalid.field(
                "url", "is not one that Apprise knows", "look it up in Apprise's list of services"
            )
        found: NotifyBase = plugin
        return found


def _apprise() -> Any:
    try:
        import apprise
    except ImportError as error:
        raise Unavailable(INSTALL) from error
    return apprise
