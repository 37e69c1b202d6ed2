"""Whatever bytes come to the feed's door, it answers, and what it accepted is in the log."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.web.conftest import Desk
from tests.unit.web.doors import BATCH, LINES, ONE, Doorway, document, enterprise

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([*enterprise(), "receipt", "traceparent", "data_base64", "X", ""])
TYPES = st.sampled_from(["feed.enterprise-registered", "feed.document-issued", "requests.request-received"])
FIELDS = st.sampled_from([*enterprise()["data"], *document()["data"], "text", "files", "text_blob", "audience"])
MUTANTS = st.builds(
    lambda base, envelope, data, type_: {**base, "type": type_, **envelope, "data": {**base["data"], **data}},
    st.sampled_from([enterprise(), document()]),
    st.dictionaries(NAMES, JSON, max_size=2),
    st.dictionaries(FIELDS, JSON, max_size=3),
    TYPES,
)
TEXTS: st.SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=300),
    JSON.map(lambda value: json.dumps(value).encode()),
    MUTANTS.map(lambda value: json.dumps(value).encode()),
    st.lists(MUTANTS, max_size=3).map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")),
    st.lists(MUTANTS, max_size=3).map(lambda value: "\n".join(map(json.dumps, value)).encode()),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=TEXTS, headers=st.sampled_from([ONE, BATCH, LINES]), path=st.sampled_from(["events", "validate"]))
def test_whatever_comes_is_answered_and_what_is_accepted_is_in_the_log(
    body: bytes, headers: dict[str, str], path: str
) -> None:
    run(lambda door: _anything(door, body, headers, path))


async def _anything(door: Doorway, body: bytes, headers: dict[str, str], path: str) -> None:
    answer = await door.client.post(f"/feed/v1/{path}", body=body, headers=headers)
    assert answer.status in (200, 202, 400, 403, 413, 415, 422)
    if answer.status >= 400:
        assert answer.code
    accepted = answer.json.get("accepted", []) if path == "events" else []
    logged = {each["receipt"] for each in await door.logged()}
    assert logged == {each["receipt"] for each in accepted}


def run(story: Callable[[Doorway], Any]) -> None:
    """Play a story at a door of its own; hypothesis and the fixture's event loop do not mix."""

    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            await story(await Doorway(Path(folder), Desk()).open())

    asyncio.run(play())
