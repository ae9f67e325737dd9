"""`ordertwin access`: keys, roles and overrides, and a review of who can do what."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from ordertwin_cli import sessions
from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_client.requests import DEFAULT_TARGET

MemberArgument = Annotated[
    str, typer.Argument(metavar="MEMBER", help="clients/NAME or people/NAME.")
]
RoleArgument = Annotated[str, typer.Argument(metavar="ROLE", help="Name of a role.")]
ClientArgument = Annotated[
    str, typer.Argument(metavar="CLIENT", help="Program that will use the key.")
]
KeyArgument = Annotated[
    str, typer.Argument(metavar="KEY_ID", help="Id of the key, its part between the underscores.")
]
OverrideArgument = Annotated[
    str, typer.Argument(metavar="OVERRIDE", help="Resource name of the override.")
]
OrderArgument = Annotated[str, typer.Argument(metavar="ORDER", help="Resource name of the order.")]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    group = typer.Typer(no_args_is_help=True, help="Keys, roles, and who can do what.")
    group.command()(whoami)
    sessions.add_to(group)
    group.command("create-key")(create_key)
    group.command("keys")(keys)
    group.command("revoke-key")(revoke_key)
    group.command("grant")(grant)
    group.command("withdraw")(withdraw)
    group.command("confirm")(confirm)
    group.command("members")(members)
    group.command("roles")(roles)
    group.command("define-role")(define_role)
    group.command("request-override")(request_override)
    group.command("approve-override")(approve_override)
    group.command("review")(review)
    group.command("erase")(erase)
    app.add_typer(group, name="access")


def whoami(server: ServerOption = DEFAULT_TARGET) -> None:
    """Say who the server takes the caller for, and what that permits.

    Example: `ordertwin --key-file erp.key access whoami`
    """
    from ordertwin_client.access import GET_CALLER

    caller = _ask(server, GET_CALLER, "GetCallerRequest")
    print(f"{caller.member} in tenant {caller.tenant}, roles {', '.join(caller.roles) or 'none'}")
    print("\n".join(caller.permissions))


def create_key(
    client: ClientArgument,
    days: Annotated[
        int, typer.Option(min=0, help="Days that it works; 0 means until it is revoked.")
    ] = 365,
    to_file: Annotated[
        Path | None, typer.Option(help="Write it to this file, not to the screen.")
    ] = None,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Make a key for a client and show it this once. Grant the client a role, or it may do nothing.

    Example: `ordertwin access create-key erp-1 --to-file erp-1.key`
    """
    from ordertwin_client.access import CREATE_API_KEY
    from ordertwin_server.access.heads import write_secret

    ttl = datetime.timedelta(days=days) if days else None
    made = _change(server, CREATE_API_KEY, parent=f"tenants/{tenant}", client=client, ttl=ttl)
    if to_file is None:
        print(made.secret)
    else:
        write_secret(to_file, f"{made.secret}\n".encode())
        print(f"{made.api_key.name} is in {to_file}, readable by you alone")


def keys(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """List the keys of a tenant: whose, since when, until when, last used.

    Example: `ordertwin access keys`
    """
    from ordertwin_client.access import LIST_API_KEYS

    listed = _ask(server, LIST_API_KEYS, "ListApiKeysRequest", parent=f"tenants/{tenant}")
    for key in listed.api_keys:
        ends = _day(key, "expire_time") or "no end"
        state = f"revoked {_day(key, 'revoke_time')}" if key.HasField("revoke_time") else ends
        used = _day(key, "last_use_time") or "never"
        name = key.name.rpartition("/")[2]
        print(f"{name}  {key.client}  since {_day(key, 'create_time')}  {state}  used {used}")


def revoke_key(
    key_id: KeyArgument, server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default"
) -> None:
    """End a key, on every server within a second.

    Example: `ordertwin access revoke-key 0005McJmDgrvc`
    """
    from ordertwin_client.access import REVOKE_API_KEY

    key = _change(server, REVOKE_API_KEY, name=f"tenants/{tenant}/apiKeys/{key_id}")
    print(f"{key.name} of {key.client} is revoked")


def grant(
    member: MemberArgument,
    role: RoleArgument,
    channel: Annotated[
        list[str] | None, typer.Option(help="Only orders of this channel; may be repeated.")
    ] = None,
    max_release: Annotated[
        str, typer.Option(metavar="AMOUNT", help="Largest held order to release, like 500.00.")
    ] = "",
    currency: Annotated[str, typer.Option(help="Currency of that amount.")] = "EUR",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Give a member a role, or other limits in it. Nobody can grant to themselves.

    Example: `ordertwin access grant clients/erp-1 clerk --max-release 500.00 --currency EUR`
    """
    from ordertwin.v1.access_pb2 import Limits, RoleBinding
    from ordertwin.v1.order_pb2 import Channel
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_client.access import GRANT_ROLE
    from ordertwin_server.convert.values import amount_to_proto

    try:
        limits = Limits(channels=[f"CHANNEL_{name.upper()}" for name in channel or ()])
    except ValueError:
        known = ", ".join(name.removeprefix("CHANNEL_") for name in Channel.keys()[1:])
        raise CommandFailed(f"--channel must be one of {known}") from None
    if max_release:
        money = amount_to_proto(Decimal(max_release), currency, "max-release")
        limits.max_release_amount.CopyFrom(money)
    binding = RoleBinding(member=member, role=role, limits=limits)
    made = _change(server, GRANT_ROLE, parent=f"tenants/{tenant}", binding=binding)
    print(f"{made.member} is {made.role}, to be confirmed by {_day(made, 'due_time')}")


def withdraw(
    member: MemberArgument,
    role: RoleArgument,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Take a role from a member, on every server within a second.

    Example: `ordertwin access withdraw clients/erp-1 clerk`
    """
    from ordertwin_client.access import WITHDRAW_ROLE

    _change(server, WITHDRAW_ROLE, parent=f"tenants/{tenant}", member=member, role=role)
    print(f"{member} is no longer {role}")


def confirm(
    member: MemberArgument,
    role: RoleArgument,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Confirm that a member still needs a role, for half a year more.

    Example: `ordertwin access confirm clients/erp-1 clerk`
    """
    from ordertwin_client.access import CONFIRM_ROLE

    made = _change(server, CONFIRM_ROLE, parent=f"tenants/{tenant}", member=member, role=role)
    print(f"{member} stays {role} until {_day(made, 'due_time')}")


def members(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """List who has which role, since when, and who granted it.

    Example: `ordertwin access members`
    """
    from ordertwin_client.access import LIST_ROLE_BINDINGS

    listed = _ask(server, LIST_ROLE_BINDINGS, "ListRoleBindingsRequest", parent=f"tenants/{tenant}")
    for each in listed.bindings:
        print(
            f"{each.member}  {each.role}  since {_day(each, 'grant_time')} by {each.granted_by}"
            f"  due {_day(each, 'due_time') or 'never'}"
        )


def roles(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """List the roles there are and what they permit.

    Example: `ordertwin access roles`
    """
    from ordertwin_client.access import LIST_ROLES

    listed = _ask(server, LIST_ROLES, "ListRolesRequest", parent=f"tenants/{tenant}")
    for role in listed.roles:
        print(f"{role.role}: {', '.join(role.permissions)}")


def define_role(
    role: RoleArgument,
    permission: Annotated[
        list[str], typer.Option(help="What it permits, like orders.read; may be repeated.")
    ],
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Make or change a role of one's own.

    Example: `ordertwin access define-role order-desk --permission orders.read`
    """
    from ordertwin.v1.access_pb2 import Role
    from ordertwin_client.access import DEFINE_ROLE

    wanted = Role(role=role, permissions=permission)
    made = _change(server, DEFINE_ROLE, parent=f"tenants/{tenant}", role=wanted)
    print(f"{made.role}: {', '.join(made.permissions)}")


def request_override(
    order: OrderArgument,
    reason: Annotated[str, typer.Option(help="Why it cannot wait.")],
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Ask for leave to release an order beyond one's limits; somebody else has to agree.

    Example: `ordertwin access request-override tenants/default/orders/o1 --reason "line is down"`
    """
    from ordertwin_client.access import REQUEST_OVERRIDE

    parent = f"tenants/{tenant}"
    made = _change(server, REQUEST_OVERRIDE, parent=parent, target=order, reason=reason)
    print(f"{made.name} waits for a second person, until {made.expire_time.ToJsonString()}")


def approve_override(override: OverrideArgument, server: ServerOption = DEFAULT_TARGET) -> None:
    """Agree to an override that somebody else asked for.

    Example: `ordertwin access approve-override tenants/default/overrides/v1`
    """
    from ordertwin_client.access import APPROVE_OVERRIDE

    made = _change(server, APPROVE_OVERRIDE, name=override)
    print(f"{made.requested_by} may release {made.target} once")


def review(
    html: Annotated[
        Path | None, typer.Option(help="Write the report as a page to this file.")
    ] = None,
    since: Annotated[
        str,
        typer.Option(
            metavar="DAY",
            help="Changes since this day, such as 2026-09-30, or `last` for the last review; "
            "the last 90 days when it is left out.",
        ),
    ] = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Report who can do what, and what a person should look at. A review is in the operation log,
    so the next one can begin where it ended.

    Example: `ordertwin access review --since last --html access.html`
    """
    from ordertwin_cli.access_report import as_html, as_text
    from ordertwin_client.access import REVIEW_ACCESS

    begin, parent = _begin(since, server, tenant), f"tenants/{tenant}"
    made = _ask(server, REVIEW_ACCESS, "ReviewAccessRequest", parent=parent, since=begin)
    if html is None:
        print(as_text(made))
    else:
        html.write_text(as_html(made, tenant), "utf-8")
        print(f"{html}: {len(made.members)} members, {len(made.findings)} findings")


def _begin(since: str, server: str, tenant: str) -> datetime.datetime | None:
    """When the changes begin that a review tells of; None for the usual time."""
    from ordertwin_cli.failures import CommandFailed
    from ordertwin_client.access import LIST_AUDIT_EVENTS

    if since == "last":
        asked = {"parent": f"tenants/{tenant}", "action": "ReviewAccess", "outcome": "OK"}
        request = {"page_size": 1, **asked}
        found = _ask(server, LIST_AUDIT_EVENTS, "ListAuditEventsRequest", **request).events
        if not found:
            raise CommandFailed("no review is in the operation log yet; leave out --since")
        made: datetime.datetime = found[0].time.ToDatetime(datetime.UTC)
        return made
    try:
        return (
            datetime.datetime.fromisoformat(since).replace(tzinfo=datetime.UTC) if since else None
        )
    except ValueError:
        raise CommandFailed(
            f"--since takes a day such as 2026-09-30, or `last`, not {since!r}"
        ) from None


def erase(
    party_id: Annotated[str, typer.Option(help="Customer number whose orders are meant.")] = "",
    email: Annotated[str, typer.Option(help="E-mail address of the customer.")] = "",
    follow_numbers: Annotated[
        bool,
        typer.Option(
            "--follow-numbers",
            help="Also all orders under the customer numbers beside the e-mail address.",
        ),
    ] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Erase what is known of a person or company from all orders, and print the receipt.

    Example: `ordertwin access erase --email anna@example.org`
    """
    from google.protobuf.json_format import MessageToJson

    from ordertwin_client.access import ERASE_SUBJECT

    fields = {"party_id": party_id, "email": email, "follow_numbers": follow_numbers}
    receipt = _change(server, ERASE_SUBJECT, parent=f"tenants/{tenant}", **fields)
    print(MessageToJson(receipt, preserving_proto_field_name=True))


def _ask(server: str, rpc: Any, request: str, **fields: Any) -> Any:
    """The answer to a request, made by the name of its message."""
    from ordertwin.v1 import access_service_pb2
    from ordertwin_cli.connection import administering

    with administering(server) as client:
        return client.call(rpc, getattr(access_service_pb2, request)(**fields))


def _change(server: str, rpc: Any, **fields: Any) -> Any:
    """The answer to a change, which carries a request id."""
    from ordertwin_client.requests import new_request_id

    return _ask(server, rpc, f"{rpc.name}Request", request_id=new_request_id(), **fields)


def _day(message: Any, field: str) -> str:
    """The day in a field; empty when it is not set."""
    return getattr(message, field).ToJsonString()[:10] if message.HasField(field) else ""
