"""Commands fail with one line and an exit code; a fault of ours keeps its traceback."""

from __future__ import annotations

import pytest

from ordertwin_cli.failures import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    CommandFailed,
    failing_clearly,
    sentence_of,
)
from ordertwin_models.errors import NotFound


def test_one_line_on_stderr_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left, failing_clearly(debug=False):
        raise CommandFailed("there is no such file; name another")
    assert left.value.code == EXIT_FAILED
    assert capsys.readouterr().err == "ordertwin: there is no such file; name another\n"


def test_debug_lets_the_traceback_through() -> None:
    with pytest.raises(CommandFailed), failing_clearly(debug=True):
        raise CommandFailed("no")


def test_a_fault_of_ours_is_not_dressed_up() -> None:
    with pytest.raises(ZeroDivisionError), failing_clearly(debug=False):
        raise ZeroDivisionError


def test_ctrl_c_exits_quietly() -> None:
    with pytest.raises(SystemExit) as left, failing_clearly(debug=False):
        raise KeyboardInterrupt
    assert left.value.code == EXIT_INTERRUPTED


def test_domain_errors_speak_for_themselves() -> None:
    assert sentence_of(NotFound("order", "o-1")) == "There is no order o-1."


def test_a_missing_extra_says_what_to_install() -> None:
    sentence = sentence_of(ModuleNotFoundError("No module named 'mlflow'", name="mlflow"))
    assert sentence is not None
    assert "pip install 'ordertwin[training]'" in sentence


def test_any_other_missing_module_is_a_fault() -> None:
    assert sentence_of(ModuleNotFoundError("x", name="surprise")) is None
