"""Members of the contract's enums, as people type and read them."""

from __future__ import annotations

from typing import Any

from ordertwin_cli.failures import CommandFailed


def number_of(wrapper: Any, prefix: str, text: str, what: str) -> int:
    """The number of a member; 0 for an empty text, CommandFailed for an unknown one.

    >>> from ordertwin.v1.review_pb2 import Answer
    >>> number_of(Answer, "ANSWER_", "match", "ANSWER"), number_of(Answer, "ANSWER_", "", "ANSWER")
    (1, 0)
    """
    if not text:
        return 0
    try:
        return int(wrapper.Value(f"{prefix}{text.upper()}"))
    except ValueError:
        names = [name.removeprefix(prefix) for name in wrapper.keys()]  # noqa: SIM118
        known = ", ".join(name for name in names if name != "UNSPECIFIED")
        raise CommandFailed(f"{what} must be one of {known}") from None
