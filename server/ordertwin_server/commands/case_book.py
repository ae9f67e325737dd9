"""The case book: settled pairs that an editor picked, for people who learn from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ordertwin_models.decision import Relation
from ordertwin_models.errors import EtagMismatch, FieldViolation, InvalidRequest, NotFound
from ordertwin_server.commands.answers import relation_violations
from ordertwin_server.commands.call import Call, Clock, Keys
from ordertwin_server.commands.caller import Permission
from ordertwin_server.commands.case_copy import Copy, asked_words, copy_of, words_of
from ordertwin_server.commands.deeds import Deed
from ordertwin_server.commands.paging import Seals, page_size
from ordertwin_server.commands.update_status import version_of
from ordertwin_stores.cases import CaseChange, CaseFilter, CaseText, NewCase, StoredCase
from ordertwin_stores.interface import OrderStore, RequestRecord
from ordertwin_stores.reviews import Answer

LANGUAGES = ("en", "zh")
MAX_TITLE, MAX_NOTE, MAX_QUERY = 120, 4000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCase:
    """A settled pair that an editor wants in the book; `seed` chooses the invented names."""

    verdict: int
    texts: tuple[CaseText, ...]
    relation: Relation | None
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an editor changes; a `relation` of None stays, an empty `etag` means any."""

    key: str
    texts: tuple[CaseText, ...]
    relation: Relation | None
    etag: str


@dataclass(frozen=True, slots=True)
class CaseListPage:
    """Cases, the token of the next page (empty on the last one), and how many there are by
    relation."""

    cases: tuple[StoredCase, ...]
    next_token: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of a case from now on, by somebody who saw the version `expected`."""

    expected: int
    relation: str
    texts: tuple[CaseText, ...]
    words: str
    withdrawn: bool


class CaseBook:
    """The case book of one store."""

    def __init__(self, store: OrderStore, clock: Clock, keys: Keys) -> None:
        self._store, self._clock, self._keys = store, clock, keys
        self._seals = Seals(store.access.secret)

    def preview(self, call: Call, wanted: WantedCase) -> StoredCase:
        """The case that would be made; nothing is written. Raises as `create` does, but a title is
        not needed, and neither is a relation."""
        copied, at = self._copy(call, wanted), self._clock()
        return StoredCase(
            key="",
            version=0,
            relation=copied.relation or "",
            answer=copied.answer,
            texts=wanted.texts,
            withdrawn=False,
            verdict=copied.verdict,
            created_at=at,
            created_by=call.actor,
            updated_at=at,
            updated_by=call.actor,
            content=copied.content,
        )

    def create(self, call: Call, request_id: str, wanted: WantedCase) -> StoredCase:
        """The new case; the first one again when the request is repeated.

        Raises `InvalidRequest`, `NotFound` (the verdict), `PermissionDenied`, `RequestIdReused`.
        """
        question = (wanted.verdict, wanted.texts, wanted.relation, wanted.seed)
        deed = Deed("CreateCase", request_id, question)
        deed.ensure_valid(_text_violations(wanted.texts))

        def make(key: str) -> CaseChange:
            copied = self._copy(call, wanted)
            if copied.relation is None:
                text = f"must be said: the verdict names none that goes with {copied.answer}"
                raise InvalidRequest([FieldViolation("relation", text)])
            made = NewCase(
                verdict=copied.verdict,
                order_keys=copied.order_keys,
                answer=copied.answer,
                content=copied.content,
            )
            words = words_of(copied.content, wanted.texts)
            told = _Told(0, copied.relation, wanted.texts, words, withdrawn=False)
            return self._change(call, deed, key, told, made)

        return self._do(call, deed, self._keys(), make)

    def edit(self, call: Call, request_id: str, edit: Edit) -> StoredCase:
        """The case with other words; its orders stay.

        Raises `InvalidRequest`, `NotFound`, `EtagMismatch`, `RequestIdReused`.
        """
        deed = Deed("EditCase", request_id, (edit.key, edit.texts, edit.relation, edit.etag))
        deed.ensure_valid(_text_violations(edit.texts))

        def make(key: str) -> CaseChange:
            seen = self._seen(call, key, edit.etag)
            assert seen.content is not None
            broken = relation_violations("relation", Answer(seen.answer), edit.relation)
            if broken:
                raise InvalidRequest(broken)
            relation, words = edit.relation or seen.relation, words_of(seen.content, edit.texts)
            told = _Told(seen.version, relation, edit.texts, words, withdrawn=seen.withdrawn)
            return self._change(call, deed, key, told)

        return self._do(call, deed, edit.key, make)

    def withdraw(
        self, call: Call, request_id: str, key: str, etag: str, *, restore: bool
    ) -> StoredCase:
        """The case, out of the readers' sight or back in it.

        Raises `InvalidRequest`, `NotFound`, `EtagMismatch`, `RequestIdReused`.
        """
        deed = Deed("WithdrawCase", request_id, (key, restore, etag))
        deed.ensure_valid()

        def make(key: str) -> CaseChange:
            seen = self._seen(call, key, etag)
            assert seen.content is not None
            words = words_of(seen.content, seen.texts)
            told = _Told(seen.version, seen.relation, seen.texts, words, withdrawn=not restore)
            return self._change(call, deed, key, told)

        return self._do(call, deed, key, make)

    def get(self, call: Call, key: str) -> StoredCase:
        """One case; `NotFound` when there is none, or none for this caller."""
        found = self._store.cases.get(call.tenant, key)
        if found.withdrawn and not call.caller.may(Permission.CASES_EDIT):
            raise NotFound("case", key)
        return found

    def list(
        self, call: Call, where: CaseFilter, query: str, size: int, token: str
    ) -> CaseListPage:
        """A page of cases in which every word of `query` occurs.

        Raises `InvalidRequest`, `PageTokenInvalid`, and `PermissionDenied` when somebody who may
        not edit asks for what only editors see.
        """
        size = page_size(size)
        if len(query) > MAX_QUERY:
            text = f"must have at most {MAX_QUERY} characters"
            raise InvalidRequest([FieldViolation("query", text)])
        if where.withdrawn or where.verdict is not None:
            call.caller.ensure_may(Permission.CASES_EDIT)
        where = CaseFilter(
            where.withdrawn, where.relation, where.answer, where.verdict, asked_words(query)
        )
        seal = self._seals.of(call.tenant, "cases", where)
        cases = self._store.cases
        page = cases.list(call.tenant, where, size, seal.position_in(token))
        following = page.next_position
        return CaseListPage(
            page.cases,
            "" if following is None else seal.token(following),
            cases.counts(call.tenant),
        )

    def _copy(self, call: Call, wanted: WantedCase) -> Copy:
        call.caller.ensure_may(Permission.REVIEWS_READ)
        verdict = self._store.reviews.verdict(call.tenant, wanted.verdict)
        return copy_of(self._store, call.tenant, verdict, wanted.relation, wanted.seed)

    def _seen(self, call: Call, key: str, etag: str) -> StoredCase:
        seen = self._store.cases.get(call.tenant, key)
        if etag and version_of(etag) != seen.version:
            raise EtagMismatch(f"Case {key}")
        return seen

    def _change(
        self, call: Call, deed: Deed, key: str, told: _Told, made: NewCase | None = None
    ) -> CaseChange:
        reply = json.dumps({"case": key})
        return CaseChange(
            key=key,
            expected=told.expected,
            relation=told.relation,
            texts=told.texts,
            words=told.words,
            withdrawn=told.withdrawn,
            actor=call.actor,
            at=self._clock(),
            request=RequestRecord(deed.method, deed.request_id, deed.fingerprint, reply),
            audit=call.entry(deed.method, f"cases/{key}", deed.request_id, "OK"),
            made=made,
        )

    def _do(
        self, call: Call, deed: Deed, key: str, make: Callable[[str], CaseChange]
    ) -> StoredCase:
        """The case as it is after the change, or after that of the same request before."""
        call.trail.target = f"cases/{key}"
        reply = self._store.reply_to(call.tenant, deed.method, deed.request_id, deed.fingerprint)
        if reply is None:
            change = make(key)
            call.ensure_waiting()
            done = self._store.cases.change(call.tenant, change)
            call.trail.written = done is None
            reply = done.reply if done is not None else change.request.reply
        if not call.trail.written:
            call.trail.outcome = "REPLAYED"
        key = json.loads(reply)["case"]
        call.trail.target = f"cases/{key}"
        return self._store.cases.get(call.tenant, key)


def _text_violations(texts: Sequence[CaseText]) -> list[FieldViolation]:
    broken = []
    if not texts:
        broken.append(FieldViolation("texts", "must have a title in English or Chinese"))
    languages = [text.language for text in texts]
    for index, text in enumerate(texts):
        path = f"texts[{index}]"
        if text.language not in LANGUAGES or text.language in languages[:index]:
            known = " or ".join(LANGUAGES)
            broken.append(FieldViolation(f"{path}.language_code", f"must be {known}, each once"))
        if not 0 < len(text.title.strip()) <= MAX_TITLE or not text.title.isprintable():
            rule = f"must be 1 to {MAX_TITLE} printable characters"
            broken.append(FieldViolation(f"{path}.title", rule))
        if len(text.note) > MAX_NOTE or not text.note.replace("\n", "").isprintable():
            rule = f"must have at most {MAX_NOTE} printable characters"
            broken.append(FieldViolation(f"{path}.note", rule))
    return broken
