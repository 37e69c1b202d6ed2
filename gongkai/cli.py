"""The command line ``gongkai``: each verb is a module of ``gongkai.verbs``."""

from __future__ import annotations

import typer

from gongkai.verbs.feed import feed
from gongkai.verbs.up import up

app = typer.Typer(
    help="政务公开平台：报送、申请、推送、发布、回放。", no_args_is_help=True, pretty_exceptions_enable=False
)
app.command("up")(up)
app.command("feed")(feed)


def main() -> None:
    """Run the command line."""
    app()
