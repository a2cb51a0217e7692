"""Which addresses may be called on a user's behalf: none inside the operator's own network."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from cinematch.kit.errors import Invalid

LONGEST_URL = 2_000
_NAT64 = IPv6Network("64:ff9b::/96")
_MEND = "give an address as https://example.org/hook"


class Address(NamedTuple):
    """Where a webhook goes. `path` begins with `/` and carries the query."""

    scheme: str
    host: str
    port: int
    path: str


def parsed(url: str) -> Address:
    """Read the address of a webhook.

    >>> parsed("https://example.org/hook?a=1")
    Address(scheme='https', host='example.org', port=443, path='/hook?a=1')

    Raises:
        Invalid: it is not http(s), has no host, or holds a name and password.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise Invalid.field("url", "is not an address", _MEND)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Invalid.field("url", "is not an address", _MEND) from error
    if parts.scheme not in {"http", "https"}:
        raise Invalid.field("url", "is neither http nor https", _MEND)
    if not parts.hostname:
        raise Invalid.field("url", "has no host", _MEND)
    if parts.username is not None or parts.password is not None:
        raise Invalid.field("url", "holds a name or password", "put a token into the path instead")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    usual = 443 if parts.scheme == "https" else 80
    return Address(parts.scheme, parts.hostname, usual if port is None else port, path)


def is_public(address: str) -> bool:
    """Whether an IP address is of the open internet, also behind what stands for another.

    >>> [is_public(one) for one in ("93.184.216.34", "10.0.0.1", "::ffff:127.0.0.1", "fe80::1%1")]
    [True, False, False, False]
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    inner = _inner(ip)
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _inner(ip: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to."""
    if isinstance(ip, IPv4Address):
        return None
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
