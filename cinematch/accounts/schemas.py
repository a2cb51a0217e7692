"""Accounts on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from cinematch.accounts.core import DEFAULT_SETTINGS, MAX_PASSWORD_BYTES, Account
from cinematch.api.types import Body, Name

# The rules of a new name or password are the core's; these bounds only keep absurd ones out.
Username = Annotated[str, StringConstraints(max_length=200)]
Password = Annotated[str, StringConstraints(max_length=MAX_PASSWORD_BYTES)]

_CREDENTIALS: dict[str, JsonValue] = {
    "username": "agnès",
    "password": "a phrase that is easy to keep",
}
_SETTINGS: dict[str, JsonValue] = {
    "language": "it",
    "theme": "dark",
    "title_language": "interface",
    "week_start": 1,
}
_USER: dict[str, JsonValue] = {
    "user_id": "3k5w7c2yqf4ha",
    "username": "agnès",
    "role": "user",
    "created_at": "2026-03-01T20:15:00.123456Z",
    "disabled": False,
    "settings": _SETTINGS,
    "seq": 1042,
}

TitleLanguage = Literal["interface", "original", "it", "en"]


class Credentials(Body):
    """A name and a password."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CREDENTIALS]})

    username: Username = Field(description="1 to 64 visible characters; case does not matter.")
    password: Password = Field(description="8 characters or more.")


class UserSettings(BaseModel):
    """How one wants things shown."""

    language: Literal["it", "en"] | None = Field(description="Null: as the browser asks.")
    theme: Literal["light", "dark", "system"]
    title_language: TitleLanguage = Field(description="`interface`: that of the page.")
    week_start: int = Field(description="1 Monday … 7 Sunday.")


class SettingsChange(Body):
    """Those settings that are to change."""

    language: Literal["it", "en"] | None = None
    theme: Literal["light", "dark", "system"] = "system"
    title_language: TitleLanguage = "interface"
    week_start: int = Field(1, ge=1, le=7)


class UserChange(Body):
    """A change of one's own account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"settings": {"theme": "dark"}}]})

    settings: SettingsChange

    def given(self) -> dict[str, Any]:
        """Return only the settings that were sent."""
        return self.settings.model_dump(exclude_unset=True)


class User(BaseModel):
    """An account, as its owner and administrators see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_USER]})

    user_id: str
    username: str
    role: Literal["user", "administrator"]
    created_at: datetime
    disabled: bool
    settings: UserSettings
    seq: int = Field(description="Of the account's last event.")

    @classmethod
    def of(cls, account: Account) -> "User":
        """Shape an account; settings that were never made have their defaults."""
        return cls(
            user_id=account.user_id,
            username=account.username,
            role=account.role,
            created_at=datetime.fromisoformat(account.created_at),
            disabled=account.disabled,
            settings=UserSettings.model_validate(DEFAULT_SETTINGS | account.settings),
            seq=account.seq,
        )


class AccessToken(BaseModel):
    """A token for `Authorization: Bearer …`."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds.", examples=[900])


class Setup(BaseModel):
    """What a page needs to know before anybody is signed in."""

    needs_setup: bool = Field(description="There is no account yet; the first is administrator.")
    registration_open: bool
    version: str = Field(examples=["0.1.0"])
    default_language: Literal["it", "en"]


class PasswordChange(Body):
    """The password now, and the one from now on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"current_password": "the old phrase", "new_password": "a new phrase"}]
        }
    )

    current_password: Password
    new_password: Password


class Farewell(Body):
    """One's password, to erase one's account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "my phrase"}]})

    password: Password


class NewToken(Body):
    """A token to be made."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "media player"}]})

    name: Name


class Token(BaseModel):
    """An API token, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    token_id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


class MadeToken(Token):
    """A token just made: the only time that it is shown."""

    token: str = Field(examples=["cmt_…"])


class UserAdministration(Body):
    """What an administrator changes of an account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"disabled": True}]})

    role: Literal["user", "administrator"] | None = None
    disabled: bool | None = None
