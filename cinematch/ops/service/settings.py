"""What an administrator may choose while the installation runs."""

from collections.abc import Mapping
from typing import Any

from cinematch.infra.ports import Store
from cinematch.kit.errors import Invalid
from cinematch.ops.ports import OpsRepository

DEFAULTS: Mapping[str, Any] = {"registration_open": True, "backup_keep": 14, "backup_hour": 2}


class InstallationSettings:
    """Named values kept in the store, with defaults."""

    def __init__(
        self, store: Store, records: OpsRepository, defaults: Mapping[str, Any] = DEFAULTS
    ) -> None:
        self._store = store
        self._records = records
        self._defaults = defaults

    def all(self) -> dict[str, Any]:
        """Return every setting by name."""
        return {name: self.get(name) for name in self._defaults}

    def get(self, name: str) -> Any:
        """Return one setting, or its default."""
        value = self._store.snapshot(lambda tx: self._records.setting(tx, name))
        return self._defaults[name] if value is None else value

    def change(self, changes: Mapping[str, Any]) -> None:
        """Save some settings, in one transaction.

        Raises:
            Invalid: there is no such setting.
        """
        for name in changes:
            if name not in self._defaults:
                raise Invalid.field(name, "is no setting", f"one of: {', '.join(self._defaults)}")

        def work(tx: Any) -> None:
            for name, value in changes.items():
                self._records.save_setting(tx, name, value)

        self._store.transact(work)
