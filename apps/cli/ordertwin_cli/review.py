"""`ordertwin review`: what waits for a person, answers to it, and what was said so far."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_cli.enum_names import number_of
from ordertwin_cli.failures import CommandFailed
from ordertwin_client.requests import DEFAULT_TARGET

ReviewArgument = Annotated[
    str, typer.Argument(metavar="REVIEW", help="Review: its resource name, or the last part of it.")
]
AnswerArgument = Annotated[str, typer.Argument(metavar="ANSWER", help="match, distinct or unsure.")]
ReasonOption = Annotated[str, typer.Option(help="Why, for the record.")]
LanguageOption = Annotated[str, typer.Option(help="Language of sentences: en or zh.")]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    group = typer.Typer(no_args_is_help=True, help="What waits for a person, and verdicts.")
    group.command("list")(list_reviews)
    group.command()(show)
    group.command()(claim)
    group.command("give-back")(give_back)
    group.command()(decide)
    group.command()(withdraw)
    group.command()(export)
    group.command()(agreement)
    group.command()(outcomes)
    group.command()(suppress)
    group.command()(suppressions)
    group.command()(lift)
    app.add_typer(group, name="review")


def list_reviews(
    ended: Annotated[bool, typer.Option("--ended", help="Those that ended, newest first.")] = False,
    available: Annotated[
        bool, typer.Option("--available", help="Only those that nobody else is at.")
    ] = False,
    mine: Annotated[bool, typer.Option("--mine", help="Only those that one is at.")] = False,
    source: Annotated[str, typer.Option(help="Only orders of this source.")] = "",
    channel: Annotated[str, typer.Option(help="Only orders of this channel, like WEB.")] = "",
    customer: Annotated[str, typer.Option(help="Only orders of this customer number.")] = "",
    min_value: Annotated[float, typer.Option(help="Only orders worth at least this.")] = 0.0,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """List what waits for a person, the most worthwhile first.

    Example: `ordertwin review list --available --min-value 1000`
    """
    from ordertwin_cli.review_view import line_of
    from ordertwin_client.reviews import LIST_REVIEWS

    page = _ask(
        server,
        LIST_REVIEWS,
        parent=f"tenants/{tenant}",
        page_size=limit,
        ended=ended,
        available=available,
        claimed_by="me" if mine else "",
        source=source,
        channel=_number("Channel", "CHANNEL_", channel, "--channel"),
        party_id=customer,
        min_value=min_value,
    )
    for review in page.reviews:
        print(line_of(review))
    if page.next_page_token:
        print("... and more")
    elif not page.reviews:
        print("nothing waits")


def show(
    review: ReviewArgument,
    language: LanguageOption = "en",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Show one review: the order, its candidates, what the engine says, and what was said.

    Example: `ordertwin review show 06eanm1o000000000000000000`
    """
    from ordertwin_cli.review_view import text_of
    from ordertwin_client.reviews import GET_REVIEW

    name = _name(review, tenant)
    print(text_of(_ask(server, GET_REVIEW, name=name, language_code=language)))


def claim(
    review: ReviewArgument, server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default"
) -> None:
    """Take a review for a while, so that others leave it alone; again to keep it longer.

    Example: `ordertwin review claim 06eanm1o000000000000000000`
    """
    from ordertwin_client.reviews import CLAIM_REVIEW

    taken = _change(server, CLAIM_REVIEW, name=_name(review, tenant))
    print(f"yours until {taken.claim_expire_time.ToJsonString()}")


def give_back(
    review: ReviewArgument, server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default"
) -> None:
    """Give a review that one took back to the others.

    Example: `ordertwin review give-back 06eanm1o000000000000000000`
    """
    from ordertwin_client.reviews import RELEASE_CLAIM

    _change(server, RELEASE_CLAIM, name=_name(review, tenant))
    print("given back")


def decide(
    review: ReviewArgument,
    answer: AnswerArgument,
    twin: Annotated[
        list[str] | None,
        typer.Option(help="The order that it duplicates: id or resource name; may be repeated."),
    ] = None,
    relation: Annotated[str, typer.Option(help="What the pair is, like REKEYED.")] = "",
    reason: ReasonOption = "",
    order: Annotated[
        list[str] | None, typer.Option(help="Only this order of a batch; may be repeated.")
    ] = None,
    correct: Annotated[
        bool, typer.Option("--correct", help="Change an answer that was given before.")
    ] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Answer a review. `distinct` releases the order, `match` rejects it as a duplicate.

    With several candidates, `match` needs `--twin`; the others are then distinct from it. A batch
    is answered as a whole, in steps of 2,000 orders.

    Example: `ordertwin review decide 06eanm1o000000000000000000 distinct --reason "two shops"`
    """
    from ordertwin.v1 import review_pb2
    from ordertwin_cli.review_view import outcome_of
    from ordertwin_client.reviews import DECIDE_REVIEW, GET_REVIEW

    name = _name(review, tenant)
    said = _number("Answer", "ANSWER_", answer, "ANSWER")
    fields: dict[str, Any] = {
        "reason": reason,
        "orders": [_order_name(each, tenant) for each in order or ()],
    }
    kind = _number("Relation", "RELATION_", relation, "--relation")
    asked = _ask(server, GET_REVIEW, name=name)
    if correct:
        fields["etag"] = asked.etag
    if twin:
        fields["answers"] = [
            {"order": _twin_in(asked, each, tenant), "answer": said, "relation": kind}
            for each in twin
        ]
        named = {each["order"] for each in fields["answers"]}
        if any(candidate.order not in named for candidate in asked.candidates):
            fields["answer"] = review_pb2.ANSWER_DISTINCT
    else:
        fields |= {"answer": said, "relation": kind}
    before = -1
    while True:
        decided = _change(server, DECIDE_REVIEW, name=name, **fields)
        left = len(decided.batch)
        if order or not left or left == before or said == review_pb2.ANSWER_UNSURE:
            break
        before = left
    print(outcome_of(decided))


def withdraw(
    verdict: Annotated[
        str, typer.Argument(metavar="VERDICT", help="Verdict: its position or resource name.")
    ],
    reason: ReasonOption = "",
    all_orders: Annotated[
        bool, typer.Option("--all-orders", help="All that was said of the batch in one breath.")
    ] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Take a verdict back; the order goes back where it was, if it has not gone on.

    Example: `ordertwin review withdraw 17 --reason "misread the address"`
    """
    from ordertwin_client.reviews import WITHDRAW_VERDICT

    name = verdict if "/" in verdict else f"tenants/{tenant}/verdicts/{verdict}"
    done = _change(server, WITHDRAW_VERDICT, name=name, reason=reason, all_orders=all_orders)
    back = "the order is back" if done.restored else "the order has gone on and stays"
    asked = f"; {done.review} waits again" if done.review else ""
    print(f"{len(done.verdicts)} verdicts withdrawn: {back}{asked}")


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write, JSON Lines.")],
    after: Annotated[int, typer.Option(min=0, help="Only verdicts above this position.")] = 0,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Write all verdicts to a file, ended ones included, and print the last position.

    Example: `ordertwin review export verdicts.jsonl --after 1200`
    """
    from google.protobuf.json_format import MessageToJson

    from ordertwin.v1.review_service_pb2 import ListVerdictsRequest
    from ordertwin_cli.connection import reviewing

    last, count = after, 0
    request = ListVerdictsRequest(parent=f"tenants/{tenant}", after_position=after, page_size=1000)
    with reviewing(server) as client, file.open("w", encoding="utf-8") as out:
        for verdict in client.verdicts(request):
            text = MessageToJson(verdict, preserving_proto_field_name=True, indent=None)
            out.write(f"{text}\n")
            last, count = verdict.position, count + 1
    print(f"{file}: {count} verdicts, the last one at position {last}")


def agreement(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """Show how far reviewers agree who answered the same question unaware of each other.

    Example: `ordertwin review agreement`
    """
    from ordertwin_client.reviews import GET_AGREEMENT

    told = _ask(server, GET_AGREEMENT, parent=f"tenants/{tenant}")
    for each in told.agreements:
        kappa = f"{each.kappa:.2f}" if each.HasField("kappa") else "no value"
        print(
            f"{each.first} and {each.second}: {each.agreed} of {each.questions} alike,"
            f" Cohen's kappa {kappa}"
        )
    print(f"{told.conflicts} reviews wait for arbitration")


def outcomes(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV or JSON Lines: source, order_id, outcome.")
    ],
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Hand in what became of orders, as weaker signs of whether they were duplicates.

    Columns are `source`, `order_id`, `outcome` (CANCELLED_AS_DUPLICATE, RETURNED_AS_DUPLICATE,
    CREDITED_AS_DUPLICATE or SHIPPED_WITHOUT_COMPLAINT) and, if known, `counterpart`: the id of the
    order that it duplicates, of the same source. A second run of the same file changes nothing.

    Example: `ordertwin review outcomes credits.csv`
    """
    from ordertwin_cli.connection import connected
    from ordertwin_cli.review_outcomes import hand_in, rows_in

    rows = rows_in(file)
    with connected(server) as client:
        done = hand_in(client, tenant, rows)
    print(f"{file}: {done.kept} outcomes kept")
    for problem in done.problems[:20]:
        print(problem)
    if done.problems:
        raise CommandFailed(f"{len(done.problems)} of {len(rows)} rows were not taken")


def suppress(
    order: Annotated[str, typer.Argument(metavar="ORDER", help="One order, by resource name.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other order.")],
    days: Annotated[int, typer.Option(min=0, help="Days that it lasts; 0 means for good.")] = 0,
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Say that two orders are different, so that nobody is asked about them again.

    Example: `ordertwin review suppress tenants/default/orders/o1 tenants/default/orders/o2`
    """
    from ordertwin.v1.review_pb2 import Suppression
    from ordertwin_client.reviews import SUPPRESS_PAIR

    pair = Suppression(
        order=_order_name(order, tenant), counterpart=_order_name(other, tenant), reason=reason
    )
    if days:
        now = datetime.datetime.now(datetime.UTC)
        pair.end_time.FromDatetime(now + datetime.timedelta(days=days))
    print(_change(server, SUPPRESS_PAIR, parent=f"tenants/{tenant}", suppression=pair).name)


def suppressions(server: ServerOption = DEFAULT_TARGET, tenant: TenantOption = "default") -> None:
    """List the pairs that are set apart now, the newest first.

    Example: `ordertwin review suppressions`
    """
    from ordertwin_client.reviews import LIST_SUPPRESSIONS

    listed = _ask(server, LIST_SUPPRESSIONS, parent=f"tenants/{tenant}", page_size=1000)
    for each in listed.suppressions:
        until = each.end_time.ToJsonString() if each.HasField("end_time") else "no end"
        print(f"{each.name}  {each.order}  {each.counterpart}  until {until}  {each.reason}")


def lift(
    suppression: Annotated[
        str, typer.Argument(metavar="SUPPRESSION", help="Resource name of the suppression.")
    ],
    server: ServerOption = DEFAULT_TARGET,
) -> None:
    """End a suppression.

    Example: `ordertwin review lift tenants/default/suppressions/s1`
    """
    from ordertwin_client.reviews import DELETE_SUPPRESSION

    _change(server, DELETE_SUPPRESSION, name=suppression)
    print("the pair can be asked about again")


def _ask(server: str, rpc: Any, **fields: Any) -> Any:
    """The answer to a request, made by the name of its RPC."""
    from ordertwin.v1 import review_service_pb2
    from ordertwin_cli.connection import reviewing

    with reviewing(server) as client:
        return client.call(rpc, getattr(review_service_pb2, f"{rpc.name}Request")(**fields))


def _change(server: str, rpc: Any, **fields: Any) -> Any:
    """The answer to a change, which carries a request id."""
    from ordertwin_client.requests import new_request_id

    return _ask(server, rpc, request_id=new_request_id(), **fields)


def _name(review: str, tenant: str) -> str:
    return review if "/" in review else f"tenants/{tenant}/reviews/{review}"


def _order_name(order: str, tenant: str) -> str:
    return order if "/" in order else f"tenants/{tenant}/orders/{order}"


def _twin_in(review: Any, wanted: str, tenant: str) -> str:
    """The candidate with this id or name; any other order by its name."""
    for candidate in review.candidates:
        if wanted in (candidate.order_id, candidate.order_number, candidate.order):
            return str(candidate.order)
    return _order_name(wanted, tenant)


def _number(enum: str, prefix: str, text: str, what: str) -> int:
    """The number of an enum's member; 0 for an empty text."""
    from ordertwin.v1 import decision_pb2, order_pb2, review_pb2

    home = {"Channel": order_pb2, "Relation": decision_pb2, "Answer": review_pb2}[enum]
    return number_of(getattr(home, enum), prefix, text, what)
