"""A verb lets go of its connections, however it ends."""

from __future__ import annotations

import pytest
import typer

from gongkai.client import Client, Unreachable
from gongkai.verbs.common import closing, told


class Watched(Client):
    """A client that knows whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True
        super().close()


def test_clients_are_closed_when_a_verb_ends_well_or_badly() -> None:
    opened: list[Watched] = []

    def client() -> Watched:
        made = Watched("http://127.0.0.1:1")
        opened.append(made)
        assert closing(made) is made
        return made

    @told
    def well() -> int:
        client()
        client()
        return 7

    @told
    def badly() -> None:
        client()
        raise Unreachable("没有应答")

    assert well() == 7
    with pytest.raises(typer.Exit):
        badly()
    assert [each.closed for each in opened] == [True, True, True]
    assert not client().closed, "outside of a verb nobody closes it but its owner"
