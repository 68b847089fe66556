"""The connections under every model: the one owner of retries, and the record of what each request took.

The SDK above it is built with `max_retries=0`, so one logical request is retried here or nowhere. What goes
wrong has the names that it has in httpx, which the SDK and pydantic-ai know.
"""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import NoReturn

import aiohttp
import httpx2
from pydantic_ai.exceptions import AgentRunError, ModelConnectionError, ModelTimeoutError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)
from yarl import URL

from agents.limiter import limiter_for
from agents.metering import max_tokens, retry_after_s, tokens_used
from agents.network import proxy_for, trusted
from agents.specs import ClientOptions

log = logging.getLogger("steward.transport")

RETRIED_STATUSES = frozenset({408, 409, 429})
"""Client errors that a later attempt can cure (timeout, lock, rate limit); every 5xx is retried as well."""

QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
"""Error codes that servers send with 429 when waiting does not help."""


class ResponseTooLarge(AgentRunError):  # noqa: N818 - reads as what it is
    """A server sent more than `ClientOptions.max_response_bytes`; not retried."""


@dataclass(slots=True)
class HttpCall:
    """One logical request: the outcome of each HTTP attempt ("200", "429", "ReadTimeout"), seconds waited."""

    outcomes: list[str] = field(default_factory=list)
    waited: float = 0.0

    @property
    def attempts(self) -> int:
        """HTTP attempts so far, the first one included."""
        return len(self.outcomes)


_recorded: ContextVar[list[HttpCall] | None] = ContextVar("steward_http_calls", default=None)


@contextmanager
def record_http_calls() -> Iterator[list[HttpCall]]:
    """Collect every logical request made inside the block, also by tasks that it starts.

    Yields:
        A list that grows by one `HttpCall` per logical request, in order of starting. It stays empty for
        models that make no request through this transport (`offline`, `replay`, other providers' SDKs).
    """
    calls: list[HttpCall] = []
    token = _recorded.set(calls)
    try:
        yield calls
    finally:
        _recorded.reset(token)


def current_http_attempts() -> int:
    """HTTP attempts of the latest logical request in the enclosing `record_http_calls` block; 0 if none."""
    calls = _recorded.get()
    return calls[-1].attempts if calls else 0


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; `model` names the model in log lines and errors."""

    model: str
    method: str
    url: URL
    headers: Mapping[str, str]
    body: bytes | None

    @property
    def host(self) -> str:
        """Where it goes."""
        return self.url.host or ""

    @property
    def creates_batch(self) -> bool:
        """Whether it has a provider start a batch, which is paid for."""
        return self.method == "POST" and self.url.path.endswith("/batches")

    @property
    def asks_model(self) -> bool:
        """Whether it has a model answer now, which takes tokens; batches have limits of their own."""
        return self.method == "POST" and self.url.path.endswith(("/chat/completions", "/responses"))


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response. Header names are in any case; `body` is decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def as_httpx(self, request: httpx2.Request) -> httpx2.Response:
        """The same for the SDK, without the headers that tell how the body was framed on the wire."""
        # As the bytes that they were: a proxy may name itself in any alphabet, and in any encoding.
        unframed = [
            (name.encode("utf-8", "surrogateescape"), value.encode("utf-8", "surrogateescape"))
            for name, value in self.headers.items()
            if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return httpx2.Response(self.status, headers=unframed, content=self.body, request=request)


def should_retry(answer: Answer) -> bool:
    """Whether a later attempt may succeed.

    A server's own `x-should-retry` header decides about an error where it is present.
    """
    if answer.status < 400:
        return False
    hint = answer.headers.get("x-should-retry", "").strip().lower()
    if hint in ("true", "false"):
        return hint == "true"
    if answer.status == 429:
        return not _quota_is_exhausted(answer)
    return answer.status in RETRIED_STATUSES or answer.status >= 500


def _quota_is_exhausted(answer: Answer) -> bool:
    try:
        error = json.loads(answer.body)["error"]
        return not QUOTA_CODES.isdisjoint({error.get("code"), error.get("type")})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _is_transient(error: BaseException) -> bool:
    if isinstance(error, httpx2.UnsupportedProtocol):
        return False
    return isinstance(error, httpx2.HTTPStatusError | httpx2.TransportError)


def _may_retry(state: RetryCallState) -> bool:
    """A batch whose creation was cut off may have been created: only a refusal is tried again."""
    request: Request = state.args[0]
    error = state.outcome.exception() if state.outcome else None
    if error is None or not _is_transient(error):
        return False
    return not request.creates_batch or _outcome(error) == "429"


def _outcome(error: BaseException) -> str:
    if isinstance(error, httpx2.HTTPStatusError):
        return str(error.response.status_code)
    return type(error).__name__


_LARGE_BODY = 2**20
"""Bytes above which aiohttp wants a body as a file, since writing it at once would hold up the loop."""


class Transport:
    """The connections to one server under a retry policy.

    Retries 408, 409, 429, 5xx, connection errors and timeouts as `ClientOptions` says; logs every wait. When
    attempts are used up, a status error leaves as `httpx2.HTTPStatusError` (pydantic-ai turns it into its
    `ModelHTTPError`), any other as pydantic-ai's `ModelTimeoutError` or `ModelConnectionError` with the
    number of attempts and the last cause in its message.

    Args:
        base_url: where requests go; decides about a proxy, and whom TLS must trust.
        api_key: who pays; with the address it says whose limits hold. It is not sent by this.
        options: timeouts, retries and limits.
    """

    def __init__(self, base_url: str, api_key: str, options: ClientOptions) -> None:
        self._options = options
        # A limiter belongs to the event loop, which there may not be yet.
        self._limiter = cache(lambda: limiter_for(base_url, api_key, options))
        self._proxy = proxy_for(base_url)
        self._session: aiohttp.ClientSession | None = None
        self._backoff = wait_exponential_jitter(
            multiplier=options.backoff_first, max=options.backoff_max, jitter=options.jitter
        )

    async def send(self, request: Request) -> Answer:
        """Send under the retry policy, and record what came of each attempt.

        Raises:
            httpx2.HTTPStatusError, ModelTimeoutError, ModelConnectionError: no attempt is left.
            ResponseTooLarge: at once.
        """
        call = HttpCall()
        calls = _recorded.get()
        if calls is not None:
            calls.append(call)
        start = time.monotonic()
        try:
            try:
                return await self._attempt(request, call)
            except (httpx2.HTTPStatusError, httpx2.TransportError) as error:
                return await self._retry(error, request, call, time.monotonic() - start)
        except (httpx2.HTTPStatusError, httpx2.TransportError) as error:
            self._give_up(error, call, request, time.monotonic() - start)

    async def _retry(self, first: Exception, request: Request, call: HttpCall, seconds: float) -> Answer:
        """Go on after a first attempt that failed, `seconds` after the request began.

        tenacity comes in here, and is told of that attempt as if it had made it: most requests need no more
        than one, and its loop costs as much CPU as sending one.
        """
        failed = [first]

        async def attempt(request: Request, call: HttpCall) -> Answer:
            if failed:
                raise failed.pop()
            return await self._attempt(request, call)

        options = self._options
        retrying = AsyncRetrying(
            retry=_may_retry,
            wait=self._wait,
            stop=stop_after_attempt(options.attempts) | stop_before_delay(options.total - seconds),
            before_sleep=self._note_wait,
            reraise=True,
        )
        return await retrying(attempt, request, call)

    async def close(self) -> None:
        """Close the connections; a second call does nothing."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def _attempt(self, request: Request, call: HttpCall) -> Answer:
        """One request on the wire. Raises where a later one may succeed."""
        try:
            answer = await self._exchange_in_turn(request)
        except Exception as error:
            call.outcomes.append(type(error).__name__)
            raise
        call.outcomes.append(str(answer.status))
        if should_retry(answer):
            sent = httpx2.Request(request.method, str(request.url))
            raise httpx2.HTTPStatusError(
                f"HTTP {answer.status}", request=sent, response=answer.as_httpx(sent)
            )
        return answer

    async def _exchange_in_turn(self, request: Request) -> Answer:
        """Send once the account takes another request. Waiting for that is no part of any timeout."""
        limiter, body = self._limiter(), request.body or b""
        counts = limiter.counts_tokens and request.asks_model
        slot = limiter.slot(len(body), max_tokens(body)) if counts else limiter.slot(0, 0)
        async with slot:
            try:
                answer = await self._exchange(request)
            except httpx2.TransportError:
                slot.answered(None)
                raise
            used = tokens_used(answer.body) if counts else None
            slot.answered(answer.status, retry_after_s(answer.headers), used)
        return answer

    async def _exchange(self, request: Request) -> Answer:
        """Send once and read the whole body, so that a connection dropped in the middle is retried too."""
        body = request.body
        try:
            async with self._open().request(
                request.method,
                request.url,
                data=io.BytesIO(body) if body is not None and len(body) > _LARGE_BODY else body,
                headers=request.headers,
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                return Answer(response.status, response.headers, await self._read(response, request.host))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _as_httpx(error) from error

    async def _read(self, response: aiohttp.ClientResponse, host: str) -> bytes:
        limit = self._options.max_response_bytes
        chunks: list[bytes] = []
        size = 0
        while chunk := await response.content.readany():
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                response.close()  # what is still to come is not read
                raise ResponseTooLarge(
                    f"{host} sent more than {limit} bytes; "
                    "if replies of that size are expected, raise max_response_bytes"
                )
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _open(self) -> aiohttp.ClientSession:
        """The session, opened by the first request, in the loop that all run in."""
        if self._session is None:
            options = self._options
            # There are as many connections as slots, so that none is waited for.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=options.connections, ssl=trusted()),
                timeout=aiohttp.ClientTimeout(
                    total=options.read_timeout, sock_connect=options.connect_timeout
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _wait(self, state: RetryCallState) -> float:
        """Seconds before the next attempt: what the server says, else the backoff."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, httpx2.HTTPStatusError):
            told = retry_after_s(error.response.headers)
            if told is not None:
                return min(told, self._options.retry_after_max)
        return self._backoff(state)

    def _note_wait(self, state: RetryCallState) -> None:
        request: Request = state.args[0]
        call: HttpCall = state.args[1]
        error = state.outcome.exception() if state.outcome else None
        call.waited += state.upcoming_sleep
        log.info(
            "%s at %s: %s; waiting %.2f s before attempt %d of %d",
            request.model,
            request.host,
            _outcome(error) if error else "no reply",
            state.upcoming_sleep,
            state.attempt_number + 1,
            self._options.attempts,
        )

    def _give_up(self, error: Exception, call: HttpCall, request: Request, seconds: float) -> NoReturn:
        message = (
            f"no answer from {request.host} after {call.attempts} attempt(s) in {seconds:.1f} s "
            f"({', '.join(call.outcomes)}); last: {_outcome(error)} {error}".rstrip()
        )
        log.warning("%s: %s", request.model, message)
        if isinstance(error, httpx2.HTTPStatusError):
            raise error
        kind = ModelTimeoutError if isinstance(error, httpx2.TimeoutException) else ModelConnectionError
        raise kind(request.model, message) from error


def _as_httpx(error: Exception) -> httpx2.TransportError:
    """The error under the name that it has in httpx."""
    said = str(error) or type(error).__name__
    match error:
        case aiohttp.ConnectionTimeoutError():
            return httpx2.ConnectTimeout(said)
        case TimeoutError():
            return httpx2.ReadTimeout(said)
        case aiohttp.ClientHttpProxyError() | aiohttp.ClientProxyConnectionError():
            return httpx2.ProxyError(said)
        case aiohttp.ClientConnectorError():
            return httpx2.ConnectError(said)
        case aiohttp.InvalidURL():
            return httpx2.UnsupportedProtocol(said)
        case OSError():
            return httpx2.ReadError(said)
        case _:
            return httpx2.RemoteProtocolError(said)


_OF_THE_CONNECTION = ("accept-encoding", "connection", "content-length", "host")
"""Headers that httpx puts in and that aiohttp sets itself, as what it can do."""


class _SdkTransport(httpx2.AsyncBaseTransport):
    """Sends by a `Transport` what the SDK asks httpx to send."""

    def __init__(self, model: str, transport: Transport) -> None:
        self._model = model
        self._transport = transport

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_CONNECTION}
        url = URL(str(request.url), encoded=True)
        body = await request.aread() or None
        answer = await self._transport.send(Request(self._model, request.method, url, headers, body))
        return answer.as_httpx(request)

    async def aclose(self) -> None:
        await self._transport.close()


def sdk_client(model: str, transport: Transport, options: ClientOptions) -> httpx2.AsyncClient:
    """An httpx client for the SDK, over the same connections and retries; closing it closes them."""
    timeout = httpx2.Timeout(
        connect=options.connect_timeout, read=options.read_timeout, write=options.read_timeout, pool=None
    )
    return httpx2.AsyncClient(transport=_SdkTransport(model, transport), timeout=timeout, trust_env=False)
