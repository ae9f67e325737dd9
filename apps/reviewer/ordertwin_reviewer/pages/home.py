"""The first page: where the work of this person is."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin_reviewer.pages.access import Access
from ordertwin_reviewer.pages.cases import Cases
from ordertwin_reviewer.pages.entry import Entry
from ordertwin_reviewer.pages.figures import Figures
from ordertwin_reviewer.pages.log import Log
from ordertwin_reviewer.pages.merging import Merging
from ordertwin_reviewer.pages.models import Models
from ordertwin_reviewer.pages.orders import Orders
from ordertwin_reviewer.pages.policy import Policies
from ordertwin_reviewer.pages.provider import Provider
from ordertwin_reviewer.pages.quiz import Quizzes
from ordertwin_reviewer.pages.reviews import Reviews
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.signing_in import SigningIn

FIRST = (
    ("reviews.read", "/reviews"),
    ("orders.read", "/orders"),
    ("access.read", "/access"),
    ("models.read", "/models"),
    ("audit.read", "/log"),
    ("cases.read", "/cases"),
    ("reports.read", "/figures"),
)


def pages(shell: Shell) -> Sequence[BaseRoute]:
    """Every page."""
    oidc = shell.options.oidc
    return [
        shell.page("/", _home),
        *(Provider(shell, oidc).routes() if oidc is not None else ()),
        *SigningIn(shell).routes(),
        *Reviews(shell).routes(),
        *Merging(shell).routes(),
        *Entry(shell).routes(),
        *Orders(shell).routes(),
        *Quizzes(shell).routes(),
        *Cases(shell).routes(),
        *Figures(shell).routes(),
        *Models(shell).routes(),
        *Policies(shell).routes(),
        *Access(shell).routes(),
        *Log(shell).routes(),
    ]


async def _home(visit: Visit) -> Response:
    for permission, address in FIRST:
        if visit.may(permission):
            return visit.go(address)
    return visit.show("nothing.html")


async def nowhere(visit: Visit) -> Response:
    """What is shown at an address that is no page."""
    return visit.show("problem.html", 404, lost=True)
