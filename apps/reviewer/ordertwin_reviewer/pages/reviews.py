"""The review queue, and one review: the work that people do here all day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin.v1 import review_pb2
from ordertwin_reviewer.pages.batch import burst_of, in_one_breath
from ordertwin_reviewer.pages.live import review_changes
from ordertwin_reviewer.pages.orders import rhythm
from ordertwin_reviewer.pages.pair import pair_of
from ordertwin_reviewer.pages.sessions import Done
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import ANSWER, CHANNEL, KIND, N_, RELATION, number_of
from ordertwin_reviewer.pages.waterfall import waterfall

PAGE = 50
FILTERS = ("kind", "channel", "relation", "source", "party_id", "claimed_by", "available")


@dataclass(frozen=True, slots=True)
class Reviews:
    """Pages about reviews."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        page, deed = self.shell.page, self.shell.deed
        return [
            page("/reviews", self._queue),
            page("/reviews/events", self._events),
            deed("/reviews/next", self._next),
            deed("/reviews/undo", self._undo),
            deed("/reviews/blind", self._blind),
            page("/reviews/{key}", self._one),
            deed("/reviews/{key}/claim", self._claim),
            deed("/reviews/{key}/return", self._return),
            deed("/reviews/{key}/decide", self._decide),
            deed("/reviews/{key}/suppress", self._suppress),
        ]

    async def _queue(self, visit: Visit) -> Response:
        where = {name: visit.asked(name) for name in (*FILTERS, "ended", "min_value")}
        page = await visit.ask(
            "ListReviews", page_size=PAGE, page_token=visit.asked("page"), **_filter(where)
        )
        following = _address(where, page.next_page_token) if page.next_page_token else ""
        template = "_queue.html" if "hx-request" in visit.request.headers else "queue.html"
        return visit.show(template, page=page, where=where, following=following)

    async def _events(self, visit: Visit) -> Response:
        return await review_changes(visit, self.shell.sessions)

    async def _next(self, visit: Visit) -> Response:
        return await self._on_to_next(visit)

    async def _on_to_next(self, visit: Visit, note: str = "", kind: str = "undo") -> Response:
        """Claim the most worthwhile review that nobody is at, and open it."""
        page = await visit.ask("ListReviews", page_size=1, available=True)
        if not page.reviews:
            done = visit.reader.words(N_("Nothing waits for you any more."))
            return visit.go("/reviews", f"{note} {done}".strip(), kind if note else "good")
        review = await visit.ask("ClaimReview", name=page.reviews[0].name)
        return visit.go(_page_of(review.name), note, kind)

    async def _one(self, visit: Visit) -> Response:
        review = await visit.ask("GetReview", name=_name(visit))
        blind = review.blind or (visit.session.blind and not review.HasField("close_time"))
        candidate = _chosen(review.candidates, visit.asked("beside"))
        match = None if blind or candidate is None else _match(review, candidate.order)
        pair = None
        if candidate is not None and candidate.HasField("existing"):
            alignments = match.line_alignments if match is not None else ()
            pair = pair_of(review.order.order, candidate.existing, alignments, visit.reader)
        waits = not review.HasField("close_time")
        return visit.show(
            "review.html",
            review=review,
            blind=blind,
            candidate=candidate,
            match=match,
            pair=pair,
            picture=waterfall(match) if match is not None else None,
            rhythm=rhythm(review.order, list(review.candidates)),
            burst=burst_of(review),
            said=in_one_breath(review.verdicts),
            label=_label(visit, review),
            waits=waits,
            may_decide=waits and visit.may("reviews.decide"),
        )

    async def _claim(self, visit: Visit) -> Response:
        await visit.ask("ClaimReview", name=_name(visit))
        return visit.go(_page_of(_name(visit)))

    async def _return(self, visit: Visit) -> Response:
        await visit.ask("ReleaseClaim", name=_name(visit))
        return visit.go("/reviews")

    async def _decide(self, visit: Visit) -> Response:
        """Give a verdict, remember how to take it back, and go on with the next review."""
        answer = number_of(ANSWER, visit.said("answer"))
        relation = number_of(RELATION, visit.said("relation"))
        candidate, orders = visit.said("candidate"), visit.all_said("orders")
        fields: dict[str, Any] = {"answer": answer, "relation": relation}
        if answer == review_pb2.ANSWER_MATCH and candidate:
            one = {"order": candidate, "answer": answer, "relation": relation}
            fields = {"answers": [one]}
        review = await visit.ask(
            "DecideReview",
            name=_name(visit),
            reason=visit.said("reason"),
            etag=visit.said("etag"),
            orders=orders,
            **fields,
        )
        mine = [each for each in review.verdicts if each.reviewer == visit.caller.member]
        words = visit.reader.words
        several = review.order_count > 1
        decided = {each.order for each in mine if each.act == mine[-1].act} if several else ()
        times = f" × {visit.reader.number(len(decided))}" if decided else ""
        said = f"{_label(visit, review)}{times}: {words(ANSWER[visit.said('answer')])}."
        if mine:
            visit.session.remember(Done(mine[-1].name, review.name, said, several))
        note = f"{said} {_told_afterwards(visit, review)}".strip()
        if several and answer != review_pb2.ANSWER_UNSURE and not review.HasField("close_time"):
            # Some of the burst were decided; the others still wait.
            return visit.go(_page_of(review.name), note, "undo")
        return await self._on_to_next(visit, note)

    async def _undo(self, visit: Visit) -> Response:
        """Take back what was said last; the review is opened again."""
        words = visit.reader.words
        if not visit.session.done:
            return visit.go("/reviews", words(N_("There is nothing to take back.")), "bad")
        last = visit.session.done.pop()
        await visit.ask("WithdrawVerdict", name=last.verdict, all_orders=last.whole_batch)
        taken_back = words(N_("Taken back:"))
        return visit.go(_page_of(last.review), f"{taken_back} {last.said}")

    async def _blind(self, visit: Visit) -> Response:
        """Hide score and hints of every review until its verdict is given, or show them."""
        visit.session.blind = not visit.session.blind
        target = visit.said("next")
        return visit.go(target if target.startswith("/reviews/") else "/reviews")

    async def _suppress(self, visit: Visit) -> Response:
        """Say that two orders are different, so that nobody is asked again."""
        await visit.ask(
            "SuppressPair",
            suppression={
                "order": visit.said("order"),
                "counterpart": visit.said("candidate"),
                "reason": visit.said("reason"),
            },
        )
        note = visit.reader.words(N_("Nobody is asked about this pair again."))
        return visit.go(_page_of(_name(visit)), note)


def _filter(where: Mapping[str, str]) -> dict[str, Any]:
    try:
        value = float(where["min_value"] or 0)
    except ValueError:
        value = 0.0
    return {
        "kind": number_of(KIND, where["kind"]),
        "channel": number_of(CHANNEL, where["channel"]),
        "relation": number_of(RELATION, where["relation"]),
        "source": where["source"],
        "party_id": where["party_id"],
        "claimed_by": where["claimed_by"],
        "available": where["available"] == "1",
        "ended": where["ended"] == "1",
        "min_value": value,
    }


def _address(where: Mapping[str, str], token: str) -> str:
    return "?" + urlencode({name: text for name, text in where.items() if text} | {"page": token})


def _name(visit: Visit) -> str:
    return f"{visit.parent}/reviews/{visit.request.path_params['key']}"


def _page_of(name: str) -> str:
    return f"/reviews/{name.rpartition('/')[2]}"


def _label(visit: Visit, review: Any) -> str:
    if review.order_count > 1:
        words, source = visit.reader.words, review.order.source
        return words(N_("Burst from %(source)s")) % {"source": source} if source else words("Burst")
    return str(review.order.order_number or review.order.order_id)


def _chosen(candidates: Sequence[Any], key: str) -> Any | None:
    for candidate in candidates:
        if key and candidate.order.endswith(f"/{key}"):
            return candidate
    return candidates[0] if candidates else None


def _match(review: Any, order: str) -> Any | None:
    return next((match for match in review.decision.matches if match.order.name == order), None)


def _told_afterwards(visit: Visit, review: Any) -> str:
    """What was hidden while the verdict was formed."""
    hidden = visit.session.blind or any(each.blind for each in review.verdicts)
    if not hidden or not review.decision.matches:
        return ""
    score = visit.reader.percent(review.decision.matches[0].match_probability)
    hidden_was = visit.reader.words(N_("It was hidden: the score was"))
    return f"{hidden_was} {score}."
