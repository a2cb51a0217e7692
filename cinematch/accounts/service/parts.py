"""What both services of the accounts are made of."""

from dataclasses import dataclass

from cinematch.accounts.ports import AccountsRepository, Recorder
from cinematch.accounts.service.passwords import Passwords
from cinematch.infra.ports import Store
from cinematch.kit.clock import Clock


@dataclass(frozen=True)
class Parts:
    """Handed over by the bootstrap."""

    store: Store
    accounts: AccountsRepository
    passwords: Passwords
    recorder: Recorder
    clock: Clock
