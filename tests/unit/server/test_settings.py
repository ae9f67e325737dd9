from __future__ import annotations

import pytest

from ordertwin_server.__main__ import main, parser
from ordertwin_server.faults import StartFailed
from ordertwin_server.settings import SETTINGS, Setting, Settings, unknown_variables


def other_value(setting: Setting) -> str:
    """A value that is allowed and is not the default."""
    if setting.kind is bool:
        return "false" if setting.default else "true"
    if setting.choices:
        return next(choice for choice in setting.choices if choice != setting.default)
    if setting.kind is float and setting.name.endswith("_share"):
        return str(1 - setting.default)
    if setting.kind in (int, float):
        return str(setting.kind(setting.default) + 1)
    return "other"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_flags_beat_the_environment_which_beats_defaults(setting: Setting) -> None:
    other = other_value(setting)
    read = setting.read("test", other)
    assert getattr(Settings(), setting.name) == setting.default
    from_environment = Settings.load({setting.variable: other})
    assert getattr(from_environment, setting.name) == read
    flags = vars(parser().parse_args([setting.flag, str(setting.default)]))
    from_flags = Settings.load({setting.variable: other}, flags)
    assert getattr(from_flags, setting.name) == setting.default


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_explained(setting: Setting) -> None:
    assert setting.help.endswith(".")
    assert setting.variable in " ".join(parser().format_help().split())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_lines", "0"),
        ("max_lines", "10001"),
        ("max_lines", "2e3"),
        ("grace_seconds", "nan"),
        ("grace_seconds", "-1"),
        ("grace_seconds", "inf"),
        ("reflection", "maybe"),
        ("log_format", "xml"),
        ("tenant", "a/b"),
        ("tenant", ""),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_what_is(name: str, value: str) -> None:
    variable = f"ORDERTWIN_{name.upper()}"
    with pytest.raises(StartFailed, match=f"^{variable} is .*; it must be ") as refused:
        Settings.load({variable: value})
    assert repr(value) in str(refused.value)


def test_a_flag_alone_switches_on() -> None:
    flags = vars(parser().parse_args(["--allow-degraded"]))
    assert Settings.load({}, flags).allow_degraded


def test_a_misspelt_variable_is_pointed_out() -> None:
    assert unknown_variables({"ORDERTWIN_GRACE_SECOND": "3", "ORDERTWIN_LISTEN": "x:1"}) == [
        "ORDERTWIN_GRACE_SECOND is no setting; did you mean ORDERTWIN_GRACE_SECONDS?"
    ]


def test_a_wrong_flag_ends_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--max-lines", "0"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("OrderTwin cannot start: --max-lines is '0'; it must be a whole number")


@pytest.mark.parametrize(
    ("store", "asked", "got"),
    [
        ("sqlite:///orders.db", 0, 2),
        ("postgresql://db.example/orders", 0, 8),
        ("sqlite:///orders.db", 5, 5),
    ],
)
def test_as_many_orders_are_scored_at_once_as_the_store_lets_overlap(
    store: str, asked: int, got: int
) -> None:
    assert Settings(store=store, scoring_workers=asked).scoring_threads == got
