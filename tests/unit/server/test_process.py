"""What a server process takes from the operating system."""

from __future__ import annotations

import sys

import pytest

from ordertwin_server.process import MOST_FILES, allow_many_connections

if sys.platform == "win32":
    pytest.skip("limits of descriptors are those of POSIX", allow_module_level=True)

import resource

ENDLESS = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("now", "most", "wanted"),
    [
        (256, ENDLESS, [MOST_FILES]),
        (MOST_FILES, ENDLESS, []),
        (MOST_FILES + 1, ENDLESS, []),
        (ENDLESS, ENDLESS, []),
        (1024, 4096, [4096]),
        (4096, 4096, []),
    ],
)
def test_a_limit_of_files_is_raised_and_never_lowered(
    now: int, most: int, wanted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (now, most))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
    allow_many_connections()
    assert asked == [(each, most) for each in wanted]
