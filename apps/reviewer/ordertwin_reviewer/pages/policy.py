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
from ordertwin_reviewer.pages.policy_form import (
    KEYS,
    SECTIONS,
    NotWritten,
    with_entry,
    with_rule,
)
from ordertwin_reviewer.pages.policy_view import LISTS, policy_view, with_next_version
from ordertwin_reviewer.pages.rendering import problem_of
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import CHANNEL, N_

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
    "COPIED": N_("in every field what another said shortly before"),
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
WRITTEN = ("rule", "entry")
NOT_WRITTEN = N_(
    "This cannot be written into the document by form, because of mistakes in it or because it is"
    " written in another way. Write it yourself; docs/policy.md says how."
)
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
        if visit.said("deed") in WRITTEN:
            return self._written(visit, document, expected, days)
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

    def _written(self, visit: Visit, document: str, expected: str, days: int) -> Response:
        """Write what the form says into the document; nothing else is done with it."""
        words = visit.reader.words
        try:
            if visit.said("deed") == "rule":
                document = with_rule(document, *_rule(visit))
            else:
                document = with_entry(document, *_entry(visit))
        except NotWritten as error:
            problem = words(str(error) or NOT_WRITTEN)
            return _form(visit, document, expected, days=days, problems=[Problem(0, "", problem)])
        return _form(visit, document, expected, days=days, written=True)

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
    written: bool = False,
) -> Response:
    """`written` says that the form has just changed the document."""
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
        written=written,
        RULES=RULES,
        CHANNELS=CHANNEL,
        LISTS={key: LISTS[key] for key in KEYS},
        said=lambda name: "" if written else visit.said(name),
    )


def _rule(visit: Visit) -> tuple[str, dict[str, Any], dict[str, float]]:
    """Name, conditions and thresholds of a rule, as they were filled in."""
    when: dict[str, Any] = {}
    if visit.said("rule_channel") in CHANNEL:
        when["channels"] = [visit.said("rule_channel")]
    if value := visit.said("rule_value").strip():
        when["value_at_least"] = _number(value)
        when["currency"] = visit.said("rule_currency").strip().upper()
    limits = {
        name: round(_number(text) / 100, 6)
        for name in ("review", "duplicate")
        if (text := visit.said(f"rule_{name}").strip())
    }
    if not when or not limits or (value and not when["currency"]):
        raise NotWritten(N_("Say for which orders (a value with its currency), and from when on."))
    name = re.sub(r"[^A-Z0-9]+", "_", visit.said("rule_name").upper()).strip("_")
    return name or "_".join(map(str, ["RULE", *when.get("channels", ["VALUE"])])), when, limits


def _entry(visit: Visit) -> tuple[str, str, str]:
    """Section, key and text of an entry, as they were filled in."""
    section, key = visit.said("entry_section"), visit.said("entry_key")
    entry = visit.said("entry").strip()
    if section not in SECTIONS or key not in KEYS or not entry:
        raise NotWritten(N_("Say what is never or always held."))
    return section, key, entry


def _number(text: str) -> float:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        raise NotWritten(N_("Numbers are written as 12 or 12.5.")) from None
    if not 0 <= found < 1e12:
        raise NotWritten(N_("Numbers are written as 12 or 12.5."))
    return found


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
