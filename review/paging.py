"""Pages of a long list: which one is asked for, and the addresses of those beside it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

PARAMETER = "page"


@dataclass(frozen=True, slots=True)
class Paging:
    """Page `number` of `pages`, from 1, of a list of `total` entries, `size` a page."""

    number: int
    size: int
    total: int
    path: str
    parameters: tuple[tuple[str, str], ...]
    """Of the address, without the page."""

    @property
    def pages(self) -> int:
        """How many there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """Entries before this page."""
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        """Number of the first entry on the page, from 1; 0 where there is none."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """Number of the last entry on the page."""
        return min(self.offset + self.size, self.total)

    @property
    def before(self) -> str | None:
        """Address of the page before."""
        return self.address(self.number - 1) if self.number > 1 else None

    @property
    def after(self) -> str | None:
        """Address of the next page."""
        return self.address(self.number + 1) if self.number < self.pages else None

    def address(self, number: int) -> str:
        """Address of another page of the same list."""
        return f"{self.path}?{urlencode([*self.parameters, (PARAMETER, str(number))])}"


def page_of(request: Request, total: int, size: int) -> Paging:
    """The page that the address asks for; one that does not exist is the nearest that does."""
    asked = request.query_params.get(PARAMETER, "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
    kept = tuple(pair for pair in request.query_params.multi_items() if pair[0] not in (PARAMETER, "done"))
    pages = max(1, -(-total // size))
    return Paging(min(max(1, number), pages), size, total, request.url.path, kept)
