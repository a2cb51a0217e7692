"""Notifications, targets and webhooks on the wire."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cinematch.api.types import Body, Line, Name
from cinematch.notifications.core.addresses import LONGEST_URL
from cinematch.notifications.core.channels import Delivery, Hook, Outcome, Target, Webhook, masked
from cinematch.notifications.core.notes import Kind
from cinematch.notifications.ports import Filed

_AT = "2026-03-01T20:15:00.123456Z"
_URL = "https://example.org/cinematch"

TargetUrl = Annotated[Line, Field(min_length=5, examples=["tgram://123456789:abcdefg/12315544/"])]
HookUrl = Annotated[Line, Field(max_length=min(LONGEST_URL, 500), examples=[_URL])]
HookKinds = Annotated[list[Hook], Field(min_length=1, max_length=20)]


class NotificationOut(BaseModel):
    """Something that happened; the page makes the words from `kind` and `data`."""

    notification_id: str = Field(examples=["3k5w7c2yqf4ha"])
    kind: Kind
    at: str = Field(examples=[_AT])
    data: dict[str, Any] = Field(
        description="`milestone`: `what` (films, hours), `value`, perhaps `film_id`, `title`. "
        "`first_film`: `film_id`, `title`. `import_finished`: `import_id`, `filename`, `counts`. "
        "`channel_disabled`: `channel`, `channel_id`, `name`, `reason`.",
        examples=[{"what": "films", "value": 100, "film_id": "m3qk2", "title": "Ran"}],
    )
    read_at: str | None


class UnreadOut(BaseModel):
    """How many notifications wait to be read."""

    unread: int = Field(examples=[3])


class SwitchesOut(BaseModel):
    """Which kinds one is told of."""

    first_film: bool
    milestone: bool
    import_finished: bool
    channel_disabled: bool


class SwitchesIn(Body):
    """Kinds to switch; those left out stay."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"milestone": False}]})

    first_film: bool | None = None
    milestone: bool | None = None
    import_finished: bool | None = None
    channel_disabled: bool | None = None

    def given(self) -> dict[str, bool]:
        """Return only what was sent."""
        return self.model_dump(exclude_none=True)


class TargetOut(BaseModel):
    """Where notifications go besides the inbox. The URL holds tokens, so it is shown masked."""

    target_id: str
    name: str
    url: str = Field(examples=["tgram://…5544"])
    created_at: str = Field(examples=[_AT])
    enabled: bool
    last_error: str | None


class TargetIn(Body):
    """A target to add: a name of one's own, and an Apprise URL."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "My phone", "url": "tgram://123456789:abcdefg/12315544/"}]
        }
    )

    name: Name
    url: TargetUrl


class Switch(Body):
    """On or off."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"enabled": True}]})

    enabled: bool


class TrialOut(BaseModel):
    """How a test went."""

    sent: bool
    error: str | None = Field(examples=[None])


class WebhookOut(BaseModel):
    """An address that is called. Its secret was shown when it was made."""

    webhook_id: str
    url: str = Field(examples=[_URL])
    kinds: list[Hook]
    created_at: str = Field(examples=[_AT])
    enabled: bool
    failures: int = Field(description="Tries in a row without success.")
    last_error: str | None


class MadeWebhook(WebhookOut):
    """A webhook with its secret: the only time that it is shown."""

    secret: str = Field(examples=["whsec_…"])


class WebhookIn(Body):
    """A webhook to add."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": _URL, "kinds": ["film.added", "film.rated"]}]}
    )

    url: HookUrl
    kinds: HookKinds


class WebhookChange(Body):
    """What to change; what is left out stays. `enabled: true` forgets the failures."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"enabled": True}]})

    url: HookUrl | None = None
    kinds: HookKinds | None = None
    enabled: bool | None = None


class DeliveryOut(BaseModel):
    """One call of a webhook."""

    delivery_id: str = Field(description="Sent as `Webhook-Id`.", examples=["msg_3k5w7c2yqf4ha"])
    kind: str = Field(examples=["film.added"])
    status: Literal["pending", "sent", "dead"]
    attempts: int
    created_at: str = Field(examples=[_AT])
    next_at: str | None = Field(description="Of the next try; null when it has ended.")
    finished_at: str | None
    code: int | None = Field(description="HTTP status of the last answer.", examples=[200])
    error: str | None
    payload: str = Field(description="The body, as it is signed and sent.")


def notification_out(filed: Filed) -> NotificationOut:
    """Show a notification."""
    note = filed.note
    return NotificationOut(
        notification_id=note.notification_id,
        kind=note.kind,
        at=note.at,
        data=note.data,
        read_at=filed.read_at,
    )


def target_out(target: Target) -> TargetOut:
    """Show a target, its URL masked."""
    return TargetOut(
        target_id=target.target_id,
        name=target.name,
        url=masked(target.url),
        created_at=target.created_at,
        enabled=target.disabled_at is None,
        last_error=target.last_error,
    )


def trial_out(outcome: Outcome) -> TrialOut:
    """Show how a test went."""
    return TrialOut(sent=outcome.sent, error=outcome.error)


def webhook_out(hook: Webhook) -> WebhookOut:
    """Show a webhook without its secret."""
    return WebhookOut(**_hook(hook))


def made_webhook(hook: Webhook) -> MadeWebhook:
    """Show a webhook with its secret."""
    return MadeWebhook(**_hook(hook), secret=hook.secret)


def delivery_out(delivery: Delivery) -> DeliveryOut:
    """Show a delivery."""
    return DeliveryOut(
        delivery_id=delivery.delivery_id,
        kind=delivery.kind,
        status=delivery.status,
        attempts=delivery.attempts,
        created_at=delivery.created_at,
        next_at=delivery.next_at if delivery.status == "pending" else None,
        finished_at=delivery.finished_at,
        code=delivery.code,
        error=delivery.error,
        payload=delivery.payload,
    )


def _hook(hook: Webhook) -> dict[str, Any]:
    return {
        "webhook_id": hook.webhook_id,
        "url": hook.url,
        "kinds": list(hook.kinds),
        "created_at": hook.created_at,
        "enabled": hook.disabled_at is None,
        "failures": hook.failures,
        "last_error": hook.last_error,
    }
