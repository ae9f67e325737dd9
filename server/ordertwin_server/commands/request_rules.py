"""Rules for request fields that several commands share."""

from __future__ import annotations

from ordertwin_models.errors import FieldViolation

MAX_VIOLATIONS = 20
MAX_REQUEST_ID = 128


def request_id_violations(request_id: str) -> list[FieldViolation]:
    """Nothing when the call can be recognised when it is repeated.

    >>> request_id_violations("7f0c"), request_id_violations("")[0].field
    ([], 'request_id')
    """
    if not request_id:
        return [
            FieldViolation(
                "request_id",
                "is required: give every new call its own, a UUID is best, "
                "and repeat a call with the same",
            )
        ]
    if len(request_id) > MAX_REQUEST_ID or not request_id.isprintable():
        return [FieldViolation("request_id", f"must be 1 to {MAX_REQUEST_ID} printable characters")]
    return []
