"""Use cases: the inbox, ways outside, and the sender that works them off."""

from cinematch.notifications.service.inbox import InboxService
from cinematch.notifications.service.parts import Parts
from cinematch.notifications.service.sending import Sender
from cinematch.notifications.service.targets import TargetsService
from cinematch.notifications.service.webhooks import WebhooksService

__all__ = ["InboxService", "Parts", "Sender", "TargetsService", "WebhooksService"]
