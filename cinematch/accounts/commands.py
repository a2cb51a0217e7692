"""Accounts from the command line, for servers: `cinematch users --help`."""

import sys
from typing import Annotated, Protocol

import typer

from cinematch.accounts.core import Account, Role, check_password
from cinematch.accounts.service.accounts import AccountsService
from cinematch.infra.terminal import USAGE, Terminal, opened, refusals_as_exit_codes

Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")]
FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input, not a prompt."),
]
Username = Annotated[str, typer.Argument(help="The account's name.")]

app = typer.Typer(
    no_args_is_help=True,
    help="Make and administer accounts. The first one becomes the administrator.",
)


class NeedsAccounts(Protocol):
    """What these commands use of the house."""

    accounts: AccountsService


@app.command("add")
def add_user(
    ctx: typer.Context,
    username: Username,
    administrator: Annotated[
        bool, typer.Option("--administrator", help="Make it an administrator.")
    ] = False,
    password_stdin: FromStdin = False,
    as_json: Json = False,
) -> None:
    """Make an account, also while registration is closed.

    For a script: printf %s "$PASSWORD" | cinematch users add agnès --password-stdin
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        password = _password(terminal, from_stdin=password_stdin)
        services: NeedsAccounts = opened(ctx)
        role: Role = "administrator" if administrator else "user"
        account = services.accounts.add(username, password, role=role)
    terminal.answer(f"Made {account.username} ({account.role}).", _shown(account))


@app.command("list")
def list_users(ctx: typer.Context, as_json: Json = False) -> None:
    """List the accounts, oldest first."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsAccounts = opened(ctx)
        found = [services.accounts.get(user_id) for user_id in services.accounts.user_ids()]
    words = "\n".join(
        f"{account.created_at[:10]}  {account.role:<13}  "
        f"{'disabled' if account.disabled else '':<8}  {account.username}"
        for account in found
    )
    terminal.answer(
        words or "No account yet: cinematch users add NAME",
        [_shown(account) for account in found],
    )


@app.command("set-password")
def set_password(
    ctx: typer.Context,
    username: Username,
    password_stdin: FromStdin = False,
    as_json: Json = False,
) -> None:
    """Give an account a new password; it is signed out everywhere. API tokens stay."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        password = _password(terminal, from_stdin=password_stdin)
        services: NeedsAccounts = opened(ctx)
        user_id = services.accounts.user_id_of(username)
        services.accounts.set_password(user_id, password)
    terminal.answer(f"{username} has a new password.", {"username": username})


@app.command("disable")
def disable_user(
    ctx: typer.Context,
    username: Username,
    undo: Annotated[bool, typer.Option("--undo", help="Let the account in again.")] = False,
    as_json: Json = False,
) -> None:
    """Shut an account out at once, keeping everything of its own; --undo lets it in again."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsAccounts = opened(ctx)
        user_id = services.accounts.user_id_of(username)
        account = services.accounts.administer(user_id, disabled=not undo)
    state = "disabled" if account.disabled else "enabled"
    terminal.answer(f"{account.username} is {state}.", _shown(account))


def _password(terminal: Terminal, *, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        terminal.note("Nobody is here to type a password: add --password-stdin.")
        raise typer.Exit(USAGE)
    check_password(password)
    return password


def _shown(account: Account) -> dict[str, object]:
    return {
        "user_id": account.user_id,
        "username": account.username,
        "role": account.role,
        "disabled": account.disabled,
        "created_at": account.created_at,
    }
