"""Templates, and what they may call. Everything is escaped: markup in an order stays text."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ordertwin_reviewer.pages import terms
from ordertwin_reviewer.pages.language import LANGUAGES, Reader, translations

_REASONS = {
    "NOT_FOUND": terms.N_("There is nothing under this address."),
    "ETAG_MISMATCH": terms.N_("Somebody else was faster. Look again before you decide."),
    "REVIEW_CLAIMED": terms.N_("Somebody else is at this one just now. Take another one."),
    "REVIEW_CLOSED": terms.N_(
        "This question is over: it was answered, or its order went on or was decided again."
    ),
    "STATE_TRANSITION_REFUSED": terms.N_("The order cannot go there from where it is now."),
    "PERMISSION_DENIED": terms.N_("Your roles do not permit this."),
    "LIMIT_EXCEEDED": terms.N_("This is beyond the limits of your role."),
    "DUTIES_SEPARATED": terms.N_("Somebody else has to do this: you had a hand in it before."),
    "STORE_UNAVAILABLE": terms.N_("The store cannot be reached just now. Try again in a moment."),
    "SHUTTING_DOWN": terms.N_("The server is being stopped. Try again in a moment."),
    "OVERLOADED": terms.N_("The server is busy. Try again in a moment."),
    "RATE_LIMITED": terms.N_("That was too fast. Try again in a moment."),
    "DEADLINE_EXCEEDED": terms.N_("The server took too long. Try again in a moment."),
    "TOO_MANY_KEYS": terms.N_("This client has as many live keys as it may have."),
    "OVERRIDE_NOT_USABLE": terms.N_("The override expired, was used, or waits for somebody else."),
    "POLICY_VERSION_TAKEN": terms.N_("Another policy has this version: give this one its own."),
    "INVALID_FIELDS": terms.N_("Something in the form is missing or wrong."),
    "PAGE_TOKEN_INVALID": terms.N_("This page of the list is gone. Begin at the first one."),
}


class Templates:
    """All templates of the package, compiled once for each language."""

    def __init__(self) -> None:
        self._environments = {language: _environment(language) for language in LANGUAGES}

    def render(self, template: str, reader: Reader, **context: Any) -> str:
        """A page in the reader's language."""
        made = self._environments[reader.language].get_template(template)
        return made.render(r=reader, **context)


def _environment(language: str) -> Environment:
    made = Environment(
        loader=PackageLoader("ordertwin_reviewer"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        LANGUAGES=LANGUAGES,
        STATE=terms.STATE,
        CHANNEL=terms.CHANNEL,
        OUTCOME=terms.OUTCOME,
        ACTION=terms.ACTION,
        RELATION=terms.RELATION,
        TWINS=terms.TWINS,
        TAKE=terms.TAKE,
        MODEL_STATE=terms.MODEL_STATE,
        KIND=terms.KIND,
        REVIEW_STATE=terms.REVIEW_STATE,
        ANSWER=terms.ANSWER,
        name_of=terms.name_of,
        key_of=key_of,
        problem_of=problem_of,
        version=version("ordertwin"),
    )
    words = translations(language).gettext
    made.filters.update(
        term=lambda number, names: words(found) if (found := terms.term(names, number)) else "",
        spelled=lambda name, names: words(names.get(name, name)),
        readable=readable,
    )
    return made


def key_of(name: str) -> str:
    """The last part of a resource name.

    >>> key_of("tenants/default/orders/7")
    '7'
    """
    return name.rpartition("/")[2]


def problem_of(reason: str) -> str:
    """What a reason means for a person, in English; empty for one without words of its own."""
    return _REASONS.get(reason, "")


def readable(name: str) -> str:
    """A name of a program as words.

    >>> readable("UpdateOrderStatus")
    'Update order status'
    >>> readable("CreateApiKey")
    'Create API key'
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
    return re.sub(r"\bapi\b", "API", words)
