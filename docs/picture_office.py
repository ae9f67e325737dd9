"""The office that pictures of the documentation are taken in: people, orders, cases, a month."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
from rich.console import Console
from tests.browser.world import NOTHING_BY_CHANCE, enter_burst, enter_doubtful
from tests.unit.reviewer.web_world import web
from tests.unit.server.running import running, settings_in

from benchmarks.access_matrix import Issuer
from benchmarks.figures.business import Year
from ordertwin.v1 import case_pb2, case_service_pb2, decision_pb2, order_pb2, review_pb2
from ordertwin.v1 import review_service_pb2 as pb
from ordertwin_cli.sample_stream import send_sample
from ordertwin_client import OrderTwinClient
from ordertwin_client.cases import CREATE_CASE, CaseClient
from ordertwin_client.channel import Metadata
from ordertwin_client.policies import PolicyClient
from ordertwin_client.reviews import DECIDE_REVIEW, ReviewClient
from ordertwin_server.convert.enums import STATE
from ordertwin_server.convert.order_out import order_to_proto
from ordertwin_stores import open_store
from ordertwin_training import history
from ordertwin_training.stream import Event, OrderEvent

PARENT = "tenants/default"
PEOPLE = {
    "erp": "clerk",
    "anna": "clerk",
    "mara": "reviewer",
    "jun": "reviewer",
    "lev": "data-scientist",
    "ines": "auditor",
    "nora": "admin",
    "tom": "admin",
}
"""Who works here, and in which role."""
WORLD, SEED, ORDERS = "wholesale-en", 7, 320
BURST_POLICY = """format = "ordertwin-policy/1"
version = "bursts/1"

# A connector that sends a file again is stopped after a few orders.
[burst]
flagged_orders = 5
within_minutes = 10
share = 0.5

[[rules]]
name = "LARGE_ORDERS"
when = { value_at_least = 5000, currency = "GBP" }
thresholds = { review = 0.1, duplicate = 0.95 }
"""
SENT_AGAIN = 14
TYPED_TWICE, STANDING, REVISED = "AB-2000B", "WEB-70021", "EDI-88317"
CASES = {
    TYPED_TWICE: (
        case_pb2.CaseText(
            language_code="en",
            title="Entered by two clerks, with a slip in one quantity",
            note="The name is spelled differently and 75 became 57, yet somebody there ordered "
            "the same three goods a day before.\nAsk who entered the first one.",
        ),
        case_pb2.CaseText(
            language_code="zh",
            title="两名录单员各录了一次，其中一行数量有误",
            note="客户名称写法不同，75 变成了 57，但该客户前一天订了同样的三种货。\n"
            "请询问第一张是谁录的。",
        ),
    ),
    "MAIL-4471": (
        case_pb2.CaseText(
            language_code="en",
            title="Two people of one customer, one purchase",
            note="A sales rep took the order down on a visit; the buyer, who did not know, wrote a "
            "mail.\nIt gives no article numbers: compare goods and quantities.",
        ),
    ),
    STANDING: (
        case_pb2.CaseText(
            language_code="en",
            title="A standing order, every Monday",
            note="The same basket comes every week. What looks like a copy is a habit.",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Office:
    """Where the page is, where the server is, and the keys of people by name."""

    page: str
    server: str
    keys: dict[str, str]

    def credential(self, member: str) -> Metadata:
        """What a call of this member carries."""
        return (("authorization", f"Bearer {self.keys[member]}"),)


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An office after a busy day: orders of a wholesaler, a burst, a case book, a policy."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_in(folder, model="", require_auth=True, **NOTHING_BY_CHANCE)
    with closing(open_store(settings.store)) as store:
        issuer = Issuer(store)
        keys = {member: issuer.key(member, role) for member, role in PEOPLE.items()}
    with running(settings) as server, web(server.address) as page:
        made = Office(page, server.address, keys)
        with (
            OrderTwinClient(server.address, timeout=60, key=keys["erp"]) as client,
            grpc.insecure_channel(server.address) as channel,
        ):
            policies = PolicyClient(channel, made.credential("nora"))
            _send_business(client)
            send_sample(client, Console(file=io.StringIO()))
            enter_doubtful(client, 2, addressed=False)
            policies.activate(policies.publish(BURST_POLICY).version, reason="after the time-outs")
            enter_burst(client, SENT_AGAIN)
            _fill_case_book(made, client, channel)
        yield made


@contextmanager
def month(folder: Path) -> Iterator[Office]:
    """An office with three months of business until today, for its figures."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_in(folder, model="", require_auth=True)
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with closing(open_store(settings.store)) as store:
        Year(store, 9000, today, days=90, flagged=0.04).fill(lambda _: None)
        keys = {"nora": Issuer(store).key("nora", "admin")}
    with running(settings) as server, web(server.address) as page:
        yield Office(page, server.address, keys)


def _send_business(client: OrderTwinClient) -> None:
    """What came in so far, as if it ended now."""
    base = history.generated_base(history.WORLDS[WORLD], orders=ORDERS, seed=SEED)
    events = list(history.generate(history.WORLDS[WORLD], base, SEED, lambda _done, _all: None))
    later = timedelta(days=(datetime.now(UTC) - _time(events[-1])).days)
    accepted: dict[tuple[str, str], str] = {}
    for event in events:
        if isinstance(event, OrderEvent):
            order = event.order
            at = order.ordered_at and order.ordered_at + later
            response = client.score_order(order_to_proto(replace(order, ordered_at=at)))
            if response.state == order_pb2.ORDER_STATE_ACCEPTED:
                accepted[order.source, order.order_id] = response.order
        elif name := accepted.get((event.source, event.order_id)):
            client.update_order_status(name, STATE.number(event.state))


def _time(event: Event) -> datetime:
    at = event.order.ordered_at if isinstance(event, OrderEvent) else event.at
    assert at is not None, "orders of a generated history have a time"
    return at


def _fill_case_book(office: Office, client: OrderTwinClient, channel: grpc.Channel) -> None:
    """Settle what the sample left open, and explain it to those who learn."""
    reviews = ReviewClient(channel, office.credential("mara"))
    cases = CaseClient(channel, office.credential("mara"))
    for order_id, texts in CASES.items():
        (order,) = client.list_orders(order_id=order_id)
        decision = client.get_decision(client.get_order(order.name).decision)
        if not decision.review:
            continue
        standing = order_id == STANDING
        answer = review_pb2.ANSWER_DISTINCT if standing else review_pb2.ANSWER_MATCH
        settled = reviews.call(
            DECIDE_REVIEW,
            pb.DecideReviewRequest(
                name=decision.review,
                request_id=f"settle-{order_id}",
                answers=[pb.CandidateAnswer(order=decision.matches[0].order.name, answer=answer)],
            ),
        )
        cases.call(
            CREATE_CASE,
            case_service_pb2.CreateCaseRequest(
                parent=PARENT,
                verdict=settled.verdicts[-1].name,
                request_id=f"case-{order_id}",
                relation=decision_pb2.RELATION_STANDING if standing else None,
                texts=texts,
            ),
        )
