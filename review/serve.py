"""From options to a server that runs: who may come in, where it listens, and how it ends."""

from __future__ import annotations

import errno
import ipaddress
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import uvicorn

from graphs.audit_sample import AUDIT_SHARE
from review import tokens
from review.app import make_app
from review.auth import check_names
from review.errors import ReviewError
from review.security import parse_origin
from review.site import DEFAULT_OPINIONS, Site
from store.store import Store

GRACE_S = 1
"""How long a request may go on after Ctrl-C."""
_BACKLOG = 128


@dataclass(frozen=True)
class ServeOptions:
    """What was asked for on the command line. Port 0 is any free port."""

    host: str = "127.0.0.1"
    port: int = 0
    reviewers: tuple[str, ...] = ()
    opinions: int = DEFAULT_OPINIONS
    audit_share: float = AUDIT_SHARE
    origin: str | None = None
    tokens: Path | None = None
    new_tokens: bool = False


@dataclass(frozen=True)
class Served:
    """A site, the socket on which it is to be served, and whether other machines can reach that."""

    site: Site
    listener: socket.socket
    exposed: bool

    def links(self) -> list[tuple[str | None, str]]:
        """Each person's name, None for a viewer, and the link by which they come in."""
        return [
            (person.name, f"{self.site.origin}/enter?{urlencode({'token': token})}")
            for token, person in self.site.people.tokens.items()
        ]


@contextmanager
def opened(options: ServeOptions, store: Store) -> Iterator[Served]:
    """Check what was asked for, find the tokens, and listen: from here on the links work.

    Raises:
        ReviewError: with the way out, where one of that cannot be done.
    """
    check_names(options.reviewers)
    origin = parse_origin(options.origin) if options.origin else None
    family, address = _resolve(options.host)
    exposed = not ipaddress.ip_address(address.partition("%")[0]).is_loopback
    if exposed and (options.tokens is None or origin is None):
        raise ReviewError(
            f"other machines can reach --host {options.host}. To serve them, give --tokens FILE, where the "
            "tokens of those who may come in are kept, and --origin URL, the address that browsers use, best "
            "the https one of a proxy; to serve this machine alone, leave --host out"
        )
    file = options.tokens or tokens.beside(store.path)
    kept = tokens.load(file, options.reviewers, new=options.new_tokens)
    with _listen(options, family, address, kept.port) as listener:
        port = listener.getsockname()[1]
        tokens.remember_port(file, port)
        shown = f"[{options.host}]" if ":" in options.host else options.host
        site = Site(
            store=store,
            people=kept.people(options.reviewers),
            origin=origin or parse_origin(f"http://{shown}:{port}"),
            opinions=options.opinions,
            audit_share=options.audit_share,
        )
        yield Served(site, listener, exposed)


def serve(served: Served) -> None:
    """Answer requests until Ctrl-C or a request to terminate; what is being answered is finished first.

    Raises:
        KeyboardInterrupt: always, at the end.
    """
    config = uvicorn.Config(
        make_app(served.site),
        log_level="warning",
        access_log=False,  # the address of the entrance has a token in it
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
    )
    # uvicorn raises the signal that ended it once more; both are to end the command in the same way.
    terminate = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        uvicorn.Server(config).run(sockets=[served.listener])
    finally:
        signal.signal(signal.SIGTERM, terminate)


def _resolve(host: str) -> tuple[socket.AddressFamily, str]:
    """The address of a host, the first where it has several."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ReviewError(f"--host {host!r} is not an address of this machine: {error}") from error
    family, _, _, _, (address, *_) = found[0]
    return family, str(address)


def _listen(
    options: ServeOptions, family: socket.AddressFamily, address: str, last_port: int | None
) -> socket.socket:
    """A listening socket. Where any port will do, that of the last start if it is free."""
    if options.port == 0 and last_port is not None:
        try:
            return _bind(family, address, last_port)
        except OSError:
            pass
    try:
        return _bind(family, address, options.port)
    except OSError as error:
        where = f"port {options.port} of {options.host}"
        if error.errno == errno.EADDRINUSE:
            why = f"{where} is in use, perhaps by another `review`"
        else:
            why = f"cannot listen on {where}: {error.strerror or error}"
        raise ReviewError(f"{why}; give another --port, or --port 0 for any that is free") from error


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Without it, the port of a server that has just ended could not be taken for a minute.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener
