"""Two orders become one: what becomes of each line, what has to be chosen; and back again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import ACTION, N_, TAKE, number_of

SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Merging:
    """Pages about two orders that become one."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        page, deed = self.shell.page, self.shell.deed
        return [
            page("/merge", self._preview),
            deed("/merge/preview", self._preview_again),
            deed("/merge", self._merge),
            deed("/merge/{key}/undo", self._undo),
            deed("/orders/{key}/resolve", self._resolve),
        ]

    async def _preview(self, visit: Visit) -> Response:
        names = [f"{visit.parent}/orders/{visit.asked(each)}" for each in ("first", "second")]
        return await self._shown(visit, names)

    async def _preview_again(self, visit: Visit) -> Response:
        return await self._shown(visit, list(visit.all_said("order")))

    async def _shown(self, visit: Visit, names: list[str]) -> Response:
        first, second = [await visit.ask("GetOrder", name=name) for name in names[:2]]
        proposed = await visit.ask(
            "MergeOrders",
            validate_only=True,
            sources=[{"name": first.name}, {"name": second.name}],
            **_choices(visit),
        )
        open_questions = [each for each in proposed.conflicts if not each.chosen_order]
        return visit.show(
            "merge.html",
            first=first,
            second=second,
            proposed=proposed,
            ready=not open_questions and not proposed.obstacles,
        )

    async def _merge(self, visit: Visit) -> Response:
        """Make one order of two, as it was shown."""
        sources = [
            {"name": name, "etag": etag}
            for name, etag in zip(visit.all_said("order"), visit.all_said("etag"), strict=False)
        ]
        made = await visit.ask(
            "MergeOrders", sources=sources, reason=visit.said("reason"), **_choices(visit)
        )
        return visit.show("merged.html", made=made, sources=sources)

    async def _undo(self, visit: Visit) -> Response:
        name = f"{visit.parent}/merges/{visit.request.path_params['key']}"
        undone = await visit.ask("UnmergeOrders", name=name, reason=visit.said("reason"))
        note = visit.reader.words(N_("Both orders are as they were."))
        return visit.go(f"/orders/{undone.restored[0].name.rpartition('/')[2]}", note)

    async def _resolve(self, visit: Visit) -> Response:
        """Let one of two orders leave: link, attach or supersede."""
        key = visit.request.path_params["key"]
        await visit.ask(
            "ResolveOrder",
            name=f"{visit.parent}/orders/{key}",
            action=number_of(ACTION, visit.said("action")),
            existing_order=visit.said("existing"),
            etag=visit.said("etag"),
            reason=visit.said("reason"),
        )
        return visit.go(f"/orders/{key}", visit.reader.words(N_("That is settled.")))


def _choices(visit: Visit) -> dict[str, Any]:
    """What was chosen of lines and fields."""
    return {
        "line_choices": list(_line_choices(visit)),
        "field_choices": [
            {"field": name.removeprefix("field:"), "order": visit.said(name)}
            for name in visit.form
            if name.startswith("field:") and visit.said(name)
        ],
    }


def _line_choices(visit: Visit) -> Iterator[dict[str, Any]]:
    for name in visit.form:
        take = number_of(TAKE, visit.said(name)) if name.startswith("line:") else 0
        if take:
            order, _, line = name.removeprefix("line:").partition(SEPARATOR)
            yield {"order": order, "line_id": line, "take": take}
