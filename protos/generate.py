"""Makes the Python code beside the contract, checks that it is fresh, and lints the contract.

    python protos/generate.py            write ordertwin/v1/*_pb2*
    python protos/generate.py --check    fail when the committed code is not what the protos give
    python protos/generate.py --lint     buf lint; with --against IMAGE also buf breaking
    python protos/generate.py --image F  write a descriptor image, the baseline of a release

Nothing is fetched: Google's common protos come from their Python package. The generator is pinned,
because an older one widens the choice of protobuf runtimes and a newer one changes every file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PROTOS = Path(__file__).parent
ROOT = PROTOS.parent
GENERATOR = "1.74.0"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked for and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    wanted = parser.add_mutually_exclusive_group()
    wanted.add_argument("--check", action="store_true", help="compare, write nothing")
    wanted.add_argument("--lint", action="store_true", help="lint with buf")
    wanted.add_argument("--image", type=Path, help="write a descriptor image to this file")
    parser.add_argument("--against", type=Path, help="image that must not be broken (with --lint)")
    options = parser.parse_args(arguments)
    if options.lint:
        return lint(options.against)
    if options.image:
        write_image(options.image)
        return 0
    return check() if options.check else generate(PROTOS)


def generate(target: Path) -> int:
    """Write the generated code under `target`."""
    try:
        installed = version("grpcio-tools")
    except PackageNotFoundError:
        installed = "missing"
    if installed != GENERATOR:
        print(
            f"grpcio-tools is {installed}, but generated code is made by {GENERATOR}: "
            f"pip install --no-deps grpcio-tools=={GENERATOR}",
            file=sys.stderr,
        )
        return 1
    _protoc(f"--python_out={target}", f"--pyi_out={target}", f"--grpc_python_out={target}")
    return 0


def check() -> int:
    """Compare fresh code with the committed one."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        if generate(fresh):
            return 1
        made = {path.relative_to(fresh) for path in fresh.rglob("*_pb2*")}
        kept = {path.relative_to(PROTOS) for path in PROTOS.rglob("*_pb2*.py*")}
        kept = {path for path in kept if "__pycache__" not in path.parts}
        stale = sorted(
            path
            for path in made | kept
            if path not in made
            or path not in kept
            or (fresh / path).read_bytes() != (PROTOS / path).read_bytes()
        )
    for path in stale:
        print(f"protos/{path} is not what the protos give: run python protos/generate.py")
    return 1 if stale else 0


def lint(against: Path | None) -> int:
    """Run buf on the contract, and compare it with an earlier image."""
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image.binpb"
        write_image(image)
        commands = [["lint", str(image)]]
        if against:
            commands.append(["breaking", str(image), "--against", str(against)])
        only_ours = ["--path", "ordertwin/v1", "--config", str(ROOT / "buf.yaml")]
        buf = Path(sysconfig.get_path("scripts")) / "buf"
        return max(subprocess.run([buf, *command, *only_ours]).returncode for command in commands)


def write_image(path: Path) -> None:
    """Write the contract and all it imports as one descriptor set."""
    _protoc("--include_imports", "--include_source_info", f"--descriptor_set_out={path}")


def _protoc(*options: str) -> None:
    sources = [str(path) for path in sorted((PROTOS / "ordertwin").rglob("*.proto"))]
    includes = [f"-I{PROTOS}", f"-I{sysconfig.get_path('purelib')}"]
    # As a module, grpc_tools finds the protos of protobuf itself beside it.
    command = [sys.executable, "-m", "grpc_tools.protoc", *includes, *options, *sources]
    if subprocess.run(command).returncode:
        raise SystemExit("protoc found errors; they are above.")


if __name__ == "__main__":
    sys.exit(main())
