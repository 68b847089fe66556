"""What a browser complains of while a test drives it: script errors, policy violations, failed requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request

_TELL = """document.addEventListener('securitypolicyviolation', (event) => stewardViolation(
    `${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""
_LEFT = "net::ERR_ABORTED"
"""The page was left while the request was under way, which is no fault."""


@dataclass
class Watch:
    """The complaints of all pages of some contexts."""

    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Parts of complaints that a test provokes."""

    def context(self, context: BrowserContext) -> BrowserContext:
        """Listen to the pages that this context opens from now on."""
        context.expose_binding("stewardViolation", self._violation)
        context.add_init_script(_TELL)
        context.on("page", self._page)
        return context

    def unexpected(self) -> list[str]:
        """The complaints that no test has provoked."""
        return [said for said in self.complaints if not any(part in said for part in self.expected)]

    def _page(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.on("requestfailed", self._failed)

    def _violation(self, _source: Any, what: str) -> None:
        self.complaints.append(f"policy violation: {what}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _error(self, error: Error) -> None:
        self.complaints.append(f"script error: {error.message} {error.stack}")

    def _failed(self, request: Request) -> None:
        if request.failure != _LEFT:
            self.complaints.append(f"request failed: {request.method} {request.url}: {request.failure}")
