"""What lies between this machine and a server: proxies, and whom TLS trusts."""

from __future__ import annotations

import ssl
import urllib.request
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx2


def proxy_for(base_url: str) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, NO_PROXY …) asks for; never one for a loopback address."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def trusted() -> ssl.SSLContext:
    """Whom TLS trusts, read once: reading the certificates takes some 30 ms."""
    return httpx2.create_ssl_context()
