"""How a command fails: one clear line on stderr and an exit code, never a traceback.

With `--debug` before the command, the traceback comes too, for a report of a fault of ours.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer.core import TyperGroup

from ordertwin_models.errors import OrderTwinError

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130


class CommandFailed(Exception):
    """The command cannot do what was asked; the message says what to do."""


class FailingClearly(TyperGroup):
    """A group whose commands fail with one line."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        with failing_clearly(debug=bool(ctx.params.get("debug"))):
            return super().invoke(ctx)


@contextmanager
def failing_clearly(*, debug: bool) -> Iterator[None]:
    """Turn the failures that a person can mend into one line and an exit code."""
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(EXIT_INTERRUPTED) from None
    except BrokenPipeError:
        # Whoever read the output (such as `head`) has seen enough.
        sys.stderr.close()
        raise SystemExit(EXIT_FAILED) from None
    except Exception as error:
        sentence = None if debug else sentence_of(error)
        if sentence is None:
            raise
        print(f"ordertwin: {sentence}", file=sys.stderr)
        raise SystemExit(EXIT_FAILED) from None


def sentence_of(error: Exception) -> str | None:
    """What to tell a person about the error; None for a fault of ours.

    >>> sentence_of(FileNotFoundError(2, "No such file or directory", "orders.jsonl"))
    'orders.jsonl: no such file or directory'
    >>> sentence_of(ZeroDivisionError()) is None
    True
    """
    if isinstance(error, CommandFailed | OrderTwinError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {(error.strerror or str(error)).lower()}"
    if isinstance(error, ModuleNotFoundError):
        return missing_extra(error.name or "")
    if _is_client_error(error):
        return str(error)
    return None


def missing_extra(module: str) -> str | None:
    """What to install when a module of an extra is missing.

    >>> missing_extra("sklearn.ensemble")
    "sklearn is not installed; this command needs: pip install 'ordertwin[training]'"
    """
    top = module.split(".")[0]
    for extra, modules in _EXTRAS.items():
        if top in modules:
            return f"{top} is not installed; this command needs: pip install 'ordertwin[{extra}]'"
    return None


_EXTRAS = {
    "server": {
        "cryptography",
        "grpc_health",
        "grpc_reflection",
        "jwt",
        "sqlite_utils",
        "pysqlite3",
    },
    "metrics": {"prometheus_client"},
    "scan": {"pyarrow"},
    "web": {"babel", "httpx", "jinja2", "multipart", "starlette", "uvicorn"},
    "training": {"faker", "matplotlib", "scipy", "mlflow", "pandas", "recordlinkage", "sklearn"},
}


def _is_client_error(error: Exception) -> bool:
    client = sys.modules.get("ordertwin_client")
    return client is not None and isinstance(error, client.OrderTwinError)
