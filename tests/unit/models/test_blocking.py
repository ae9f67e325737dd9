"""Which keys orders share, and which they do not."""

from datetime import timedelta

from tests.unit.models.detection_world import BASKET, Shelf, acme, an_order, line

from ordertwin_models.blocking import CAPS
from ordertwin_models.order import Order, OrderLine, Party


def shared_rules(first: Order, second: Order) -> set[str]:
    shelf = Shelf()
    shelf.put(first)
    found = shelf.candidates(shelf.incoming(second))
    return set(found[0].rules) if found else set()


def stranger(order_id: str = "B", **fields: object) -> Order:
    known = {
        "customer": Party(party_id="C-99", name="Bolt & Sons", phone="+49 30 901820"),
        "customer_reference": "X-1",
        "lines": (line("OTHER", 1),),
        "ship_to": an_order().ship_to.__class__(),
        "order_number": "SO-999",
    }
    return an_order(order_id, **(known | fields))


def test_strangers_share_nothing() -> None:
    assert shared_rules(an_order("A"), stranger()) == set()


def test_an_equal_order_shares_nearly_every_rule() -> None:
    rules = shared_rules(an_order("A", order_number=""), an_order("B", order_number=""))
    assert rules >= {
        "reference", "customer_recent", "phone", "email", "ship_to", "name", "contact",
        "rare_product", "rare_pair", "basket", "customer_basket", "amount",
    }  # fmt: skip


def test_the_same_basket_under_another_customer_is_found() -> None:
    assert "basket" in shared_rules(an_order("A"), stranger(lines=BASKET))


def test_a_changed_line_leaves_rare_products_to_share() -> None:
    changed = (*BASKET[:2], line("84406B", 9))
    assert {"rare_product", "rare_pair"} <= shared_rules(an_order("A"), stranger(lines=changed))


def test_a_guest_is_found_by_telephone() -> None:
    guest = stranger(customer=Party(phone="020 7946 0958"), ship_to=an_order().ship_to)
    assert "phone" in shared_rules(an_order("A"), guest)


def test_a_reference_that_says_nothing_is_no_key() -> None:
    first = an_order("A", customer_reference="VERBAL")
    assert "reference" not in shared_rules(first, stranger(customer_reference="verbal"))


def test_time_buckets_have_no_edges() -> None:
    plain = {"customer_reference": "", "order_number": "", "customer": Party(party_id="C-7")}
    for days in range(8):
        first = an_order("A", timedelta(days=days), **plain)
        second = an_order("B", timedelta(days=days + 6), **plain, lines=(line("OTHER"),))
        assert "customer_recent" in shared_rules(first, second), days


def test_every_rule_has_a_cap() -> None:
    lookups = Shelf().incoming(an_order(quote_reference="Q-1", customer=acme(tax_id="GB1"))).lookups
    assert {lookup.rule for lookup in lookups} == set(CAPS)
    assert all(lookup.cap == CAPS[lookup.rule] for lookup in lookups)


def test_a_huge_order_has_no_more_keys_than_a_small_one() -> None:
    huge = an_order(lines=tuple(line(f"S{i}") for i in range(2000)))
    assert len(Shelf().incoming(huge).blocking_keys) < 40


KNOWN = tuple(line(f"S{i}", i + 1) for i in range(12))


def rules_in_a_known_assortment(
    first: tuple[OrderLine, ...], second: tuple[OrderLine, ...]
) -> set[str]:
    """What two orders share where the products of `KNOWN` came before, the first less often."""
    shelf = Shelf()
    for at, lines in enumerate((KNOWN, KNOWN[3:])):
        customer = Party(party_id=f"C-{at}")
        shelf.put(stranger(f"O{at}", lines=lines, customer=customer, order_number=""))
    shelf.put(stranger("A", lines=first, customer=Party(party_id="C-2"), order_number=""))
    found = shelf.candidates(shelf.incoming(stranger("B", lines=second, customer_reference="")))
    return {rule for candidate in found if candidate.sequence == 3 for rule in candidate.rules}


def test_mistyped_products_do_not_take_the_places_of_those_that_came_before() -> None:
    slips = (*[line(f"X{i}", i + 1) for i in range(3)], *KNOWN[3:9])
    assert "rare_product" in rules_in_a_known_assortment(KNOWN[3:9], slips)
    assert "rare_product" not in rules_in_a_known_assortment(KNOWN[9:], slips)
