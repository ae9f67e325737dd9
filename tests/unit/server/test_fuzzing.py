"""Whatever bytes come, the server answers as agreed. `make bench-security` sends a million."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from tests.unit.server.running import running, settings_in

from benchmarks.access_matrix import METHODS, Issuer
from benchmarks.fuzzing import fuzz, good_messages, mutations
from ordertwin_server.access.table import ROLES
from ordertwin_stores import open_store

MESSAGES = 1_500


def test_every_rpc_is_fuzzed() -> None:
    assert set(good_messages()) == {method for method, _ in METHODS}
    assert {method for method, _ in mutations(4_000, 1)} == set(good_messages())
    assert list(mutations(50, 3)) == list(mutations(50, 3))


def test_half_of_the_messages_can_be_read() -> None:
    kinds = {method: type(message) for method, message in good_messages().items()}
    for method, data in list(mutations(400, 5))[1::2]:
        assert kinds[method].FromString(data).SerializeToString() is not None


async def test_no_mutated_message_meets_a_fault(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, calls_per_second=0)
    with closing(open_store(settings.store)) as store:
        key = Issuer(store).key("all", *ROLES)
    with running(settings) as server:
        found = await asyncio.wait_for(fuzz(server.address, key, MESSAGES, seed=11), 300)
    assert (found.messages, found.bad) == (MESSAGES, [])
