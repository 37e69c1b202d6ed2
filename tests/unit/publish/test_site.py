"""The portal over HTTP: right types, validators, 404 and 410, nothing outside its folder."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.publish.gateway.copies import MIRROR, Copies, Current, Outside, SecondSite
from services.publish.gateway.mirror import Mirror
from services.publish.pages.portal import PortalSite
from services.publish.store import load_columns
from services.publish.views.portal.projection import Portal
from services.publish.views.portal.render import Pages
from services.publish.views.questions import Questions
from services.publish.views.search.projection import Search
from shared.bus.memory import MemoryLog
from shared.bus.port import Draft, TopicSpec
from shared.contracts.facts.base import Attachment, Fact
from shared.contracts.topics import Topics
from shared.effects.ledger import Effect
from shared.effects.port import Outgoing
from shared.replay.rebuild import Projector
from shared.security.webhooks import new_secret
from shared.store.sqlite import SqliteStore
from tests.unit.publish.samples import envelope, published, wire, withdrawn
from tests.unit.publish.test_portal import SITE, TEXT, Texts


class Answer:
    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


async def call(app: Any, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    sent: list[dict[str, Any]] = []
    path, _, query = path.partition("?")
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": raw}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    given = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], given, b"".join(each.get("body", b"") for each in sent[1:]))


class House:
    def __init__(self, root: Path) -> None:
        self.store, self.texts, self.log = SqliteStore(":memory:"), Texts(), MemoryLog()
        self.root = root
        self.pages = Pages(SITE, load_columns())
        topics = Topics()
        self.portal = Projector(
            self.log, self.store, topics, lambda c: Portal(self.store, self.texts, self.pages, root / "p", c)
        )
        self.search = Projector(self.log, self.store, topics, lambda c: Search(self.store, self.texts, root / "s", c))
        self.questions = Questions(self.store, self.portal, self.search)
        self.site = PortalSite(root / "p", lambda: self.portal.shown, self.questions, self.pages)

    async def hear(self, *facts: tuple[Fact, str, int]) -> None:
        await self.log.append("publish", [Draft(id_, wire(fact, id_, n)) for fact, id_, n in facts])
        for projector in (self.portal, self.search):
            await (await projector.live()).catch_up()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    await made.log.ensure([TopicSpec("publish", 2, 1), TopicSpec("publish.dead", 1, 1)])
    file = Attachment(name="坏.html", blob=made.texts.put(b"<script>1</script>", "text/html"))
    await made.hear((published(text=made.texts.put(TEXT.encode()), files=(file,)), "dc1", 1))
    yield made
    await made.store.close()


async def test_files_are_served_with_type_policy_and_validator(house: House) -> None:
    page = await call(house.site, "/d/dc1.html")
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert "script" not in page.headers["content-security-policy"]
    again = await call(house.site, "/d/dc1.html", if_none_match=page.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    packed = await call(house.site, "/d/dc1.html", accept_encoding="gzip, br")
    assert gzip.decompress(packed.body) == page.body
    head = await call(house.site, "/d/dc1.html", "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(page.body)))
    feed = await call(house.site, "/feed.xml")
    assert feed.headers["content-type"] == "application/atom+xml"
    style = await call(house.site, f"/{house.pages.assets['site.css'][0]}")
    assert "immutable" in style.headers["cache-control"]


async def test_attachments_are_downloads_and_never_pages(house: House) -> None:
    name = next((house.root / "p/blue/d/dc1").glob("f1-*")).name
    file = await call(house.site, f"/d/dc1/{name}")
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/d/../index.html", "/.hidden", "/d//dc1.html", "/a\0b", "/..\\x", "/nothing", "/d/no.html"],
)
async def test_what_is_not_there_is_404_with_a_page(house: House, path: str) -> None:
    answer = await call(house.site, path)
    assert answer.status == 404
    assert "没有找到这个页面" in answer.body.decode()


async def test_a_folder_without_its_slash_is_sent_on(house: House) -> None:
    answer = await call(house.site, "/columns/policy")
    assert (answer.status, answer.headers["location"]) == (301, "/columns/policy/")
    assert (await call(house.site, "/", "POST")).status == 405


async def test_a_withdrawn_address_answers_410_for_page_and_files_until_it_comes_back(house: House) -> None:
    assert (await call(house.site, "/d/dc1.html")).status == 200
    await house.hear((withdrawn(), "dc1", 2))
    for path in ("/d/dc1.html", "/d/dc1/text.txt", "/d/dc1/data.json"):
        answer = await call(house.site, path)
        assert answer.status == 410
        assert "已撤下" in answer.body.decode()
        assert published().document.title not in answer.body.decode()
    assert "找到 0 件" in (await call(house.site, "/search?q=%E6%95%B0%E5%AD%97%E5%8C%96")).body.decode()
    await house.hear((published(edition=2), "dc1", 3))
    assert (await call(house.site, "/d/dc1.html")).status == 200


async def test_the_search_page_marks_hits_and_escapes_the_question(house: House) -> None:
    page = (await call(house.site, "/search?q=%E6%95%B8%E5%AD%97%E5%8C%96")).body.decode()
    assert "<mark>数字化</mark>" in page
    assert 'href="/d/dc1.html"' in page
    evil = (await call(house.site, "/search?q=%3Cscript%3Ealert(1)%3C/script%3E&page=-1&year=%FF")).body.decode()
    assert "<script" not in evil
    assert (await call(house.site, "/search")).status == 200


async def test_a_switch_of_colours_changes_nothing_for_readers(house: House) -> None:
    before = (await call(house.site, "/d/dc1.html")).body
    assert (await house.portal.rebuild()).ended == "switched"
    assert (await house.search.rebuild()).ended == "switched"
    assert house.portal.shown == "green"
    assert (await call(house.site, "/d/dc1.html")).body == before
    await house.portal.drop()
    await house.search.drop()
    assert (await call(house.site, "/")).status == 200
    assert not (house.root / "p/blue").exists()
    assert "找到 1 件" in (await call(house.site, "/search?q=%E6%95%B0%E5%AD%97")).body.decode()


async def test_a_second_site_keeps_in_step_whatever_the_order(tmp_path: Path) -> None:
    secret, texts = new_secret(), Texts()
    url = "https://second.example/copies"
    outside = Outside(SecondSite.parse(f"{url}|{secret}"), "https://hub.example/", "https://portal.example")
    shown = published(text=texts.put(TEXT.encode()))
    now = Current(1, shown, None)

    async def load(_: str) -> Current:
        return now

    copies = Copies(outside, load, texts, lambda: 1000.0)
    mirror = Mirror(tmp_path, secret, lambda: 1000.0)
    planned = outside.effects(envelope(shown, "dc1", 1), shown)
    assert (planned[0].purpose, planned[0].endpoint) == (MIRROR, url)
    assert {each.payload.get("feed") for each in planned[1:]} == {
        "https://portal.example/feed.xml",
        "https://portal.example/columns/policy/feed.xml",
    }
    assert all(shown.document.title not in str(each) for each in planned)

    async def send() -> tuple[Outgoing, int]:
        outgoing = await copies.to_mirror(Effect("dc1", "1", url, url, MIRROR), 1)
        assert isinstance(outgoing, Outgoing)
        headers = {name.replace("-", "_"): value for name, value in outgoing.headers}
        return outgoing, (await call(mirror, "/", "POST", outgoing.body, **headers)).status

    first, status = await send()
    assert status == 204
    assert (await call(mirror, "/items/dc1")).status == 200
    kept = mirror.get("dc1")
    assert kept is not None
    assert kept["text"] == TEXT
    now = Current(2, None, withdrawn())
    assert (await send())[1] == 204
    assert (await call(mirror, "/items/dc1")).status == 410
    late = {name.replace("-", "_"): value for name, value in first.headers}
    assert (await call(mirror, "/", "POST", first.body, **late)).status == 204
    assert (await call(mirror, "/items/dc1")).status == 410
    assert shown.document.title.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert (await call(mirror, "/", "POST", first.body + b" ", **late)).status == 401


def test_a_second_site_without_its_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="第二站点"):
        SecondSite.parse("https://only-url.example")
