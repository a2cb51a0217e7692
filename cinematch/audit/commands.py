"""The audit log on the command line."""

from typing import Annotated, Protocol

import typer

from cinematch.audit.ports import Query
from cinematch.audit.schemas import audit_out
from cinematch.audit.service import AuditService
from cinematch.infra.terminal import DONE, REFUSED, Terminal, opened, refusals_as_exit_codes

Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")]

app = typer.Typer(no_args_is_help=True, help="Who did what: list it, and check that it is whole.")


class Accounts(Protocol):
    """The accounts, as these commands need them."""

    def user_id_of(self, username: str) -> str:
        """Return the id of an account; NotFound when there is none."""
        ...


class NeedsAudit(Protocol):
    """What these commands use of the house."""

    audit: AuditService
    accounts: Accounts


@app.command("verify")
def verify_audit(ctx: typer.Context, as_json: Json = False) -> None:
    """Recompute the hash of every entry; exit 1 if the log is not as it was written."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal), terminal.progress("Checking"):
        services: NeedsAudit = opened(ctx)
        verdict = services.audit.verify()
    for fault in verdict.faults:
        terminal.note(str(fault))
    terminal.answer(
        f"Checked {verdict.entries:,} entries: {len(verdict.faults)} differences.",
        {
            "checked_entries": verdict.entries,
            "redacted_parts": verdict.redacted,
            "differences": len(verdict.faults),
            "first": str(verdict.faults[0]) if verdict.faults else None,
            "heads": {str(lane): head for lane, head in verdict.heads.items()},
        },
    )
    raise typer.Exit(REFUSED if verdict.faults else DONE)


@app.command("list")
def list_audit(
    ctx: typer.Context,
    user: Annotated[str | None, typer.Option(help="Only about this account.")] = None,
    action: Annotated[str | None, typer.Option(help="Such as film.add, or film. for all.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """List entries, newest first."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsAudit = opened(ctx)
        user_id = None if user is None else services.accounts.user_id_of(user)
        page = services.audit.page(Query(user_id=user_id, action=action), limit, None)
    shown = [audit_out(entry) for entry in page.items]
    lines = [
        f"{one.at}  {one.action:<28} by {one.actor or '-'}  about {one.user_id or '-'}"
        f"  {one.subject or ''}"
        for one in shown
    ]
    terminal.answer("\n".join(lines) or "Nothing is recorded.", [one.model_dump() for one in shown])
