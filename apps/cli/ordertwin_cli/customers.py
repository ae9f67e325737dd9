"""`ordertwin customers`: which customer numbers mean the same customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ordertwin_cli.connection import ServerOption, TenantOption
from ordertwin_client.requests import DEFAULT_TARGET, new_request_id

if TYPE_CHECKING:
    from ordertwin.v1 import customer_service_pb2 as pb
    from ordertwin_training.company_history.customers import CustomerMaster, SameCustomers

BATCH = 500
"""Links in one request."""
MOST_NUMBERS = 100
"""Numbers of one customer that a server accepts."""

ReasonOption = Annotated[str, typer.Option(help="Why, for the record.")]
NumberArgument = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help="A customer number, as orders have it.")
]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    group = typer.Typer(no_args_is_help=True, help="Customers who are known under several numbers.")
    group.command("import")(import_master)
    group.command("same-as")(same_as)
    group.command()(separate)
    group.command("list")(list_all)
    app.add_typer(group, name="customers")


def import_master(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="CSV, Parquet or flat JSON Lines, a row a customer."),
    ],
    mapping: Annotated[
        Path | None, typer.Option(help="Your columns and notations, as TOML or JSON.")
    ] = None,
    reason: ReasonOption = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check the file, and change nothing.")
    ] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Take over which customers are the same from a customer master.

    Every problem is named with its line, and nothing is sent unless all could be read. What is
    known already is left as it is, so an import that was interrupted is run again and goes on. The
    columns are described in docs/customers.md.

    Example: `ordertwin customers import customers.csv --reason "CRM export of 1 March"`
    """
    from ordertwin_cli.connection import joining_customers
    from ordertwin_cli.failures import EXIT_INTERRUPTED, CommandFailed
    from ordertwin_cli.progress import counting
    from ordertwin_client.customers import LINK_CUSTOMERS

    master = _read(file, mapping)
    if not master.customers:
        raise CommandFailed(f"{file} holds no customer")
    if dry_run:
        print(_summary(file, master))
        return
    linked = known = 0
    try:
        with joining_customers(server) as client, counting("links", len(master.links)) as report:
            for start in range(0, len(master.links), BATCH):
                some = master.links[start : start + BATCH]
                done = client.call(LINK_CUSTOMERS, _request(some, reason, tenant))
                linked, known = linked + done.linked, known + done.known
                report(start + len(some))
    except KeyboardInterrupt:
        print(f"{file}: interrupted; {linked:,} joined so far; import it again to go on")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    print(_summary(file, master))
    print(f"{linked:,} joined now, {known:,} known before")


def same_as(
    customer: NumberArgument,
    other: Annotated[
        str, typer.Argument(metavar="SAME_AS", help="The number that stays, of the same customer.")
    ],
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Say that two customer numbers mean the same customer.

    From the next order on, orders under either are compared as of one customer.

    Example: `ordertwin customers same-as C-2001 C-1004 --reason "merged in the CRM"`
    """
    from ordertwin_cli.connection import joining_customers
    from ordertwin_client.customers import LINK_CUSTOMERS
    from ordertwin_training.company_history.customers import SameCustomers

    with joining_customers(server) as client:
        link = SameCustomers(0, customer, other)
        done = client.call(LINK_CUSTOMERS, _request([link], reason, tenant))
    if done.known:
        print("known already")
    print("\n".join(_view(done.customers)))


def separate(
    customer: NumberArgument,
    reason: ReasonOption = "",
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """Take a customer number out of its group again; the others stay together.

    Example: `ordertwin customers separate C-2001 --reason "two companies of one name"`
    """
    from ordertwin.v1.customer_service_pb2 import SeparateCustomerRequest
    from ordertwin_cli.connection import joining_customers
    from ordertwin_client.customers import SEPARATE_CUSTOMER

    request = SeparateCustomerRequest(
        parent=f"tenants/{tenant}",
        customer_id=customer,
        request_id=new_request_id(),
        reason=reason,
    )
    with joining_customers(server) as client:
        done = client.call(SEPARATE_CUSTOMER, request)
    print(f"{customer} is a customer of its own")
    if done.HasField("customer"):
        print("\n".join(_view([done.customer])))


def list_all(
    customer: Annotated[
        str, typer.Argument(metavar="[CUSTOMER]", help="Only the customer with this number.")
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON a customer.")
    ] = False,
    server: ServerOption = DEFAULT_TARGET,
    tenant: TenantOption = "default",
) -> None:
    """List customers who are known under several numbers, and who said so.

    Example: `ordertwin customers list C-1004`
    """
    from google.protobuf.json_format import MessageToJson

    from ordertwin.v1.customer_service_pb2 import ListCustomersRequest
    from ordertwin_cli.connection import joining_customers

    request = ListCustomersRequest(parent=f"tenants/{tenant}", page_size=500, customer_id=customer)
    found = False
    with joining_customers(server) as client:
        for each in client.customers(request):
            found = True
            if as_json:
                print(MessageToJson(each, indent=None, ensure_ascii=False))
            else:
                print("\n".join(_view([each])))
    if not found and not as_json:
        whom = f"{customer} is known under one number" if customer else "no customer has several"
        print(f"{whom}; join numbers with `ordertwin customers same-as`")


def _read(file: Path, mapping: Path | None) -> CustomerMaster:
    from ordertwin_cli.progress import following
    from ordertwin_training.company_history import HistoryMapping, load_mapping
    from ordertwin_training.company_history.customers import CUSTOMER_COLUMNS, read_customers

    columns = load_mapping(mapping, CUSTOMER_COLUMNS) if mapping else HistoryMapping()
    with following("bytes read") as report:
        return read_customers(file, columns, MOST_NUMBERS, report)


def _request(links: Sequence[SameCustomers], reason: str, tenant: str) -> pb.LinkCustomersRequest:
    from ordertwin.v1 import customer_service_pb2 as pb

    return pb.LinkCustomersRequest(
        parent=f"tenants/{tenant}",
        links=[
            pb.CustomerLink(
                customer_id=link.customer_id,
                same_as=link.same_as,
                name=link.name,
                same_as_name=link.same_as_name,
            )
            for link in links
        ],
        request_id=new_request_id(),
        reason=reason,
    )


def _summary(file: Path, master: CustomerMaster) -> str:
    sizes = master.sizes()
    largest = max(sizes, key=lambda each: sizes[each], default="")
    text = (
        f"{file}: {master.customers:,} customers, {len(master.links):,} say that they are the same"
        f" as another one; {len(sizes):,} have several numbers"
    )
    return f"{text}, at most {sizes[largest]} ({largest})" if largest else text


def _view(customers: Sequence[pb.Customer]) -> Iterator[str]:
    """A customer with its other numbers below.

    >>> from ordertwin.v1 import customer_service_pb2 as pb
    >>> numbers = [pb.CustomerNumber(customer_id="C-1", name="Nordwind"),
    ...            pb.CustomerNumber(customer_id="C-9", linked_by="people/ann", reason="merged")]
    >>> print("\\n".join(_view([pb.Customer(customer_id="C-1", numbers=numbers)])))
    C-1  Nordwind
       C-9  1970-01-01 by people/ann: merged
    """
    for customer in customers:
        first, *others = customer.numbers
        yield "  ".join(filter(None, (first.customer_id, first.name)))
        for each in others:
            day = each.linked_at.ToJsonString()[:10]
            why = f": {each.reason}" if each.reason else ""
            said = f"{day} by {each.linked_by}{why}"
            yield "   " + "  ".join(filter(None, (each.customer_id, each.name, said)))
