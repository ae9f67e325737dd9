"""What every page has: who is looking, in which language, and how it asks the server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ordertwin_client.errors import OrderTwinError
from ordertwin_client.requests import new_request_id
from ordertwin_reviewer.backend import Asker, Backend
from ordertwin_reviewer.contract import operation_of
from ordertwin_reviewer.options import WebOptions
from ordertwin_reviewer.pages.language import LANGUAGES, Reader
from ordertwin_reviewer.pages.rendering import Templates
from ordertwin_reviewer.pages.sessions import Session, Sessions
from ordertwin_reviewer.rest.events import MEDIA_TYPE
from ordertwin_reviewer.rest.problems import STATUSES
from ordertwin_reviewer.strangers import may_be_local

COOKIE = "ordertwin"
SIGN_IN = "/sign-in"
SEE_OTHER = 303
REFRESHING = {"queue"}
"""Ids of elements that ask again by themselves."""


class Forged(Exception):
    """A form that did not come from a page of ours."""


@dataclass(slots=True)
class Visit:
    """One request of one person. `caller` is what the server says of them."""

    request: Request
    session: Session
    reader: Reader
    backend: Backend
    templates: Templates
    caller: Any = None
    form: FormData = field(default_factory=FormData)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def parent(self) -> str:
        """The tenant that the caller works in."""
        return f"tenants/{self.caller.tenant}"

    def may(self, permission: str) -> bool:
        """Whether the caller's roles permit it; decides what is shown, not what is done."""
        return self.caller is not None and permission in self.caller.permissions

    async def ask(self, method: str, *, timeout: float | None = None, **fields: Any) -> Any:
        """One RPC by its name; mutations get a request id of their own. `timeout` in seconds."""
        operation = operation_of(method)
        names = operation.method.input_type.fields_by_name
        if "language_code" in names:
            fields.setdefault("language_code", self.reader.language)
        if "request_id" in names and operation.verb != "GET":
            fields.setdefault("request_id", new_request_id())
        if "parent" in names:
            fields.setdefault("parent", self.parent)
        request: Any = operation.request_type(**fields)
        asker = Asker(self.session.authorization)
        return await self.backend.call(operation, request, asker, timeout=timeout)

    async def watch(self, method: str) -> AsyncIterator[Any]:
        """The elements of a stream, until whoever reads stops."""
        operation = operation_of(method)
        request: Any = operation.request_type(parent=self.parent)
        asker = Asker(self.session.authorization)
        async for element in self.backend.stream(operation, request, asker):
            yield element

    def said(self, name: str) -> str:
        """A field of the form, without spaces around it."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def all_said(self, name: str) -> Sequence[str]:
        """Every value of a field that is there more than once."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def asked(self, name: str) -> str:
        """A parameter of the address."""
        return self.request.query_params.get(name, "").strip()

    def show(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A page, with the note that a deed left for the next one."""
        note, self.session.note = self.session.note, None
        return self._rendered(template, status, note=note, **context)

    def part(self, template: str, **context: Any) -> HTMLResponse:
        """Part of a page that is there already; a note is left for the next page."""
        return self._rendered(template, 200, note=None, **context)

    def _rendered(self, template: str, status: int, **context: Any) -> HTMLResponse:
        text = self.templates.render(
            template,
            self.reader,
            visit=self,
            session=self.session,
            caller=self.caller,
            may=self.may,
            path=self.request.url.path,
            theme=self.request.cookies.get("theme", ""),
            **context,
        )
        return HTMLResponse(text, status)

    def go(self, address: str, note: str = "", kind: str = "good") -> RedirectResponse:
        """On to another page, with a note to show there."""
        if note:
            self.session.note = (kind, note)
        return RedirectResponse(address, SEE_OTHER)


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Shell:
    """Makes routes of handlers."""

    backend: Backend
    options: WebOptions
    sessions: Sessions
    templates: Templates

    def page(self, path: str, handler: Handler) -> Route:
        """A page to look at."""
        return Route(path, self._guarded(handler), methods=["GET"])

    def deed(self, path: str, handler: Handler) -> Route:
        """Something that changes something, from a form of ours."""
        return Route(path, self._guarded(handler), methods=["POST"])

    def open_page(self, path: str, handler: Handler, *, methods: Sequence[str]) -> Route:
        """A page for people who have not signed in; its forms are checked all the same."""
        return Route(path, self._guarded(handler, stranger=True), methods=list(methods))

    def elsewhere(self, handler: Handler) -> Callable[[Request, Exception], Awaitable[Response]]:
        """A page at every address that leads nowhere; it does nothing, so it reads no form."""
        page = self._guarded(handler, reads_forms=False)

        async def answer(request: Request, _error: Exception) -> Response:
            if request.url.path.startswith("/static/"):
                return PlainTextResponse("Not Found", 404)
            return await page(request)

        return answer

    def _guarded(
        self, handler: Handler, *, stranger: bool = False, reads_forms: bool = True
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            visit = self._visit(request)
            try:
                if reads_forms and request.method == "POST":
                    visit.form = await self._checked_form(visit)
                response = await self._let_in(visit, handler, stranger)
            except Forged:
                response = visit.show("problem.html", 403, forged=True)
            except OrderTwinError as error:
                response = self._failed(visit, error)
            self._keep(response, visit.session)
            return response

        return answer

    async def _let_in(self, visit: Visit, handler: Handler, stranger: bool) -> Response:
        known = bool(visit.session.authorization) or may_be_local(visit.request, self.options)
        if known:
            try:
                visit.caller = await visit.ask("GetCaller")
            except OrderTwinError as error:
                if error.code != "UNAUTHENTICATED":
                    raise
                # The credential ended: what the session knew of its owner goes with it.
                if visit.session.authorization:
                    self.sessions.end(visit.session)
                    visit.session = self.sessions.begin()
        if visit.caller is None and not stranger and "hx-request" in visit.request.headers:
            # The part of a page cannot become the sign-in page; a list that refreshes by itself
            # has the browser load its whole page again, a form keeps what was typed.
            return Response(
                status_code=401,
                headers={"hx-refresh": "true"} if _is_by_itself(visit.request) else {},
            )
        if visit.caller is None and not stranger:
            target = visit.request.url.path
            return RedirectResponse(f"{SIGN_IN}?next={quote(target)}", SEE_OTHER)
        return await handler(visit)

    def _visit(self, request: Request) -> Visit:
        cookies = request.cookies
        used = not _is_by_itself(request)
        session = self.sessions.find(cookies.get(COOKIE, ""), used=used) or self.sessions.begin()
        language = cookies.get("lang", "")
        reader = Reader.of(
            request.headers.get("accept-language", ""),
            language if language in LANGUAGES else "",
            cookies.get("tz", "")[:64],
        )
        return Visit(request, session, reader, self.backend, self.templates)

    async def _checked_form(self, visit: Visit) -> FormData:
        origin = visit.request.headers.get("origin", "")
        if origin and urlsplit(origin).netloc != visit.request.headers.get("host", ""):
            raise Forged
        declared = visit.request.headers.get("content-length", "")
        if not declared.isdecimal() or int(declared) > self.options.max_body_bytes:
            raise Forged
        form = await visit.request.form(max_files=0, max_fields=3000)
        token = form.get("csrf", "") or visit.request.headers.get("x-csrf", "")
        if not isinstance(token, str) or not visit.session.accepts(token):
            raise Forged
        return form

    def _failed(self, visit: Visit, error: OrderTwinError) -> Response:
        back = visit.request.headers.get("referer", "")
        status = STATUSES.get(error.code, 500)
        same_site = urlsplit(back).netloc == visit.request.headers.get("host", "")
        return visit.show(
            "problem.html",
            status,
            error=error,
            back=urlsplit(back).path if same_site else "",
            violations=getattr(error, "violations", ()),
        )

    def _keep(self, response: Response, session: Session) -> None:
        response.set_cookie(
            COOKIE,
            session.key,
            httponly=True,
            samesite="strict",
            secure=self.options.is_secure,
            path="/",
        )


def _is_by_itself(request: Request) -> bool:
    """Whether a page asked without anybody doing anything: a list that refreshes, or listens."""
    return (
        request.headers.get("hx-trigger", "") in REFRESHING
        or request.headers.get("accept", "") == MEDIA_TYPE
    )
