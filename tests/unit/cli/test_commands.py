"""The commands as a whole: help that teaches, options that follow the settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from ordertwin_cli.main import app
from ordertwin_server.settings import SETTINGS


def commands(group: TyperGroup, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


ROOT = typer.main.get_command(app)
assert isinstance(ROOT, TyperGroup)
COMMANDS = dict(commands(ROOT))


def test_all_commands_are_there() -> None:
    assert {"serve", "score", "replay", "generate", "train", "status", "model show"} <= set(
        COMMANDS
    )


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_of_every_command_has_an_example(name: str) -> None:
    assert "Example: `ordertwin" in (COMMANDS[name].help or "")


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_option_is_explained(name: str) -> None:
    silent = [p.name for p in COMMANDS[name].params if not getattr(p, "help", "")]
    assert not silent


def test_serve_has_an_option_for_every_setting() -> None:
    options = {option for parameter in COMMANDS["serve"].params for option in parameter.opts}
    assert {setting.flag for setting in SETTINGS} <= options


def test_without_a_command_the_help_is_shown() -> None:
    shown = CliRunner().invoke(app, [])
    assert "serve" in shown.output


def test_an_unknown_world_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    failed = CliRunner().invoke(app, ["generate", "x.jsonl", "--world", "mars"])
    assert failed.exit_code == 1
    assert "wholesale-en" in failed.output + capsys.readouterr().err
