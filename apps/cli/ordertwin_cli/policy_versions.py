"""`ordertwin policy`: what is in force on a server, what another policy would change there, putting
one into force and going back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_client.requests import DEFAULT_TARGET

if TYPE_CHECKING:
    from ordertwin.v1.policy_pb2 import PolicyDifference, PolicyTrial, PolicyVersion

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="Policy file, TOML or JSON.")]
VersionArgument = Annotated[
    str, typer.Argument(metavar="VERSION", help="Version of the policy, as answers name it.")
]
ReasonOption = Annotated[str, typer.Option(help="Why, for the history.")]
EXAMPLES = 5


def add_to(group: typer.Typer) -> None:
    """Make the commands part of `ordertwin policy`."""
    group.command()(show)
    group.command(name="dry-run")(dry_run)
    group.command()(publish)
    group.command()(activate)
    group.command(name="list")(list_versions)
    group.command()(history)


def show(
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help="A version; what is in force when left out.")
    ] = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Print the policy that a server works by, or another version, as a policy file.

    Example: `ordertwin policy show > policy.toml`
    """
    from ordertwin.v1.policy_pb2 import PolicyOrigin
    from ordertwin_cli.connection import governing

    with governing(server, tenant) as door:
        if version:
            print(door.get(version).document.rstrip())
            return
        found = door.in_force()
    origin = PolicyOrigin.Name(found.origin).removeprefix("POLICY_ORIGIN_").lower()
    print(found.document.rstrip())
    typer.echo(f"policy {found.version} is in force ({origin})", err=True)
    for note in found.notes:
        typer.echo(f"note: {note}", err=True)


def dry_run(
    file: FileArgument,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day looked at, UTC.")
    ] = None,
    decisions: Annotated[
        int, typer.Option(help="Newest decisions looked at; 0 means 5,000, at most 50,000.")
    ] = 0,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Say which decisions of a server a policy would change, with examples. Nothing is changed.

    Example: `ordertwin policy dry-run policy.toml --since 2026-03-01`
    """
    from datetime import UTC

    from ordertwin_cli.connection import governing

    first = since.replace(tzinfo=UTC) if since else None
    with governing(server, tenant) as door:
        trial = door.attempt(file.read_text("utf-8-sig"), max_decisions=decisions, since=first)
    print("\n".join(_told(trial)))


def publish(
    file: FileArgument,
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Hand in a policy file as a version; nothing answers differently until it is activated.

    Example: `ordertwin policy publish policy.toml --reason "chain stores"`
    """
    from ordertwin_cli.connection import governing

    with governing(server, tenant, deciding=True) as door:
        print(_line(door.publish(file.read_text("utf-8-sig"), reason=reason)))


def activate(
    version: VersionArgument,
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Put a version into force, on every server of the store within two seconds; an earlier one is
    put back the same way.

    Example: `ordertwin policy activate wholesale/2026-03 --reason "agreed in March"`
    """
    from ordertwin_cli.connection import governing

    with governing(server, tenant, deciding=True) as door:
        print(_line(door.activate(version, reason=reason)))
        for note in door.in_force().notes:
            print(f"note: {note}")


def list_versions(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """List the policy versions of a server, the newest first, and say which one is in force.

    Example: `ordertwin policy list`
    """
    from ordertwin_cli.connection import governing

    with governing(server, tenant) as door:
        for found in door.versions():
            print(_line(found))
        print(f"orders are judged by {door.in_force().version}")


def history(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """List which version came into force when, who did it and why, the newest first.

    Example: `ordertwin policy history`
    """
    from ordertwin_cli.connection import governing

    with governing(server, tenant) as door:
        for change in door.changes():
            former = f" in place of {change.former_version}" if change.former_version else ""
            why = f": {change.reason}" if change.reason else ""
            print(f"{change.time.ToJsonString()}  {change.version}{former}  by {change.actor}{why}")


def _line(found: PolicyVersion) -> str:
    """A version in one line."""
    origin = f"by {found.published_by}" if found.published_by else "came with the server"
    states = [
        word
        for word, holds in (("in force", found.active), ("used by this server", found.serving))
        if holds
    ]
    day = found.publish_time.ToJsonString()[:10]
    return ", ".join([f"{found.version}  {origin}, {day}", *states])


def _told(trial: PolicyTrial) -> list[str]:
    from ordertwin.v1.decision_pb2 import Outcome

    def outcome(number: Outcome) -> str:
        return Outcome.Name(number).removeprefix("OUTCOME_")

    lines = [f"Policy {trial.version} would change {trial.changed} of {trial.orders} decisions."]
    for change in trial.changes:
        ways = f"{outcome(change.before)} → {outcome(change.after)}"
        lines.append(f"  {ways}: {change.orders} orders")
        lines += [f"    {_example(one)}" for one in change.examples[:EXAMPLES]]
    if trial.rules:
        fired = ", ".join(f"{each.rule} {each.orders}" for each in trial.rules)
        lines.append(f"Rules that would fire: {fired}.")
    if trial.left_out:
        lines.append(f"Left out: {trial.left_out} amended orders, which no threshold decides.")
    if trial.other_models:
        lines.append(f"Left out: {trial.other_models} decisions of models that are not known here.")
    if trial.truncated:
        since = trial.oldest_time.ToJsonString()[:10]
        lines.append(f"Decisions before {since} were not looked at; --decisions has more of them.")
    return lines


def _example(one: PolicyDifference) -> str:
    beside = f" beside {one.counterpart_number}" if one.counterpart_number else ""
    held = f", held from {one.thresholds.review:.1%} on" if one.HasField("thresholds") else ""
    rules = ", ".join(one.rules) or "no rule"
    return f"{one.order_number}{beside}, {one.match_probability:.1%}{held}: {rules}"
