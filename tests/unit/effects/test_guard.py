"""The guard: how a URL may be written, which addresses may be contacted, what an exception opens."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.codes import EgressCode
from shared.effects.guard import Guard, GuardRefused
from shared.effects.networks import forbidden, inner


def reason(url: str, *allow: str) -> EgressCode:
    with pytest.raises(GuardRefused) as caught:
        Guard(allow).target(url)
    assert isinstance(caught.value.code, EgressCode)
    return caught.value.code


@pytest.mark.parametrize(
    ("url", "rebuilt"),
    [
        ("https://hooks.example.com/in?a=1#part", "https://hooks.example.com:443/in?a=1"),
        ("HTTPS://Hooks.Example.COM", "https://hooks.example.com:443/"),
        ("https://hooks.example.com:8443?x", "https://hooks.example.com:8443/?x"),
        ("https://政务.example.cn/推送", "https://xn--zfr164b.example.cn:443/推送"),
        ("https://ｈｏｏｋｓ.example.com/", "https://hooks.example.com:443/"),
        ("https://8.8.8.8/", "https://8.8.8.8:443/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]:443/"),
    ],
)
def test_a_public_https_url_is_rebuilt_from_its_checked_parts(url: str, rebuilt: str) -> None:
    target = Guard().target(url)
    assert target.url == rebuilt
    assert not target.excepted


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", EgressCode.URL_MALFORMED),
        ("hooks.example.com", EgressCode.URL_MALFORMED),
        ("https:///path", EgressCode.HOST_INVALID),
        ("https://hooks.example.com\\@10.0.0.1/", EgressCode.URL_MALFORMED),
        ("https://hooks.example.com/a b", EgressCode.URL_MALFORMED),
        ("https://hooks.example.com/\r\nHost: x", EgressCode.URL_MALFORMED),
        ("https://hooks.example.com/" + "a" * 2048, EgressCode.URL_MALFORMED),
        ("http://hooks.example.com/", EgressCode.SCHEME_NOT_HTTPS),
        ("ftp://hooks.example.com/", EgressCode.SCHEME_NOT_HTTPS),
        ("file:///etc/passwd", EgressCode.SCHEME_NOT_HTTPS),
        ("https://user@hooks.example.com/", EgressCode.USERINFO_PRESENT),
        ("https://user:pass@hooks.example.com/", EgressCode.USERINFO_PRESENT),
        ("https://hooks.example.com:22/", EgressCode.PORT_NOT_ALLOWED),
        ("https://hooks.example.com:99999/", EgressCode.PORT_NOT_ALLOWED),
        (f"https://{'a.' * 126}aa/", EgressCode.HOST_INVALID),
        ("https://hooks.example.com:/", EgressCode.URL_MALFORMED),
        ("https://hooks.example.com:0443/", EgressCode.URL_MALFORMED),
        ("https://hooks.example.com:４４３/", EgressCode.URL_MALFORMED),
        ("https://hooks_1.example.com/", EgressCode.HOST_INVALID),
        ("https://hooks.example.com./", EgressCode.HOST_INVALID),
        ("https://-hooks.example.com/", EgressCode.HOST_INVALID),
        ("https://localhost/", EgressCode.HOST_INVALID),
        ("https://redis/", EgressCode.HOST_INVALID),
        ("https://127.1/", EgressCode.IP_NOT_CANONICAL),
        ("https://[::ffff:127.0.0.1]/", EgressCode.IP_NOT_CANONICAL),
        ("https://[::1%25eth0]/", EgressCode.IP_NOT_CANONICAL),
        ("https://127.0.0.1/", EgressCode.ADDRESS_FORBIDDEN),
        ("https://[::1]/", EgressCode.ADDRESS_FORBIDDEN),
    ],
)
def test_every_other_url_is_refused_with_its_reason(url: str, code: EgressCode) -> None:
    assert reason(url) is code


def test_sizes_are_allowed_to_the_last_character() -> None:
    assert len(Guard().target(f"https://{'a.' * 126}a/").origin.host) == 253
    url = "https://hooks.example.com/"
    assert Guard().target(url + "a" * (2048 - len(url))).url.endswith("aaa")
    assert reason(url + "a" * (2049 - len(url))) is EgressCode.URL_MALFORMED
    Guard(["http://127.0.0.1:65535"]).target("http://127.0.0.1:65535/")
    with pytest.raises(ValueError, match="外发例外"):
        Guard(["http://127.0.0.1:65536"])


def test_a_refusal_speaks_chinese_and_does_not_repeat_the_url() -> None:
    with pytest.raises(GuardRefused) as caught:
        Guard().target("https://10.1.2.3/token-abc")
    assert "内网地址" in caught.value.detail
    assert "token-abc" not in str(caught.value)


def test_an_exception_opens_exactly_its_scheme_host_and_port() -> None:
    allow = "http://127.0.0.1:9001"
    target = Guard([allow]).target("http://127.0.0.1:9001/hook")
    Guard([allow]).admit(target, "127.0.0.1")
    assert target.excepted
    assert reason("http://127.0.0.1:9002/hook", allow) is EgressCode.SCHEME_NOT_HTTPS
    assert reason("https://127.0.0.1:9001/hook", allow) is EgressCode.PORT_NOT_ALLOWED
    assert reason("http://127.0.0.2:9001/hook", allow) is EgressCode.SCHEME_NOT_HTTPS


def test_an_exception_for_a_name_opens_the_own_network_but_never_metadata() -> None:
    guard = Guard(["http://receiver:8080"])
    target = guard.target("http://receiver:8080/")
    for address in ("172.18.0.5", "127.0.0.1", "fd00::5", "8.8.8.8"):
        guard.admit(target, address)
    for address in ("169.254.169.254", "224.0.0.1", "0.0.0.0", "fe80::1", "64:ff9b::7f00:1"):
        with pytest.raises(GuardRefused):
            guard.admit(target, address)


def test_an_exception_for_an_address_opens_no_other_address() -> None:
    guard = Guard(["http://127.0.0.1:9001"])
    with pytest.raises(GuardRefused):
        guard.admit(guard.target("http://127.0.0.1:9001/"), "10.0.0.1")


@pytest.mark.parametrize(
    "entry",
    ["http://127.0.0.1", "127.0.0.1:80", "http://*:80", "http://a.example:80/x", "http://u@a.example:80", "*", ""],
)
def test_an_inexact_exception_stops_the_start(entry: str) -> None:
    with pytest.raises(ValueError, match="外发例外"):
        Guard([entry])


@given(st.ip_addresses(v=4))
def test_whatever_python_calls_private_is_forbidden_in_every_disguise(address: IPv4Address) -> None:
    if not address.is_global or address.is_multicast:
        number = int(address)
        disguises = (number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
        assert forbidden(address) is not None
        assert all(forbidden(IPv6Address(disguise)) is not None for disguise in disguises)


@given(st.ip_addresses(v=6))
def test_an_open_ipv6_address_is_global_by_python_too(address: IPv6Address) -> None:
    if forbidden(address) is None:
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize(
    ("outer", "carried"),
    [
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("64:ff9b::a9fe:a9fe", "169.254.169.254"),
        ("2002:7f00:1::", "127.0.0.1"),
        ("2001:0:7f00:1::f5ff:fffe", "127.0.0.1"),
        ("2001:0:808:808::f5ff:fffe", "10.0.0.1"),
        ("2606:4700::5efe:a00:1", "10.0.0.1"),
    ],
)
def test_an_ipv4_address_is_found_inside_an_ipv6_one(outer: str, carried: str) -> None:
    address = IPv6Address(outer)
    assert ip_address(carried) in inner(address)
    assert "内嵌" in (forbidden(address) or "")


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("::", "未指定"),
        ("::1", "回环"),
        ("::808:808", "IPv4 兼容"),
        ("::ffff:8.8.8.8", "IPv4 映射"),
        ("::ffff:0:808:808", "IPv4 转换"),
        ("64:ff9b::808:808", "NAT64"),
        ("64:ff9b:1::808:808", "本地 NAT64"),
        ("100::1", "丢弃专用"),
        ("100:0:0:1::1", "占位前缀"),
        ("2001:0:808:808::f7f7:f7f7", "Teredo"),
        ("2001:2::1", "基准测试"),
        ("2001:10::1", "协议专用"),
        ("2001:db8::1", "文档示例"),
        ("2002:808:808::1", "6to4"),
        ("2620:4f:8000::1", "AS112"),
        ("3fff::1", "文档示例"),
        ("5f00::1", "SRv6"),
        ("fd00::1", "ULA"),
        ("fe80::1", "链路本地"),
        ("fec0::1", "站点本地"),
        ("ff02::1", "组播"),
        ("4000::1", "未分配"),
    ],
)
def test_a_special_ipv6_address_is_refused_for_what_it_is(address: str, word: str) -> None:
    assert word in (forbidden(IPv6Address(address)) or "")
    assert "内嵌" not in (forbidden(IPv6Address(address)) or "")
