"""The generated tables of the documentation, each from the one place where its facts live.

Cog calls these functions (`make docs` writes, `make docs-check` compares).
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup

from ordertwin.v1.error_reason_pb2 import ErrorReason
from ordertwin_cli.main import app
from ordertwin_cli.serve import shown
from ordertwin_models.comparison import COMPARISONS
from ordertwin_models.order_fields import ORDER_FIELDS, Field
from ordertwin_models.policy.rules import FILE_RULES, MODEL_RULES
from ordertwin_models.policy.schema import SECTIONS
from ordertwin_server.access.table import LOCAL, LOCAL_PERMISSIONS, ROLES
from ordertwin_server.access.table import TABLE as ACCESS_TABLE
from ordertwin_server.commands import caller
from ordertwin_server.commands.caller import Permission, sorted_permissions
from ordertwin_server.errors import REASON_PREFIX, TABLE
from ordertwin_server.settings import SETTINGS
from ordertwin_training.company_history import ORDER_COLUMNS, PAIR_COLUMNS, Column
from ordertwin_training.company_history.customers import CUSTOMER_COLUMNS


def order_fields() -> str:
    """Every field of the order document, and a section for every nested object."""
    return "".join(_fields("The order", ORDER_FIELDS))


def _fields(title: str, fields: Sequence[Field]) -> Iterator[str]:
    yield f"### {title}\n\n"
    yield _table(
        ("field", "holds", "longest", "meaning"),
        (
            (
                f"`{field.name}`" + (" (required)" if field.required else ""),
                _holds(field),
                str(field.limit or ""),
                field.meaning,
            )
            for field in fields
        ),
    )
    shown_parts: dict[Sequence[Field], list[str]] = {}
    for field in fields:
        if field.parts:
            shown_parts.setdefault(field.parts, []).append(f"`{field.name}`")
    for parts, names in shown_parts.items():
        yield "\n"
        yield from _fields(" and ".join(names), parts)


def _holds(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" for choice in field.choices)
    return str(field.kind)


def settings() -> str:
    """Every setting with variable, option, default and meaning."""
    return _table(
        ("option", "variable", "default", "may be", "meaning"),
        (
            (f"`{s.flag}`", f"`{s.variable}`", f"`{shown(s.default)}`", s.allowed, s.help)
            for s in SETTINGS
        ),
    )


def errors() -> str:
    """Every reason a call can fail for."""
    rows = {
        row.reason: (row.code.name, (row.error.__doc__ or "").split("\n")[0], row.variables)
        for row in reversed(TABLE)
    }
    internal = ErrorReason.ERROR_REASON_INTERNAL
    rows[internal] = ("INTERNAL", "A fault of ours; the log has its cause.", ("error_id",))
    return _table(
        ("reason", "status", "meaning", "metadata"),
        (
            (
                f"`{ErrorReason.Name(reason).removeprefix(REASON_PREFIX)}`",
                f"`{code}`",
                meaning,
                ", ".join(f"`{name}`" for name in variables),
            )
            for reason, (code, meaning, variables) in sorted(rows.items())
        ),
    )


def comparisons() -> str:
    """Every comparison the model may use."""
    signs = {1: "more never speaks against", -1: "more never speaks for", 0: "learned freely"}
    return _table(
        ("comparison", "aspect", "meaning", "monotone"),
        ((f"`{c.name}`", c.aspect, c.meaning, signs[c.monotone]) for c in COMPARISONS),
    )


def policy_keys() -> str:
    """Every key of a policy file."""
    return _table(
        ("section", "key", "holds", "meaning"),
        (
            (
                f"`{section}`" if section else "",
                f"`{key.name}`" + (" (required)" if key.required else ""),
                str(key.kind),
                key.meaning,
            )
            for section, keys in SECTIONS.items()
            for key in keys
        ),
    )


def policy_rules() -> str:
    """Every rule that an answer may name, but for those a policy file names itself."""
    return _table(
        ("rule", "meaning"),
        ((f"`{name}`", meaning) for name, meaning in {**MODEL_RULES, **FILE_RULES}.items()),
    )


def order_columns() -> str:
    """The columns of a company's own orders."""
    return _columns(ORDER_COLUMNS)


def customer_columns() -> str:
    """Columns of a customer master."""
    return _columns(CUSTOMER_COLUMNS)


def pair_columns() -> str:
    """The columns of a company's confirmed pairs."""
    return _columns(PAIR_COLUMNS)


def _columns(columns: Sequence[Column]) -> str:
    return _table(
        ("column", "holds", "meaning"),
        (
            (
                f"`{column.name}`" + (" (required)" if column.required else ""),
                ", ".join(column.choices) if column.choices else str(column.kind),
                column.meaning,
            )
            for column in columns
        ),
    )


def commands() -> str:
    """Every command with its help, arguments and options."""
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    return "\n".join(_commands("ordertwin", root))


def _commands(path: str, group: TyperGroup) -> Iterator[str]:
    for name, command in group.commands.items():
        full = f"{path} {name}"
        if isinstance(command, TyperGroup):
            yield from _commands(full, command)
            continue
        yield f"## {full}\n\n{(command.help or '').strip()}\n"
        rows = [_parameter(parameter) for parameter in command.params]
        if rows:
            yield _table(("", "meaning"), rows)


def _parameter(parameter: Any) -> tuple[str, str]:
    """How an argument or option is written, and what it means."""
    if isinstance(parameter, TyperArgument):
        return f"`{parameter.metavar}`", parameter.help or ""
    spelled = "/".join([*parameter.opts, *parameter.secondary_opts])
    default = parameter.default
    tells = default not in (None, "", False) and "default:" not in parameter.help
    return f"`{spelled}`", parameter.help + (f" [default: {default}]" if tells else "")


def roles() -> str:
    """The built-in roles and what they permit."""
    everybody = {**ROLES, LOCAL: LOCAL_PERMISSIONS}
    return _table(
        ("role", "permits"),
        (
            (f"`{role}`", ", ".join(f"`{each}`" for each in sorted_permissions(permitted)))
            for role, permitted in everybody.items()
        ),
    )


def permissions() -> str:
    """Every permission with its meaning, from the comments in the code."""
    meanings = _permission_comments()
    return _table(
        ("permission", "meaning"),
        ((f"`{each}`", meanings[each.name]) for each in Permission),
    )


def rpcs() -> str:
    """Every RPC and what opens it."""
    return _table(
        ("RPC", "needs"),
        (
            (
                f"`{method.rpartition('/')[2]}`",
                " or ".join(f"`{each}`" for each in rule.permissions)
                or ("no credential" if rule.open else "any good credential"),
            )
            for method, rule in ACCESS_TABLE.items()
        ),
    )


def _permission_comments() -> dict[str, str]:
    """The sentence below each member of `Permission`."""
    module = ast.parse(Path(inspect.getfile(caller)).read_text("utf-8"))
    (body,) = [
        node.body
        for node in module.body
        if isinstance(node, ast.ClassDef) and node.name == "Permission"
    ]
    found = {}
    for member, comment in pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(comment, ast.Expr):
            target = member.targets[0]
            assert isinstance(target, ast.Name)
            found[target.id] = str(ast.literal_eval(comment.value))
    return found


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)
