"""Who gets in, what is found out, and what it costs: the figures of `docs/security.md`.

Every RPC is asked by every role and with every bad credential; the operation log is tampered
with; mutated messages are sent to every RPC; orders with a canary's name are scored, refused and
erased; a key is revoked; and the cost of guard and log for one ScoreOrder is timed. `--postgres`
names an empty database that two servers share for the revocation; without it one server is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from benchmarks.access_matrix import Issuer, cells, credentials
from benchmarks.fuzzing import fuzz
from benchmarks.tampering import attacks
from ordertwin.v1 import access_service_pb2 as pb
from ordertwin.v1.access_pb2 import RoleBinding
from ordertwin.v1.order_pb2 import Order, OrderLine
from ordertwin_cli.failures import CommandFailed, failing_clearly
from ordertwin_client import AccessError, OrderTwinClient, OrderTwinError
from ordertwin_client.access import (
    ERASE_SUBJECT,
    GRANT_ROLE,
    REVOKE_API_KEY,
    WITHDRAW_ROLE,
    AccessClient,
)
from ordertwin_server.access.authenticator import Authenticator
from ordertwin_server.access.guard import AccessGuard, Ticket
from ordertwin_server.access.recorder import Recorder
from ordertwin_server.identity import utc_now
from ordertwin_stores import open_store
from ordertwin_stores.audit import AuditEntry
from ordertwin_stores.codec import inflate
from ordertwin_stores.sqlite import library

FUZZ_MESSAGES = 1_000_000
SEED = 7
CANARY = "Canarisson"
CANARY_ORDERS = 200
CALLS = 20_000
LOGGED = 5_000
ROUNDS = 5
SECONDS_TO_START = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own: its address, and the file that its output goes to."""

    address: str
    output: Path


@contextmanager
def server(folder: Path, store: str, name: str = "server") -> Iterator[Server]:
    """A server that asks for keys and logs all it can."""
    output = folder / f"{name}.log"
    flags = {
        "--listen": "127.0.0.1:0",
        "--store": store,
        "--data": str(folder),
        "--log-level": "debug",
        "--calls-per-second": "0",
        "--model": "none",
    }
    command = [sys.executable, "-m", "ordertwin_server", "--require-auth"]
    command += [part for flag in flags.items() for part in flag]
    with (
        output.open("w") as sink,
        subprocess.Popen(command, stdout=sink, stderr=sink, text=True) as process,
    ):
        try:
            yield Server(_address(output, process), output)
        finally:
            process.terminate()
            process.wait(30)


def _address(output: Path, process: subprocess.Popen[str]) -> str:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        _, found, rest = output.read_text().partition("OrderTwin listens on ")
        if found and ";" in rest:
            return rest.partition(";")[0]
        time.sleep(0.05)
    raise CommandFailed(f"the server did not start:\n{output.read_text()}")


def matrix(folder: Path) -> dict[str, Any]:
    """Every cell of the table, asked."""
    store = f"sqlite:///{folder / 'matrix.db'}"
    headers = credentials(store)
    with server(folder, store) as running:
        asked = list(cells(running.address, headers))
    wrong = [cell for cell in asked if not cell.right]
    for cell in wrong:
        print(f"  {cell.method} by {cell.who}: {cell.got}, not {cell.expected}")
    return {"matrix_cells": len(asked), "matrix_wrong": len(wrong)}


def tampering(folder: Path) -> dict[str, Any]:
    """Every kind of tampering, found where it was done."""
    results = list(attacks(folder))
    for kind, found, expected in results:
        if found != expected:
            print(f"  {kind}: found {found}, not {expected}")
    return {
        "tamper_tried": len(results),
        "tamper_found": sum(found == expected for _, found, expected in results),
    }


def fuzzing(folder: Path, messages: int) -> dict[str, Any]:
    """Mutated messages to every RPC; the server has to be there afterwards."""
    store = f"sqlite:///{folder / 'fuzz.db'}"
    started = time.perf_counter()
    with server(folder, store) as running:
        key = (folder / "admin.key").read_text().strip()
        found = asyncio.run(fuzz(running.address, key, messages, SEED))
        with OrderTwinClient(running.address, timeout=30, read_timeout=30, key=key) as client:
            next(client.list_orders(page_size=1), None)
    for method, data in found.bad:
        print(f"  {method}: {data.hex()}")
    for code, count in found.codes.most_common():
        print(f"  {code} {count}")
    return {
        "fuzz_messages": found.messages,
        "fuzz_internal": found.internal,
        "fuzz_seconds": round(time.perf_counter() - started, 1),
    }


def canary(folder: Path) -> dict[str, Any]:
    """Score, break, refuse and erase orders of a canary; then look for its name."""
    path = folder / "canary.db"
    with closing(open_store(str(path))) as store:
        stranger = Issuer(store).key("stranger")
    said: list[str] = []
    with server(folder, f"sqlite:///{path}", "canary") as running:
        key = (folder / "admin.key").read_text().strip()
        with OrderTwinClient(running.address, timeout=30, read_timeout=30, key=key) as client:
            for number in range(CANARY_ORDERS):
                order = _canary(number)
                client.score_order(order)
                if number % 10 == 0:
                    order.lines[0].quantity.value = CANARY
                    said += _refusal(client, order)
        with OrderTwinClient(running.address, timeout=30, key=stranger) as client:
            said += _refusal(client, _canary(0))
        _call(
            running.address,
            key,
            ERASE_SUBJECT,
            pb.EraseSubjectRequest(
                parent="tenants/default", email=f"{CANARY}@example.org", request_id="erase"
            ),
        )
    outside = [running.output.read_text(), (folder / "audit-heads.jsonl").read_text(), *said]
    return {
        "canary_orders": CANARY_ORDERS,
        "canary_hits": _hits(*outside),
        "canary_hits_after_erasure": _hits(*_texts_in(path)),
    }


def _canary(number: int) -> Order:
    order = Order(
        order_id=f"C-{number}",
        customer_reference=f"{CANARY}-{number}",
        note=f"call {CANARY}",
        entered_by=CANARY,
        lines=[OrderLine(sku=f"A-{number % 7}", name="Bolt")],
        attributes={"who": CANARY},
    )
    order.ordered_at.FromJsonString("2026-03-02T12:00:00Z")
    order.lines[0].quantity.value = str(number + 1)
    order.customer.name = order.customer.contact_name = f"{CANARY} GmbH"
    order.customer.email = f"{CANARY}@example.org"
    order.ship_to.region_code = "DE"
    order.ship_to.address_lines.append(f"{CANARY}str. 1")
    return order


def _refusal(client: OrderTwinClient, order: Order) -> list[str]:
    try:
        client.score_order(order)
    except OrderTwinError as error:
        return [str(error), str(error.metadata)]
    return []


def _hits(*texts: str) -> int:
    return sum(text.casefold().count(CANARY.casefold()) for text in texts)


def _texts_in(path: Path) -> Iterator[str]:
    """Everything in a database: raw pages, and every compressed value."""
    for each in path.parent.glob(f"{path.name}*"):
        yield each.read_bytes().decode("latin-1")
    database = library.connect(str(path), library.ROLLBACK)
    for table, column in (
        ("order_contents", "content"),
        ("order_versions", "content"),
        ("decisions", "body"),
    ):
        for (value,) in database.execute(f"SELECT {column} FROM {table}"):
            yield inflate(value).decode()
    database.close()


def revocation(folder: Path, postgres: str) -> dict[str, Any]:
    """Seconds until every server of the store refuses a key that one of them revoked, and keeps to
    a role that was withdrawn, and to one that was granted."""
    store = postgres or f"sqlite:///{folder / 'revocation.db'}"
    with closing(open_store(store)) as opened:
        issuer = Issuer(opened)
        admin = issuer.key("boss", "admin")
        keys = {client: issuer.key(client, "clerk") for client in ("leaver", "mover")}
    with ExitStack() as stack:
        names = ("one", "two") if postgres else ("one",)
        running = [stack.enter_context(server(folder, store, name)) for name in names]
        asked = {
            client: [
                stack.enter_context(OrderTwinClient(each.address, read_timeout=10, key=key))
                for each in running
            ]
            for client, key in keys.items()
        }

        def seconds_until(client: str, let_in: bool, rpc: Any, **fields: Any) -> float:
            """From the answer to the change until the last server keeps to it."""
            request = getattr(pb, f"{rpc.name}Request")(request_id=rpc.name, **fields)
            _call(running[0].address, admin, rpc, request)
            started = time.perf_counter()
            for each in asked[client]:
                while _is_let_in(each) is not let_in:
                    time.sleep(0.01)
            return time.perf_counter() - started

        for each in (*asked["leaver"], *asked["mover"]):
            list(each.list_orders(page_size=1))
        key_name = f"tenants/default/apiKeys/{keys['leaver'].split('_')[1]}"
        revoked = seconds_until("leaver", False, REVOKE_API_KEY, name=key_name)
        role: dict[str, Any] = {"parent": "tenants/default"}
        mover: dict[str, Any] = {"member": "clients/mover", "role": "clerk"}
        withdrawn = seconds_until("mover", False, WITHDRAW_ROLE, **role, **mover)
        granted = seconds_until("mover", True, GRANT_ROLE, **role, binding=RoleBinding(**mover))
    return {
        "revocation_servers": len(names),
        "revocation_seconds": round(max(revoked, withdrawn, granted), 3),
        "key_revoked_seconds": round(revoked, 3),
        "role_withdrawn_seconds": round(withdrawn, 3),
        "role_granted_seconds": round(granted, 3),
    }


def _is_let_in(client: OrderTwinClient) -> bool:
    try:
        list(client.list_orders(page_size=1))
    except AccessError:
        return False
    return True


def _call(address: str, key: str, rpc: Any, request: Any) -> None:
    metadata = (("authorization", f"Bearer {key}"),)
    with grpc.insecure_channel(address) as channel:
        AccessClient(channel, metadata, timeout=60).call(rpc, request)


def overhead(folder: Path) -> dict[str, Any]:
    """Microseconds of the processor that guard and log add to one ScoreOrder."""
    with closing(open_store(str(folder / "overhead.db"))) as store:
        key = Issuer(store).key("erp", "clerk")
        recorder = Recorder(store.access, utc_now, "default")
        authenticator = Authenticator(store.access, clock=utc_now, local_tenant=None)
        guard = AccessGuard(authenticator, recorder, calls_a_second=1_000_000)
        ticket = Ticket(f"Bearer {key}", "ipv4:127.0.0.1")

        def work(call: Any) -> bytes:
            call.trail.written = True
            return b""

        def guarded() -> None:
            for _ in range(CALLS):
                guard.run("/ordertwin.v1.OrderService/ScoreOrder", ticket, lambda: True, work)

        at, who, what = utc_now(), "clients/erp", "ScoreOrder"
        origin, mark = "ipv4:127.0.0.1", b"d" * 32
        entries = [
            (at, AuditEntry(who, what, f"orders/{n:026}", f"r-{n}", "UNIQUE", origin, b"", mark))
            for n in range(LOGGED)
        ]
        guard_us = _best(guarded) / CALLS * 1e6
        recorder.close()
        log_us = _best(lambda: store.access.note("default", entries)) / LOGGED * 1e6
    return {
        "guard_us": round(guard_us, 1),
        "log_us": round(log_us, 1),
        "auth_overhead_us": round(guard_us + log_us, 1),
    }


def _best(work: Callable[[], None]) -> float:
    """Processor seconds of the best of a few rounds: other programs do not count."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


def main() -> None:
    """Run the benchmark as asked on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--messages", type=int, default=FUZZ_MESSAGES, help="mutated messages")
    parser.add_argument("--postgres", default="", help="address of an empty PostgreSQL store")
    options = parser.parse_args()
    report: dict[str, Any] = {}
    with failing_clearly(debug=False), tempfile.TemporaryDirectory() as name:
        for part in ("matrix", "tampering", "canary", "revocation", "overhead", "fuzzing"):
            folder = Path(name) / part
            folder.mkdir()
            print(f"{part} ...", flush=True)
            match part:
                case "matrix":
                    report |= matrix(folder)
                case "tampering":
                    report |= tampering(folder)
                case "canary":
                    report |= canary(folder)
                case "revocation":
                    report |= revocation(folder, options.postgres)
                case "overhead":
                    report |= overhead(folder)
                case _:
                    report |= fuzzing(folder, options.messages)
    for key, value in report.items():
        print(f"{key:>26} {value}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
