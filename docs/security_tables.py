"""Tables about access for the documentation, each from the one place where its facts live."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

from tables import table

from ordertwin_server.access.table import LOCAL, LOCAL_PERMISSIONS, ROLES, TABLE
from ordertwin_server.commands import caller
from ordertwin_server.commands.caller import Permission, sorted_permissions


def roles() -> str:
    """The built-in roles and what they permit."""
    everybody = {**ROLES, LOCAL: LOCAL_PERMISSIONS}
    return table(
        ("role", "permits"),
        (
            (f"`{role}`", ", ".join(f"`{each}`" for each in sorted_permissions(permitted)))
            for role, permitted in everybody.items()
        ),
    )


def permissions() -> str:
    """Every permission with its meaning, from the comments in the code."""
    meanings = _comments()
    return table(
        ("permission", "meaning"),
        ((f"`{each}`", meanings[each.name]) for each in Permission),
    )


def rpcs() -> str:
    """Every RPC and what opens it."""
    return table(
        ("RPC", "needs"),
        (
            (
                f"`{method.rpartition('/')[2]}`",
                " or ".join(f"`{each}`" for each in rule.permissions) or "any good credential",
            )
            for method, rule in TABLE.items()
        ),
    )


def _comments() -> dict[str, str]:
    """The sentence below each member of `Permission`."""
    module = ast.parse(Path(inspect.getfile(caller)).read_text("utf-8"))
    (body,) = [
        node.body
        for node in module.body
        if isinstance(node, ast.ClassDef) and node.name == "Permission"
    ]
    found = {}
    for member, comment in zip(body, body[1:], strict=False):
        if isinstance(member, ast.Assign) and isinstance(comment, ast.Expr):
            target = member.targets[0]
            assert isinstance(target, ast.Name)
            found[target.id] = str(ast.literal_eval(comment.value))
    return found
