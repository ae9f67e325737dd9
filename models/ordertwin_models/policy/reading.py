"""From the content of a policy file to a `Policy`, or a list of everything that is wrong with it.

The content is what a TOML or JSON parser made of the file; who reads files is not decided here.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from ordertwin_models.errors import FieldViolation, InvalidFields
from ordertwin_models.normalise.reference import normalise_reference
from ordertwin_models.order import Channel, OrderState
from ordertwin_models.policy.rules import BUILT_IN
from ordertwin_models.policy.schema import FORMAT, SECTIONS, Key, Kind
from ordertwin_models.policy.values import (
    COPIED_REFERENCE_WITHIN_DAYS,
    COPIED_WITHIN_SECONDS,
    BurstRule,
    Conditions,
    Copying,
    Costs,
    Limits,
    OrderList,
    OrderName,
    Policy,
    Rule,
)

MOST_NAMED = 20
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,63}")
_TABLES = ("thresholds", "costs", "customer_groups", "allow", "deny", "hard_facts", "burst")
E_ = TypeVar("E_", bound=StrEnum)
Section = dict[str, Any]


class PolicyInvalid(InvalidFields):
    """A policy file breaks rules; names every broken key.

    >>> policy_from_document({"format": "ordertwin-policy/1", "version": "1", "treshold": {}})
    Traceback (most recent call last):
    ordertwin_models.policy.reading.PolicyInvalid: treshold: is unknown; did you mean thresholds?
    """


def policy_from_document(document: Mapping[str, Any]) -> Policy:
    """The policy in a parsed file. Raises `PolicyInvalid` that names every broken key.

    >>> policy = policy_from_document({
    ...     "format": "ordertwin-policy/1", "version": "2026-03",
    ...     "rules": [{"name": "SHIPPED", "when": {"counterpart_states": ["SHIPPED"]},
    ...                "thresholds": {"review": 0.2}}]})
    >>> policy.version, policy.rules[0].limits.review
    ('2026-03', 0.2)
    """
    return _Reader().policy(document)


class _Reader:
    """Reads section after section and keeps what is broken on the way."""

    def __init__(self) -> None:
        self._broken: list[FieldViolation] = []

    def policy(self, document: Mapping[str, Any]) -> Policy:
        named = [key.name for key in SECTIONS[""]]
        self._refuse_unknown("", document, [*named, *_TABLES, "rules"])
        head = self._keys("", {k: v for k, v in document.items() if k in named}, SECTIONS[""])
        tables = {name: self._table(name, document.get(name, {})) for name in _TABLES}
        if head.get("format", FORMAT) != FORMAT:
            self._say("format", f"is {head['format']!r}; this version reads {FORMAT!r}")
        if not _VERSION.fullmatch(head.get("version", "1")):
            self._say("version", "must be 1 to 64 letters, digits and . _ / + -")
        groups = self._groups(tables["customer_groups"])
        section = {name: self._section(name, tables[name]) for name in _TABLES if name in SECTIONS}
        policy = Policy(
            version=head.get("version", ""),
            limits=self._limits("thresholds", section["thresholds"]),
            costs=self._costs("costs", tables["costs"], section["costs"]),
            rules=self._rules(document.get("rules", []), groups),
            allow=_order_list(section["allow"]),
            deny=_order_list(section["deny"]),
            resent_within_minutes=section["hard_facts"].get("resent_within_minutes", 0.0),
            copying=Copying(
                section["hard_facts"].get("copied_within_seconds", COPIED_WITHIN_SECONDS),
                section["hard_facts"].get(
                    "copied_reference_within_days", COPIED_REFERENCE_WITHIN_DAYS
                ),
            ),
            burst=_burst(section["burst"]),
        )
        self._refuse_contradictions(policy)
        if self._broken:
            raise PolicyInvalid(self._broken[:MOST_NAMED])
        return policy

    def _say(self, path: str, problem: str) -> None:
        self._broken.append(FieldViolation(path, problem))

    def _table(self, path: str, value: Any) -> Section:
        if isinstance(value, Mapping):
            return dict(value)
        self._say(path, "must be a table of keys")
        return {}

    def _section(self, path: str, table: Section, schema: str = "") -> Section:
        keys = SECTIONS[schema or path]
        self._refuse_unknown(path, table, [key.name for key in keys])
        return self._keys(path, table, keys) if table else {}

    def _keys(self, path: str, table: Mapping[str, Any], keys: Sequence[Key]) -> Section:
        found = {}
        for key in keys:
            at = f"{path}.{key.name}" if path else key.name
            if key.name not in table:
                if key.required:
                    self._say(at, f"is required: {key.meaning}")
                continue
            value = _READERS[key.kind](self, at, table[key.name], key)
            if value is not None:
                found[key.name] = value
        return found

    def _refuse_unknown(self, path: str, table: Mapping[str, Any], known: Sequence[str]) -> None:
        for name in table:
            if name not in known:
                close = difflib.get_close_matches(str(name), known, n=1)
                hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
                self._say(f"{path}.{name}" if path else str(name), f"is unknown; {hint}")

    def _groups(self, table: Section) -> Mapping[str, frozenset[str]]:
        return {
            name: frozenset(self._texts(f"customer_groups.{name}", members) or ())
            for name, members in table.items()
        }

    def _rules(self, entries: Any, groups: Mapping[str, frozenset[str]]) -> tuple[Rule, ...]:
        if not isinstance(entries, list):
            self._say("rules", "must be a list of tables: [[rules]]")
            return ()
        rules, names = [], set(BUILT_IN)
        for place, entry in enumerate(entries):
            path = f"rules[{place}]"
            table = self._table(path, entry)
            self._refuse_unknown(path, table, ["name", "when", "thresholds", "costs"])
            name = self._keys(path, table, SECTIONS["rules[]"]).get("name", "RULE")
            if not _NAME.fullmatch(name):
                self._say(f"{path}.name", f"{name!r} must be capital letters, digits and _")
            elif name in names:
                self._say(f"{path}.name", f"{name} is taken; give the rule a name of its own")
            names.add(name)
            rules.append(self._rule(path, name, table, groups))
        return tuple(rules)

    def _rule(
        self, path: str, name: str, table: Section, groups: Mapping[str, frozenset[str]]
    ) -> Rule:
        parts = {part: self._table(f"{path}.{part}", table.get(part, {})) for part in _RULE_PARTS}
        if not parts["thresholds"] and not parts["costs"]:
            self._say(path, "changes nothing; give it thresholds or costs")
        limits = self._section(f"{path}.thresholds", parts["thresholds"], "rules[].thresholds")
        costs = self._section(f"{path}.costs", parts["costs"], "rules[].costs")
        return Rule(
            name=name,
            when=self._conditions(f"{path}.when", parts["when"], groups),
            limits=self._limits(f"{path}.thresholds", limits),
            costs=self._costs(f"{path}.costs", parts["costs"], costs),
        )

    def _conditions(
        self, path: str, table: Section, groups: Mapping[str, frozenset[str]]
    ) -> Conditions:
        found = self._section(path, table, "rules[].when")
        customers = set(found.pop("customers", ()))
        for group in found.pop("customer_groups", ()):
            if group not in groups:
                self._say(f"{path}.customer_groups", f"there is no group {group!r}; define it")
            customers |= groups.get(group, frozenset())
        if {"value_at_least", "value_below"} & set(found) and not found.get("currency"):
            self._say(f"{path}.currency", "is required where a value is compared, such as 'EUR'")
        return Conditions(customers=frozenset(customers), **found)

    def _limits(self, path: str, section: Section) -> Limits:
        limits = Limits(**section)
        stated = [limits.attended_review, limits.review, limits.duplicate]
        known = [one for one in stated if one is not None]
        if known != sorted(known):
            self._say(path, "must grow: attended_review, review, duplicate")
            return Limits()
        return limits

    def _costs(self, path: str, table: Section, section: Section) -> Costs | None:
        if not table:
            return None
        if not section.get("missed") and not section.get("missed_share"):
            self._say(path, "needs missed or missed_share: what a missed duplicate costs")
        if not {"review", "block"} <= set(section):
            return None
        return Costs(**section)

    def _refuse_contradictions(self, policy: Policy) -> None:
        for name in ("customers", "sources", "references", "pairs"):
            both = getattr(policy.allow, name) & getattr(policy.deny, name)
            if both:
                self._say(f"deny.{name}", f"{len(both)} are on the allow list too; choose one")

    def _text(self, path: str, value: Any, _: Key | None = None) -> str | None:
        if isinstance(value, str) and value.strip() and len(value) <= 256:
            return value
        self._say(path, "must be text of 1 to 256 characters")
        return None

    def _flag(self, path: str, value: Any, _: Key) -> bool | None:
        if isinstance(value, bool):
            return value
        self._say(path, "must be true or false")
        return None

    def _number(self, path: str, value: Any, key: Key) -> float | int | None:
        whole = key.kind is Kind.COUNT
        kinds = (int,) if whole else (int, float)
        if isinstance(value, kinds) and not isinstance(value, bool) and math.isfinite(value):
            low_enough = value > key.least if key.above else value >= key.least
            if low_enough and value <= key.most:
                return value if whole else float(value)
        kind = "a whole number" if whole else "a number"
        least = f"above {key.least:g}" if key.above else f"from {key.least:g}"
        most = "" if key.most == math.inf else f" to {key.most:g}"
        self._say(path, f"is {value!r}; it must be {kind} {least}{most}")
        return None

    def _texts(self, path: str, value: Any, _: Key | None = None) -> frozenset[str] | None:
        if not isinstance(value, list) or not value:
            self._say(path, "must be a list of texts that is not empty; leave it out otherwise")
            return None
        return frozenset(filter(None, (self._text(f"{path}[{i}]", v) for i, v in enumerate(value))))

    def _members(self, kind: type[E_], path: str, value: Any) -> frozenset[E_] | None:
        names = self._texts(path, value)
        if names is None:
            return None
        known = {member.value: member for member in kind}
        for name in sorted(names - set(known)):
            self._say(path, f"{name!r} is unknown; known: {', '.join(known)}")
        return frozenset(known[name] for name in names if name in known)

    def _channels(self, path: str, value: Any, _: Key) -> frozenset[Channel] | None:
        return self._members(Channel, path, value)

    def _states(self, path: str, value: Any, _: Key) -> frozenset[OrderState] | None:
        return self._members(OrderState, path, value)

    def _pairs(self, path: str, value: Any, _: Key) -> frozenset[frozenset[OrderName]] | None:
        if not isinstance(value, list):
            self._say(path, "must be a list of pairs of orders")
            return None
        pairs = [self._pair(f"{path}[{place}]", pair) for place, pair in enumerate(value)]
        return frozenset(filter(None, pairs))

    def _pair(self, path: str, value: Any) -> frozenset[OrderName] | None:
        orders = set()
        for each in value if isinstance(value, list) else ():
            source, order_id = (
                (each.get("source", ""), each.get("order_id"))
                if isinstance(each, Mapping) and not set(each) - {"source", "order_id"}
                else (None, None)
            )
            if isinstance(source, str) and isinstance(order_id, str) and order_id:
                orders.add(OrderName(source, order_id))
        if not isinstance(value, list) or len(value) != 2 or len(orders) != 2:
            self._say(path, "must be two orders: [{source = …, order_id = …}, {…}]")
            return None
        return frozenset(orders)


_RULE_PARTS = ("when", "thresholds", "costs")
_READERS: Mapping[Kind, Callable[[_Reader, str, Any, Key], Any]] = {
    Kind.TEXT: _Reader._text,
    Kind.NUMBER: _Reader._number,
    Kind.COUNT: _Reader._number,
    Kind.FLAG: _Reader._flag,
    Kind.TEXTS: _Reader._texts,
    Kind.CHANNELS: _Reader._channels,
    Kind.STATES: _Reader._states,
    Kind.PAIRS: _Reader._pairs,
}


def _order_list(section: Section) -> OrderList:
    references = frozenset(normalise_reference(one).core for one in section.pop("references", ()))
    return OrderList(references=references, **section)


def _burst(section: Section) -> BurstRule | None:
    if not section.get("enabled", bool(section)):
        return None
    usual = BurstRule()
    return BurstRule(
        orders=section.get("flagged_orders", usual.orders),
        minutes=section.get("within_minutes", usual.minutes),
        share=section.get("share", usual.share),
    )
