"""What a model call cost: by the user's price table, else by public price lists, else unknown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from agents.metering import MOST_TOKENS
from agents.specs import EMBEDDED, ModelSpec, endpoint

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.usage import RequestUsage

PriceSource = Literal["table", "genai-prices", "free", "unknown"]

_PER = Decimal(1_000_000)


class BadPriceTable(ValueError):  # noqa: N818 - reads as what it is in "except BadPriceTable"
    """A price file that cannot be read, or an entry in it that is no price."""


class ModelPrice(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_usd_per_mtok: Decimal = Field(ge=0)
    output_usd_per_mtok: Decimal = Field(ge=0)
    cached_input_usd_per_mtok: Decimal | None = Field(default=None, ge=0)
    """For input tokens that the server read from its cache; None: the price of any other input token."""

    batch_discount: Decimal = Field(default=Decimal(0), ge=0, le=1)
    """Share of the price that is taken off a request in a batch: 0.5 is half the price."""

    def of(self, usage: RequestUsage, *, in_batch: bool = False) -> Decimal:
        """The price of a response. Cached tokens are part of `usage.input_tokens`."""
        cached_price = self.cached_input_usd_per_mtok
        if cached_price is None:
            cached_price = self.input_usd_per_mtok
        fresh = usage.input_tokens - usage.cache_read_tokens
        return (
            (
                fresh * self.input_usd_per_mtok
                + usage.cache_read_tokens * cached_price
                + usage.output_tokens * self.output_usd_per_mtok
            )
            / _PER
            * (1 - self.batch_discount if in_batch else 1)
        )


class PriceTable(RootModel[Mapping[str, ModelPrice]]):
    """Prices by model: the whole model spec, or the model's name alone."""

    model_config = ConfigDict(frozen=True)

    root: Mapping[str, ModelPrice] = Field(default_factory=dict)

    def find(self, *names: str | None) -> ModelPrice | None:
        """The entry of the first name that has one."""
        return next((self.root[name] for name in names if name is not None and name in self.root), None)


class Price(BaseModel):
    """What one call cost. `usd` is None exactly where the price is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    usd: Decimal | None
    source: PriceSource

    @property
    def known(self) -> bool:
        """Whether the cost is a figure."""
        return self.usd is not None


UNKNOWN = Price(usd=None, source="unknown")
FREE = Price(usd=Decimal(0), source="free")


def load_prices(path: Path | None) -> PriceTable:
    """Read a price table from YAML or JSON: `{model: {input_usd_per_mtok, output_usd_per_mtok, …}}`.

    Args:
        path: None gives the empty table.

    Raises:
        BadPriceTable: naming the file and every entry that is wrong.
    """
    if path is None:
        return PriceTable()
    try:
        return PriceTable.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadPriceTable(f"price table {path}: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']) or 'top level'}: {item['msg']}"
            for item in error.errors()
        )
        raise BadPriceTable(
            f"price table {path}: {problems}. An entry looks like "
            "`gpt-oss-20b: {input_usd_per_mtok: 0.1, output_usd_per_mtok: 0.4}`"
        ) from error


def is_measured(usage: RequestUsage) -> bool:
    """Whether a server has told what a response took, and it can be true: what is summed must stay finite."""
    told = (usage.input_tokens, usage.cache_read_tokens, usage.output_tokens)
    return usage.has_values() and not usage.unmeasured_requests and max(told) <= MOST_TOKENS


def cost(response: ModelResponse, spec: ModelSpec, table: PriceTable) -> Price:
    """What a response cost.

    The offline reader and recorded answers cost nothing. A server that reports no usage has an unknown price.
    """
    if spec.kind in EMBEDDED:
        return FREE
    usage = response.usage
    if not is_measured(usage):
        return UNKNOWN
    entry = table.find(spec.text, spec.name, response.model_name)
    if entry is not None:
        in_batch = (response.provider_details or {}).get("processing") == "batch"
        return Price(usd=entry.of(usage, in_batch=in_batch), source="table")
    if not response.model_name:
        return UNKNOWN
    try:
        return Price(usd=_public_price(response, spec), source="genai-prices")
    except (LookupError, ValueError):
        return UNKNOWN


def _public_price(response: ModelResponse, spec: ModelSpec) -> Decimal:
    """The price in public lists. Raises LookupError or ValueError where they have none."""
    url = response.provider_url or endpoint(spec)
    if url is None:
        return response.cost().total_price
    from genai_prices import calc_price

    # By address alone: a local copy of a model that is sold elsewhere must not get the seller's price.
    return calc_price(
        response.usage,
        response.model_name or spec.name,
        provider_api_url=url,
        genai_request_timestamp=response.timestamp,
        price_context=response.provider_details,
    ).total_price


def estimate(spec: ModelSpec, input_tokens: int, output_tokens: int, table: PriceTable) -> Price:
    """What a call of this size would cost; the prices are those that `cost` applies."""
    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.usage import RequestUsage

    usage = RequestUsage(input_tokens=max(input_tokens, 1), output_tokens=max(output_tokens, 1))
    provider = spec.text.partition(":")[0] if spec.kind == "provider" else None
    sized = ModelResponse(parts=[], usage=usage, model_name=spec.name, provider_name=provider)
    return cost(sized, spec, table)
