"""Signing in with a password or a key, and out: here, or everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from ordertwin_client.errors import OrderTwinError
from ordertwin_reviewer.backend import Asker
from ordertwin_reviewer.contract import operation_of
from ordertwin_reviewer.pages.shell import SIGN_IN, Shell, Visit
from ordertwin_reviewer.pages.terms import N_

_MONTH = 30 * 86_400
REFUSED = N_("That did not work. Check what you typed.")
WAIT = N_("Too many tries. Wait a moment.")


@dataclass(frozen=True, slots=True)
class SigningIn:
    """The pages of people who come and go."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        return [
            self.shell.open_page(SIGN_IN, self._form, methods=["GET"]),
            self.shell.open_page(SIGN_IN, self._sign_in, methods=["POST"]),
            self.shell.open_page("/sign-out", self._sign_out, methods=["POST"]),
            self.shell.open_page("/appearance", self._appearance, methods=["POST"]),
            self.shell.page("/password", self._password_form),
            self.shell.deed("/password", self._password),
        ]

    async def _form(self, visit: Visit) -> Response:
        return _shown(self.shell, visit, visit.asked("next"))

    async def _sign_in(self, visit: Visit) -> Response:
        """Show a key or a password to the server; whatever is wrong is said in the same words."""
        key, target = visit.said("key"), visit.said("next")
        try:
            if key:
                authorization = f"Bearer {key}"
                caller = await self._caller_with(visit, authorization)
                must_change = False
            else:
                signed = await visit.backend.call(
                    operation_of("SignIn"),
                    operation_of("SignIn").request_type(
                        parent=f"tenants/{visit.said('tenant') or 'default'}",
                        member=f"people/{visit.said('person')}",
                        password=visit.form.get("password", ""),
                    ),
                    Asker(),
                )
                authorization, caller = f"Bearer {signed.token}", signed.caller
                must_change = signed.password_change_required
        except (OrderTwinError, ValueError) as error:
            code = getattr(error, "code", "")
            if code in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
                raise
            problem = WAIT if code == "RESOURCE_EXHAUSTED" else REFUSED
            return _shown(self.shell, visit, target, problem, 401)
        visit.session = self.shell.sessions.signed_in(
            visit.session, authorization, caller.member, caller.tenant
        )
        return visit.go("/password" if must_change else inside(target))

    async def _caller_with(self, visit: Visit, authorization: str) -> Any:
        operation = operation_of("GetCaller")
        return await visit.backend.call(operation, operation.request_type(), Asker(authorization))

    async def _sign_out(self, visit: Visit) -> Response:
        """Forget the credential; a session that the server keeps ends there too."""
        everywhere = bool(visit.said("everywhere"))
        if visit.caller is not None and visit.session.authorization:
            try:
                await visit.ask("SignOut", everywhere=everywhere)
            except OrderTwinError as error:
                # Keys and tokens have no session on the server that could end.
                if error.code in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
                    raise
        if everywhere:
            self.shell.sessions.end_all_of(visit.session)
        self.shell.sessions.end(visit.session)
        visit.session = self.shell.sessions.begin()
        return visit.go(SIGN_IN, visit.reader.words(N_("You are signed out.")))

    async def _appearance(self, visit: Visit) -> Response:
        """Language and colours, kept in the browser."""
        response = RedirectResponse(inside(visit.said("next")), 303)
        for name, allowed in (("lang", ("en", "zh")), ("theme", ("light", "dark", "system"))):
            if visit.said(name) in allowed:
                response.set_cookie(
                    name,
                    visit.said(name),
                    max_age=12 * _MONTH,
                    samesite="strict",
                    secure=self.shell.options.is_secure,
                )
        return response

    async def _password_form(self, visit: Visit) -> Response:
        return visit.show("password.html")

    async def _password(self, visit: Visit) -> Response:
        """Change one's own password; all sessions end, so one signs in with the new one."""
        await visit.ask(
            "SetPassword",
            member=visit.caller.member,
            password=visit.form.get("password", ""),
            old_password=visit.form.get("old_password", ""),
        )
        self.shell.sessions.end_all_of(visit.session)
        visit.session = self.shell.sessions.begin()
        note = N_("The password is changed. Sign in with it.")
        return visit.go(SIGN_IN, visit.reader.words(note))


def refused_sign_in(shell: Shell, visit: Visit) -> Response:
    """The sign-in page once more, because what came from a provider was not good."""
    return _shown(shell, visit, "", REFUSED, 401)


def _shown(
    shell: Shell, visit: Visit, target: str, problem: str = "", status: int = 200
) -> Response:
    oidc = shell.options.oidc is not None
    return visit.show("sign_in.html", status, target=target, problem=problem, oidc=oidc)


def inside(target: str) -> str:
    """An address of ours; anything else leads home.

    >>> inside("/orders"), inside("https://evil.example/"), inside("//evil.example")
    ('/orders', '/', '/')
    """
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if inside else "/"
