"""JSON says what gRPC says: the same answers, the same errors, nothing more."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from google.protobuf import json_format
from tests.unit.reviewer.conftest import Closed, Twins

from ordertwin.v1 import order_service_pb2 as pb
from ordertwin.v1.decision_pb2 import Decision
from ordertwin.v1.order_pb2 import Order
from ordertwin_client.requests import new_request_id
from ordertwin_reviewer.contract import operations, services
from ordertwin_reviewer.rest.comments import comments
from ordertwin_reviewer.rest.openapi import document

ORDERS = "/v1/tenants/default/orders"


def order(order_id: str = "SO-1", **fields: Any) -> dict[str, Any]:
    return {
        "orderId": order_id,
        "source": "erp",
        "customerReference": "PO-77",
        "orderedAt": "2025-03-05T09:00:00Z",
        "customer": {"partyId": "C-1", "name": "Nordwind Handels GmbH"},
        "lines": [{"sku": "HX-0816", "quantity": {"value": "500"}}],
        **fields,
    }


def question(order_id: str = "SO-1", **fields: Any) -> dict[str, Any]:
    return {"order": order(order_id), "requestId": new_request_id(), **fields}


def score(http: httpx.Client, asked: dict[str, Any], **options: Any) -> httpx.Response:
    return http.post("/v1/orders:score", json=asked, **options)


def test_an_order_is_scored_and_its_decision_is_the_one_that_grpc_reads(twins: Twins) -> None:
    answered = score(twins.http, question("SO-1", languageCode="zh"))
    assert answered.status_code == 200, answered.text
    read = twins.grpc.get_decision(answered.json()["decision"], language_code="zh")
    by_json = twins.http.get(f"/v1/{read.name}", params={"languageCode": "zh"})
    assert json_format.Parse(by_json.text, Decision()) == read


def test_gRPC_and_json_give_the_same_answer_to_the_same_question(twins: Twins) -> None:  # noqa: N802
    score(twins.http, question("SO-10"))
    asked = question("SO-11", validateOnly=True)
    by_json = json_format.Parse(score(twins.http, asked).text, pb.ScoreOrderResponse())
    request = json_format.ParseDict(asked, pb.ScoreOrderRequest())
    by_grpc = twins.grpc.score_order(request.order, validate_only=True)
    assert by_json == by_grpc
    assert by_json.matches


def test_an_order_reads_the_same_on_both_doors(twins: Twins) -> None:
    name = score(twins.http, question("SO-20")).json()["order"]
    by_json = json_format.Parse(twins.http.get(f"/v1/{name}").text, Order())
    assert by_json == twins.grpc.get_order(name)


def test_lists_take_their_filter_from_the_query_and_page_by_token(twins: Twins) -> None:
    for number in range(3):
        score(
            twins.http, {"order": order(f"L-{number}", source="lists"), "requestId": f"l{number}"}
        )
    first = twins.http.get(ORDERS, params={"source": "lists", "pageSize": 2}).json()
    token = first["nextPageToken"]
    query = {"source": "lists", "page_size": 2, "pageToken": token}
    rest = twins.http.get(ORDERS, params=query).json()
    assert [each["orderId"] for each in first["orders"] + rest["orders"]] == ["L-2", "L-1", "L-0"]


def test_a_status_is_updated_at_the_address_of_the_order(twins: Twins) -> None:
    name = score(twins.http, question("SO-30")).json()["order"]
    body = {"state": "ORDER_STATE_ACCEPTED", "requestId": new_request_id()}
    moved = twins.http.post(f"/v1/{name}:updateStatus", json=body)
    assert (moved.status_code, moved.json()["state"]) == (200, "ORDER_STATE_ACCEPTED")
    elsewhere = twins.http.post(f"/v1/{name}:updateStatus", json={**body, "name": "tenants/x/y/z"})
    assert elsewhere.json()["violations"][0]["field"] == "name"


def test_every_broken_field_is_named_as_over_grpc(twins: Twins) -> None:
    answered = score(twins.http, {"order": {}, "requestId": "r"})
    told = answered.json()
    assert answered.status_code == 400
    assert answered.headers["content-type"] == "application/problem+json"
    assert (told["reason"], told["code"], told["status"]) == (
        "INVALID_FIELDS",
        "INVALID_ARGUMENT",
        400,
    )
    assert {"order.order_id", "order.ordered_at"} <= {each["field"] for each in told["violations"]}


def test_metadata_of_an_error_comes_along(twins: Twins) -> None:
    told = twins.http.get(f"{ORDERS}/nothing").json()
    assert told["status"] == 404
    assert told["metadata"] == {"kind": "order", "name": "tenants/default/orders/nothing"}
    assert told["type"].endswith("/NOT_FOUND")


def test_a_request_id_that_is_used_again_is_told_with_its_reason(twins: Twins) -> None:
    score(twins.http, {"order": order("SO-40"), "requestId": "same"})
    again = score(twins.http, {"order": order("SO-41"), "requestId": "same"})
    assert again.json()["reason"] == "REQUEST_ID_REUSED"


def test_the_id_of_a_call_is_echoed(twins: Twins) -> None:
    given = twins.http.get("/v1/caller", headers={"x-request-id": "mine-1"})
    assert given.headers["x-request-id"] == "mine-1"
    failed = twins.http.get(f"{ORDERS}/nothing", headers={"x-request-id": "mine-2"})
    assert (failed.headers["x-request-id"], failed.json()["requestId"]) == ("mine-2", "mine-2")
    own = score(twins.http, {"order": order("SO-50"), "requestId": "own"})
    assert own.headers["x-request-id"] == "own"
    made = twins.http.get("/v1/caller", headers={"x-request-id": "not an id"})
    assert re.fullmatch(r"[0-9a-f-]{36}", made.headers["x-request-id"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "MALFORMED_REQUEST"),
        (b"[]", "MALFORMED_REQUEST"),
        (b"\xff", "MALFORMED_REQUEST"),
        (b'{"nothing": 1}', "MALFORMED_REQUEST"),
        (b'{"order": {"orderedAt": "soon"}}', "INVALID_FIELDS"),
        (b'{"order": {"channel": "CHANNEL_PIGEON"}}', "INVALID_FIELDS"),
        (b'{"order": 1, "order": 2}', "MALFORMED_REQUEST"),
        (b"[" * 90_000, "MALFORMED_REQUEST"),
        (b'{"order": {"lines": ' + b"[" * 900 + b"]" * 900 + b"}}", "MALFORMED_REQUEST"),
        (b'{"order": {"lines": ' + b"[" * 90 + b"]" * 90 + b"}}", "MALFORMED_REQUEST"),
        (b'{"order": {"revision": 1e999999999}}', "MALFORMED_REQUEST"),
        (b'{"order": {"revision": 1' + b"0" * 9_000 + b"}}", "MALFORMED_REQUEST"),
        (b'{"order":' * 9_000 + b"1" + b"}" * 9_000, "MALFORMED_REQUEST"),
    ],
)
def test_a_body_that_is_no_request_is_refused(twins: Twins, body: bytes, reason: str) -> None:
    answered = twins.http.post(
        "/v1/orders:score", content=body, headers={"content-type": "application/json"}
    )
    assert (answered.status_code, answered.json()["reason"]) == (400, reason), answered.text
    python = ("recursion", "unhashable", "expected string", "Traceback", "digits")
    assert not any(word in answered.text for word in python), answered.text


def test_a_body_beyond_the_limit_is_not_read_to_its_end(twins: Twins) -> None:
    answered = score(twins.http, {"order": order(note="x" * 200_000), "requestId": "r"})
    assert answered.status_code == 413


def test_a_form_of_another_site_is_refused(twins: Twins) -> None:
    answered = twins.http.post("/v1/orders:score", data={"order": "x"})
    assert answered.status_code == 415


def test_a_page_of_another_site_does_not_work_as_local(twins: Twins) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    assert twins.http.get("/v1/caller", headers=headers).status_code == 401


def test_who_comes_through_a_proxy_is_not_local(twins: Twins) -> None:
    headers = {"x-forwarded-for": "10.0.0.7"}
    assert twins.http.get("/v1/caller", headers=headers).status_code == 401


def test_a_foreign_name_for_this_machine_is_refused(twins: Twins) -> None:
    answered = twins.http.get("/v1/caller", headers={"host": "evil.example"})
    assert answered.status_code == 421


def test_unknown_addresses_and_verbs_are_problems(twins: Twins) -> None:
    assert twins.http.get("/v1/nothing").json()["status"] == 404
    refused = twins.http.put("/v1/caller", json={})
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("query", ["nothing=1", "pageSize=x", "state=WHAT", "parent.x=1"])
def test_a_query_that_does_not_fit_names_its_parameter(twins: Twins, query: str) -> None:
    told = twins.http.get(f"{ORDERS}?{query}").json()
    assert told["reason"] == "INVALID_FIELDS"
    assert told["violations"]


@pytest.mark.parametrize(("text", "status"), [("5", 200), ("0", 400), ("x", 400), ("nan", 400)])
def test_a_caller_may_say_how_long_they_wait(twins: Twins, text: str, status: int) -> None:
    answered = twins.http.get("/v1/caller", headers={"request-timeout": text})
    assert answered.status_code == status


def test_a_server_that_is_down_is_a_problem_too(tmp_path: Any) -> None:
    from tests.unit.reviewer.web_world import web

    with web("127.0.0.1:1", timeout=0.5) as address:
        answered = httpx.get(f"{address}/v1/caller")
    assert answered.status_code in (503, 504)
    assert answered.json()["code"] in ("UNAVAILABLE", "DEADLINE_EXCEEDED")


def test_rights_are_those_of_the_credential(closed: Closed) -> None:
    keys = "/v1/tenants/default/apiKeys"
    assert closed.http.get(keys, headers=closed.as_("boss")).status_code == 200
    refused = closed.http.get(keys, headers=closed.as_("erp"))
    assert (refused.status_code, refused.json()["metadata"]) == (403, {"permission": "access.read"})
    missing = closed.http.get(keys)
    assert (missing.status_code, missing.headers["www-authenticate"]) == (401, "Bearer")
    assert closed.http.get(keys, headers=closed.as_("far-auditor")).status_code in (403, 404)


def test_signing_in_needs_no_credential_but_the_password(closed: Closed) -> None:
    asked = {"member": "people/nobody", "password": "not the right one"}
    refused = closed.http.post("/v1/tenants/default/sessions:signIn", json=asked)
    assert refused.status_code == 401
    assert "problem" not in refused.json()["metadata"], refused.text


def test_what_a_member_may_not_see_is_masked_in_json_too(closed: Closed) -> None:
    name = score(closed.http, question("M-1"), headers=closed.as_("erp")).json()["order"]
    seen = closed.http.get(f"/v1/{name}", headers=closed.as_("auditor")).json()
    assert seen["customer"]["name"] != "Nordwind Handels GmbH"


def test_the_document_has_every_operation_with_its_comment() -> None:
    made = document()
    listed = {
        each["operationId"]: each for path in made["paths"].values() for each in path.values()
    }
    assert listed.keys() == {each.method.name for each in operations()}
    assert all(each["summary"] for each in listed.values())
    unary = {
        method.name
        for service in services()
        for method in service.methods
        if not method.client_streaming
    }
    assert listed.keys() == unary, "every operation has an address"


def test_everything_in_the_document_is_described_and_every_reference_leads_somewhere() -> None:
    schemas = document()["components"]["schemas"]
    google = {name for name in schemas if name.startswith("google.")}
    silent = [
        f"{name}.{field}"
        for name in schemas.keys() - google - {"Problem"}
        for field, schema in schemas[name].get("properties", {}).items()
        if not schema.get("description")
    ]
    assert not silent
    assert all(schemas[name]["description"] for name in schemas.keys() - google)
    assert set(re.findall(r"#/components/schemas/([\w.]+)", str(document()))) <= schemas.keys()


def test_comments_are_found_on_every_element_of_the_contract() -> None:
    for operation in operations():
        assert comments()[operation.method.full_name]
        assert comments()[operation.method.input_type.full_name]
        for field in operation.method.input_type.fields:
            assert comments()[field.full_name]


def test_the_document_and_its_page_are_served(twins: Twins) -> None:
    assert twins.http.get("/v1/openapi.json").json()["openapi"] == "3.1.0"
    page = twins.http.get("/docs")
    assert "swagger-ui-bundle.js" in page.text
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    for part in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
        assert twins.http.get(part).status_code == 200
