"""Lines of a policy that problems are shown at."""

from __future__ import annotations

import pytest

from ordertwin_models.policy import line_of

TEXT = """format = "ordertwin-policy/1"
version = "1"   # not this one: review = 2

[thresholds]
review = 0.5
[customer_groups]
"chain stores" = ["C-1",
                  "C-2"]
[[rules]]
name = "A"
thresholds = { review = 0.3, duplicate = 0.9 }
[[ rules ]]
name = "B"
[rules.when]
channels = ["EDI"]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("version", 2),
        ("thresholds", 4),
        ("thresholds.review", 5),
        ("customer_groups.chain stores[1]", 7),
        ("rules[0]", 9),
        ("rules[0].thresholds.review", 11),
        ("rules[1].name", 13),
        ("rules[1].when.channels", 15),
        ("rules[1].thresholds", 12),
        ("deny.pairs", 0),
    ],
)
def test_a_path_is_found_or_what_is_around_it(path: str, line: int) -> None:
    assert line_of(TEXT, path) == line


def test_nothing_is_found_in_json() -> None:
    assert line_of('{"version": 3}', "version") == 0
