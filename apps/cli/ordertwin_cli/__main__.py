"""`python -m ordertwin_cli`: the `ordertwin` command where no script is installed."""

from ordertwin_cli.main import app

app(prog_name="ordertwin")
