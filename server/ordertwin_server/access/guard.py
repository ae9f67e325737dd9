"""What every call goes through before its message is even decoded: who is it, may they, note it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ordertwin_server.access.authenticator import REMEMBERED_CALLERS, UNKNOWN, Authenticator
from ordertwin_server.access.rates import Bucket
from ordertwin_server.access.recorder import Recorder
from ordertwin_server.access.table import TABLE, Rule
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Caller
from ordertwin_server.errors import reason_of
from ordertwin_server.faults import PermissionDenied, RateLimited, Unauthenticated
from ordertwin_stores.audit import AuditEntry


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a call shows at the door: its `authorization` header, where it comes from, and the
    certificate (PEM) of its connection if that can say who calls."""

    authorization: str = ""
    origin: str = ""
    certificate: bytes = b""


class AccessGuard:
    """Lets callers in by the table. `calls_a_second` is the limit for one credential, 0 for none.

    Safe to use from many threads.
    """

    def __init__(
        self, authenticator: Authenticator, recorder: Recorder, *, calls_a_second: int = 0
    ) -> None:
        self._authenticator = authenticator
        self._recorder = recorder
        self._rate = calls_a_second
        self._buckets: dict[str, Bucket] = {}

    @property
    def reads_certificates(self) -> bool:
        """Whether tickets have to show the certificate of the connection."""
        return self._authenticator.reads_certificates

    def run(
        self,
        method: str,
        ticket: Ticket,
        waiting: Callable[[], bool],
        work: Callable[[Call], bytes],
        *,
        counted: bool = True,
    ) -> bytes:
        """What `work` answers to a caller who is let in.

        Raises `Unauthenticated`, `PermissionDenied` or `RateLimited`; whatever happens is noted,
        unless the work noted it in its own transaction. `counted` calls use up the rate limit.
        """
        action = method.rpartition("/")[2]
        known = TABLE.get(method)
        try:
            if known is not None and known.open:
                caller = self._authenticator.stranger
            else:
                caller = self._authenticator.identify(ticket.authorization, ticket.certificate)
        except Unauthenticated as error:
            actor = error.member or UNKNOWN
            outcome = f"{reason_of(error)} {error.problem}"
            entry = AuditEntry(actor, action, "", "", outcome, ticket.origin)
            self._recorder.note_stranger(entry)
            raise
        call = Call(caller.tenant, caller.member, waiting, ticket.origin, caller)
        try:
            rule = self._authorised(method, caller)
            if counted:
                self._ensure_not_too_fast(caller)
            reply = work(call)
        except Exception as error:
            self._note(call, action, reason_of(error))
            raise
        if rule.noted:
            self._note(call, action, call.trail.outcome or "OK")
        return reply

    def ensure_still_may(self, method: str, ticket: Ticket) -> None:
        """Raise `Unauthenticated` or `PermissionDenied` when a stream has to end.

        Not noted: the end of the stream is. It does not count as a use: a session rests while
        nothing but a stream of its is open.
        """
        caller = self._authenticator.identify(
            ticket.authorization, ticket.certificate, counted=False
        )
        rule = TABLE[method]
        if rule.permissions and not caller.may(*rule.permissions):
            raise PermissionDenied(rule.permissions[0])

    def _authorised(self, method: str, caller: Caller) -> Rule:
        rule = TABLE.get(method)
        if rule is None:
            raise PermissionDenied("none")
        if rule.permissions:
            held = [each for each in rule.permissions if each in caller.permissions]
            if not held:
                raise PermissionDenied(rule.permissions[0])
            self._recorder.used(caller, held[0])
        else:
            self._recorder.used(caller)
        return rule

    def _ensure_not_too_fast(self, caller: Caller) -> None:
        name = caller.credential
        if not (self._rate and name):
            return
        bucket = self._buckets.get(name)
        if bucket is None:
            if len(self._buckets) >= REMEMBERED_CALLERS:
                self._buckets.clear()
            bucket = self._buckets.setdefault(name, Bucket(self._rate, self._rate))
        wait = bucket.take()
        if wait:
            raise RateLimited(self._rate, wait)

    def _note(self, call: Call, action: str, outcome: str) -> None:
        trail = call.trail
        if trail.written:
            return
        entry = call.entry(action, trail.target, trail.request_id, outcome)
        if call.actor == UNKNOWN:
            self._recorder.note_stranger(entry, trail.tenant)
        else:
            self._recorder.note(call.tenant, entry)
