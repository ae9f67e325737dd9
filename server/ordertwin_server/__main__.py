"""`python -m ordertwin_server`: one flag for every setting."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ordertwin_server.faults import StartFailed
from ordertwin_server.process import EXIT_FAILED, run
from ordertwin_server.settings import SETTINGS, Settings


def parser() -> argparse.ArgumentParser:
    """Flags and their help, from the table of settings."""
    made = argparse.ArgumentParser(
        prog="ordertwin_server",
        description="Tells over gRPC whether an order is already there. "
        "Every flag can be given as an environment variable too.",
    )
    for setting in SETTINGS:
        made.add_argument(
            setting.flag,
            # A flag alone means true, so that --allow-degraded reads well.
            nargs="?" if setting.kind is bool else None,
            const="true" if setting.kind is bool else None,
            metavar=setting.name.rpartition("_")[2].upper(),
            help=f"{setting.help} [{setting.variable}; default: {setting.default!s}]".replace(
                "%", "%%"
            ),
        )
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a server with these arguments and return its exit code."""
    flags = vars(parser().parse_args(arguments))
    try:
        settings = Settings.load(flags=flags)
    except StartFailed as error:
        print(f"OrderTwin cannot start: {error}", file=sys.stderr)
        return EXIT_FAILED
    return run(settings)


if __name__ == "__main__":
    sys.exit(main())
