"""`ordertwin cases`: settled pairs without anybody in them, to learn from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_cli.enum_names import number_of
from ordertwin_cli.failures import CommandFailed
from ordertwin_client.requests import DEFAULT_TARGET, new_request_id

REASONS_SHOWN = 8
CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="Case: its resource name, or the last part of it.")
]
RelationOption = Annotated[str, typer.Option(help="What the pair is, like REKEYED.")]
TitleOption = Annotated[str, typer.Option(help="Title in English.")]
NoteOption = Annotated[
    Path | None, typer.Option(help="File with what there is to learn, in English.")
]
ChineseTitleOption = Annotated[str, typer.Option(help="Title in Chinese.")]
ChineseNoteOption = Annotated[Path | None, typer.Option(help="The same file in Chinese.")]
LanguageOption = Annotated[str, typer.Option(help="Language of sentences: en or zh.")]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    group = typer.Typer(no_args_is_help=True, help="The case book: settled pairs to learn from.")
    group.command("list")(list_cases)
    group.command()(show)
    group.command()(add)
    group.command()(edit)
    group.command()(withdraw)
    app.add_typer(group, name="cases")


def list_cases(
    query: Annotated[
        str, typer.Argument(metavar="[WORDS]", help="Only cases in which all of this occurs.")
    ] = "",
    relation: RelationOption = "",
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="Those that were withdrawn.")
    ] = False,
    language: LanguageOption = "en",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """List cases, the newest first.

    Example: `ordertwin cases list "led panel" --relation REKEYED`
    """
    from ordertwin.v1.case_service_pb2 import ListCasesRequest
    from ordertwin_cli.connection import teaching

    request = ListCasesRequest(
        parent=f"tenants/{tenant}",
        query=query,
        relation=_relation(relation),
        withdrawn=withdrawn,
    )
    with teaching(server) as client:
        found = list(client.cases(request))
    for case in found:
        print(_line(case, language))
    if not found:
        print("the case book has no such case")


def show(
    case: CaseArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
    language: LanguageOption = "en",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Show one case: what the pair is, what the engine said, what there is to learn.

    Example: `ordertwin cases show 06eanm1o000000000000000000`
    """
    from google.protobuf.json_format import MessageToJson

    from ordertwin_client.cases import GET_CASE

    found = _ask(server, GET_CASE, name=_name(case, tenant), language_code=language)
    text = MessageToJson(found, preserving_proto_field_name=True, ensure_ascii=False)
    print(text if as_json else "\n".join(_lines(found, language)))


def add(
    verdict: Annotated[
        str,
        typer.Argument(metavar="VERDICT", help="The verdict that settled the pair: its number."),
    ],
    title: TitleOption = "",
    note: NoteOption = None,
    title_zh: ChineseTitleOption = "",
    note_zh: ChineseNoteOption = None,
    relation: RelationOption = "",
    seed: Annotated[int, typer.Option(help="Another number, other invented names.")] = 0,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show what would be put into the book.")
    ] = False,
    language: LanguageOption = "en",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Put an anonymised copy of a settled pair into the case book.

    Look at it first: names, contacts, addresses, references and notes are invented, products and
    prices stay.

    Example: `ordertwin cases add 17 --title "Typed in twice" --preview`
    """
    from ordertwin_client.cases import CREATE_CASE

    position = verdict.rpartition("/")[2]
    made = _ask(
        server,
        CREATE_CASE,
        parent=f"tenants/{tenant}",
        verdict=f"tenants/{tenant}/verdicts/{position}",
        texts=_texts(title, note, title_zh, note_zh),
        relation=_relation(relation),
        seed=seed,
        validate_only=preview,
        request_id=new_request_id(),
        language_code=language,
    )
    print("\n".join(_lines(made, language)) if preview else made.name)


def edit(
    case: CaseArgument,
    title: TitleOption = "",
    note: NoteOption = None,
    title_zh: ChineseTitleOption = "",
    note_zh: ChineseNoteOption = None,
    relation: RelationOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Write another title and note, or say what the pair is; a language left out is gone.

    Example: `ordertwin cases edit 06eanm1o000000000000000000 --title "Typed in twice"`
    """
    from ordertwin_client.cases import EDIT_CASE, GET_CASE

    seen = _ask(server, GET_CASE, name=_name(case, tenant))
    texts = _texts(title, note, title_zh, note_zh) or seen.texts
    made = _ask(
        server,
        EDIT_CASE,
        name=seen.name,
        texts=texts,
        relation=_relation(relation),
        etag=seen.etag,
        request_id=new_request_id(),
    )
    print(_line(made, "en"))


def withdraw(
    case: CaseArgument,
    restore: Annotated[bool, typer.Option("--restore", help="Put it back.")] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Take a case out of the readers' sight.

    Example: `ordertwin cases withdraw 06eanm1o000000000000000000`
    """
    from ordertwin_client.cases import WITHDRAW_CASE

    name, request_id = _name(case, tenant), new_request_id()
    _ask(server, WITHDRAW_CASE, name=name, restore=restore, request_id=request_id)
    print("back in the book" if restore else "withdrawn")


def _ask(server: str, rpc: Any, **fields: Any) -> Any:
    from ordertwin.v1 import case_service_pb2
    from ordertwin_cli.connection import teaching

    with teaching(server) as client:
        return client.call(rpc, getattr(case_service_pb2, f"{rpc.name}Request")(**fields))


def _texts(
    title: str, note: Path | None, title_zh: str, note_zh: Path | None
) -> list[dict[str, str]]:
    texts = []
    for language, head, path in (("en", title, note), ("zh", title_zh, note_zh)):
        if path and not head:
            raise CommandFailed(f"{path} needs a title beside it")
        if head:
            body = path.read_text("utf-8").strip() if path else ""
            texts.append({"language_code": language, "title": head, "note": body})
    return texts


def _line(case: Any, language: str) -> str:
    relation, answer = _names(case)
    return f"{case.name.rpartition('/')[2]}  {answer}  {relation}  {_text(case, language).title}"


def _lines(case: Any, language: str) -> Iterator[str]:
    relation, answer = _names(case)
    text = _text(case, language)
    yield text.title or "without a title yet"
    yield f"{answer}, {relation}"
    for name, order in (("incoming", case.incoming), ("existing", case.existing)):
        said = (order.order_id, order.customer.name, order.customer_reference)
        yield "  ".join((name, *filter(None, said), f"{len(order.lines)} lines"))
    yield case.decision.summary
    for match in case.decision.matches:
        for reason in match.contributions[:REASONS_SHOWN]:
            yield f"  {reason.weight:+.1f}  {reason.text}"
    if text.note:
        yield text.note


def _names(case: Any) -> tuple[str, str]:
    from ordertwin.v1.decision_pb2 import Relation
    from ordertwin.v1.review_pb2 import Answer

    relation = Relation.Name(case.relation).removeprefix("RELATION_")
    return relation, Answer.Name(case.answer).removeprefix("ANSWER_")


def _text(case: Any, language: str) -> Any:
    """What was written in the language, or else in the other one."""
    from ordertwin.v1.case_pb2 import CaseText

    wanted = "zh" if language.lower().startswith("zh") else "en"
    written = sorted(case.texts, key=lambda text: text.language_code != wanted)
    return written[0] if written else CaseText()


def _relation(text: str) -> Any:
    from ordertwin.v1.decision_pb2 import Relation

    return number_of(Relation, "RELATION_", text, "--relation")


def _name(case: str, tenant: str) -> str:
    return case if "/" in case else f"tenants/{tenant}/cases/{case}"
