"""What every verb shares: where the platform is, JSON or text for people, failures as one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console

from gongkai.client import Client, Problem, Unreachable, address, key_of
from shared.contracts.problems import Refused, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

Data = Annotated[Path, typer.Option("--data", envvar="GONGKAI_DATA", help="数据目录")]
Url = Annotated[str, typer.Option("--url", help="平台地址；缺省为本机正在运行的平台")]
Key = Annotated[str, typer.Option("--key", help="访问密钥；缺省用数据目录中的密钥文件")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
DATA = Path("var")

_OPENED: ContextVar[ExitStack | None] = ContextVar("opened", default=None)

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def operator(data: Path, url: str = "", key: str = "") -> Client:
    """Return a client that calls with the operator's key."""
    return closing(Client(address(data, url), key_of(data, "operator.key", key)))


def agency(data: Path, name: str, url: str = "", key: str = "") -> Client:
    """Return a client that calls with an agency's key."""
    return closing(Client(address(data, url), key_of(data, f"keys/{name}.key", key)))


def closing(client: Client) -> Client:
    """Return a client that lets go of its connection when the verb ends, however it ends."""
    opened = _OPENED.get()
    if opened is not None:
        opened.callback(client.close)
    return client


def show(value: Any) -> None:
    """Print a value as JSON on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def told(verb: Callable[P, T]) -> Callable[P, T]:
    """Close what a verb opened, and turn what a user can do something about into one Chinese line and exit status 1."""

    @wraps(verb)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        with ExitStack() as opened:
            token = _OPENED.set(opened)
            try:
                return verb(*args, **kwargs)
            except (Problem, Unreachable, Refused, Unavailable) as error:
                errors.print(f"[red]失败[/red]：{error}", markup=True)
                raise typer.Exit(1) from error
            finally:
                _OPENED.reset(token)

    return wrapped
