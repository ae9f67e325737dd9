"""English reasons: a clause for every level of every comparison."""

from __future__ import annotations


def _equality(noun: str, several: str) -> dict[str, str]:
    return {
        "same": f"same {noun}",
        "different": f"different {several}",
        "missing": f"no {noun} to compare",
    }


def _nearly(noun: str, several: str) -> dict[str, str]:
    return {**_equality(noun, several), "slip": f"{several} one slip of the pen apart"}


def _names(noun: str, several: str) -> dict[str, str]:
    return {
        **_equality(noun, several),
        "almost": f"almost the same {noun}",
        "similar": f"similar {several}",
    }


def _counted(noun: str, several: str) -> dict[str, str]:
    compared, equal = f"compared_{several}", f"equal_{several}"
    return {
        "all": f"{{{compared}:the {noun} is|all # {several} are}} the same",
        "most": f"{{{equal}}} of {{{compared}}} {several} are the same",
        "few": f"only {{{equal}}} of {{{compared}}} {several} {{{equal}:is|are}} the same",
        "none": f"{{{compared}:the {noun} is different|none of the # {several} is the same}}",
        "missing": f"no {several} to compare",
    }


def _rhythm(goods: str, rhythm: str) -> dict[str, str]:
    return {
        "on_time": f"this customer orders {goods} about {rhythm}",
        "late": f"this is later than usual: this customer orders {goods} about {rhythm}",
        "far_late": f"this customer usually orders {goods} far more often",
        "early": f"this is sooner than usual: this customer orders {goods} about {rhythm}",
        "far_early": f"this customer usually orders {goods} far less often",
    }


REASONS = {
    "order_number": _equality("order number", "order numbers"),
    "reference": {
        **_nearly("customer reference", "customer references"),
        "contained": "one customer reference contains the other",
        "neighbour": "the customer references differ in one character",
        "common": "same customer reference, but one that several customers may write",
        "next": "the customer reference is one of the next in the customer's own row",
    },
    "reference_frequency": {
        "never": "no other order had this customer reference",
        "once": "only one earlier order had this customer reference",
        "often": "{references} earlier orders had this customer reference",
        "missing": "no common customer reference that could be rare or frequent",
    },
    "reference_spelling": {
        "same": "the common customer reference is written the same way",
        "different": "the common customer reference is written in another way",
        "missing": "no common customer reference whose spelling could tell something",
    },
    "reference_presence": {
        "both": "both orders have a customer reference",
        "existing": "only the existing order has a customer reference",
        "incoming": "only the incoming order has a customer reference",
        "neither": "neither order has a customer reference",
        "missing": "nothing known about customer references",
    },
    "revision": {
        "same": "same revision of the customer reference",
        "different": "another revision of the customer reference",
        "missing": "no common customer reference that could be revised",
    },
    "release": {
        "same": "same release of a blanket order",
        "unstated": "same blanket order, release not stated",
        "different": "another release of the same blanket order",
        "missing": "not two releases of one blanket order",
    },
    "named_in_note": {
        "named": "the note of one order names the other one",
        "others": "the note names other orders than this one",
        "missing": "no note names an order that was compared",
    },
    "quote": _equality("quotation", "quotations"),
    "customer": {
        "same": "same customer",
        "probable": "very probably the same customer",
        "possible": "possibly the same customer",
        "different": "another customer",
        "missing": "no customer to compare",
    },
    "customer_conflicts": {
        "none": "nothing that both orders say of the customer differs",
        "some": "part of what both orders say of the customer differs",
        "much": "much of what both orders say of the customer differs",
        "all": "all that both orders say of the customer differs",
        "missing": "nothing that both orders say of the customer",
    },
    "customer_number": _equality("customer number", "customer numbers"),
    "customer_name": _names("customer name", "customer names"),
    "contact_name": _names("contact person", "contact persons"),
    "phone": _nearly("phone number", "phone numbers"),
    "email": _nearly("e-mail address", "e-mail addresses"),
    "customer_rarity": {
        "some": "about one order in {customer_orders} comes from this customer",
        "most": "most orders come from this customer",
        "missing": "the orders are not surely from one customer",
    },
    "customer_ship_to": {
        "same": "delivery goes to the same address",
        "similar": "delivery goes to almost the same address",
        "partly": "the delivery addresses agree in part",
        "different": "delivery goes to another address",
        "missing": "no delivery addresses of one customer to compare",
    },
    "foreign_ship_to": {
        "same": "same delivery address though perhaps another customer",
        "similar": "almost the same delivery address though perhaps another customer",
        "partly": "delivery addresses that agree in part though perhaps another customer",
        "different": "another delivery address for perhaps another customer",
        "missing": "no delivery addresses of two customers to compare",
    },
    "places": {
        "none": "this customer has such baskets sent nowhere else",
        "some": "this customer has such baskets sent to {places:another place|# other places} too",
        "missing": "no places to count, the customer may be another one",
    },
    "bill_to": _equality("invoice address", "invoice addresses"),
    "delivery_point": {
        **_names("point of delivery", "points of delivery"),
        "missing": "no points at one place of delivery to compare",
    },
    "recipient": {
        **_names("recipient", "recipients"),
        "missing": "no recipients of one customer to compare",
    },
    "foreign_recipient": {
        "same": "same recipient though perhaps another customer",
        "almost": "almost the same recipient though perhaps another customer",
        "similar": "similar recipients though perhaps another customer",
        "different": "another recipient for perhaps another customer",
        "missing": "no recipients of two customers to compare",
    },
    "basket_agreement": {
        "all": "{different_lines:the only line is|all # lines are} in both orders"
        " in the same {different_lines:quantity|quantities}",
        "most": "{agreeing_lines} of {different_lines} lines {agreeing_lines:is|are} in both orders"
        " in the same {agreeing_lines:quantity|quantities}",
        "few": "only {agreeing_lines} of {different_lines} lines {agreeing_lines:is|are}"
        " in both orders in the same {agreeing_lines:quantity|quantities}",
        "none": "no line is in both orders in the same quantity",
        "missing": "no lines to compare",
    },
    "containment": {
        "all": "one order has {fewer_lines:the only line|all # lines} of the other"
        " in the same {fewer_lines:quantity|quantities}",
        "most": "one order has {agreeing_lines} of the other's {fewer_lines} lines"
        " in the same {agreeing_lines:quantity|quantities}",
        "few": "one order has only {agreeing_lines} of the other's {fewer_lines} lines"
        " in the same {agreeing_lines:quantity|quantities}",
        "none": "neither order has a line of the other in the same quantity",
        "missing": "no lines to compare",
    },
    "surprise": {
        "hardly": "so much agrees that it is hardly chance",
        "unlikely": "more agrees than chance would explain",
        "perhaps": "what agrees may be chance",
        "likely": "so little agrees that it may be chance among so many orders",
        "missing": "no products to compare",
    },
    "foreign_surprise": {
        "hardly": "two customers hardly order so much alike by chance",
        "unlikely": "more agrees than chance would explain of two customers",
        "perhaps": "two customers may order so much alike by chance",
        "likely": "so little agrees that it may be chance, of two customers among so many orders",
        "missing": "the customers are one, or alike in name, or there are no products to compare",
    },
    "incoming_lines_shared": {
        "all": "{incoming_lines:its only line is|all # lines are} in the existing order too",
        "most": "{shared_lines} of {incoming_lines:# line|# lines} are in the existing order too",
        "few": "only {shared_lines} of {incoming_lines:# line is|# lines are}"
        " in the existing order too",
        "none": "{incoming_lines:its only line is not|none of the # lines is}"
        " in the existing order",
        "missing": "no lines to compare",
    },
    "existing_lines_shared": {
        "all": "it has {existing_lines:the only line|all # lines} of the existing order",
        "most": "it has {shared_lines} of the {existing_lines} lines of the existing order",
        "few": "it has only {shared_lines} of the {existing_lines} lines of the existing order",
        "none": "it {existing_lines:lacks the only line|has none of the # lines}"
        " of the existing order",
        "missing": "no lines of the existing order to compare",
    },
    "shared_information": {
        "telling": "the common products would hardly come together by chance",
        "some": "the common products are fairly distinctive",
        "common": "the common products are in many orders",
        "none": "no common products",
        "missing": "no products to compare",
    },
    "agreeing_information": {
        "telling": "so many products with equal quantities are hardly chance",
        "some": "the products with equal quantities are fairly distinctive",
        "common": "the products with equal quantities are in many orders",
        "none": "no product has the same quantity in both orders",
        "missing": "no products to compare",
    },
    "quantities": _counted("quantity", "quantities"),
    "quantities_alike": {
        "telling": "the quantities are the same, hardly by chance",
        "some": "quantities are the same, as happens by chance",
        "few": "the quantities differ",
        "missing": "the lines tell more than their quantities",
    },
    "quantity_slips": {
        "slip": "a quantity looks mistyped",
        "none": "no quantity looks mistyped",
        "missing": "no quantities that could be mistyped",
    },
    "prices": {
        "same": "{compared_prices:the price is|all # prices are} the same",
        "close": "the prices are close",
        "apart": "the prices differ",
        "far_apart": "the prices differ widely",
        "missing": "no prices to compare",
    },
    "amount": {
        **_equality("amount", "amounts"),
        "almost": "almost the same amount",
        "similar": "similar amounts",
        "missing": "no amounts in one currency to compare",
    },
    "line_count": {
        "same": "same number of lines",
        "different": "{incoming_lines:# line|# lines} against {existing_lines}",
        "missing": "no lines to count",
    },
    "by_words": {
        "all": "the common products are known by their description only",
        "some": "{by_words} of {paired_lines} common products"
        " {by_words:is|are} known by description only",
        "none": "the common products agree by number or full name",
        "missing": "no common products",
    },
    "by_numbers": {
        "all": "the orders name their goods in different ways: amounts alone tell",
        "some": "{by_numbers} of {paired_lines} common lines"
        " {by_numbers:is|are} known by amounts alone",
        "none": "the common products are known by more than amounts",
        "missing": "no common products",
    },
    "variants": {
        "some": "{variants:# line differs|# lines differ}"
        " only in size, colour, type or item number",
        "none": "no line is merely another size, colour, type or item number",
        "missing": "no lines that could be variants",
    },
    "time_gap": {
        "short": "only {gap} between the two orders",
        "some": "{gap} between the two orders",
        "long": "as much as {gap} between the two orders",
        "missing": "unknown time between the two orders",
    },
    "delivery_date": {
        "same": "delivery wanted on the same day",
        "still_same": "delivery still wanted on the same day",
        "at_once_another": "delivery wanted {days:# day|# days} apart",
        "sooner": "the later order wants delivery {days:# day|# days} sooner",
        "near": "delivery wanted only {days:# day|# days} apart",
        "apart": "delivery wanted {days:# day|# days} apart",
        "far_apart": "delivery wanted at least {days:# day|# days} apart",
        "missing": "no delivery dates to compare",
    },
    "notes": {
        "same": "the same note",
        "different": "different notes",
        "other_numbers": "the notes differ in their numbers alone",
        "missing": "no notes to compare",
    },
    "note": {
        "confirms": "the note calls it a confirmation or a copy",
        "revises": "the note calls it a revision",
        "adds": "the note calls it an addition",
        "silent": "the note says nothing about another order",
        "part": "the note calls it a partial order or a gift",
        "repeats": "the note calls it a repeat order",
        "replaces": "the note calls it a replacement",
        "missing": "no note",
    },
    "message_function": {
        "none": "no EDI message that says what it is",
        "original": "the EDI message calls itself an original",
        "duplicate": "the EDI message calls itself a duplicate",
        "copy": "the EDI message calls itself a copy",
        "confirmation": "the EDI message calls itself a confirmation",
        "change": "the EDI message calls itself a change",
        "cancel": "the EDI message calls itself a cancellation",
        "missing": "no EDI message",
    },
    "channel": {
        "same": "came by the same channel",
        "different": "came by another channel",
        "missing": "the channel of an order is not known",
    },
    "source": {
        "same": "came through the same system",
        "different": "came through another system",
        "missing": "the system an order came through is not known",
    },
    "entered_by": {
        "same": "entered by the same person",
        "different": "entered by another person",
        "missing": "who entered an order is not known",
    },
    "company": _equality("selling company", "selling companies"),
    "stage": {
        **dict.fromkeys(("alive", "dead"), "the existing order is {state}"),
        "missing": "the state of the existing order is not known",
    },
    "basket_repeats": {
        "never": "this customer never ordered about this basket before",
        "once": "this customer ordered about this basket only once before",
        "often": "this customer ordered about this basket {basket_repeats} times before",
        "missing": "no habit to compare, the customer may be another one",
    },
    "basket_rhythm": {
        **_rhythm("this basket", "{basket_rhythm}"),
        "missing": "this customer has no rhythm for this basket",
    },
    "differing_fields": {
        "none": "it is a copy, field by field",
        "few": "few fields differ in any way",
        "many": "many fields differ, if only in how they are written",
        "missing": "no fields to compare",
    },
    "other_dates": {
        "none": "no such basket was entered for other delivery dates within a day",
        "some": "within a day this customer placed {other_dates:another order|# orders}"
        " of such a basket for {other_dates:another delivery date|other delivery dates}",
        "missing": "no delivery dates of one customer to compare",
    },
    "customer_pace": {
        **_rhythm("something", "{customer_pace}"),
        "missing": "this customer has no rhythm yet",
    },
    "overlap_excess": {
        "far_more": "the baskets agree far more than this customer's orders usually do",
        "more": "the baskets agree more than this customer's orders usually do",
        "usual": "this customer's orders usually agree that much",
        "less": "the baskets agree less than this customer's orders usually do",
        "missing": "too few orders of this customer to know what is usual",
    },
    "basket_frequency": {
        "never": "no other order had exactly this basket",
        "once": "only one earlier order had exactly this basket",
        "often": "{baskets} earlier orders had exactly this basket",
        "missing": "not exactly the same basket",
    },
    "habit_frequency": {
        "never": "this customer never ordered exactly these products before",
        "once": "this customer ordered exactly these products only once before",
        "often": "this customer ordered exactly these products {habits} times before",
        "missing": "not exactly the same products of one customer",
    },
}
