"""Questions about cases; a driver says how it reads, and adds changes."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, LiteralString, TypeVar

from ordertwin_models.errors import NotFound
from ordertwin_stores.cases import CaseContent, CaseFilter, CasePage, CaseText, StoredCase
from ordertwin_stores.codec import from_micros, unpack_decision, unpack_order
from ordertwin_stores.reviewing.session import Session

T = TypeVar("T")
_COLUMNS: LiteralString = (
    "number, key, version, relation, answer, texts, withdrawn, verdict, created_at, created_by,"
    " updated_at, updated_by"
)
_CONTENT: LiteralString = ", incoming, existing, decision"


class CaseQuestions(ABC):
    """What can be read of cases. The contract is `CaseStore`."""

    @abstractmethod
    def _read(self, tenant: str, look: Callable[[Session], T]) -> T:
        """What `look` finds over a connection that is borrowed for it."""

    def get(self, tenant: str, key: str) -> StoredCase:
        """See `CaseStore.get`."""
        return self._read(tenant, lambda each: get_case(each, key))

    def list(self, tenant: str, where: CaseFilter, size: int, position: int | None) -> CasePage:
        """See `CaseStore.list`."""
        return self._read(tenant, lambda each: list_cases(each, where, size, position))

    def counts(self, tenant: str) -> Mapping[str, int]:
        """See `CaseStore.counts`."""
        return self._read(tenant, count_cases)


def get_case(session: Session, key: str) -> StoredCase:
    """See `CaseStore.get`."""
    rows = session.rows(
        f"SELECT {_COLUMNS}{_CONTENT} FROM cases WHERE tenant = %s AND key = %s",
        session.tenant,
        key,
    )
    if not rows:
        raise NotFound("case", key)
    return _stored(rows[0])


def list_cases(session: Session, where: CaseFilter, size: int, position: int | None) -> CasePage:
    """See `CaseStore.list`."""
    statement: LiteralString = f"SELECT {_COLUMNS} FROM cases WHERE tenant = %s AND withdrawn = %s"
    values: list[object] = [session.tenant, int(where.withdrawn)]
    conditions: tuple[tuple[LiteralString, object], ...] = (
        (" AND relation = %s", where.relation),
        (" AND answer = %s", where.answer),
        (" AND verdict = %s", where.verdict),
        (" AND number < %s", position),
        *((" AND words LIKE %s ESCAPE '!'", _anywhere(word)) for word in where.words),
    )
    for condition, value in conditions:
        if value is not None:
            statement += condition
            values.append(value)
    rows = session.rows(statement + " ORDER BY number DESC LIMIT %s", *values, size + 1)
    page = rows[:size]
    return CasePage(tuple(map(_stored, page)), page[-1][0] if len(rows) > size else None)


def count_cases(session: Session) -> dict[str, int]:
    """See `CaseStore.counts`."""
    return dict(
        session.rows(
            "SELECT relation, count(*) FROM cases WHERE tenant = %s AND withdrawn = 0"
            " GROUP BY relation ORDER BY relation",
            session.tenant,
        )
    )


def _stored(row: tuple[Any, ...]) -> StoredCase:
    _, key, version, relation, answer, texts, withdrawn, verdict, created_at, created_by = row[:10]
    updated_at, updated_by, *content = row[10:]
    return StoredCase(
        key=key,
        version=version,
        relation=relation,
        answer=answer,
        texts=tuple(CaseText(*each) for each in json.loads(texts)),
        withdrawn=bool(withdrawn),
        verdict=verdict,
        created_at=from_micros(created_at),
        created_by=created_by,
        updated_at=from_micros(updated_at),
        updated_by=updated_by,
        content=_content(*content) if content else None,
    )


def _content(incoming: bytes, existing: bytes, decision: bytes) -> CaseContent:
    return CaseContent(unpack_order(incoming), unpack_order(existing), unpack_decision(decision))


def _anywhere(word: str) -> str:
    """A pattern that finds a word wherever it stands.

    >>> _anywhere("50%")
    '%50!%%'
    """
    for sign in "!%_":
        word = word.replace(sign, f"!{sign}")
    return f"%{word}%"
