"""Addresses nobody outside may make us contact: an explicit list, because ``ipaddress`` alone lets too many through.

After the IANA special-purpose registries (RFC 6890 and its successors) plus cloud metadata services. IPv6 is decided
the other way round: only global unicast (2000::/3) is open at all, less what is special inside it.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_V4 = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "本网络地址"),
        ("10.0.0.0/8", "内网地址"),
        ("100.64.0.0/10", "运营商级 NAT 地址"),
        ("127.0.0.0/8", "本机回环地址"),
        ("168.63.129.16/32", "云平台元数据地址"),
        ("169.254.0.0/16", "链路本地（含云平台元数据）地址"),
        ("172.16.0.0/12", "内网地址"),
        ("192.0.0.0/24", "协议专用地址"),
        ("192.0.2.0/24", "文档示例地址"),
        ("192.31.196.0/24", "AS112 地址"),
        ("192.52.193.0/24", "AMT 地址"),
        ("192.88.99.0/24", "6to4 中继地址"),
        ("192.168.0.0/16", "内网地址"),
        ("192.175.48.0/24", "AS112 地址"),
        ("198.18.0.0/15", "基准测试地址"),
        ("198.51.100.0/24", "文档示例地址"),
        ("203.0.113.0/24", "文档示例地址"),
        ("224.0.0.0/4", "组播地址"),
        ("240.0.0.0/4", "保留或广播地址"),
    )
)
_V6 = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "未指定地址"),
        ("::1/128", "本机回环地址"),
        ("::/96", "IPv4 兼容地址"),
        ("::ffff:0:0/96", "IPv4 映射地址"),
        ("::ffff:0:0:0/96", "IPv4 转换地址"),
        ("64:ff9b::/96", "NAT64 地址"),
        ("64:ff9b:1::/48", "本地 NAT64 地址"),
        ("100::/64", "丢弃专用地址"),
        ("100:0:0:1::/64", "占位前缀地址"),
        ("2001::/32", "Teredo 地址"),
        ("2001:2::/48", "基准测试地址"),
        ("2001:db8::/32", "文档示例地址"),
        ("2001::/23", "协议专用地址"),
        ("2002::/16", "6to4 地址"),
        ("2620:4f:8000::/48", "AS112 地址"),
        ("3fff::/20", "文档示例地址"),
        ("5f00::/16", "SRv6 地址"),
        ("fc00::/7", "内网（ULA）地址"),
        ("fe80::/10", "链路本地地址"),
        ("fec0::/10", "站点本地地址"),
        ("ff00::/8", "组播地址"),
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_LOCAL4 = tuple(map(IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_LOCAL6 = tuple(map(IPv6Network, ("::1/128", "fc00::/7")))

# Where the inner IPv4 address lies, counted in bits from the right.
_CARRIERS = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("::ffff:0:0:0/96"), 0),
    (IPv6Network("::/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("64:ff9b:1::/48"), 0),
    (IPv6Network("2002::/16"), 80),
    (IPv6Network("2001::/32"), 64),  # the Teredo server; the client is stored inverted, see inner()
)
_ISATAP = (0x00005EFE, 0x02005EFE)


def inner(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """Return the IPv4 addresses an IPv6 address carries: mapped, compatible, NAT64, 6to4, Teredo, ISATAP."""
    number = int(address)
    low = number & 0xFFFFFFFF
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return (IPv4Address(low),)
    for network, shift in _CARRIERS:
        if address in network and number > 1:
            found = IPv4Address((number >> shift) & 0xFFFFFFFF)
            return (found, IPv4Address(low ^ 0xFFFFFFFF)) if shift == 64 else (found,)
    return ()


@lru_cache(maxsize=4096)
def forbidden(address: Address) -> str | None:
    """Return why an address must not be contacted, in Chinese, or None where it is public."""
    if isinstance(address, IPv4Address):
        return next((reason for network, reason in _V4 if address in network), None)
    if address.scope_id is not None:
        return "带区域标识的地址"
    for carried in inner(address):
        if reason := forbidden(carried):
            return f"内嵌的{reason}"
    return _special(address)


def _special(address: IPv6Address) -> str | None:
    for network, reason in _V6:
        if address in network:
            return reason
    return None if address in _GLOBAL_UNICAST else "未分配的地址"


def local(address: Address) -> bool:
    """Return whether an address is of the operator's own network: private, carrier NAT, loopback or ULA."""
    if isinstance(address, IPv4Address):
        return any(address in network for network in _LOCAL4)
    return address.scope_id is None and any(address in network for network in _LOCAL6)
