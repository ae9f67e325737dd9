"""Two orders side by side, where the server does not say which lines belong together."""

from __future__ import annotations

from google.type.decimal_pb2 import Decimal

from ordertwin.v1.order_pb2 import Order, OrderLine
from ordertwin_reviewer.pages.language import Reader
from ordertwin_reviewer.pages.pair import pair_of

READER = Reader.of("en-GB")


def order(*lines: OrderLine) -> Order:
    return Order(order_id="1", lines=lines)


def line(number: int, name: str, **said: str) -> OrderLine:
    return OrderLine(line_id=str(number), name=name, quantity=Decimal(value="1"), **said)


def neighbours(incoming: Order, existing: Order) -> set[tuple[str, str]]:
    pair = pair_of(incoming, existing, (), READER)
    names = [row.cells[1] for row in pair.lines]
    return {
        ("".join(p.text for p in each.left), "".join(p.text for p in each.right)) for each in names
    }


def test_lines_stand_beside_their_like_however_words_and_capitals_are_put() -> None:
    written = order(
        line(1, "white bath towels 70 x 140 cm"),
        line(2, "white hand towels 50 x 90 cm"),
        line(3, "guest soap 30 g"),
    )
    entered = order(
        line(1, "Hand towel white", specification="50 x 90 cm", sku="LN-2010"),
        line(2, "Bath towel white", specification="70 x 140 cm", sku="LN-2001"),
        line(3, "Guest soap", specification="30 g, box of 250", sku="SP-0300"),
    )
    assert neighbours(written, entered) == {
        ("white bath towels 70 x 140 cm", "Bath towel white · 70 x 140 cm"),
        ("white hand towels 50 x 90 cm", "Hand towel white · 50 x 90 cm"),
        ("guest soap 30 g", "Guest soap · 30 g, box of 250"),
    }


def test_a_line_does_not_take_the_neighbour_of_a_line_that_is_more_like_it() -> None:
    written = order(line(1, "hex bolt M8x50"), line(2, "hex bolt M8x40"))
    entered = order(line(1, "hex bolt M8x40"))
    assert neighbours(written, entered) == {
        ("hex bolt M8x40", "hex bolt M8x40"),
        ("hex bolt M8x50", ""),
    }


def test_lines_that_have_nothing_in_common_leave_a_gap() -> None:
    assert neighbours(order(line(1, "steel pipe")), order(line(1, "guest soap"))) == {
        ("steel pipe", ""),
        ("", "guest soap"),
    }


def test_no_line_is_lost_where_ids_and_positions_are_the_same() -> None:
    unnumbered = OrderLine(name="pipe", quantity=Decimal(value="1"))
    written = order(line(2, "soap"), unnumbered)
    assert neighbours(written, order()) == {("soap", ""), ("pipe", "")}


def test_capitals_alone_are_no_difference() -> None:
    pair = pair_of(
        order(line(1, "VINTAGE CAKE TIN", sku="FE1")),
        order(line(1, "vintage cake tin", sku="FE1")),
        (),
        READER,
    )
    (row,) = pair.lines
    assert row.state == "same"
    name = row.cells[1]
    assert ([p.text for p in name.left], [p.text for p in name.right]) == (
        ["VINTAGE CAKE TIN"],
        ["vintage cake tin"],
    )
