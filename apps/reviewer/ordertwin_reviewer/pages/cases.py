"""The case book: settled pairs to learn from, found by relation and words, made by editors."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from ordertwin_client.errors import ConflictError, InvalidOrderError
from ordertwin_reviewer.pages.language import LANGUAGES
from ordertwin_reviewer.pages.lessons import LESSONS
from ordertwin_reviewer.pages.pair import pair_of
from ordertwin_reviewer.pages.shell import Shell, Visit
from ordertwin_reviewer.pages.terms import ANSWER, N_, RELATION, TWINS, name_of, number_of
from ordertwin_reviewer.pages.waterfall import waterfall

PAGE = 100
EXCERPT = 160
MOST_SEEDS = 2**31
_PARTS = {
    "relation": N_("Relation"),
    "title": N_("Title"),
    "note": N_("What there is to learn"),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The cases of one relation that are listed."""

    relation: str
    what: str
    cases: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """Pages about cases."""

    shell: Shell

    def routes(self) -> list[BaseRoute]:
        """What an application is given."""
        page, deed = self.shell.page, self.shell.deed
        return [
            page("/cases", self._list),
            page("/cases/new", self._new),
            deed("/cases/new", self._make),
            page("/cases/{key}", self._one),
            page("/cases/{key}/edit", self._edit),
            deed("/cases/{key}/edit", self._save),
            deed("/cases/{key}/withdraw", self._withdraw),
        ]

    async def _list(self, visit: Visit) -> Response:
        where = {name: visit.asked(name) for name in ("relation", "query", "withdrawn")}
        page = await visit.ask(
            "ListCases",
            page_size=PAGE,
            page_token=visit.asked("page"),
            relation=number_of(RELATION, where["relation"]),
            query=where["query"][:200],
            withdrawn=where["withdrawn"] == "1",
        )
        counts = {name_of(RELATION, each.relation): each.cases for each in page.counts}
        following = ""
        if page.next_page_token:
            following = "?" + urlencode({**where, "page": page.next_page_token})
        return visit.show(
            "cases.html",
            where=where,
            shelves=_shelves(page.cases),
            counts=counts,
            following=following,
            is_empty=not counts and not any(where.values()),
            text_of=lambda case: text_of(case, visit.reader.language),
            excerpt=excerpt,
        )

    async def _one(self, visit: Visit) -> Response:
        case = await visit.ask("GetCase", name=_name(visit))
        return visit.show("case.html", **explained(visit, case))

    async def _new(self, visit: Visit) -> Response:
        """The copy as it would be, with names that nobody has seen yet."""
        return await self._preview(visit, visit.asked("verdict"), {})

    async def _make(self, visit: Visit) -> Response:
        """Put it into the book; or show it again, under other names, with what was typed."""
        typed = {name: visit.said(name) for name in ("relation", *_text_fields())}
        verdict = visit.said("verdict")
        if visit.said("again"):
            return await self._preview(visit, verdict, typed)
        made = await visit.ask(
            "CreateCase",
            verdict=_verdict_name(visit, verdict),
            texts=_texts(typed),
            relation=number_of(RELATION, typed["relation"]),
            seed=int(seed) if (seed := visit.said("seed")).isdecimal() else 0,
            request_id=visit.said("request_id"),
        )
        note = visit.reader.words(N_("It is in the case book."))
        return visit.go(f"/cases/{made.name.rpartition('/')[2]}", note)

    async def _preview(self, visit: Visit, verdict: str, typed: Mapping[str, str]) -> Response:
        name, seed = _verdict_name(visit, verdict), secrets.randbelow(MOST_SEEDS)
        case = await visit.ask(
            "CreateCase", verdict=name, seed=seed, validate_only=True, request_id=""
        )
        known = await visit.ask("ListCases", verdict=name, page_size=1)
        return visit.show(
            "case_new.html",
            **explained(visit, case),
            verdict=verdict,
            seed=seed,
            request_id=secrets.token_urlsafe(16),
            typed=typed,
            relations=_relations(case),
            known=known.cases,
        )

    async def _edit(self, visit: Visit) -> Response:
        case = await visit.ask("GetCase", name=_name(visit))
        return self._form(visit, case, _written(case), etag=case.etag)

    def _form(
        self,
        visit: Visit,
        case: Any,
        typed: Mapping[str, str],
        *,
        etag: str,
        theirs: Sequence[tuple[str, str]] = (),
        problem: str = "",
    ) -> Response:
        """`etag` is that of the case as it was seen last; `theirs` are labels and texts of fields
        that somebody else changed meanwhile."""
        return visit.show(
            "case_edit.html",
            409 if theirs else 400 if problem else 200,
            **explained(visit, case),
            etag=etag,
            typed=typed,
            relations=_relations(case),
            theirs=theirs,
            problem=problem,
        )

    async def _save(self, visit: Visit) -> Response:
        """Change it; when somebody else did meanwhile, show both, with what was typed kept."""
        typed = {name: visit.said(name) for name in ("relation", *_text_fields())}
        try:
            await visit.ask(
                "EditCase",
                name=_name(visit),
                texts=_texts(typed),
                relation=number_of(RELATION, typed["relation"]),
                etag=visit.said("etag"),
            )
        except InvalidOrderError as error:
            case = await visit.ask("GetCase", name=_name(visit))
            said = "; ".join(each.description for each in error.violations) or error.message
            return self._form(visit, case, typed, etag=visit.said("etag"), problem=said)
        except ConflictError:
            case = await visit.ask("GetCase", name=_name(visit))
            if theirs := _differing(typed, _written(case), visit):
                return self._form(visit, case, typed, etag=case.etag, theirs=theirs)
        return visit.go(_page_of(visit), visit.reader.words(N_("The case is changed.")))

    async def _withdraw(self, visit: Visit) -> Response:
        restore = bool(visit.said("restore"))
        await visit.ask("WithdrawCase", name=_name(visit), restore=restore, etag=visit.said("etag"))
        note = N_("Readers see it again.") if restore else N_("Readers no longer see it.")
        return visit.go(_page_of(visit), visit.reader.words(note))


def explained(visit: Visit, case: Any) -> dict[str, Any]:
    """What templates need to explain a case step by step."""
    match = case.decision.matches[0] if case.decision.matches else None
    alignments = match.line_alignments if match is not None else ()
    relation = name_of(RELATION, case.relation)
    return {
        "case": case,
        "text": text_of(case, visit.reader.language),
        "relation": relation,
        "lesson": LESSONS.get(relation),
        "pair": pair_of(case.incoming, case.existing, alignments, visit.reader),
        "match": match,
        "picture": waterfall(match) if match is not None else None,
    }


def text_of(case: Any, language: str) -> Any | None:
    """What the editor wrote in a language, or else in another one; None for nothing."""
    written = sorted(case.texts, key=lambda text: text.language_code != language)
    return written[0] if written else None


def excerpt(note: str) -> str:
    """The beginning of a note, in one line.

    >>> excerpt("Look at the\\nname. " * 20)[-10:]
    'k at the …'
    """
    line = " ".join(note.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rpartition(" ")[0] + " …"


def _shelves(cases: Sequence[Any]) -> list[Shelf]:
    """Cases by relation, in the order in which relations are always told."""
    by_relation: dict[str, list[Any]] = {name: [] for name in RELATION}
    for case in cases:
        by_relation[name_of(RELATION, case.relation)].append(case)
    return [
        Shelf(name, LESSONS[name].what, tuple(found))
        for name, found in by_relation.items()
        if found
    ]


def _relations(case: Any) -> list[str]:
    """The relations that go with the answer."""
    is_match = name_of(ANSWER, case.answer) == "MATCH"
    return [name for name in RELATION if (name in TWINS) is is_match]


def _text_fields() -> list[str]:
    return [f"{part}_{language}" for language in LANGUAGES for part in ("title", "note")]


def _written(case: Any) -> dict[str, str]:
    """What a case says in the fields that an editor fills in."""
    typed = {"relation": name_of(RELATION, case.relation), **dict.fromkeys(_text_fields(), "")}
    for text in case.texts:
        typed[f"title_{text.language_code}"] = text.title
        typed[f"note_{text.language_code}"] = text.note
    return typed


def _differing(
    typed: Mapping[str, str], now: Mapping[str, str], visit: Visit
) -> list[tuple[str, str]]:
    """Label and text of each field in which somebody else wrote something else meanwhile."""
    words, found = visit.reader.words, []
    for name, text in now.items():
        if text == typed[name].replace("\r\n", "\n").strip():
            continue
        part, _, language = name.partition("_")
        label = words(_PARTS[part])
        if language:
            label += f" ({LANGUAGES[language]})"
        found.append((label, words(RELATION[text]) if part == "relation" and text else text))
    return found


def _texts(typed: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {
            "language_code": language,
            "title": typed[f"title_{language}"],
            "note": typed[f"note_{language}"].replace("\r\n", "\n"),
        }
        for language in LANGUAGES
        if typed[f"title_{language}"] or typed[f"note_{language}"]
    ]


def _verdict_name(visit: Visit, verdict: str) -> str:
    return f"{visit.parent}/verdicts/{verdict or 0}"


def _name(visit: Visit) -> str:
    return f"{visit.parent}/cases/{visit.request.path_params['key']}"


def _page_of(visit: Visit) -> str:
    return f"/cases/{visit.request.path_params['key']}"
