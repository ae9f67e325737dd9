"""The policy: what is in force, what a change would do, putting one into force and going back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin.v1.policy_pb2 import PolicyOrigin
from ordertwin_client.errors import ConflictError, InvalidOrderError
from ordertwin_reviewer.pages.policy_view import policy_view, with_next_version
from ordertwin_reviewer.pages.rendering import problem_of
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import N_

DAYS = (7, 30, 90)
USUAL_DAYS = 30
PATIENCE = 120.0
"""Seconds that trying a policy may take."""
MOST_DECISIONS = 20_000
ORIGIN = {
    "DEFAULT": N_("comes with OrderTwin"),
    "FILE": N_("file of this server"),
    "PUBLISHED": N_("put into force"),
}
RULES = {
    "SAME_ORDER_CHANGED": N_("the same order with other content"),
    "COUNTERPART_DEAD": N_("the existing order is cancelled, returned, merged or rejected"),
    "DUPLICATE_THRESHOLD": N_("reaches the threshold of duplicates"),
    "REVIEW_THRESHOLD": N_("reaches the threshold of a look"),
    "ATTENDED_THRESHOLD": N_("reaches the threshold for the person at the screen"),
    "RESENT": N_("sent again unchanged within minutes"),
    "COPIED": N_("letter by letter what another said moments before"),
    "ALLOWED_CUSTOMER": N_("customer is never held"),
    "ALLOWED_SOURCE": N_("source is never held"),
    "ALLOWED_REFERENCE": N_("reference is never held"),
    "ALLOWED_PAIR": N_("the policy says that the two differ"),
    "SUPPRESSED_PAIR": N_("somebody said that the two differ"),
    "DENIED_CUSTOMER": N_("customer is always held"),
    "DENIED_SOURCE": N_("source is always held"),
    "DENIED_REFERENCE": N_("reference is always held"),
    "DENIED_PAIR": N_("the policy says that the two are the same"),
    "BURST": N_("one of a burst"),
}
_LINE = re.compile(r"line (\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a document; `line` is 0 when nobody knows where."""

    line: int
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Policies:
    """Pages about the policy."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        page, deed = self.shell.page, self.shell.deed
        return [
            page("/policy", self._in_force),
            page("/policy/edit", self._edit),
            deed("/policy/edit", self._changed),
            page("/policy/versions/{key}", self._version),
            deed("/policy/versions/{key}/activate", self._activate),
        ]

    async def _in_force(self, visit: Visit) -> Response:
        policy = await visit.ask("GetPolicy")
        versions = await visit.ask("ListPolicyVersions", page_size=50)
        changes = await visit.ask("ListPolicyChanges", page_size=20)
        return visit.show(
            "policy.html",
            policy=policy,
            origin=PolicyOrigin.Name(policy.origin).removeprefix("POLICY_ORIGIN_"),
            ORIGIN=ORIGIN,
            view=policy_view(policy.document, policy.thresholds, visit.reader),
            versions=versions.policy_versions,
            changes=changes.changes,
        )

    async def _version(self, visit: Visit) -> Response:
        version = await visit.ask("GetPolicyVersion", name=_name(visit))
        policy = await visit.ask("GetPolicy")
        return visit.show(
            "policy_version.html",
            version=version,
            policy=policy,
            view=policy_view(version.document, policy.thresholds, visit.reader),
        )

    async def _activate(self, visit: Visit) -> Response:
        """Put a version into force, if the one that was shown as in force still is."""
        return await self._put_into_force(visit, _name(visit), visit.said("expected"))

    async def _edit(self, visit: Visit) -> Response:
        """Begin with what is in force, or with another version, under a version of its own."""
        policy = await visit.ask("GetPolicy")
        document, begin = policy.document, visit.asked("from")
        if begin:
            name = f"{visit.parent}/policyVersions/{begin}"
            document = (await visit.ask("GetPolicyVersion", name=name)).document
        versions = await visit.ask("ListPolicyVersions", page_size=1000)
        taken = [policy.version, *(each.version for each in versions.policy_versions)]
        return _form(visit, with_next_version(document, taken), policy.active_version)

    async def _changed(self, visit: Visit) -> Response:
        """Try what was written, or put it into force."""
        document = visit.said("document").replace("\r\n", "\n") + "\n"
        expected, days = visit.said("expected"), _days(visit.said("days"))
        try:
            if visit.said("deed") == "activate":
                reason = visit.said("reason")
                made = await visit.ask("PublishPolicyVersion", document=document, reason=reason)
                return await self._put_into_force(visit, made.name, expected)
            trial = await visit.ask(
                "TryPolicy",
                timeout=PATIENCE,
                document=document,
                max_decisions=MOST_DECISIONS,
                since=visit.now - timedelta(days=days),
            )
        except InvalidOrderError as error:
            problems = sorted(map(_problem, error.violations), key=lambda each: each.line)
            return _form(visit, document, expected, days=days, problems=problems)
        except ConflictError as error:
            # What was written is not lost because somebody else was faster.
            now = (await visit.ask("GetPolicy")).active_version
            words = visit.reader.words(problem_of(error.reason)) or error.message
            return _form(visit, document, now, days=days, problems=[Problem(0, "", words)])
        return _form(visit, document, expected, days=days, trial=trial)

    async def _put_into_force(self, visit: Visit, name: str, expected: str) -> Response:
        made = await visit.ask(
            "ActivatePolicyVersion",
            name=name,
            expected_version=expected,
            reason=visit.said("reason"),
        )
        words = visit.reader.words
        if made.serving:
            return visit.go("/policy", words(N_("In force, on every server in a moment.")))
        elsewhere = N_(
            "It is in force for servers without a policy file of their own; this one goes by its"
            " file."
        )
        return visit.go("/policy", words(elsewhere), "warn")


def _form(
    visit: Visit,
    document: str,
    expected: str,
    *,
    days: int = USUAL_DAYS,
    problems: Sequence[Problem] = (),
    trial: Any = None,
) -> Response:
    return visit.show(
        "policy_edit.html",
        400 if problems else 200,
        document=document,
        lines=document.count("\n") + 1,
        expected=expected,
        days=days,
        DAYS=DAYS,
        problems=problems,
        bad={problem.line for problem in problems},
        trial=trial,
        RULES=RULES,
    )


def _problem(violation: Any) -> Problem:
    """A violation of the server's, whose text begins with the line where it is known.

    >>> from ordertwin_client.errors import FieldViolation
    >>> _problem(FieldViolation("document.burst.share", "line 4: is 3; it must be less"))
    Problem(line=4, field='burst.share', text='is 3; it must be less')
    """
    found = _LINE.fullmatch(violation.description)
    field = violation.field.removeprefix("document").removeprefix(".")
    return Problem(
        int(found[1]) if found else 0, field, found[2] if found else violation.description
    )


def _days(text: str) -> int:
    return int(text) if text.isdecimal() and int(text) in DAYS else USUAL_DAYS


def _name(visit: Visit) -> str:
    return f"{visit.parent}/policyVersions/{visit.request.path_params['key']}"
