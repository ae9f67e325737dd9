"""Leaves out of a test run what needs a library that only `PEERS=1` installs."""

from importlib.util import find_spec

_NEEDS = {"splink": "orders/peers/probabilistic.py", "dedupe": "orders/peers/active.py"}
collect_ignore = [path for library, path in _NEEDS.items() if find_spec(library) is None]
