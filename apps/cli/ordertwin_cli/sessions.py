"""Passwords and sessions of people: `ordertwin access password`, `sign-in` and `sign-out`.

Passwords are asked for, or read from standard input; never taken from arguments, which everybody
on the machine can see.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_client.requests import DEFAULT_TARGET

PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help="people/NAME.")]


def add_to(group: typer.Typer) -> None:
    """Make the commands part of `ordertwin access`."""
    group.command()(password)
    group.command("sign-in")(sign_in)
    group.command("sign-out")(sign_out)


def password(
    person: PersonArgument,
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove it: the person can no longer sign in.")
    ] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Set a person's password, asked for or read from standard input, and end their sessions.

    Whoever sets another's password hands it over once; the person has to change it after signing
    in. For one's own, the old one comes first.

    Example: `ordertwin access password people/anna`
    """
    from ordertwin.v1.access_service_pb2 import GetCallerRequest
    from ordertwin.v1.session_service_pb2 import SetPasswordRequest
    from ordertwin_cli.connection import administering, ensure_private
    from ordertwin_client.access import GET_CALLER, SET_PASSWORD
    from ordertwin_client.requests import new_request_id

    ensure_private(server)
    with administering(server) as client:
        own = client.call(GET_CALLER, GetCallerRequest()).member == person
        request = SetPasswordRequest(
            parent=f"tenants/{tenant}",
            member=person,
            remove=remove,
            request_id=new_request_id(),
            old_password=_secret("Old password") if own else "",
            password="" if remove else _secret("New password", twice=True),
        )
        ended = client.call(SET_PASSWORD, request).sessions
    done = "removed" if remove else "set"
    print(f"The password of {person} is {done}; sessions that ended: {ended}")


def sign_in(
    person: PersonArgument,
    to_file: Annotated[
        Path, typer.Option(help="File for the session's token, readable by you alone.")
    ] = Path("session.key"),
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Begin a session; show its token to other commands with `--key-file`.

    Example: `ordertwin access sign-in people/anna --to-file anna.key`
    """
    from ordertwin.v1.session_service_pb2 import SignInRequest
    from ordertwin_cli.connection import signing_in
    from ordertwin_client.access import SIGN_IN
    from ordertwin_server.access.heads import write_secret

    with signing_in(server) as client:
        request = SignInRequest(
            parent=f"tenants/{tenant}", member=person, password=_secret("Password")
        )
        session = client.call(SIGN_IN, request)
    write_secret(to_file, f"{session.token}\n".encode())
    print(f"{person} is signed in until {session.expire_time.ToJsonString()}; token in {to_file}")
    if session.password_change_required:
        print(
            "Somebody else set this password; change it with "
            f"`ordertwin --key-file {to_file} access password {person}`"
        )


def sign_out(
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="End all sessions of the person.")
    ] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """End the session whose token is shown with `--key-file`.

    Example: `ordertwin --key-file anna.key access sign-out`
    """
    from ordertwin.v1.session_service_pb2 import SignOutRequest
    from ordertwin_cli.connection import administering
    from ordertwin_client.access import SIGN_OUT

    request = SignOutRequest(parent=f"tenants/{tenant}", everywhere=everywhere)
    with administering(server) as client:
        print(f"sessions that ended: {client.call(SIGN_OUT, request).sessions}")


def _secret(prompt: str, *, twice: bool = False) -> str:
    """What somebody types unseen, or the next line of standard input."""
    if sys.stdin.isatty():
        typed: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=twice)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
