"""Whatever people did with the orders of somebody, of whom nothing is left after the erasure."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import error as NotPacked  # noqa: N812

import grpc
import psycopg
import pytest
from sqlite_utils import Database as SqliteDatabase
from tests.postgres_server import Database
from tests.unit.server.access_world import PARENT, World, world
from tests.unit.server.review_world import in_doubt
from tests.unit.server.test_privacy import CANARY, a_canary

from ordertwin.v1 import customer_service_pb2 as customers
from ordertwin.v1 import review_service_pb2 as reviews
from ordertwin.v1.case_pb2 import CaseText
from ordertwin.v1.case_service_pb2 import CreateCaseRequest
from ordertwin.v1.decision_pb2 import ACTION_LINK, RELATION_REORDER
from ordertwin.v1.order_pb2 import (
    ORDER_OUTCOME_SHIPPED_WITHOUT_COMPLAINT,
    ORDER_STATE_ACCEPTED,
    ORDER_STATE_SHIPPED,
    Order,
)
from ordertwin.v1.review_pb2 import ANSWER_DISTINCT, Suppression
from ordertwin_client.access import (
    APPROVE_OVERRIDE,
    ERASE_SUBJECT,
    REQUEST_OVERRIDE,
    VERIFY_AUDIT,
)
from ordertwin_client.cases import CREATE_CASE, CaseClient
from ordertwin_client.customers import LINK_CUSTOMERS, CustomerClient
from ordertwin_client.reviews import (
    CLAIM_REVIEW,
    DECIDE_REVIEW,
    SUPPRESS_PAIR,
    WITHDRAW_VERDICT,
    ReviewClient,
)
from ordertwin_server.convert import order_to_proto
from ordertwin_stores.codec import inflate

SERVICES: dict[str, Any] = {"LinkCustomers": CustomerClient, "CreateCase": CaseClient}
REASON = f"{CANARY} called about it"
NO_CHANCE = {"audit_share": 0.0, "confident_share": 0.0, "blind_share": 0.0, "second_share": 0.0}


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'orders.db'}"
    else:
        database: Database = request.getfixturevalue("postgres")
        yield database.store_address()


def said_by(made: World, client: str, rpc: Any, request: Any) -> Any:
    header = (("authorization", f"Bearer {made.keys[client]}"),)
    service = SERVICES.get(rpc.name, ReviewClient)
    if "request_id" in request.DESCRIPTOR.fields_by_name:
        request.request_id = str(uuid.uuid4())
    with grpc.insecure_channel(made.server.address) as channel:
        return service(channel, header, timeout=10).call(rpc, request)


def doubtful(number: int) -> tuple[Order, Order]:
    """Two orders of the canary of which the second is held in doubt."""
    made = []
    for order in in_doubt(number):
        message = order_to_proto(order)
        canary = a_canary(order.order_id)
        message.customer.CopyFrom(canary.customer)
        message.customer.party_id = f"C-{10 + number % 2}"
        message.note, message.entered_by = canary.note, canary.entered_by
        message.attributes.update(canary.attributes)
        made.append(message)
    return made[0], made[1]


def live_through(made: World) -> None:
    """Everything that people write about orders, with the canary's name in it."""
    with made.orders("erp") as erp, made.orders("desk") as desk, made.orders("reviewer") as people:
        erp.score_order(a_canary("SO-1"))
        held = erp.score_order(a_canary("SO-2"))
        asked = made.ask("erp", REQUEST_OVERRIDE, target=held.order, reason=REASON)
        made.ask("boss", APPROVE_OVERRIDE, name=asked.name)
        erp.update_order_status(held.order, ORDER_STATE_ACCEPTED, reason=REASON)
        made.ask("desk", REQUEST_OVERRIDE, target=held.order, reason=REASON)
        desk.update_order_status(
            held.order,
            ORDER_STATE_SHIPPED,
            reason=REASON,
            outcome=ORDER_OUTCOME_SHIPPED_WITHOUT_COMPLAINT,
        )
        answers = []
        for number in range(5):
            first, second = doubtful(number)
            answers.append((erp.score_order(first), erp.score_order(second)))
        review = answers[0][1].review
        said_by(made, "reviewer", CLAIM_REVIEW, reviews.ClaimReviewRequest(name=review))
        request = reviews.DecideReviewRequest(name=review, answer=ANSWER_DISTINCT, reason=REASON)
        decided = said_by(made, "reviewer", DECIDE_REVIEW, request)
        verdict = decided.verdicts[0].name
        withdraw = reviews.WithdrawVerdictRequest(name=verdict, reason=REASON)
        said_by(made, "reviewer", WITHDRAW_VERDICT, withdraw)
        pair = Suppression(
            order=answers[1][1].order, counterpart=answers[1][0].order, reason=REASON
        )
        suppress = reviews.SuppressPairRequest(parent=PARENT, suppression=pair)
        said_by(made, "reviewer", SUPPRESS_PAIR, suppress)
        one, two = (each.order for each in answers[2])
        merged = people.merge_orders(one, two, reason=REASON)
        people.unmerge_orders(merged.merge, reason=REASON)
        one, two = (each.order for each in answers[3])
        people.resolve_order(two, ACTION_LINK, one, reason=REASON)
        request = reviews.DecideReviewRequest(
            name=answers[4][1].review, answer=ANSWER_DISTINCT, reason=REASON
        )
        verdict = said_by(made, "reviewer", DECIDE_REVIEW, request).verdicts[0].name
        text = CaseText(language_code="en", title="By phone", note=REASON)
        case = CreateCaseRequest(
            parent=PARENT, verdict=verdict, texts=[text], relation=RELATION_REORDER
        )
        said_by(made, "reviewer", CREATE_CASE, case)
        link = customers.CustomerLink(
            customer_id="C-10", same_as="C-11", name=CANARY, same_as_name=f"{CANARY} GmbH"
        )
        request = customers.LinkCustomersRequest(parent=PARENT, links=[link], reason=REASON)
        said_by(made, "reviewer", LINK_CUSTOMERS, request)


def texts_in(address: str) -> str:
    """Every value of every table, unpacked where it is packed, and of SQLite the raw files."""
    found: list[object] = []
    if address.startswith("sqlite"):
        path = Path(address.removeprefix("sqlite:///"))
        files = [each for each in path.parent.iterdir() if each.name.startswith(path.name)]
        found += [each.read_bytes().decode("latin-1") for each in files]
        with SqliteDatabase(path) as database:
            rows = [row.values() for table in database.tables for row in table.rows]
    else:
        server, _, schema = address.partition("?schema=")
        with psycopg.connect(server) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)
            ).fetchall()
            rows = [
                row
                for (table,) in tables
                for row in connection.execute(f'SELECT * FROM "{schema}"."{table}"'.encode())
            ]
    for value in (value for row in rows for value in row):
        found.append(value)
        if isinstance(value, bytes):
            found.append(value.decode("latin-1"))
            with suppress(NotPacked, ValueError):
                found.append(inflate(value).decode("utf-8"))
    return "\n".join(map(str, found)).casefold()


def test_nothing_is_left_of_an_erased_customer_whatever_was_done(
    tmp_path: Path, address: str
) -> None:
    with world(tmp_path, store=address, calls_per_second=0, **NO_CHANCE) as made:
        live_through(made)
        assert texts_in(address).count(CANARY.casefold()) > 20
        receipt = made.ask("boss", ERASE_SUBJECT, party_id="C-10")
        assert receipt.orders >= 10
        assert CANARY.casefold() not in texts_in(address)
        verified = made.ask("auditor", VERIFY_AUDIT, heads=[receipt.head])
        assert (verified.valid, verified.heads_met) == (True, 1)
    assert CANARY.casefold() not in texts_in(address)
