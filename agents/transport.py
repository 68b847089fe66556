"""The HTTP transport under every model: the one owner of retries, and the record of what each request took.

The SDK above it is built with `max_retries=0`, so one logical request is retried here or nowhere.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import logging
import math
import ssl
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from typing import NoReturn
from urllib.parse import urlsplit

import anyio
import httpx2
from pydantic_ai.exceptions import AgentRunError, ModelConnectionError, ModelTimeoutError
from pydantic_ai.retries import AsyncHTTPX2TenacityTransport, RetryConfig, wait_retry_after
from tenacity import (
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)

from agents.limiter import limiter_for
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


def should_retry(response: httpx2.Response) -> bool:
    """Whether a later attempt may succeed. The body must have been read.

    A server's own `x-should-retry` header decides about an error where it is present.
    """
    if response.status_code < 400:
        return False
    hint = response.headers.get("x-should-retry", "").strip().lower()
    if hint in ("true", "false"):
        return hint == "true"
    if response.status_code == 429:
        return not _quota_is_exhausted(response)
    return response.status_code in RETRIED_STATUSES or response.status_code >= 500


def _quota_is_exhausted(response: httpx2.Response) -> bool:
    try:
        error = json.loads(response.content)["error"]
        return not QUOTA_CODES.isdisjoint({error.get("code"), error.get("type")})
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _is_transient(error: BaseException) -> bool:
    if isinstance(error, httpx2.UnsupportedProtocol | httpx2.LocalProtocolError):
        return False
    # TLS failures in the middle of a stream reach us unmapped: ssl.SSLError, anyio.EndOfStream.
    return isinstance(
        error, httpx2.HTTPStatusError | httpx2.TransportError | ssl.SSLError | anyio.EndOfStream
    )


def _raise_if_retryable(response: httpx2.Response) -> None:
    if should_retry(response):
        raise httpx2.HTTPStatusError(
            f"HTTP {response.status_code}", request=response.request, response=response
        )


def _outcome(error: BaseException) -> str:
    if isinstance(error, httpx2.HTTPStatusError):
        return str(error.response.status_code)
    return type(error).__name__


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


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long a server says to wait, in seconds: `retry-after-ms`, else Retry-After as a number or a date.

    None where it says nothing, or nothing that can be read.
    """
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return _finite(float(milliseconds) / 1000)
        return _finite(float(headers.get("retry-after", "")))
    except ValueError:
        return _until(headers.get("retry-after", ""))


def _finite(seconds: float) -> float | None:
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(date: str) -> float | None:
    try:
        when = email.utils.parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=dt.UTC)
    return max(0.0, (when - dt.datetime.now(dt.UTC)).total_seconds())


def _max_tokens(body: bytes) -> int | None:
    """How long a request lets its reply be; None where it does not say."""
    asked = json.loads(body)
    names = ("max_tokens", "max_completion_tokens", "max_output_tokens")
    return next((asked[name] for name in names if isinstance(asked.get(name), int)), None)


def _used(response: httpx2.Response) -> int | None:
    """The tokens that a reply says it took, in and out; None where it does not say."""
    try:
        total = json.loads(response.content)["usage"]["total_tokens"]
    except (ValueError, KeyError, TypeError):
        return None
    return total if isinstance(total, int) else None


class _OneAttempt(httpx2.AsyncBaseTransport):
    """Sends once and reads the whole body, so that a connection dropped in the middle is retried too.

    It takes a slot of the account while it does; waiting for a slot is no part of any timeout.
    """

    def __init__(
        self, wrapped: httpx2.AsyncBaseTransport, base_url: str, api_key: str, options: ClientOptions
    ) -> None:
        self._wrapped = wrapped
        self._max_bytes = options.max_response_bytes
        # A limiter belongs to the event loop, which there may not be yet.
        self._limiter = cache(lambda: limiter_for(base_url, api_key, options))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        call: HttpCall = request.extensions["steward_call"]
        limiter = self._limiter()
        size = (len(request.content), _max_tokens(request.content)) if limiter.counts_tokens else (0, None)
        async with limiter.slot(*size) as slot:
            try:
                response = await self._send(request)
            except Exception as error:
                call.outcomes.append(type(error).__name__)
                if _is_transient(error):
                    slot.answered(None)
                raise
            slot.answered(
                response.status_code,
                retry_after_s(response.headers),
                _used(response) if limiter.counts_tokens else None,
            )
        call.outcomes.append(str(response.status_code))
        return response

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        raw = await self._wrapped.handle_async_request(request)
        try:
            body = bytearray()
            async for chunk in raw.aiter_bytes():
                body += chunk
                if len(body) > self._max_bytes:
                    raise ResponseTooLarge(
                        f"{request.url.host} sent more than {self._max_bytes} bytes; "
                        "if replies of that size are expected, raise max_response_bytes"
                    )
        finally:
            await raw.aclose()
        unframed = [
            (name, value)
            for name, value in raw.headers.multi_items()
            if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return httpx2.Response(
            raw.status_code, headers=unframed, content=bytes(body), extensions=raw.extensions
        )

    async def aclose(self) -> None:
        await self._wrapped.aclose()


class RetryingTransport(AsyncHTTPX2TenacityTransport):
    """Retries 408, 409, 429, 5xx, connection errors and timeouts as `ClientOptions` says; logs every wait.

    When attempts are used up, a status error leaves as `httpx2.HTTPStatusError` (pydantic-ai turns it into
    its `ModelHTTPError`), any other as pydantic-ai's `ModelTimeoutError` or `ModelConnectionError` with the
    number of attempts and the last cause in its message.
    """

    def __init__(self, model_name: str, options: ClientOptions, wrapped: _OneAttempt) -> None:
        self._model_name = model_name
        self._options = options
        backoff = wait_exponential_jitter(
            multiplier=options.backoff_first, max=options.backoff_max, jitter=options.jitter
        )
        super().__init__(
            RetryConfig(
                retry=retry_if_exception(_is_transient),
                wait=wait_retry_after(fallback_strategy=backoff, max_wait=options.retry_after_max),
                stop=stop_after_attempt(options.attempts) | stop_before_delay(options.total),
                before_sleep=self._note_wait,
                reraise=True,
            ),
            wrapped=wrapped,
            validate_response=_raise_if_retryable,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send under the retry policy; what came of each attempt is kept with the request."""
        call = HttpCall()
        calls = _recorded.get()
        if calls is not None:
            calls.append(call)
        request.extensions = {**request.extensions, "steward_call": call}
        start = time.monotonic()
        try:
            return await super().handle_async_request(request)
        except Exception as error:
            if not _is_transient(error):
                raise
            self._give_up(error, call, request, time.monotonic() - start)

    def _note_wait(self, state: RetryCallState) -> None:
        request: httpx2.Request = state.args[0]
        error = state.outcome.exception() if state.outcome else None
        call: HttpCall = request.extensions["steward_call"]
        call.waited += state.upcoming_sleep
        log.info(
            "%s at %s: %s; waiting %.2f s before attempt %d of %d",
            self._model_name,
            request.url.host,
            _outcome(error) if error else "no reply",
            state.upcoming_sleep,
            state.attempt_number + 1,
            self._options.attempts,
        )

    def _give_up(self, error: Exception, call: HttpCall, request: httpx2.Request, seconds: float) -> NoReturn:
        message = (
            f"no answer from {request.url.host} after {call.attempts} attempt(s) in {seconds:.1f} s "
            f"({', '.join(call.outcomes)}); last: {_outcome(error)} {error}".rstrip()
        )
        log.warning("%s: %s", self._model_name, message)
        if isinstance(error, httpx2.HTTPStatusError):
            raise error
        kind = ModelTimeoutError if isinstance(error, httpx2.TimeoutException) else ModelConnectionError
        raise kind(self._model_name, message) from error


@cache
def _trusted() -> ssl.SSLContext:
    """Whom TLS trusts, read once: reading the certificates takes some 30 ms, and every model has a client."""
    return httpx2.create_ssl_context()


def open_client(
    model_name: str, base_url: str, api_key: str, options: ClientOptions | None = None
) -> httpx2.AsyncClient:
    """An HTTP client with the retrying transport; the caller closes it.

    Args:
        model_name: Names the model in log lines and errors.
        base_url: Where requests go; decides about a proxy, and with the key about the account.
        api_key: Who pays; it tells accounts apart, and is not sent by this.
        options: Timeouts, retries and limits.
    """
    options = options or ClientOptions()
    pool = httpx2.AsyncHTTPTransport(
        verify=_trusted(),
        limits=httpx2.Limits(
            max_connections=options.connections, max_keepalive_connections=options.connections
        ),
        proxy=proxy_for(base_url),
    )
    # No limit on waiting for a free connection: there are as many as slots, which decide what is in flight.
    timeout = httpx2.Timeout(
        connect=options.connect_timeout, read=options.read_timeout, write=options.read_timeout, pool=None
    )
    return httpx2.AsyncClient(
        transport=RetryingTransport(model_name, options, _OneAttempt(pool, base_url, api_key, options)),
        timeout=timeout,
        trust_env=False,
    )
