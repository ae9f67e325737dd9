"""What is wrong with the files of a company, said so that somebody can mend them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ordertwin_models.errors import OrderTwinError

MOST_PROBLEMS = 20
"""Reading stops at this many; the rest are mostly the same again."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: file, line (0 for the file as a whole), column (may be empty), and what.

    >>> str(Problem(Path("orders.csv"), 7, "quantity", "is not a number"))
    'orders.csv, line 7, column quantity: is not a number'
    """

    path: Path
    line: int
    column: str
    text: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.path}{line}{column}: {self.text}"


class HistoryInvalid(OrderTwinError):
    """The files cannot be used as they are; nothing was taken over. Names every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        more = "\n(and possibly more)" if len(self.problems) >= MOST_PROBLEMS else ""
        super().__init__("\n".join(map(str, self.problems)) + more)


class Problems:
    """The problems found so far in one file. Raises HistoryInvalid when there are too many."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[Problem] = []

    def add(self, line: int, column: str, text: str) -> None:
        """Note a problem."""
        self.found.append(Problem(self.path, line, column, text))
        if len(self.found) >= MOST_PROBLEMS:
            self.stop_if_any()

    def stop_if_any(self) -> None:
        """Raise HistoryInvalid if there is a problem."""
        if self.found:
            raise HistoryInvalid(self.found)
