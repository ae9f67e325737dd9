"""Resource names: `tenants/{tenant}/orders/{order}` and their like, made and taken apart."""

from __future__ import annotations

import re

from ordertwin_models.errors import FieldViolation, InvalidRequest, NotFound

NAME_PART = r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}"
_LARGEST = 2**63 - 1
_PARENT = re.compile(rf"tenants/({NAME_PART})")
_NAMES = {
    kind: re.compile(rf"tenants/({NAME_PART})/{kind}s/({NAME_PART})")
    for kind in (
        "order",
        "decision",
        "apiKey",
        "override",
        "modelVersion",
        "policyVersion",
        "review",
        "verdict",
        "suppression",
        "merge",
        "webhook",
        "case",
    )
}


def order_name(tenant: str, key: str) -> str:
    """The name of an order; empty for an empty key.

    >>> order_name("default", "o1"), order_name("default", "")
    ('tenants/default/orders/o1', '')
    """
    return f"tenants/{tenant}/orders/{key}" if key else ""


def decision_name(tenant: str, key: str) -> str:
    """The name of a decision; empty for an empty key."""
    return f"tenants/{tenant}/decisions/{key}" if key else ""


def review_name(tenant: str, key: str) -> str:
    """The name of a review; empty for an empty key."""
    return f"tenants/{tenant}/reviews/{key}" if key else ""


def model_version_name(tenant: str, version: str) -> str:
    """The name of a model version; `/` does not go into a name.

    >>> model_version_name("default", "duplicate-order/2")
    'tenants/default/modelVersions/duplicate-order~2'
    """
    return f"tenants/{tenant}/modelVersions/{version.replace('/', '~')}"


def version_in(name: str, tenant: str, *, field: str = "name", kind: str = "modelVersion") -> str:
    """The version in the name of a model version of this tenant, or of another kind of version.

    >>> version_in("tenants/default/modelVersions/duplicate-order~2", "default")
    'duplicate-order/2'
    """
    return key_in(name, kind, tenant, field=field).replace("~", "/")


def policy_version_name(tenant: str, version: str) -> str:
    """The name of a policy version; `/` does not go into a name."""
    return f"tenants/{tenant}/policyVersions/{version.replace('/', '~')}"


def verdict_name(tenant: str, position: int | str) -> str:
    """The name of the verdict with this position."""
    return f"tenants/{tenant}/verdicts/{position}"


def verdict_position(name: str, tenant: str, *, field: str = "name") -> int:
    """The position in the name of a verdict of this tenant.

    >>> verdict_position("tenants/default/verdicts/17", "default")
    17
    """
    key = key_in(name, "verdict", tenant, field=field)
    if not (key.isascii() and key.isdecimal()) or not 0 < int(key[:20]) <= _LARGEST:
        raise InvalidRequest([FieldViolation(field, "must end in the position of a verdict")])
    return int(key)


def suppression_name(tenant: str, key: str) -> str:
    """The name of a suppression; empty for an empty key."""
    return f"tenants/{tenant}/suppressions/{key}" if key else ""


def webhook_name(tenant: str, key: str) -> str:
    """The name of a webhook."""
    return f"tenants/{tenant}/webhooks/{key}"


def merge_name(tenant: str, key: str) -> str:
    """The name of a merge; empty for an empty key."""
    return f"tenants/{tenant}/merges/{key}" if key else ""


def case_name(tenant: str, key: str) -> str:
    """The name of a case; empty for an empty key."""
    return f"tenants/{tenant}/cases/{key}" if key else ""


def key_in(name: str, kind: str, tenant: str, *, field: str = "name") -> str:
    """The key in the name of an `order`, `decision` and the like of this tenant, in a field.

    Another tenant's resources do not exist for the caller: `NotFound`.

    >>> key_in("tenants/default/orders/o1", "order", "default")
    'o1'
    >>> key_in("orders/o1", "order", "default")
    Traceback (most recent call last):
    ordertwin_models.errors.InvalidRequest: name: must look like tenants/default/orders/...
    """
    parts = _NAMES[kind].fullmatch(name)
    if not parts:
        raise InvalidRequest(
            [FieldViolation(field, f"must look like tenants/{tenant}/{kind}s/{{{kind}}}")]
        )
    if parts[1] != tenant:
        raise NotFound(kind, name)
    return parts[2]


def tenant_in(parent: str) -> str:
    """The tenant that `parent` names, for calls that come without a credential."""
    parts = _PARENT.fullmatch(parent)
    if not parts:
        raise InvalidRequest([FieldViolation("parent", "must look like tenants/default")])
    return parts[1]


def ensure_parent(parent: str, tenant: str) -> None:
    """Raise unless `parent` is this tenant."""
    parts = _PARENT.fullmatch(parent)
    if not parts:
        raise InvalidRequest([FieldViolation("parent", f"must look like tenants/{tenant}")])
    if parts[1] != tenant:
        raise NotFound("tenant", parent)
