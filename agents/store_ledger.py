"""The ledger of a run: replies are found in briefs, kept in the store, priced, and counted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic_ai.messages import ModelResponse

from agents.account import Account
from agents.batching import Batching
from agents.errors import BudgetReachedError
from agents.ledger import Reply, write_response
from agents.prices import PriceTable, cost
from agents.task import Call, Role
from answers.canonical import canonical_json, escaped
from prompts.loader import load
from store.caching import CachedReply
from store.records import CallRecord, JsonText
from store.store import Store
from store.writer import Writer

_NO_ANSWER: Mapping[str, Any] = {"response": None, "usage": {}, "cost_usd": None, "price_known": False}


class StoreLedger:
    """Implements `agents.ledger.Ledger` on one run of one store.

    What a thread has been answered before is given with its brief. Calls in flight when the budget is reached
    complete and are recorded, so the budget is exceeded by at most what is in flight. A budget is in USD or
    in tokens, in and out.
    """

    def __init__(
        self,
        writer: Writer,
        account: Account,
        prices: PriceTable,
        budget: float | None,
        token_budget: int | None = None,
        batching: Batching | None = None,
    ) -> None:
        self.batching = batching
        self._writer = writer
        self._account = account
        self._prices = prices
        self._budget = budget
        self._token_budget = token_budget
        self._replies: dict[str, dict[str, str]] = {}
        self._cached: dict[str, Mapping[str, CachedReply]] = {}

    @contextmanager
    def replaying(
        self, instance_id: str, replies: Mapping[str, str], cached: Mapping[str, CachedReply]
    ) -> Iterator[None]:
        """While this lasts, an instance's calls are answered from what is known of it.

        That is the run's `replies` (JSON by key), those that come, and for want of these the `cached` ones.
        """
        self._replies[instance_id] = {key: f"[{body}]" for key, body in replies.items()}
        self._cached[instance_id] = cached
        try:
            yield
        finally:
            del self._replies[instance_id], self._cached[instance_id]

    def has_replies(self, role: Role, model: str, base_url: str | None) -> bool:
        """Whether this model has given any reply in this role, in this process or in an earlier one."""
        return (role, model, base_url) in self._account.answered

    async def find(self, call: Call, key: str) -> str | None:
        """The recorded response of this run to exactly this request."""
        return self._replies.get(call.instance_id, {}).get(key)

    def cached(self, call: Call, key: str) -> CachedReply | None:
        """The validated reply of an earlier run to exactly this request."""
        return self._cached.get(call.instance_id, {}).get(key)

    async def admit(self, call: Call) -> None:
        """Raise BudgetReachedError once a budget is spent, or what is spent can no longer be told."""
        if self._token_budget is not None:
            self._admit_tokens(self._token_budget)
        if self._budget is None:
            return
        if not self._account.all_priced:
            raise BudgetReachedError(
                "a reply came without usage: what it cost is unknown, and a budget cannot be kept; "
                "resume with --no-budget to go on"
            )
        if (spent := self._account.spent) >= self._budget:
            raise BudgetReachedError(f"spent {spent:.4f} USD of a budget of {self._budget:.4f} USD")

    def _admit_tokens(self, budget: int) -> None:
        if not self._account.all_counted:
            raise BudgetReachedError(
                "a reply came without usage: the tokens that it took are unknown, and a token budget cannot "
                "be kept; resume with --no-budget to go on"
            )
        if (used := self._account.tokens) >= budget:
            raise BudgetReachedError(f"used {used:,} tokens of a token budget of {budget:,}")

    async def record(self, reply: Reply) -> None:
        """Write a reply or an error; returns once it would survive a kill."""
        record = self._record(reply)
        await self._writer.write(Store.add_call, record)
        if reply.response is not None:
            if (replies := self._replies.get(reply.call.instance_id)) is not None:
                replies[reply.key] = f"[{record.response}]"
            if reply.cached_from is None:
                self._account.answer((reply.call.role, reply.model, reply.base_url))

    def _record(self, reply: Reply) -> CallRecord:
        """What is kept of a reply. It is made of what was checked when it was made, and not checked again.

        Every field is given: to find a default takes longer than all else here.
        """
        call, response = reply.call, reply.response
        answer = _NO_ANSWER if response is None else self._answer(reply, response)
        return CallRecord.model_construct(
            id=None,
            run_id=call.run_id,
            instance_id=call.instance_id,
            sample=call.sample,
            role=call.role,
            attempt_no=reply.attempt,
            key=reply.key,
            model=reply.model,
            base_url=reply.base_url,
            prompt_sha=None if call.prompt_id is None else load(call.prompt_id).sha256,
            request=JsonText(escaped(reply.request)),
            latency_s=reply.latency_s,
            http_attempts=reply.http_attempts,
            started_at=reply.started_at,
            outcome="error" if response is None else "reply",
            error=(reply.error or "no reply") if response is None else None,
            cached_from=reply.cached_from,
            batch_id=reply.batch_id,
            **answer,
        )

    def _answer(self, reply: Reply, response: ModelResponse) -> dict[str, Any]:
        written = JsonText(canonical_json(json.loads(write_response(response))[0]))
        if reply.cached_from is not None:
            return {"response": written, "usage": {}, "cost_usd": 0.0, "price_known": True}
        price = cost(response, reply.spec, self._prices)
        usd = None if price.usd is None else float(price.usd)
        usage = response.usage
        counted = price.source == "free" or (usage.has_values() and not usage.unmeasured_requests)
        tokens = usage.input_tokens + usage.output_tokens if counted else None
        self._account.charge(reply.call.instance_id, usd, tokens)
        return {
            "response": written,
            "usage": {
                "input_tokens": usage.input_tokens,
                "cached_tokens": usage.cache_read_tokens,
                "output_tokens": usage.output_tokens,
            },
            "cost_usd": usd,
            "price_known": price.known,
        }
