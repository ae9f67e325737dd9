"""The command line as a whole: which commands there are, and what holds for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ordertwin_cli import (
    access,
    audit,
    backup,
    cases,
    convert,
    customers,
    export,
    generate,
    import_history,
    learn,
    merge,
    model,
    policy,
    replay,
    report,
    retain,
    review,
    scan,
    score,
    serve,
    status,
    train,
    watch,
    web,
    webhook,
)
from ordertwin_cli.failures import FailingClearly

app = typer.Typer(
    cls=FailingClearly,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
serve.add_to(app)
web.add_to(app)
score.add_to(app)
replay.add_to(app)
review.add_to(app)
cases.add_to(app)
convert.add_to(app)
export.add_to(app)
scan.add_to(app)
import_history.add_to(app)
generate.add_to(app)
train.add_to(app)
learn.add_to(app)
model.add_to(app)
policy.add_to(app)
status.add_to(app)
backup.add_to(app)
retain.add_to(app)
access.add_to(app)
audit.add_to(app)
watch.add_to(app)
webhook.add_to(app)
merge.add_to(app)
report.add_to(app)
customers.add_to(app)


@app.callback()
def ordertwin(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback when a command fails.")
    ] = False,
    key_file: Annotated[
        Path | None,
        typer.Option(envvar="ORDERTWIN_KEY_FILE", help="File with the API key to show."),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Speak TLS, trusting the authorities of this system.")
    ] = False,
    tls_ca: Annotated[
        Path | None,
        typer.Option(
            envvar="ORDERTWIN_TLS_CA", help="Speak TLS, trusting the authorities in this PEM file."
        ),
    ] = None,
    tls_certificate: Annotated[
        Path | None,
        typer.Option(help="Certificate of one's own, PEM, for servers that ask for one."),
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The key of that certificate, PEM.")] = None,
) -> None:
    """Is this order already there?

    Start with `ordertwin serve --sample`, then, in a second terminal, hand in an order of your own:
    `ordertwin score order.json`. Every command explains itself: `ordertwin score --help`.
    """
    from ordertwin_cli.connection import CREDENTIALS, Credentials
    from ordertwin_client import Tls

    speaks_tls = tls or tls_ca or tls_certificate
    trusted = Tls.of(tls_ca, tls_certificate, tls_key) if speaks_tls else None
    named = {
        "--key-file": key_file,
        "--tls-ca": tls_ca,
        "--tls-certificate": tls_certificate,
        "--tls-key": tls_key,
    }
    words = ["--tls"] if tls else []
    words += [word for option, path in named.items() if path for word in (option, str(path))]
    CREDENTIALS.set(Credentials(key_file, trusted, tuple(words)))
