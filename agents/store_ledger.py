"""The ledger in the store: replies are found and kept there, priced, and counted against the budget."""

from __future__ import annotations

import json

from agents.errors import BudgetReachedError
from agents.ledger import Reply, write_response
from agents.prices import PriceTable, cost
from agents.task import Call, Role
from prompts.loader import load
from store.records import CallRecord
from store.store import Store
from store.writer import GroupWriter


class StoreLedger:
    """Implements `agents.ledger.Ledger` on one run of one store.

    What the run has cost and received so far is taken from the store. Calls in flight when the budget is
    reached complete and are recorded, so the budget is exceeded by at most what is in flight.
    """

    def __init__(
        self,
        store: Store,
        writer: GroupWriter,
        run_id: str,
        prices: PriceTable,
        budget: float | None,
    ) -> None:
        counts = store.counts(run_id)
        self._store = store
        self._writer = writer
        self._prices = prices
        self._budget = budget
        self.spent = counts.cost
        self._all_priced = counts.price_known
        self._answered = store.answered_models(run_id)

    def has_replies(self, role: Role, model: str, base_url: str | None) -> bool:
        """Whether this model has given any reply in this role, in this process or in an earlier one."""
        return (role, model, base_url) in self._answered

    async def find(self, call: Call, key: str) -> str | None:
        """The recorded response of this run to exactly this request."""
        found = self._store.find_reply(call.run_id, key)
        return None if found is None else json.dumps([found])

    async def admit(self, call: Call) -> None:
        """Raise BudgetReachedError once the budget is spent, or what is spent can no longer be told."""
        if self._budget is None:
            return
        if not self._all_priced:
            raise BudgetReachedError(
                "a reply came without usage: what it cost is unknown, and a budget cannot be kept; "
                "resume with --no-budget to go on"
            )
        if self.spent >= self._budget:
            raise BudgetReachedError(f"spent {self.spent:.4f} USD of a budget of {self._budget:.4f} USD")

    async def record(self, reply: Reply) -> None:
        """Write a reply or an error; returns once it would survive a kill."""
        record = self._record(reply)
        await self._writer.write(lambda store: store.add_call(record))
        if reply.response is not None:
            self._answered.add((reply.call.role, reply.model, reply.base_url))

    def _record(self, reply: Reply) -> CallRecord:
        call = reply.call
        common = CallRecord(
            run_id=call.run_id,
            instance_id=call.instance_id,
            sample=call.sample,
            role=call.role,
            attempt_no=reply.attempt,
            key=reply.key,
            model=reply.model,
            base_url=reply.base_url,
            prompt_sha=None if call.prompt_id is None else load(call.prompt_id).sha256,
            request=json.loads(reply.request),
            latency_s=reply.latency_s,
            http_attempts=reply.http_attempts,
            started_at=reply.started_at,
            outcome="error",
            error=reply.error or "no reply",
        )
        if reply.response is None:
            return common
        price = cost(reply.response, reply.spec, self._prices)
        if price.usd is None:
            self._all_priced = False
        else:
            self.spent += float(price.usd)
        usage = reply.response.usage
        return common.model_copy(
            update={
                "outcome": "reply",
                "error": None,
                "response": json.loads(write_response(reply.response))[0],
                "usage": {
                    "input_tokens": usage.input_tokens,
                    "cached_tokens": usage.cache_read_tokens,
                    "output_tokens": usage.output_tokens,
                },
                "cost_usd": float(price.usd) if price.known and price.usd is not None else None,
                "price_known": price.known,
            }
        )
