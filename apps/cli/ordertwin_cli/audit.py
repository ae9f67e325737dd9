"""`ordertwin audit`: search, export and check the operation log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_client.requests import DEFAULT_TARGET

if TYPE_CHECKING:
    from ordertwin_server.access.heads import SignedHead
    from ordertwin_stores.archive import OrderArchive
    from ordertwin_stores.audit import LoggedEntry, Verdict

ActorOption = Annotated[str, typer.Option(help="Only this member, like clients/erp-1.")]
ActionOption = Annotated[str, typer.Option(help="Only this RPC, like UpdateOrderStatus.")]
TargetOption = Annotated[str, typer.Option(help="Only this resource, like orders/o1.")]
OutcomeOption = Annotated[str, typer.Option(help="Only this outcome, like PERMISSION_DENIED.")]
SinceOption = Annotated[datetime | None, typer.Option(help="Only at or after this time, UTC.")]
UntilOption = Annotated[datetime | None, typer.Option(help="Only before this time, UTC.")]
READ_AT_ONCE = 5_000


class Shape(StrEnum):
    """How entries are exported."""

    JSONL = "jsonl"
    CSV = "csv"


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    group = typer.Typer(no_args_is_help=True, help="The operation log: who did what.")
    group.command("list")(list_entries)
    group.command()(export)
    group.command()(verify)
    app.add_typer(group, name="audit")


def list_entries(
    actor: ActorOption = "",
    action: ActionOption = "",
    target: TargetOption = "",
    outcome: OutcomeOption = "",
    since: SinceOption = None,
    until: UntilOption = None,
    most: Annotated[int, typer.Option(min=1, help="How many entries to show.")] = 50,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Show entries of the operation log, the newest first.

    Example: `ordertwin audit list --outcome PERMISSION_DENIED`
    """
    from itertools import islice

    request = _request(tenant, actor, action, target, outcome, since, until)
    for event in islice(_events(server, request), most):
        print(
            f"{event.position}  {event.time.ToJsonString()}  {event.actor}  {event.action}  "
            f"{event.target or '-'}  {event.outcome}  {event.origin}"
        )


def export(
    to_file: Annotated[
        Path | None, typer.Option(help="Write to this file; to the screen when left out.")
    ] = None,
    shape: Annotated[
        Shape, typer.Option(help="JSON Lines, or CSV that is safe to open in a spreadsheet.")
    ] = Shape.JSONL,
    actor: ActorOption = "",
    action: ActionOption = "",
    target: TargetOption = "",
    outcome: OutcomeOption = "",
    since: SinceOption = None,
    until: UntilOption = None,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Export entries of the operation log, the newest first.

    Example: `ordertwin audit export --shape csv --to-file log.csv --since 2026-01-01`
    """
    from ordertwin_cli.audit_export import write_entries

    events = _events(server, _request(tenant, actor, action, target, outcome, since, until))
    if to_file is None:
        write_entries(events, sys.stdout, as_csv=shape is Shape.CSV)
        return
    with to_file.open("w", encoding="utf-8", newline="") as file:
        count = write_entries(events, file, as_csv=shape is Shape.CSV)
    print(f"{count} entries are in {to_file}")


def verify(
    heads: Annotated[
        Path | None, typer.Option(help="Heads signed earlier (JSON Lines); the log extends each.")
    ] = None,
    store: Annotated[str, typer.Option(help="Check this store itself, without a server.")] = "",
    public_key: Annotated[
        Path | None, typer.Option(help="Key that signed the heads (PEM); needs --store.")
    ] = None,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Check the operation log from its first entry; the exit code is 1 when something is wrong.

    Example: `ordertwin audit verify --heads audit-heads.jsonl`, or offline:
    `ordertwin audit verify --store sqlite:///data/ordertwin.db --heads heads.jsonl
    --public-key audit-public-key.pem`
    """
    from ordertwin_cli.failures import CommandFailed

    signed = _heads_in(heads) if heads else []
    if store:
        entries, problem = _verified_offline(store, tenant, signed, public_key)
    elif public_key:
        raise CommandFailed("--public-key is for --store; a server knows its own key")
    else:
        entries, problem = _verified_by(server, tenant, signed)
    if problem:
        print(problem, file=sys.stderr)
        raise typer.Exit(1)
    print(f"The log of {tenant} holds: {entries} entries, {len(signed)} earlier heads extended.")


def _verified_by(server: str, tenant: str, signed: list[SignedHead]) -> tuple[int, str]:
    """The number of good entries, and what is wrong; empty when nothing is."""
    from ordertwin.v1.access_pb2 import AuditProblem
    from ordertwin.v1.access_service_pb2 import VerifyAuditRequest
    from ordertwin_cli.connection import administering
    from ordertwin_client.access import VERIFY_AUDIT
    from ordertwin_server.convert.access_out import head_to_proto

    ours = [head_to_proto(each) for each in signed if each.head.tenant == tenant]
    request = VerifyAuditRequest(parent=f"tenants/{tenant}", heads=ours)
    with administering(server) as client:
        answer = client.call(VERIFY_AUDIT, request)
    if answer.valid:
        return answer.head.position, ""
    problem = AuditProblem.Name(answer.problem).removeprefix("AUDIT_PROBLEM_")
    return answer.head.position, _sentence(
        problem, answer.first_bad_position, answer.last_possible_position
    )


def _verified_offline(
    store: str, tenant: str, signed: list[SignedHead], public_key: Path | None
) -> tuple[int, str]:
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_server.access.heads import head_before, is_genuine, public_key_in
    from ordertwin_stores.audit import check_log, cut_by_others
    from ordertwin_stores.open import open_archive

    if signed and public_key is None:
        raise CommandFailed("heads are only worth something with the key: give --public-key FILE")
    if public_key is not None:
        key = public_key_in(public_key)
        for number, each in enumerate(signed, start=1):
            if not is_genuine(each, key):
                return 0, f"Head {number} was not signed with {public_key}."
    with closing(open_archive(store)) as archive:
        heads = [each.head for each in signed]
        cut = archive.audit_cut(tenant)
        if cut is not None and public_key is None:
            raise CommandFailed(
                f"the log begins after entry {cut.position}; whether the server cut it there is "
                "told by its key: give --public-key FILE"
            )
        known = public_key_in(public_key) if public_key else None
        begins_after, trusted = head_before(tenant, cut, known)
        verdict: Verdict
        if begins_after is not None and not trusted:
            verdict = cut_by_others(begins_after)
        else:
            verdict = check_log(tenant, _entries(archive, tenant), heads, begins_after)
    finding = verdict.finding
    if finding is None:
        return verdict.head.position, ""
    return verdict.head.position, _sentence(finding.problem, finding.position, finding.until)


def _sentence(problem: str, first: int, until: int) -> str:
    where = f"entry {first}" if first == until else f"an entry from {first} to {until}"
    return {
        "MISSING": f"Tampered with: {where} is missing.",
        "ALTERED": f"Tampered with: {where} does not fit its hash and the one before it.",
        "REWRITTEN": f"Tampered with: {where} was rewritten after a head was signed.",
        "CUT_OFF": f"Tampered with: the log ends before {where}, which a signed head has seen.",
    }[problem]


def _entries(archive: OrderArchive, tenant: str) -> Iterator[LoggedEntry]:
    after = 0
    while page := archive.audit_entries(tenant, after, READ_AT_ONCE):
        yield from page
        after = page[-1].position


def _heads_in(path: Path) -> list[SignedHead]:
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_server.access.heads import SignedHead

    try:
        lines = path.read_text("utf-8").splitlines()
        return [SignedHead.from_json(line) for line in lines if line.strip()]
    except ValueError as error:
        raise CommandFailed(f"{path}: {error}") from None


def _request(
    tenant: str,
    actor: str,
    action: str,
    target: str,
    outcome: str,
    since: datetime | None,
    until: datetime | None,
) -> Any:
    from ordertwin.v1.access_service_pb2 import ListAuditEventsRequest

    return ListAuditEventsRequest(
        parent=f"tenants/{tenant}",
        page_size=1000,
        actor=actor,
        action=action,
        target=target,
        outcome=outcome,
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC),
    )


def _events(server: str, request: Any) -> Iterator[Any]:
    from ordertwin_cli.connection import administering

    with administering(server) as client:
        yield from client.audit_events(request)
