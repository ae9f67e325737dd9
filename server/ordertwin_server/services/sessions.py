"""SessionService, one method an RPC: message in, command, message out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration

from ordertwin.v1 import session_service_pb2 as pb
from ordertwin_server.commands.call import Call
from ordertwin_server.commands.caller import Caller
from ordertwin_server.commands.sessions import Sessions
from ordertwin_server.convert.access_out import caller_to_proto
from ordertwin_server.convert.values import time_to_proto
from ordertwin_server.names import ensure_parent, tenant_in


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionService:
    """The service for people with passwords. `identify` says who shows an `authorization`; `idle`
    is how long a session may rest."""

    sessions: Sessions
    identify: Callable[[str], Caller]
    idle: timedelta

    def sign_in(self, call: Call, request: pb.SignInRequest) -> pb.SignInResponse:
        """The session that began."""
        tenant = tenant_in(request.parent)
        made = self.sessions.sign_in(call, tenant, request.member, request.password)
        idle = Duration()
        idle.FromTimedelta(self.idle)
        return pb.SignInResponse(
            token=made.token,
            caller=caller_to_proto(self.identify(f"Bearer {made.token}")),
            expire_time=time_to_proto(made.expires_at),
            idle_timeout=idle,
            password_change_required=made.restricted,
        )

    def sign_out(self, call: Call, request: pb.SignOutRequest) -> pb.SignOutResponse:
        """How many sessions ended."""
        ensure_parent(request.parent, call.tenant)
        return pb.SignOutResponse(sessions=self.sessions.sign_out(call, request.everywhere))

    def set_password(self, call: Call, request: pb.SetPasswordRequest) -> pb.SetPasswordResponse:
        """How many sessions ended with the change."""
        # Whether they may comes before whether what they ask makes sense.
        self.sessions.ensure_may_set(call, request.member)
        ensure_parent(request.parent, call.tenant)
        ended = self.sessions.set_password(
            call,
            request.request_id,
            request.member,
            request.password,
            request.old_password,
            request.remove,
        )
        return pb.SetPasswordResponse(sessions=ended)
