"""`ordertwin watch`, as a script uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.unit.server.builders import an_order, another_order
from tests.unit.server.running import running, settings_in

from ordertwin_client import OrderTwinClient
from ordertwin_server.convert.order_out import order_to_proto


def watch(address: str, *options: str) -> str:
    command = [str(Path(sys.executable).with_name("ordertwin")), "watch", "--server", address]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_script_goes_on_where_it_stopped(tmp_path: Path) -> None:
    place = tmp_path / "place"
    with (
        running(settings_in(tmp_path)) as server,
        OrderTwinClient(server.address, timeout=10) as client,
    ):
        with client.watch_orders() as begun:
            place.write_text(next(begun.messages()).resume_token)
        client.score_order(order_to_proto(an_order()))
        client.score_order(order_to_proto(another_order()))
        said = watch(server.address, "--resume", str(place), "--count", "1", "--json")
        assert json.loads(said)["orderId"] == "SO-1"
        said = watch(server.address, "--resume", str(place), "--count", "1")
        assert "order decided: edi SO-9, unique, received" in said


def test_a_misspelt_filter_is_named_with_what_it_may_be() -> None:
    command = [str(Path(sys.executable).with_name("ordertwin")), "watch", "--outcome", "unik"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "--outcome unik is unknown; it may be one of unique, review, duplicate" in done.stderr
