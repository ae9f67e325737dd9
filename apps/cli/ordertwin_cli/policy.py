"""`ordertwin policy`: check a policy file, and try it on the decisions of a store.

What servers work by is in `policy_versions`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ordertwin_cli.connection import TenantOption

if TYPE_CHECKING:
    from ordertwin_server.commands.try_policy import Trial

EXAMPLES_SHOWN = 5
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="Policy file, TOML or JSON.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


def add_to(app: typer.Typer) -> None:
    """Make the commands part of the application."""
    from ordertwin_cli import policy_versions

    group = typer.Typer(no_args_is_help=True, help="Policies: check, try, put into force.")
    group.command()(check)
    group.command(name="try")(try_out)
    policy_versions.add_to(group)
    app.add_typer(group, name="policy")


def check(file: FileArgument) -> None:
    """Check a policy file; every broken key is named with its path and what to do.

    Example: `ordertwin policy check policy.toml`. The exit code is 1 when the file is refused.
    """
    from ordertwin_server.policy_slot import read_policy

    policy = read_policy(file)
    lists = [f"{len(getattr(part, name))} {name} {verb}"
             for part, verb in ((policy.allow, "allowed"), (policy.deny, "denied"))
             for name in ("customers", "sources", "references", "pairs")
             if getattr(part, name)]  # fmt: skip
    burst = policy.burst
    said = [
        f"{len(policy.rules)} rules" + "".join(f" {rule.name}" for rule in policy.rules),
        *lists,
        f"bursts from {burst.orders} in {burst.minutes} minutes" if burst else "no bursts",
    ]
    print(f"Policy {policy.version} is whole: {'; '.join(said)}.")


def try_out(
    file: FileArgument,
    store: Annotated[str, typer.Option(help="Store whose decisions are judged again.")],
    model: Annotated[
        Path | None, typer.Option(help="Model that took them; the released one when left out.")
    ] = None,
    tenant: TenantOption = "default",
    as_json: JsonOption = False,
) -> None:
    """Say which of the stored decisions would be other ones with a policy. Nothing is changed.

    Example: `ordertwin policy try policy.toml --store data/ordertwin.db`. A server may be running.
    """
    import json
    from contextlib import closing

    from ordertwin_cli.direct_access import note_reading
    from ordertwin_cli.progress import counting
    from ordertwin_models.rules import rules_model
    from ordertwin_server.commands.try_policy import try_policy
    from ordertwin_server.model_slot import read_model, released_model
    from ordertwin_server.policy_slot import read_policy
    from ordertwin_stores import open_archive

    policy = read_policy(file)
    models = [rules_model()]
    path = model or released_model()
    if path is not None:
        models.append(read_model(path))
    thresholds = {one.version: one.thresholds for one in models}
    note_reading(store, tenant, "TryPolicy")
    with closing(open_archive(store)) as archive:
        orders = archive.status(tenant).orders
        with counting("orders", orders) as report:
            trial = try_policy(archive, tenant, policy, thresholds, report)
    if as_json:
        print(json.dumps(_document(trial)))
    else:
        print("\n".join(_view(policy.version, trial)))


def _view(version: str, trial: Trial) -> list[str]:
    lines = [
        f"Policy {version} would change {trial.changed} of {trial.decisions} decisions.",
    ]
    for (before, after), count in trial.changes.most_common():
        lines.append(f"  {before} → {after}: {count} orders worth {trial.value[before, after]:,}")
        lines += [
            f"    {one.order}" + (f" beside {one.twin}" if one.twin else "")
            + f", {one.probability:.1%}: {', '.join(one.rules) or 'no rule'}"
            for one in trial.examples[before, after][:EXAMPLES_SHOWN]
        ]  # fmt: skip
    if trial.rules:
        fired = ", ".join(f"{rule} {count}" for rule, count in trial.rules.most_common())
        lines.append(f"Rules that would fire: {fired}.")
    left_out = {
        "amended orders, which no threshold decides": trial.amendments,
        "decisions of another model; name it with --model": trial.other_models,
        "orders without a decision": trial.undecided,
    }
    lines += [f"Left out: {count} {what}." for what, count in left_out.items() if count]
    return lines


def _document(trial: Trial) -> dict[str, Any]:
    return {
        "decisions": trial.decisions,
        "changed": trial.changed,
        "changes": [
            {
                "before": before,
                "after": after,
                "orders": count,
                "value": trial.value[before, after],
                "examples": [
                    {
                        "order": one.order,
                        "twin": one.twin,
                        "probability": one.probability,
                        "before": one.before,
                        "after": one.after,
                        "rules": one.rules,
                    }
                    for one in trial.examples[before, after][:EXAMPLES_SHOWN]
                ],
            }
            for (before, after), count in trial.changes.most_common()
        ],
        "rules": dict(trial.rules.most_common()),
        "amendments": trial.amendments,
        "other_models": trial.other_models,
        "undecided": trial.undecided,
    }
