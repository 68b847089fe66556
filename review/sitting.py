"""One instance, or one cell of a safety run, as one reviewer has it before them."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from pydantic import JsonValue
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from answers.model import Answer
from calculators.model import Derivation
from graphs.lock import BusyError
from graphs.review import StaleRevisionError, blind_answer, revision, settle
from graphs.runs import JobError
from review import pages
from review.auth import current
from review.filters import Listed
from review.posting import seen_in
from review.remarks import CONFIDENCES, Remarks
from review.reserving import take
from review.site import Site
from store.desk import draft, release, reservation, save_draft
from store.errors import AlreadyReserved, DraftTooLarge
from store.records import DecisionRecord, RunRecord

_NOT_KEPT = frozenset({"submission", "seen", "opened"})
"""Fields that belong to one rendering of a form and not to its draft."""


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """What a reviewer has before them; `base` is the address of its run."""

    site: Site
    run: RunRecord
    instance_id: str
    reviewer: str
    view: Listed
    """The part of the queue that the reviewer works through."""
    base: str
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address of its page."""
        return self.view.at(self._bare)

    @property
    def queue(self) -> str:
        """The address of the queue."""
        return self.view.at(f"{self.base}/queue")

    def action(self, verb: str) -> str:
        """The address of one of its forms."""
        return self.view.at(f"{self._bare}/{verb}")

    @property
    def _bare(self) -> str:
        return f"{self.base}/review/{self.instance_id}"

    def blind(self) -> DecisionRecord | None:
        """The reviewer's blind answer."""
        return blind_answer(self.site.store, self.run, self.instance_id, self.reviewer)

    def kept(self, phase: str) -> dict[str, str]:
        """The fields of the reviewer's draft, where it is one of this phase."""
        body = draft(self.site.store, self.run.id, self.instance_id, self.reviewer)
        if not isinstance(body, dict) or body.get("phase") != phase:
            return {}
        fields = body.get("fields")
        return {k: v for k, v in fields.items() if isinstance(v, str)} if isinstance(fields, dict) else {}

    def keep(self, phase: str) -> str | None:
        """Save what was sent as the reviewer's draft of this phase; why not, where that cannot be."""
        entered: dict[str, JsonValue] = {k: v for k, v in self.form.items() if k not in _NOT_KEPT and v}
        body: dict[str, JsonValue] = {"phase": phase, "fields": entered}
        try:
            save_draft(self.site.store, self.run.id, self.instance_id, self.reviewer, body)
        except DraftTooLarge as error:
            return str(error)
        return None

    def reserve(self) -> str | None:
        """Keep the instance for the reviewer who works on it; who has it, where that cannot be."""
        try:
            take(self.site, self.run, self.instance_id, self.reviewer)
        except AlreadyReserved as error:
            return error.reviewer
        return None

    @property
    def settled(self) -> int:
        """What a form is filled in against."""
        return revision(self.site.store, self.run, self.instance_id)

    def form_values(self, fields: Mapping[str, str]) -> dict[str, Any]:
        """What the template of a form is given, with these fields filled in."""
        return {
            "review": self,
            "run": self.run,
            "fields": fields,
            "submission": fields.get("submission") or secrets.token_urlsafe(16),
            "opened": fields.get("opened") or str(int(time.time())),
            "confidences": CONFIDENCES,
            "reservation": reservation(self.site.store, self.run.id, self.instance_id, self.reviewer),
        }

    def decision(
        self, remarks: Remarks, answer: Answer | None, derivation: Derivation | None = None
    ) -> DecisionRecord:
        """What was sent as a decision."""
        return DecisionRecord(
            run_id=self.run.id,
            instance_id=self.instance_id,
            reviewer=self.reviewer,
            answer=answer,
            note=remarks.note,
            choice=remarks.choice,
            error_type=remarks.error_type,
            confidence=remarks.confidence,
            seconds=remarks.seconds,
            derivation=derivation,
            submission=submission_in(self.form),
        )


class Refused(NamedTuple):
    """Why a decision was not recorded: the status of the page that says so, and what it is given."""

    status: int
    values: dict[str, Any]


def settled_now(sitting: Sitting, decision: DecisionRecord) -> Literal["decided", "undelivered"] | Refused:
    """Record a decision and carry it out; `undelivered` where another process is doing so with others."""
    try:
        asyncio.run(
            settle(
                sitting.site.store,
                sitting.run,
                decision,
                needed=sitting.site.opinions,
                seen=seen_in(sitting.form),
            )
        )
    except StaleRevisionError as error:
        return Refused(409, {"notice": f"{error}."})
    except BusyError:
        return "undelivered"
    except JobError as error:
        return Refused(422, {"errors": {"choice": str(error)}})
    return "decided"


def drafted(sitting: Sitting, phase: str) -> Response:
    """The answer to a draft, which the script of the page sends every few seconds."""
    if phase != ("blind" if sitting.blind() is None else "reveal"):
        return JSONResponse({"problem": "this page is out of date; load it again"}, 409)
    if problem := sitting.keep(phase):
        return JSONResponse({"problem": problem}, 413)
    return JSONResponse({"reserved_by": sitting.reserve()})


def given_back(sitting: Sitting) -> Response:
    """Leave it to others. The draft stays, for a reviewer who comes back."""
    release(sitting.site.store, sitting.run.id, sitting.instance_id, sitting.reviewer)
    return pages.redirect(sitting.queue, "released")


def submission_in(fields: Mapping[str, str]) -> str | None:
    """What tells this form from another; None where it is missing or not one of ours."""
    nonce = fields.get("submission", "")
    return nonce if 16 <= len(nonce) <= 64 else None


def reviewer_of(request: Request) -> str:
    """Who reviews. Raises HTTPException for a viewer."""
    name = current(request).name
    if name is None:
        raise HTTPException(403, "A viewer cannot review. Open a reviewer's link to decide.")
    return name
