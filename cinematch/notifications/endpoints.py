"""Notifications over HTTP: the inbox, targets, webhooks."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Query

from cinematch.api.deps import CurrentUser, services
from cinematch.api.problems import problems
from cinematch.api.types import Cursor, Items, Limit, PageOf, PathId
from cinematch.notifications.schemas import (
    DeliveryOut,
    MadeWebhook,
    NotificationOut,
    Switch,
    SwitchesIn,
    SwitchesOut,
    TargetIn,
    TargetOut,
    TrialOut,
    UnreadOut,
    WebhookChange,
    WebhookIn,
    WebhookOut,
    delivery_out,
    made_webhook,
    notification_out,
    target_out,
    trial_out,
    webhook_out,
)
from cinematch.notifications.service import InboxService, TargetsService, WebhooksService


class NeedsNotifications(Protocol):
    """What this room uses of the services."""

    inbox: InboxService
    targets: TargetsService
    webhooks: WebhooksService


House = Annotated[NeedsNotifications, Depends(services)]
Unread = Annotated[bool, Query(description="Only what has not been read.")]

router = APIRouter(tags=["notifications"])

_MINE = problems(401, 404)


@router.get("/notifications", summary="My notifications", responses=problems(401, 422))
def read_notifications(
    user: CurrentUser,
    house: House,
    limit: Limit = 50,
    cursor: Cursor = None,
    unread: Unread = False,
) -> PageOf[NotificationOut]:
    """Newest first."""
    page = house.inbox.page(user.user_id, limit, cursor, unread=unread)
    items = [notification_out(filed) for filed in page.items]
    return PageOf(items=items, total=page.total, next=page.next)


@router.get("/notifications/unread", summary="How many I have not read", responses=problems(401))
def count_unread(user: CurrentUser, house: House) -> UnreadOut:
    """The number beside the bell."""
    return UnreadOut(unread=house.inbox.unread(user.user_id))


@router.post("/notifications/read", summary="Mark all notifications read", responses=problems(401))
def mark_all_read(user: CurrentUser, house: House) -> UnreadOut:
    """All that there are; what comes later is unread again."""
    house.inbox.mark_all_read(user.user_id)
    return UnreadOut(unread=house.inbox.unread(user.user_id))


@router.get("/notifications/settings", summary="What I am told of", responses=problems(401))
def read_switches(user: CurrentUser, house: House) -> SwitchesOut:
    """A switch for each kind; all are on at first."""
    return SwitchesOut(**house.inbox.switches(user.user_id))


@router.patch(
    "/notifications/settings", summary="Choose what I am told of", responses=problems(401, 422)
)
def change_switches(body: SwitchesIn, user: CurrentUser, house: House) -> SwitchesOut:
    """Kinds left out stay as they are."""
    return SwitchesOut(**house.inbox.switch(user.user_id, body.given()))


@router.get("/notifications/targets", summary="Where else I am told", responses=problems(401))
def read_targets(user: CurrentUser, house: House) -> Items[TargetOut]:
    """Oldest first, with masked URLs."""
    return Items(items=[target_out(one) for one in house.targets.all(user.user_id)])


@router.post(
    "/notifications/targets",
    status_code=201,
    summary="Add a target",
    responses=problems(401, 409, 422, 503),
)
def add_target(body: TargetIn, user: CurrentUser, house: House) -> TargetOut:
    """An Apprise URL: a messenger, mail, a phone. 503 where Apprise is not installed."""
    return target_out(house.targets.add(user.user_id, body.name, body.url))


@router.patch(
    "/notifications/targets/{target_id}",
    summary="Switch a target on or off",
    responses=problems(401, 404, 422),
)
def switch_target(target_id: PathId, body: Switch, user: CurrentUser, house: House) -> TargetOut:
    """Switched on again, its failures are forgotten."""
    return target_out(house.targets.switch(user.user_id, target_id, enabled=body.enabled))


@router.delete(
    "/notifications/targets/{target_id}",
    status_code=204,
    summary="Remove a target",
    responses=_MINE,
)
def remove_target(target_id: PathId, user: CurrentUser, house: House) -> None:
    """What is on its way to it is given up."""
    house.targets.remove(user.user_id, target_id)


@router.post("/notifications/targets/{target_id}/test", summary="Try a target", responses=_MINE)
def try_target(target_id: PathId, user: CurrentUser, house: House) -> TrialOut:
    """Send a few words at once."""
    return trial_out(house.targets.test(user.user_id, target_id))


@router.post("/notifications/{notification_id}/read", summary="Mark one read", responses=_MINE)
def mark_read(notification_id: PathId, user: CurrentUser, house: House) -> NotificationOut:
    """One that is read already stays as it is."""
    return notification_out(house.inbox.mark_read(user.user_id, notification_id))


@router.get("/webhooks", summary="My webhooks", responses=problems(401))
def read_webhooks(user: CurrentUser, house: House) -> Items[WebhookOut]:
    """Oldest first, without their secrets."""
    return Items(items=[webhook_out(one) for one in house.webhooks.all(user.user_id)])


@router.post(
    "/webhooks", status_code=201, summary="Add a webhook", responses=problems(401, 409, 422)
)
def add_webhook(body: WebhookIn, user: CurrentUser, house: House) -> MadeWebhook:
    """Called from now on, signed as Standard Webhooks say. The secret is shown only here."""
    return made_webhook(house.webhooks.add(user.user_id, body.url, body.kinds))


@router.patch(
    "/webhooks/{webhook_id}", summary="Change a webhook", responses=problems(401, 404, 422)
)
def change_webhook(
    webhook_id: PathId, body: WebhookChange, user: CurrentUser, house: House
) -> WebhookOut:
    """Address, kinds, on or off."""
    return webhook_out(
        house.webhooks.change(
            user.user_id, webhook_id, url=body.url, kinds=body.kinds, enabled=body.enabled
        )
    )


@router.delete(
    "/webhooks/{webhook_id}", status_code=204, summary="Remove a webhook", responses=_MINE
)
def remove_webhook(webhook_id: PathId, user: CurrentUser, house: House) -> None:
    """With its deliveries."""
    house.webhooks.remove(user.user_id, webhook_id)


@router.post("/webhooks/{webhook_id}/secret", summary="Make another secret", responses=_MINE)
def renew_webhook_secret(webhook_id: PathId, user: CurrentUser, house: House) -> MadeWebhook:
    """The one before signs nothing any more, retries included."""
    return made_webhook(house.webhooks.new_secret(user.user_id, webhook_id))


@router.post(
    "/webhooks/{webhook_id}/test",
    status_code=202,
    summary="Try a webhook",
    responses=problems(401, 404, 409),
)
def try_webhook(webhook_id: PathId, user: CurrentUser, house: House) -> DeliveryOut:
    """Put a call of kind `webhook.test` on its way; the deliveries tell how it went."""
    return delivery_out(house.webhooks.test(user.user_id, webhook_id))


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    summary="A webhook's deliveries",
    responses=problems(401, 404, 422),
)
def read_deliveries(
    webhook_id: PathId, user: CurrentUser, house: House, limit: Limit = 50, cursor: Cursor = None
) -> PageOf[DeliveryOut]:
    """Newest first; those that ended more than a month ago are forgotten."""
    page = house.webhooks.deliveries(user.user_id, webhook_id, limit, cursor)
    items = [delivery_out(one) for one in page.items]
    return PageOf(items=items, total=page.total, next=page.next)


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    summary="Deliver once more",
    responses=problems(401, 404, 409),
)
def redeliver(
    webhook_id: PathId, delivery_id: PathId, user: CurrentUser, house: House
) -> DeliveryOut:
    """Under the same `Webhook-Id`, with a new signature."""
    return delivery_out(house.webhooks.redeliver(user.user_id, webhook_id, delivery_id))
