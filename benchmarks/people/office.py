"""What people have been doing in a large store, so that every page has something to show."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import replace

import grpc
from rich.console import Console

from ordertwin.v1 import case_pb2, case_service_pb2, review_pb2
from ordertwin.v1 import review_service_pb2 as pb
from ordertwin.v1.decision_pb2 import Decision
from ordertwin_cli.sample_stream import send_sample
from ordertwin_client import OrderTwinClient
from ordertwin_client.cases import CREATE_CASE, CaseClient
from ordertwin_client.channel import metadata_with
from ordertwin_client.models import ModelClient
from ordertwin_client.policies import PolicyClient
from ordertwin_client.reviews import DECIDE_REVIEW, ReviewClient
from ordertwin_models import artefact

PATIENCE = 60.0
DOUBTFUL = ("SO-1017", "MAIL-4471", "WEB-70021")
"""Orders of the sample that the engine may not be sure of; it depends on what else is stored."""
PARENT = "tenants/default"
TRIED = "tried"
POLICY = f"""
format = "ordertwin-policy/1"
version = "{TRIED}"
allow = {{ references = ["SAMPLE"] }}
"""


def furnish(server: str, key: str) -> tuple[str, ...]:
    """Let the sample orders come in, settle one of them, make a case of it; publish a policy and a
    model.

    `key` is that of an administrator. Repeated on the same store, it changes nothing. Returns the
    addresses of pages about single ones of these.
    """
    with ExitStack() as stack:
        client = stack.enter_context(
            OrderTwinClient(server, timeout=PATIENCE, read_timeout=PATIENCE)
        )
        channel = stack.enter_context(grpc.insecure_channel(server))
        send_sample(client, Console(file=io.StringIO()))
        decided = [_decision(client, order_id) for order_id in DOUBTFUL]
        asked, settled = [each for each in decided if each.review][:2]
        verdict = (
            ReviewClient(channel, timeout=PATIENCE)
            .call(
                DECIDE_REVIEW,
                pb.DecideReviewRequest(
                    name=settled.review,
                    request_id="people-settled",
                    answers=[
                        pb.CandidateAnswer(
                            order=settled.matches[0].order.name, answer=review_pb2.ANSWER_MATCH
                        )
                    ],
                ),
            )
            .verdicts[-1]
        )
        case = CaseClient(channel, timeout=PATIENCE).call(
            CREATE_CASE,
            case_service_pb2.CreateCaseRequest(
                parent=PARENT,
                verdict=verdict.name,
                request_id="people-case",
                texts=[case_pb2.CaseText(language_code="en", title="Typed in twice")],
            ),
        )
        known = metadata_with(key, server, encrypted=False)
        PolicyClient(channel, known, timeout=PATIENCE).publish(POLICY, request_id="people-policy")
        serving = _publish_model(ModelClient(channel, timeout=PATIENCE))
    order, twin = _last(asked.order), _last(asked.matches[0].order.name)
    return (
        f"/reviews/{_last(asked.review)}",
        f"/orders/{order}",
        f"/orders/{twin}",
        f"/merge?first={twin}&second={order}",
        f"/reviews/{_last(settled.review)}",
        f"/cases/new?verdict={_last(verdict.name)}",
        f"/cases/{_last(case.name)}",
        f"/cases/{_last(case.name)}/edit",
        f"/policy/versions/{TRIED}",
        f"/models/{serving}",
        f"/models/{TRIED}",
        f"/models/{TRIED}/compare",
    )


def _publish_model(models: ModelClient) -> str:
    """Hand in a candidate that judges as the model in service does, unless an earlier run on this
    store handed one in; returns the version in service."""
    page = models.page("")
    if all(_last(each.name) != TRIED for each in page.model_versions):
        model = artefact.loads(models.artefact(page.serving_version))
        tried = artefact.dumps(replace(model, version=TRIED)).encode()
        models.publish(tried, request_id="people-model")
    return page.serving_version


def _decision(client: OrderTwinClient, order_id: str) -> Decision:
    """The decision on an order of the sample."""
    order = next(client.list_orders(order_id=order_id))
    return client.get_decision(client.get_order(order.name).decision)


def _last(name: str) -> str:
    return name.rpartition("/")[2]
