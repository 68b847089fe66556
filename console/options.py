"""The options that commands share, and what they amount to."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, get_args

import click

from agents.prices import load_prices
from agents.specs import EMBEDDED, ModelSpec, OutputMode, RoleModels, Sampling, parse_spec
from benchmarks.ids import read_ids
from benchmarks.model import Benchmark
from benchmarks.read import OpenBenchmark
from consensus.model import Policy
from consensus.sequential import DEFAULT_ERROR, opening
from console.session import warn
from graphs import requests
from graphs.audit_sample import AUDIT_SHARE
from graphs.options import RunOptions
from graphs.ray_cluster import misnamed, missing_ray

Command = Callable[..., Any]
FIXED = -1.0
"""What `--stated-error none` is."""
FIRST_VOTES, MOST_VOTES = 5, 9


class SpecType(click.ParamType[ModelSpec]):
    """A model spec on the command line."""

    name = "spec"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ModelSpec:
        """Parse, with the forms listed where it fails."""
        return value if isinstance(value, ModelSpec) else parse_spec(value)


class FiniteRange(click.FloatRange):
    """A range of numbers; `nan` and `inf` are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """As in click, but for what is not finite."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number", param, ctx)
        return number


class StatedErrorType(FiniteRange):
    """A probability below one half, or `none`, which is the fixed scheme: minus one."""

    name = "error"

    def __init__(self) -> None:
        super().__init__(0, 0.5, max_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """As in click, but for `none`, and with both named where it is neither."""
        if value in ("none", FIXED):
            return FIXED
        try:
            float(value)
        except ValueError:
            self.fail(f"{value!r} is neither a probability (0<=x<0.5) nor none", param, ctx)
        return super().convert(value, param, ctx)


def ids_option(value: str | None) -> tuple[str, ...]:
    """`a,b,c`, or `@FILE` with one id a line."""
    if not value:
        return ()
    text = _id_file(Path(value[1:])) if value.startswith("@") else value.replace(",", "\n")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _id_file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"--ids: cannot read {path}: {error}") from error


def ids_within(path: Path | None, benchmark: Benchmark) -> frozenset[str] | None:
    """The source ids that `--within` lists, None without it; those that are unknown are told."""
    if path is None:
        return None
    known = {instance.source_id for instance in benchmark.instances}
    listed = read_ids(path, known)
    if strangers := len(listed - known):
        warn(f"warning: {path}: {strangers} of {len(listed)} ids are not in the benchmark")
    return listed & known


def pair(text: str) -> tuple[str, str]:
    """NAME=OPTION."""
    name, separator, option = text.partition("=")
    if not separator:
        raise click.BadParameter(f"{text!r} is not NAME=OPTION")
    return name, option


def stacked(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several click options as one decorator, so that commands that take the same ones say so once."""

    def apply(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


source_argument = click.argument("source", metavar="INPUT")
map_option = click.option("--map", "mapping", help="Column mapping: FILE.yaml or id=uid,context=note,…")
output_mode_option = click.option(
    "--output-mode",
    type=click.Choice(get_args(OutputMode)),
    default="native",
    show_default=True,
    help="How structured output is asked for.",
)
convention_option = click.option(
    "--convention", "conventions", multiple=True, metavar="NAME=OPTION", help="Fix a convention."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("steward.db"),
    envvar="STEWARD_STORE",
    show_default=True,
    help="The store: one SQLite file.",
)
audit_share_option = click.option(
    "--audit-share",
    type=FiniteRange(0, 1),
    default=AUDIT_SHARE,
    show_default=True,
    help="Part of the labels that nobody saw which is drawn into the queue, to be audited blind.",
)
LABEL_FILE = "FILE[#COLUMN]"
"""How options name a label set in a file; the column may be left out where its name is a usual one."""
LABEL_SETS = f"original, released (those of a run) or {LABEL_FILE}"
"""What options take as label sets where those of the benchmark and of a run are meant as well."""
within_option = click.option(
    "--within",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only the instances whose ids a file lists: a table with an id column, or one id a line.",
)
run_argument = click.argument("run", required=False)
run_option = click.option("--run", "run", help="Run id or unique prefix; default: the latest run.")
limits_options = stacked(
    click.option(
        "--concurrency",
        type=click.IntRange(1),
        help="Instances or cells at once.  [default: what keeps servers busy, at most 256; --batch: 1000]",
    ),
    click.option(
        "--max-requests",
        type=click.IntRange(0),
        help="Requests in flight at most, per account.  [default, and 0: as many as it turns out to take]",
    ),
    click.option("--rpm", type=FiniteRange(0), help="Requests a minute at most, per account; 0: any."),
    click.option("--tpm", type=FiniteRange(0), help="Tokens a minute at most, per account; 0: any."),
    click.option(
        "--processes",
        type=click.IntRange(1),
        help="Workers.  [default: 1; with --engine ray one for each CPU of the cluster]",
    ),
    click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        help="Where workers run: on this machine, or on a Ray cluster.  [default: local]",
    ),
    click.option(
        "--ray-address",
        metavar="HOST:PORT",
        help="A cluster that is there, for --engine ray.  [default: one on this machine, for this run]",
    ),
    click.option("--budget", type=FiniteRange(0), help="Stop once the run has cost this much, in USD."),
    click.option(
        "--token-budget",
        type=click.IntRange(0),
        help="Stop once the run has taken this many tokens, in and out.",
    ),
    click.option(
        "--prices", type=click.Path(exists=True, path_type=Path), help="Price table (YAML or JSON)."
    ),
    click.option(
        "--timeout",
        type=FiniteRange(0, min_open=True),
        envvar="STEWARD_TIMEOUT",
        show_envvar=True,
        help="Seconds that a model server may take for one reply.  [default: 600]",
    ),
    click.option(
        "--attempts",
        type=click.IntRange(1),
        envvar="STEWARD_ATTEMPTS",
        show_envvar=True,
        help="HTTP requests for one reply at most.  [default: 6]",
    ),
    click.option(
        "--retry-wait",
        type=FiniteRange(0),
        envvar="STEWARD_RETRY_WAIT",
        show_envvar=True,
        help="Seconds before the first retry, doubled each time; a server may say otherwise.  [default: 1]",
    ),
    click.option("--quiet", is_flag=True, help="No progress."),
    click.option(
        "--log-file",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="STEWARD_LOG_FILE",
        show_envvar=True,
        help="Append log lines, as JSON, to this file.",
    ),
    click.option(
        "--metrics-file",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="STEWARD_METRICS_FILE",
        show_envvar=True,
        help="Keep the run's figures in this file, in Prometheus's text format.",
    ),
)
vote_options = stacked(
    click.option(
        "--votes",
        type=click.IntRange(1),
        help="Votes at first.  [default: the fewest that can suffice, 3 as a rule; 5 without --stated-error]",
    ),
    click.option(
        "--max-votes", type=click.IntRange(1), help="Votes at most.  [default: 9, or --votes if more]"
    ),
    click.option(
        "--agreement",
        type=FiniteRange(0, 1, min_open=True),
        default=0.8,
        show_default=True,
        help="Share of the votes that must agree.",
    ),
    click.option(
        "--stated-error",
        type=StatedErrorType(),
        metavar="E",
        help="Draw votes until the probability that all --max-votes would not commit the label is at most E; "
        "0: until that is settled; none: --votes at once, and more only where the share is short.  "
        f"[default: {DEFAULT_ERROR}; none where votes are free]",
    ),
    convention_option,
    output_mode_option,
    click.option("--temperature", type=FiniteRange(0), help="Default: the server's."),
    click.option("--max-tokens", type=click.IntRange(1), help="Limit of one reply."),
    click.option("--seed", type=int, help="Base seed; sample i uses seed + i."),
    click.option("--limit", type=click.IntRange(1), help="Only the first N instances."),
    click.option("--ids", help="Only these ids: a,b,c or @FILE."),
)
cache_option = click.option(
    "--cache/--no-cache",
    default=None,
    help="Use validated replies of earlier runs to the same requests again.  [default: no-cache]",
)
batch_options = stacked(
    click.option(
        "--batch/--no-batch",
        default=None,
        help="Send requests by the provider's batch API: cheaper, slower.  [default: no-batch]",
    ),
    click.option(
        "--batch-poll",
        type=FiniteRange(0, min_open=True),
        help="Seconds before the first look at a batch; later looks come after more.  [default: 30]",
    ),
)
IN_BATCHES = 1000
"""Instances in flight where requests go out in batches: as many as are waiting share one."""
again_option = click.option(
    "--new-run", "again", is_flag=True, help="Start anew although the same run is unfinished."
)
request_options = stacked(
    source_argument,
    map_option,
    click.option(
        "--model", type=SpecType(), default="offline", show_default=True, help="Model spec of all roles."
    ),
    click.option("--extractor", type=SpecType(), help="Model spec of the extractor, if another."),
    click.option("--executor", type=SpecType(), help="Model spec of the executor, if another."),
    click.option("--critic", type=SpecType(), help="Model spec of the critic, if another."),
    click.option("--first", type=SpecType(), help="offline: that reader votes first where it can tell."),
    vote_options,
)


def request_from(options: dict[str, Any]) -> requests.RunRequest:
    """The request that the shared options describe."""
    model = options["model"]
    models = RoleModels(
        extractor=options["extractor"] or model,
        executor=options["executor"] or model,
        critic=options["critic"] or model,
    )
    specs = (models.extractor, models.executor, models.critic)
    request = requests.RunRequest(models=models, first=options["first"], **_how_to_vote(options, specs))
    requests.check_request(request)
    return request


def audit_request_from(options: dict[str, Any], opened: OpenBenchmark) -> requests.AuditRequest:
    """The request of an audit of an open benchmark that the shared options describe."""
    request = requests.AuditRequest(
        auditor=options["model"],
        stored_inputs_column=opened.stored_inputs_column,
        explanation_column=opened.explanation_column,
        **_how_to_vote(options, (options["model"],)),
    )
    requests.check_request(request)
    return request


def _policy(options: dict[str, Any], free: bool) -> Policy:
    """When votes suffice; where they are `free`, all of them are drawn unless it is said otherwise."""
    stated, agreement = options["stated_error"], options["agreement"]
    if stated is None:
        stated = FIXED if free or agreement <= 0.5 else DEFAULT_ERROR
    elif stated != FIXED and agreement <= 0.5:
        raise click.UsageError(
            f"--stated-error needs an --agreement above 0.5, and it is {agreement}: raise it, or give "
            "--stated-error none"
        )
    policy = Policy(
        max_votes=options["max_votes"] or max(MOST_VOTES, options["votes"] or 0),
        agreement=agreement,
        stated_error=None if stated == FIXED else stated,
    )
    first = options["votes"] or (FIRST_VOTES if stated == FIXED else opening(policy))
    return policy.model_copy(update={"votes": first})


def _how_to_vote(options: dict[str, Any], specs: Collection[ModelSpec]) -> dict[str, Any]:
    """What every request has, from `vote_options`."""
    return {
        "policy": _policy(options, free=all(spec.kind in EMBEDDED for spec in specs)),
        "output_mode": options["output_mode"],
        "sampling": Sampling(
            temperature=options["temperature"], max_tokens=options["max_tokens"], seed=options["seed"]
        ),
        "conventions": dict(pair(text) for text in options["conventions"]),
        "limit": options["limit"],
        "ids": ids_option(options["ids"]),
        "again": options.get("again", False),
    }


def run_options(options: dict[str, Any], kept: RunOptions | None = None) -> RunOptions:
    """How a run is executed, as the given options say; the others are those that the run kept."""
    how = kept or RunOptions(concurrency=IN_BATCHES if options.get("batch") else None)
    wait = options["retry_wait"]
    client = {"read_timeout": options["timeout"], "attempts": options["attempts"]}
    client |= {"backoff_first": wait, "jitter": wait}
    limits = {name: options[name] for name in ("max_requests", "rpm", "tpm") if options[name] is not None}
    lifted = {name: value or None for name, value in limits.items()}
    client["limits"] = how.client.limits.model_copy(update=lifted)
    given = {
        "concurrency": options["concurrency"],
        "processes": options["processes"],
        "engine": options["engine"],
        "ray_address": options["ray_address"],
        "budget": options["budget"],
        "cache": options.get("cache"),
        "batch": options.get("batch"),
        "batch_poll": options.get("batch_poll"),
        "token_budget": options["token_budget"],
        "log_file": options["log_file"],
        "prices": load_prices(options["prices"]) if options["prices"] else None,
        "client": how.client.model_copy(update={k: v for k, v in client.items() if v is not None}),
    }
    how = how.model_copy(update={name: value for name, value in given.items() if value is not None})
    if how.engine == "ray" and (missing := missing_ray()):
        raise click.UsageError(missing)
    if options["ray_address"] and how.engine != "ray":
        raise click.UsageError("--ray-address is for --engine ray")
    if options["ray_address"] and (wrong := misnamed(options["ray_address"])):
        raise click.UsageError(wrong)
    if how.batch and (how.engine == "ray" or (how.processes or 1) > 1):
        raise click.UsageError(
            "--batch gathers requests in one process: give --processes 1, and --engine local"
        )
    return how.model_copy(update={"budget": None, "token_budget": None}) if options.get("no_budget") else how
