"""`ordertwin model`: versions on a server: publish, try in shadow, activate, put back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_client.requests import DEFAULT_TARGET

if TYPE_CHECKING:
    from ordertwin.v1.model_pb2 import ModelVersion
    from ordertwin_client.models import ModelClient

VersionArgument = Annotated[
    str, typer.Argument(metavar="VERSION", help="Version of the model, as answers name it.")
]
ReasonOption = Annotated[str, typer.Option(help="Why, for the history.")]
SIGNATURE_SUFFIX = ".sig"


def add_to(group: typer.Typer) -> None:
    """Make the commands part of `ordertwin model`."""
    group.command("list")(list_versions)
    group.command()(sign)
    group.command()(publish)
    group.command()(download)
    group.command()(shadow)
    group.command()(activate)
    group.command()(rollback)
    group.command()(history)


def list_versions(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """List the model versions of a server and say which one answers.

    Example: `ordertwin model list`
    """
    from ordertwin_cli.connection import modelling

    with modelling(server, tenant) as door:
        page = door.page()
        for found in door.versions():
            print(_line(found))
    print(f"orders are answered with {page.serving_version}")
    for note in page.notes:
        print(f"note: {note}")


def sign(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Model file.")],
    key: Annotated[Path, typer.Option(help="Ed25519 private key, PEM.")],
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make the key, and its public half beside it.")
    ] = False,
) -> None:
    """Sign a model file: FILE.sig, which `ordertwin model publish` hands in with it.

    Example: `ordertwin model sign runs/candidate/model.json --key signer.pem --new-key`
    """
    from ordertwin_cli.signing import make_key, signature_of

    if new_key:
        print(f"the public key, for `--model-signers`, is in {make_key(key)}")
    signed = file.with_name(file.name + SIGNATURE_SUFFIX)
    signed.write_bytes(signature_of(file.read_bytes(), key))
    print(f"{signed} is the signature of {file}")


def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Model file.")],
    card: Annotated[
        Path | None, typer.Option(help="Model card; card.md beside the file when left out.")
    ] = None,
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Hand in a model file as a candidate; a signature beside it goes along.

    Example: `ordertwin model publish runs/candidate/model.json --reason "March verdicts"`
    """
    from ordertwin_cli.connection import modelling

    beside = card or file.with_name("card.md")
    signature = file.with_name(file.name + SIGNATURE_SUFFIX)
    with modelling(server, tenant) as door:
        made = door.publish(
            file.read_bytes(),
            card=beside.read_text("utf-8") if card or beside.is_file() else "",
            signature=signature.read_bytes() if signature.is_file() else b"",
            reason=reason,
        )
    print(_line(made))


def download(
    version: VersionArgument,
    to: Annotated[Path, typer.Option(help="File to write.")] = Path("model.json"),
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Fetch the model file of a version, byte for byte as it was published.

    Example: `ordertwin model download 10 --to model.json`
    """
    from ordertwin_cli.connection import modelling

    with modelling(server, tenant) as door:
        to.write_bytes(door.artefact(version))
    print(f"{to} is {version}")


def shadow(
    version: VersionArgument,
    end: Annotated[bool, typer.Option("--end", help="Stop trying it.")] = False,
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Have a version score every order beside the one that answers, without any effect.

    Example: `ordertwin model shadow candidate`
    """
    from ordertwin_cli.connection import modelling

    with modelling(server, tenant) as door:
        print(_line(door.shadow(version, end=end, reason=reason)))


def activate(
    version: VersionArgument,
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Let a version answer, on every server of the store within two seconds.

    Example: `ordertwin model activate candidate --reason "better on March"`
    """
    from ordertwin_cli.connection import modelling

    with modelling(server, tenant, deciding=True) as door:
        print(_line(door.activate(version, reason=reason)))


def rollback(
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Put back the version that answered before the present one.

    Example: `ordertwin model rollback --reason "too many held orders"`
    """
    from ordertwin_cli.connection import modelling
    from ordertwin_cli.failures import CommandFailed

    with modelling(server, tenant, deciding=True) as door:
        former = _former(door)
        if not former:
            raise CommandFailed("no version answered before; `ordertwin model list` shows all")
        print(_line(door.activate(former, reason=reason)))


def history(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """List what became of which version, when, who did it and why, the newest first.

    Example: `ordertwin model history`
    """
    from ordertwin.v1.model_pb2 import ModelState
    from ordertwin_cli.connection import modelling

    with modelling(server, tenant) as door:
        for change in door.changes():
            state = ModelState.Name(change.after).removeprefix("MODEL_STATE_")
            why = f": {change.reason}" if change.reason else ""
            print(
                f"{change.time.ToJsonString()}  {change.version}  {state}  by {change.actor}{why}"
            )


def _former(door: ModelClient) -> str:
    """The version that answered before the active one; empty when there is none."""
    from ordertwin.v1.model_pb2 import MODEL_STATE_RETIRED

    return next(
        (change.version for change in door.changes() if change.after == MODEL_STATE_RETIRED), ""
    )


def _line(found: ModelVersion) -> str:
    """A version in one line."""
    from ordertwin.v1.model_pb2 import ModelState

    state = ModelState.Name(found.state).removeprefix("MODEL_STATE_")
    origin = f"by {found.published_by}" if found.published_by else "came with OrderTwin"
    if found.HasField("publish_time"):
        origin += f", {found.publish_time.ToJsonString()[:10]}"
    signed = f", signed by {found.signed_by}" if found.signed_by else ""
    answers = ", answers" if found.serving else ""
    return f"{found.version}  {state}  {origin}{signed}{answers}"
