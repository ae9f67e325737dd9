"""Model versions: what they are, what they would change, which one answers."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin_client.errors import OrderTwinError
from ordertwin_reviewer.pages.markdown import markdown
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import N_

PATIENCE = 120.0
"""Seconds that taking decisions again may take."""
MOST_DECISIONS = 500


@dataclass(frozen=True, slots=True)
class Models:
    """Pages about models."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        page, deed = self.shell.page, self.shell.deed
        return [
            page("/models", self._list),
            page("/models/{key}", self._one),
            page("/models/{key}/compare", self._compare),
            page("/models/{key}/compare/made", self._compared),
            deed("/models/{key}/activate", self._activate),
            deed("/models/{key}/shadow", self._shadow),
        ]

    async def _list(self, visit: Visit) -> Response:
        found = await visit.ask("ListModelVersions")
        changes = await visit.ask("ListModelChanges", page_size=20)
        return visit.show("models.html", found=found, changes=changes.changes)

    async def _one(self, visit: Visit) -> Response:
        model = await visit.ask("GetModelVersion", name=_name(visit))
        fold = visit.reader.words(N_("Show all %(num)s entries"))
        return visit.show("model.html", model=model, card=markdown(model.card, fold))

    async def _compare(self, visit: Visit) -> Response:
        """What a version would change; it is found out after the page is there."""
        model = await visit.ask("GetModelVersion", name=_name(visit))
        return visit.show("model_compare.html", model=model, most=MOST_DECISIONS, page=_page(visit))

    async def _compared(self, visit: Visit) -> Response:
        """What a version would have made of the newest decisions, beside what answers now."""
        try:
            made = await visit.ask(
                "CompareModelVersions",
                timeout=PATIENCE,
                name=_name(visit),
                max_decisions=MOST_DECISIONS,
            )
        except OrderTwinError as error:
            return visit.part("_problem.html", error=error)
        return visit.part("_model_compare.html", made=made, most=MOST_DECISIONS)

    async def _activate(self, visit: Visit) -> Response:
        """Let a version answer; for one that answered before this is a rollback."""
        await visit.ask("ActivateModelVersion", name=_name(visit), reason=visit.said("reason"))
        words = visit.reader.words
        return visit.go(_page(visit), words(N_("It answers, on every server within two seconds.")))

    async def _shadow(self, visit: Visit) -> Response:
        end = bool(visit.said("end"))
        await visit.ask(
            "ShadowModelVersion", name=_name(visit), end=end, reason=visit.said("reason")
        )
        note = N_("It no longer runs in shadow.") if end else N_("It scores every order in shadow.")
        return visit.go(_page(visit), visit.reader.words(note))


def _name(visit: Visit) -> str:
    return f"{visit.parent}/modelVersions/{visit.request.path_params['key']}"


def _page(visit: Visit) -> str:
    return f"/models/{visit.request.path_params['key']}"
