"""Run where only the wheel with [server] is installed: a server scores orders, and stays light."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HEAVY = ("sklearn", "pandas", "recordlinkage", "mlflow")
ORDER = {
    "order_id": "SO-1",
    "ordered_at": "2025-03-04T09:42:00Z",
    "customer": {"party_id": "C-7", "name": "Hartmann Engineering Ltd"},
    "lines": [{"sku": "DR-0450", "quantity": "6"}, {"sku": "GL-0009", "quantity": "24"}],
}


def main() -> None:
    """Fail with an AssertionError when the wheel does not work alone."""
    import ordertwin_server
    from ordertwin_cli.embedded import embedded_server
    from ordertwin_cli.sample_stream import sample_events

    assert list(sample_events()), "the sample did not travel in the wheel"
    installed = Path(ordertwin_server.__file__)
    assert "site-packages" in installed.parts, f"not the wheel: {installed}"
    present = [name for name in HEAVY if find_spec(name)]
    assert not present, f"[server] brings {present}"
    command = [str(Path(sys.executable).with_name("ordertwin")), "score", "-", "--json"]
    documents = "\n".join(json.dumps(ORDER | {"order_id": name}) for name in ("SO-1", "SO-2"))
    with embedded_server() as server:
        command += ["--server", server.address]
        done = subprocess.run(command, input=documents, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["outcome"] == "OUTCOME_UNIQUE", first
    assert second["outcome"] in ("OUTCOME_REVIEW", "OUTCOME_DUPLICATE"), second
    print(f"the wheel scored two orders with model {second['model_version']}: {second['summary']}")


if __name__ == "__main__":
    main()
