"""Two servers on one PostgreSQL, as `tests.end_to_end.several_servers` runs them."""

from __future__ import annotations

import pytest
from tests.end_to_end.several_servers import RUNS
from tests.faults.findings import Findings
from tests.postgres_server import a_database


def over_two_servers(run: str, size: float, part: int) -> Findings:
    """One of the runs on a database of its own; skipped where no PostgreSQL answers."""
    name = f"two servers: {run.replace('_', ' ')}"
    try:
        with a_database() as database:
            found = RUNS[run](database, size, part)
    except pytest.skip.Exception as error:
        return Findings(name, skipped=str(error))
    return Findings(name, dict(found.tried), found.lost, found.doubled, found.failed)
