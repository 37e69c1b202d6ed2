"""The command line ``gongkai``: each verb is a module of ``gongkai.verbs``."""

from __future__ import annotations

import typer

from gongkai.verbs.audit import audit
from gongkai.verbs.backup import backup, restore
from gongkai.verbs.clock import calendar, clock
from gongkai.verbs.conversion import conversion
from gongkai.verbs.dead import dead, trace
from gongkai.verbs.demo import demo
from gongkai.verbs.events import events, openapi
from gongkai.verbs.feed import feed
from gongkai.verbs.keys import doctor, keys
from gongkai.verbs.replay import rebuild, replay
from gongkai.verbs.report import report
from gongkai.verbs.topics import topics
from gongkai.verbs.up import up

app = typer.Typer(
    help="政务公开平台：报送、申请、推送、发布、回放。", no_args_is_help=True, pretty_exceptions_enable=False
)
app.command("up")(up)
app.command("feed")(feed)
app.command("demo")(demo)
app.command("events")(events)
app.command("openapi")(openapi)
for name, verb in (
    ("rebuild", rebuild),
    ("trace", trace),
    ("backup", backup),
    ("restore", restore),
    ("doctor", doctor),
):
    app.command(name)(verb)
for name, verbs in (
    ("topics", topics),
    ("replay", replay),
    ("dead", dead),
    ("keys", keys),
    ("report", report),
    ("calendar", calendar),
    ("conversion", conversion),
    ("clock", clock),
    ("audit", audit),
):
    app.add_typer(verbs, name=name)


def main() -> None:
    """Run the command line."""
    app()
