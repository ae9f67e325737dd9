"""The rules of the house that no other tool keeps: sizes, names, doors."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "stores", "server", "training", "apps")
WRITTEN_BY_HAND = (*ROOMS, "benchmarks", "tests", "docs", ".ci")
LONGEST_FILE = 400
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "stuff"}
ENVIRONMENT_DOORS = {
    "server/ordertwin_server/settings.py",
    # Sets the switches that mlflow reads there, before it is imported.
    "training/ordertwin_training/track.py",
}
POSTGRES_DOORS = {"stores/ordertwin_stores/postgres/library.py"}
SQLITE_DOORS = {"stores/ordertwin_stores/sqlite/library.py"}
CORE_IMPORTS = {"numpy", "rapidfuzz", "phonenumbers", "ordertwin_models"}
CORE_FORBIDDEN = {"os", "sqlite3", "socket", "subprocess", "urllib", "http", "logging", "time"}


def sources(*folders: str) -> list[Path]:
    """All Python files in these folders, generated ones left out."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "_pb2" not in path.name
    )


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> Iterator[str]:
    """Full names of the modules a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def importers_of(module: str, *folders: str) -> set[str]:
    return {
        name_of(path)
        for path in sources(*folders)
        if any(name == module or name.startswith(module + ".") for name in imports_of(path))
    }


def test_no_file_outgrows_its_reader() -> None:
    too_long = {
        name_of(path): length
        for path in sources(*WRITTEN_BY_HAND)
        if (length := len(path.read_text("utf-8").splitlines())) > LONGEST_FILE
    }
    assert not too_long, f"over {LONGEST_FILE} lines; split by subject: {too_long}"


def test_no_file_is_a_drawer_for_leftovers() -> None:
    drawers = [
        name_of(path)
        for path in sources(*WRITTEN_BY_HAND)
        if {path.stem, path.parent.name} & DRAWERS
    ]
    assert not drawers, f"name the subject instead: {drawers}"


@pytest.mark.parametrize("module", ["pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve"])
def test_nothing_is_pickled(module: str) -> None:
    assert importers_of(module, *ROOMS, "benchmarks") == set()


def test_sqlite_has_one_door() -> None:
    doors = importers_of("sqlite3", *ROOMS) | importers_of("pysqlite3", *ROOMS)
    assert doors <= SQLITE_DOORS, f"go through {SQLITE_DOORS}: {doors - SQLITE_DOORS}"


def test_postgresql_has_one_door() -> None:
    doors = importers_of("psycopg", *ROOMS) | importers_of("psycopg_pool", *ROOMS)
    assert doors <= POSTGRES_DOORS, f"go through {POSTGRES_DOORS}: {doors - POSTGRES_DOORS}"


def test_the_environment_is_read_in_the_settings_only() -> None:
    readers = {
        name_of(path)
        for path in sources(*ROOMS)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in {"environ", "getenv", "environb"}
    }
    assert readers <= ENVIRONMENT_DOORS, readers - ENVIRONMENT_DOORS


def test_the_core_imports_numbers_and_text_only() -> None:
    outside: dict[str, set[str]] = {}
    for path in sources("models"):
        tops = {name.split(".")[0] for name in imports_of(path)}
        strange = tops - CORE_IMPORTS - sys.stdlib_module_names | tops & CORE_FORBIDDEN
        if strange:
            outside[name_of(path)] = strange
    assert not outside


def test_the_core_reads_no_clock() -> None:
    clocks = {
        f"{name_of(path)}:{node.lineno}"
        for path in sources("models")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    }
    assert not clocks, f"take the time as an argument: {clocks}"


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in sources(*ROOMS, "benchmarks")
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent


def test_every_public_function_and_class_has_a_docstring() -> None:
    silent = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in sources(*ROOMS)
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent
