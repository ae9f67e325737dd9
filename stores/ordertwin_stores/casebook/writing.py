"""Changes of cases, inside a write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple

from ordertwin_models.errors import EtagMismatch, NotFound
from ordertwin_stores.cases import CaseChange
from ordertwin_stores.codec import pack_decision, pack_order, to_micros
from ordertwin_stores.reviewing.session import Session


def change(session: Session, wanted: CaseChange) -> None:
    """See `CaseStore.change`; the request is the driver's."""
    at = to_micros(wanted.at)
    texts = json.dumps([astuple(text) for text in wanted.texts], ensure_ascii=False)
    if wanted.made is not None:
        made, content = wanted.made, wanted.made.content
        session.run(
            "INSERT INTO cases (tenant, key, version, relation, answer, texts, words, withdrawn,"
            " verdict, order_key, counterpart_key, created_at, created_by, updated_at, updated_by,"
            " incoming, existing, decision)"
            " VALUES (%s, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            session.tenant,
            wanted.key,
            wanted.relation,
            made.answer,
            texts,
            wanted.words,
            int(wanted.withdrawn),
            made.verdict,
            *made.order_keys,
            at,
            wanted.actor,
            at,
            wanted.actor,
            pack_order(content.incoming),
            pack_order(content.existing),
            pack_decision(content.decision),
        )
    else:
        _ensure_seen(session, wanted)
        session.run(
            "UPDATE cases SET version = version + 1, relation = %s, texts = %s, words = %s,"
            " withdrawn = %s, updated_at = %s, updated_by = %s WHERE tenant = %s AND key = %s",
            wanted.relation,
            texts,
            wanted.words,
            int(wanted.withdrawn),
            at,
            wanted.actor,
            session.tenant,
            wanted.key,
        )
    session.audit(wanted.audit, at)


def forget_cases(session: Session, order_keys: Sequence[str]) -> list[str]:
    """Take away every case that was copied from one of these orders; returns their keys."""
    forgotten: list[str] = []
    for order_key in order_keys:
        found = session.rows(
            "SELECT key FROM cases WHERE tenant = %s AND (order_key = %s OR counterpart_key = %s)",
            session.tenant,
            order_key,
            order_key,
        )
        for (key,) in found:
            session.run("DELETE FROM cases WHERE tenant = %s AND key = %s", session.tenant, key)
            forgotten.append(key)
    return forgotten


def _ensure_seen(session: Session, wanted: CaseChange) -> None:
    rows = session.rows(
        "SELECT version FROM cases WHERE tenant = %s AND key = %s" + session.locking,
        session.tenant,
        wanted.key,
    )
    if not rows:
        raise NotFound("case", wanted.key)
    if rows[0][0] != wanted.expected:
        raise EtagMismatch(f"Case {wanted.key}")
