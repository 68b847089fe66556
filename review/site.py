"""What one server of the review app serves, to whom, and under which rules."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from graphs.audit_sample import AUDIT_SHARE
from review.auth import People
from store.errors import UnknownRecord
from store.records import RunRecord
from store.store import Store

DEFAULT_OPINIONS = 1
RESERVATION_S = 15 * 60.0


@dataclass(frozen=True)
class Site:
    """A store and the people who review it.

    `origin` is the scheme, host and port that browsers use, as in `http://127.0.0.1:8000`. `opinions` is how
    many reviewers an instance needs, `reservation_s` how many seconds an instance is kept for the one who
    took it, `audit_share` the share of the labels that nobody saw which is drawn for a blind audit.
    """

    store: Store
    people: People
    origin: str
    opinions: int = DEFAULT_OPINIONS
    reservation_s: float = RESERVATION_S
    audit_share: float = AUDIT_SHARE

    @property
    def secure(self) -> bool:
        """Whether browsers reach the site over TLS."""
        return self.origin.startswith("https:")


def site_of(request: Request) -> Site:
    """The site that answers this request."""
    site: Site = request.app.state.site
    return site


def run_of(request: Request) -> RunRecord:
    """The relabelling run that the address names.

    Raises UnknownRecord, also for an audit run: it tells of original labels, to which reviewers are blind.
    """
    run = site_of(request).store.run(request.path_params["run"])
    if run.workflow == "safety":
        raise UnknownRecord(f"run {run.id} is a safety run, whose pages are under /safety")
    if run.workflow != "relabel":
        raise UnknownRecord(f"run {run.id} audits original labels, and nothing of it is shown to reviewers")
    return run


def safety_run_of(request: Request) -> RunRecord:
    """The safety run that the address names. Raises UnknownRecord."""
    run = site_of(request).store.run(request.path_params["run"])
    if run.workflow != "safety":
        raise UnknownRecord(f"run {run.id} is no safety run")
    return run


def reviewed_run_of(request: Request) -> RunRecord:
    """The relabelling or safety run that the address names. Raises UnknownRecord."""
    run = site_of(request).store.run(request.path_params["run"])
    return safety_run_of(request) if run.workflow == "safety" else run_of(request)


def base_of(run: RunRecord) -> str:
    """The address under which the pages of a run are."""
    return f"/safety/{run.id}" if run.workflow == "safety" else f"/runs/{run.id}"
