"""The gateway routes as the interfaces say: the very nginx.conf, a real nginx, stubs behind it."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.deploy.gateway import Gateway, running

pytestmark = pytest.mark.xdist_group("gateway")


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with running() as started:
        yield started


def ask(port: int, path: str, method: str = "GET", body: bytes | None = None) -> tuple[http.client.HTTPResponse, Any]:
    """Make one request and return the response and its JSON body (None when empty)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body)
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response, json.loads(text) if text.startswith(b"{") else None


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "publish"),
        ("/gongkai/2026/index.html", "publish"),
        ("/feeds/atom.xml", "publish"),
        ("/catalog/v1/documents?after=x", "catalog"),
        ("/requests/v1/intake", "requests"),
        ("/requests/v1/apply", "requests"),
        ("/console/static/0123/public.css", "requests"),
        ("/notify/v1/endpoints", "notify"),
        ("/publish/v1/search?q=%E5%85%AC", "publish"),
        ("/catalog/v1/health/live", "catalog"),
        ("/requests/v1/openapi.json", "requests"),
        ("/openapi.json", "catalog"),
        ("/asyncapi.json", "catalog"),
        ("/feed/v1/receipts/rc_c0123", "catalog"),
        ("/feed/v1/receipts/rc_r0123", "requests"),
        ("/feed/v1/receipts/rc_n0123", "notify"),
        ("/feed/v1/receipts/rc_p0123", "publish"),
        ("/feed/v1/receipts?state=held", "catalog"),
    ],
)
def test_a_path_reaches_its_owner_unchanged(gateway: Gateway, path: str, service: str) -> None:
    response, body = ask(gateway.public, path)
    assert response.status == 200
    assert (body["service"], body["path"]) == (service, path)


def test_events_from_agencies_are_spread_over_all_services(gateway: Gateway) -> None:
    takers = {ask(gateway.public, "/feed/v1/events", "POST", b"{}")[1]["service"] for _ in range(40)}
    assert takers == {"catalog", "requests", "notify", "publish"}


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/catalog/v1/metrics",
        "/publish/v1/metrics/",
        "/requests/v1/%6detrics",
        "/notify/v1/health/../metrics",
        "/notify/v1//metrics",
    ],
)
def test_measurements_are_not_routed(gateway: Gateway, path: str) -> None:
    for port in (gateway.public, gateway.console):
        response, body = ask(port, path)
        assert response.status == 404
        assert response.headers["Content-Type"] == "application/problem+json"
        assert body["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/console/", "catalog"),
        ("/console/dead", "catalog"),
        ("/console/requests", "requests"),
        ("/console/requests?stage=decided", "requests"),
        ("/console/requests/orders", "requests"),
        ("/console/reports", "publish"),
        ("/console/reports/rp", "publish"),
        ("/console/notify/plans", "notify"),
        ("/console/publish/", "publish"),
        ("/requests/v1/cases", "requests"),
    ],
)
def test_the_console_has_its_own_port(gateway: Gateway, path: str, service: str) -> None:
    assert ask(gateway.console, path)[1]["service"] == service


def test_the_console_is_not_on_the_public_port_nor_the_portal_on_the_consoles(gateway: Gateway) -> None:
    assert ask(gateway.public, "/console/")[0].status == 404
    assert ask(gateway.public, "/console")[0].status == 404
    assert ask(gateway.console, "/gongkai/index.html")[0].status == 404


def test_events_may_have_four_mebibytes_and_files_thirty_two(gateway: Gateway) -> None:
    megabyte = 1024 * 1024
    assert ask(gateway.public, "/feed/v1/events", "POST", b" " * 4 * megabyte)[1]["size"] == 4 * megabyte
    assert ask(gateway.public, "/feed/v1/blobs/ab", "PUT", b" " * 32 * megabyte)[1]["size"] == 32 * megabyte
    response, body = ask(gateway.public, "/feed/v1/events", "POST", b" " * (4 * megabyte + 1))
    assert response.status == 413
    assert response.headers["Content-Type"] == "application/problem+json"
    assert body["code"] == "BODY_TOO_LARGE"


def test_live_news_is_not_held_back(gateway: Gateway) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.public, timeout=10)
    connection.request("GET", "/notify/v1/inbox/stream")
    response = connection.getresponse()
    assert response.readline() == b"data: first\n"  # arrives although the stub goes on only when told
    gateway.more.set()
    assert b"data: second\n" in response.read()
    connection.close()


def test_services_learn_who_asked_and_how_to_correlate(gateway: Gateway) -> None:
    headers = ask(gateway.public, "/catalog/v1/documents")[1]["headers"]
    assert headers["Host"] == f"127.0.0.1:{gateway.public}"
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert len(headers["X-Request-Id"]) == 32


def test_the_log_holds_no_code_under_which_an_applicant_follows_a_case(gateway: Gateway) -> None:
    for path in ("/requests/v1/follow/r1abc.0f0f0f0f/correct?done=1", "/requests/v1/applications/r1abc.0f0f0f0f"):
        assert ask(gateway.public, path)[1]["path"] == path
    log = gateway.log.read_text(encoding="utf-8")
    assert "/requests/v1/follow/r1abc " in log
    assert "/requests/v1/applications/r1abc " in log
    assert "0f0f0f0f" not in log


def test_the_gateway_itself_answers_alive(gateway: Gateway) -> None:
    assert ask(gateway.public, "/gateway/live")[0].status == 204


def test_a_service_that_is_away_is_503_in_our_words_and_the_feed_goes_on_without_it() -> None:
    with running() as gateway:
        gateway.stubs["catalog"].shutdown()
        gateway.stubs["catalog"].server_close()
        response, body = ask(gateway.public, "/catalog/v1/documents")
        assert (response.status, body["code"]) == (503, "UNAVAILABLE")
        assert response.headers["Retry-After"] == "5"
        takers = {ask(gateway.public, "/feed/v1/events", "POST", b"{}")[1]["service"] for _ in range(20)}
        assert takers == {"requests", "notify", "publish"}
