"""`ordertwin export`: a store's orders as a stream file to train on, under pseudonyms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ordertwin_cli.backup import StoreOption
from ordertwin_cli.connection import TenantOption

if TYPE_CHECKING:
    from ordertwin_stores.archive import OrderArchive
    from ordertwin_stores.interface import StoredOrder
    from ordertwin_stores.reviews import NewVerdict
    from ordertwin_training.pseudonyms import Pseudonyms
    from ordertwin_training.stream import Event, Truth


VERDICTS_AT_ONCE = 1_000


def add_to(app: typer.Typer) -> None:
    """Make the command part of the application."""
    app.command()(export)


def export(
    destination: Annotated[
        Path, typer.Argument(metavar="STREAM", help="Stream file to write, .jsonl or .jsonl.gz.")
    ],
    pseudonymised: Annotated[
        bool,
        typer.Option(
            "--pseudonymised/--in-the-clear",
            help="Replace names, addresses, contacts and references by tokens.",
        ),
    ] = True,
    pseudonym_key: Annotated[
        Path, typer.Option(help="File with the key of the tokens; made when it is missing.")
    ] = Path("pseudonym.key"),
    store: StoreOption = None,
    tenant: TenantOption = "default",
) -> None:
    """Write the orders of a store, with what became of them, as a stream file to train on.

    It reads beside a running server, and is an entry of the operation log. With the same key equal
    words get equal tokens in every export; without the file nobody can tell whether a token stands
    for a name they guess.

    Example: `ordertwin export history.jsonl.gz --pseudonymised`,
    then `ordertwin train --history history.jsonl.gz`
    """
    from contextlib import closing

    from ordertwin_cli.direct_access import note_reading
    from ordertwin_server.settings import Settings
    from ordertwin_stores.open import open_archive
    from ordertwin_training.pseudonyms import Pseudonyms
    from ordertwin_training.stream import write_stream

    settings = Settings.load(flags={"store": store})
    made = Pseudonyms(_key_in(pseudonym_key)) if pseudonymised else None
    how = "PSEUDONYMISED" if pseudonymised else "IN_THE_CLEAR"
    note_reading(settings.store, tenant, "ExportOrders", how)
    with closing(open_archive(settings.store)) as archive:
        count = write_stream(destination, _events(archive, tenant, made))
    print(f"{destination}: {count} orders" + (f", key in {pseudonym_key}" if made else ""))


def _events(archive: OrderArchive, tenant: str, pseudonyms: Pseudonyms | None) -> Iterator[Event]:
    from ordertwin_training.stream import OrderEvent, Truth

    said = _verdicts(archive, tenant)
    for stored in archive.iterate_orders(tenant):
        order, truth = stored.order, _truth(archive, tenant, stored, said)
        if pseudonyms is not None:
            order = pseudonyms.order(order)
            if truth is not None and truth.counterpart is not None:
                truth = Truth(truth.relation, pseudonyms.order_id(truth.counterpart))
        yield OrderEvent(order, truth)


def _verdicts(archive: OrderArchive, tenant: str) -> Mapping[str, NewVerdict]:
    """What holds of each order: the newest MATCH, or else the newest DISTINCT."""
    from ordertwin_stores.reviews import Answer

    found: dict[str, NewVerdict] = {}
    after = 0
    while page := archive.verdicts.verdicts(tenant, after, VERDICTS_AT_ONCE):
        after = page[-1].position
        for verdict in page:
            said = verdict.said
            earlier = found.get(said.order_key)
            weaker = earlier is not None and earlier.answer is Answer.MATCH is not said.answer
            if verdict.settled and verdict.ended is None and not weaker:
                found[said.order_key] = said
    return found


def _truth(
    archive: OrderArchive, tenant: str, stored: StoredOrder, said: Mapping[str, NewVerdict]
) -> Truth | None:
    """What a person said of an order; None when nobody did.

    Without a verdict, a rejected or merged order is what its best match was taken for. A pair that
    is no duplicate, without a word on what it is instead, tells that the order is related to none.
    """
    from ordertwin_models.order import OrderState
    from ordertwin_stores.reviews import Answer, relation_of
    from ordertwin_training.stream import BACKGROUND, Truth

    verdict = said.get(stored.key)
    rejected = stored.state in (OrderState.REJECTED_DUPLICATE, OrderState.MERGED)
    if verdict is None and not rejected:
        return None
    if verdict is not None and verdict.answer is Answer.DISTINCT and not verdict.relation:
        return BACKGROUND
    decided = archive.latest_decision(tenant, stored.key)
    matches = decided.decision.matches if decided else ()
    if verdict is not None:
        relation = relation_of(verdict.relation) or next(
            (match.relation for match in matches if match.order_key == verdict.counterpart_key),
            None,
        )
        pairs = [(verdict.counterpart_key, relation)]
    else:
        pairs = [(match.order_key, match.relation) for match in matches]
    wanted = verdict is None or verdict.answer is Answer.MATCH
    for key, relation in pairs:
        other = archive.get_orders(tenant, [key]).get(key)
        if other is not None and relation is not None and relation.is_duplicate is wanted:
            return Truth(relation, other.order.order_id)
    return None


def _key_in(path: Path) -> bytes:
    from secrets import token_bytes

    from ordertwin_cli.failures import CommandFailed
    from ordertwin_server.access.heads import write_secret
    from ordertwin_training.pseudonyms import KEY_BYTES

    if not path.exists():
        write_secret(path, token_bytes(KEY_BYTES).hex().encode() + b"\n")
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise CommandFailed(f"{path} holds no key of pseudonyms; name a new file to have one made")
    return key
