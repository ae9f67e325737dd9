"""Names of the rules that an answer may say have fired, with what each means."""

from __future__ import annotations

from collections.abc import Mapping

SAME_ORDER_CHANGED = "SAME_ORDER_CHANGED"
COUNTERPART_DEAD = "COUNTERPART_DEAD"
DUPLICATE_THRESHOLD = "DUPLICATE_THRESHOLD"
REVIEW_THRESHOLD = "REVIEW_THRESHOLD"
ATTENDED_THRESHOLD = "ATTENDED_THRESHOLD"

RESENT = "RESENT"
COPIED = "COPIED"
ALLOWED_CUSTOMER = "ALLOWED_CUSTOMER"
ALLOWED_SOURCE = "ALLOWED_SOURCE"
ALLOWED_REFERENCE = "ALLOWED_REFERENCE"
ALLOWED_PAIR = "ALLOWED_PAIR"
SUPPRESSED_PAIR = "SUPPRESSED_PAIR"
DENIED_CUSTOMER = "DENIED_CUSTOMER"
DENIED_SOURCE = "DENIED_SOURCE"
DENIED_REFERENCE = "DENIED_REFERENCE"
DENIED_PAIR = "DENIED_PAIR"
BURST = "BURST"

ALLOWED = (ALLOWED_CUSTOMER, ALLOWED_SOURCE, ALLOWED_REFERENCE)
DENIED = (DENIED_CUSTOMER, DENIED_SOURCE, DENIED_REFERENCE)

MODEL_RULES: Mapping[str, str] = {
    SAME_ORDER_CHANGED: "the same order was stored before with other content: an amendment",
    COUNTERPART_DEAD: "a cancelled, returned, merged or rejected order is nobody's twin",
    DUPLICATE_THRESHOLD: "match probability at or above the duplicate threshold",
    REVIEW_THRESHOLD: "match probability at or above the review threshold",
    ATTENDED_THRESHOLD: "only the lower threshold for a person at the screen was reached",
}
"""Rules that always hold; a summary begins with them."""

FILE_RULES: Mapping[str, str] = {
    COPIED: "hard fact: a doubtful order says in every field what another did shortly before",
    RESENT: "hard fact: same source, customer, reference, goods and place again, within minutes",
    ALLOWED_CUSTOMER: "would have been flagged, but the customer is on the allow list",
    ALLOWED_SOURCE: "would have been flagged, but the source is on the allow list",
    ALLOWED_REFERENCE: "would have been flagged, but the reference is on the allow list",
    ALLOWED_PAIR: "looks like a twin, but the policy says that the two are different orders",
    SUPPRESSED_PAIR: "looks like a twin, but a reviewer said not to ask about the two again",
    DENIED_CUSTOMER: "held, because the customer is on the deny list",
    DENIED_SOURCE: "held, because the source is on the deny list",
    DENIED_REFERENCE: "held, because the reference is on the deny list",
    DENIED_PAIR: "a duplicate, because the policy says that the two are the same order",
    BURST: "its source sends many duplicates just now; held with the batch, one review for all",
}
"""Rules that a policy file brings in, beside the rules it names itself; COPIED needs no file."""

BUILT_IN = frozenset({*MODEL_RULES, *FILE_RULES})
"""Names that a rule of a policy file cannot have."""
