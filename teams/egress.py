"""Requests to addresses that somebody else chose: to the public internet alone, and not for long.

What is checked is the address that is connected to, so a name that resolves to another one a moment
later changes nothing. Neither a redirect nor a proxy is followed.
"""

import re
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SECONDS = 10.0
"""For everything together: name, connection, request and answer."""
MOST_TRIED = 3
KEPT = 500
"""How many characters of an answer are worth keeping."""
READ = 4 * KEPT
"""Bytes: as many as that many characters may take."""
LONGEST = 500
HTTPS = 443
USUAL_PORTS = {"https": HTTPS, "http": 80}
FIRST_FREE_PORT = 1024
"""Below it are the ports of other protocols, such as mail."""

LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*", re.IGNORECASE)
NUMERIC = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)", re.IGNORECASE)
"""Names that some read as an IPv4 address: its last part is a number."""
LOCAL = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "test")
"""Last parts of names that no public address has."""

UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
NOT_UNICAST = [
    IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]
"""Of the former: tunnels that carry an IPv4 address, special purposes, documentation."""
NOT_PUBLIC_4 = [IPv4Network(each) for each in ("192.0.0.0/24", "192.88.99.0/24")]
"""What older Pythons take for global: special purposes, relays of tunnels."""

Resolver = Callable[[str, int], list[str]]


class Trouble(TextChoices):
    """Why there is no answer."""

    REFUSED = "refused", gettext_lazy("not sent: the address is not a public one")
    UNRESOLVED = "unresolved", gettext_lazy("there is no such host")
    UNREACHABLE = "unreachable", gettext_lazy("no connection")
    TLS = "tls", gettext_lazy("no secure connection: the certificate or its name is not valid")
    TOO_SLOW = "too_slow", gettext_lazy("no answer within 10 seconds")
    BROKEN = "broken", gettext_lazy("the connection ended, or the answer was not HTTP")


class NotSent(Exception):
    """There is no answer; ``trouble`` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class BadAddress(ValueError):
    """Nothing is ever sent there; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``beginning`` is text that PostgreSQL takes, at most KEPT characters."""

    status: int
    beginning: str


def resolve(host: str, port: int) -> list[str]:
    """Every address of the host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Whether everybody on the internet reaches it: neither this machine nor its network, nor
    many at once, nor one of those written as another kind of address."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return _is_public_4(found)
    if found.scope_id:
        return False
    if found in NAT64:
        return _is_public_4(IPv4Address(int(found) & 0xFFFF_FFFF))
    return found in UNICAST and found.is_global and not any(found in net for net in NOT_UNICAST)


def _is_public_4(address: IPv4Address) -> bool:
    if address.is_multicast or address.is_reserved:
        return False
    return address.is_global and not any(address in net for net in NOT_PUBLIC_4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress:
    """A way out. ``to_private`` opens it to every address, and to plain HTTP, for development."""

    to_private: bool = False
    resolver: Resolver = resolve
    seconds: float = SECONDS
    tls: ssl.SSLContext | None = None

    def check(self, url: str) -> httpcore.URL:
        """The address in its parts. Raises BadAddress for what is refused without asking for the
        host's addresses; those are checked when it is connected to."""
        if len(url) > LONGEST:
            raise BadAddress(_("The address is too long: at most 500 characters."))
        if not re.fullmatch(r"[\x21-\x7e]+", url) or "\\" in url:
            raise BadAddress(_("Write the address in ASCII letters, without blanks."))
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise BadAddress(_("This is not an address.")) from error
        if parts.scheme not in (USUAL_PORTS if self.to_private else {"https"}):
            raise BadAddress(_("The address must begin with https://."))
        if "@" in parts.netloc or parts.fragment:
            raise BadAddress(_("The address may hold no user name, no password and no “#”."))
        self._check_host(host)
        return httpcore.URL(
            scheme=parts.scheme,
            host=host,
            port=self._checked_port(parts.scheme, port),
            target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        )

    def _checked_port(self, scheme: str, port: int | None) -> int:
        usual = USUAL_PORTS[scheme]
        if port is None or port == usual or port >= FIRST_FREE_PORT:
            return usual if port is None else port
        raise BadAddress(_("The port must be 443 or one from 1024 on."))

    def _check_host(self, host: str) -> None:
        literal = _literal(host)
        if literal is None and (not NAME.fullmatch(host) or NUMERIC.fullmatch(host)):
            raise BadAddress(_("The address names no host that there could be."))
        if self.to_private:
            return
        is_local = literal is None and ("." not in host or host.rpartition(".")[2] in LOCAL)
        if is_local or (literal is not None and not is_public(str(literal))):
            raise BadAddress(_("The address is not a public one. Nothing is sent to this network."))

    def post(self, url: str, *, headers: dict[str, str], body: bytes) -> Answer:
        """Send it, and read how the answer begins. Raises NotSent."""
        try:
            target = self.check(url)
        except BadAddress as error:
            raise NotSent(Trouble.REFUSED) from error
        backend = Backend(self, until=monotonic() + self.seconds)
        tls = self.tls or _trusted()
        fields = [("Host", _host_header(target)), *headers.items()]
        with httpcore.ConnectionPool(ssl_context=tls, network_backend=backend) as pool:
            try:
                with pool.stream("POST", target, headers=fields, content=body) as response:
                    return Answer(status=response.status, beginning=_beginning(response))
            except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                raise NotSent(Trouble.BROKEN) from error


def usual_egress() -> Egress:
    return Egress(to_private=settings.WEBHOOKS_TO_PRIVATE)


@cache
def _trusted() -> ssl.SSLContext:
    """By who is trusted on this machine, or by Mozilla."""
    return httpcore.default_ssl_context()


def _host_header(target: httpcore.URL) -> str:
    host, scheme = target.host.decode(), target.scheme.decode()
    named = f"[{host}]" if ":" in host else host
    return named if target.port == USUAL_PORTS[scheme] else f"{named}:{target.port}"


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _beginning(response: httpcore.Response) -> str:
    """The status is known by now; what ends the rest early is no failure."""
    read = b""
    try:
        for chunk in response.iter_stream():
            read += chunk
            if len(read) >= READ:
                break
    except (NotSent, httpcore.NetworkError, httpcore.ProtocolError):
        pass
    return read[:READ].decode(errors="replace").replace("\0", "\ufffd")[:KEPT]


class Backend(httpcore.NetworkBackend):
    """Connects to the addresses it has checked, until a deadline."""

    def __init__(self, egress: Egress, *, until: float) -> None:
        self.egress, self.until = egress, until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> "Stream":
        """Raises NotSent."""
        addresses = self._addresses(host, port)
        if not self.egress.to_private and not all(map(is_public, addresses)):
            raise NotSent(Trouble.REFUSED)
        tried = addresses[:MOST_TRIED]
        for number, address in enumerate(tried):
            share = left(self.until) / (len(tried) - number)
            try:
                return Stream(socket.create_connection((address, port), share), until=self.until)
            except OSError:
                continue
        left(self.until)
        raise NotSent(Trouble.UNREACHABLE)

    def _addresses(self, host: str, port: int) -> list[str]:
        """Every address of the host. A name server may take its time, so it is not waited for here.
        Raises NotSent."""
        answers: SimpleQueue[list[str]] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self.egress.resolver(host, port))
            except OSError:
                answers.put([])

        Thread(target=ask, daemon=True).start()
        try:
            found = answers.get(timeout=left(self.until))
        except Empty as error:
            raise NotSent(Trouble.TOO_SLOW) from error
        if not found:
            raise NotSent(Trouble.UNRESOLVED)
        return found


class Stream(httpcore.NetworkStream):
    """A connection that ends at its deadline, however often a little arrives."""

    def __init__(self, sock: socket.socket, *, until: float) -> None:
        self.sock, self.until = sock, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.sock.settimeout(left(self.until))
        try:
            return self.sock.recv(max_bytes)
        except TimeoutError as error:
            raise NotSent(Trouble.TOO_SLOW) from error
        except OSError as error:
            raise httpcore.ReadError from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        while buffer:
            self.sock.settimeout(left(self.until))
            try:
                buffer = buffer[self.sock.send(buffer) :]
            except TimeoutError as error:
                raise NotSent(Trouble.TOO_SLOW) from error
            except OSError as error:
                raise httpcore.WriteError from error

    def close(self) -> None:
        self.sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "Stream":
        self.sock.settimeout(left(self.until))
        try:
            secured = ssl_context.wrap_socket(self.sock, server_hostname=server_hostname)
        except TimeoutError as error:
            self.close()
            raise NotSent(Trouble.TOO_SLOW) from error
        except ssl.SSLError as error:
            self.close()
            raise NotSent(Trouble.TLS) from error
        except OSError as error:
            self.close()
            raise NotSent(Trouble.BROKEN) from error
        return Stream(secured, until=self.until)

    def get_extra_info(self, info: str) -> Any:
        return None


def left(until: float) -> float:
    """Seconds until then. Raises NotSent when it is over."""
    seconds = until - monotonic()
    if seconds <= 0:
        raise NotSent(Trouble.TOO_SLOW)
    return seconds
