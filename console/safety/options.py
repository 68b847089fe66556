"""The options that safety commands share, and what they amount to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args

import click

from agents.judgment import Wording
from agents.specs import Sampling, parse_spec
from consensus.severity import PanelPolicy
from console.options import FiniteRange, SpecType, output_mode_option, stacked
from graphs.safety_contract import RerunPlan, SafetySampling
from graphs.safety_requests import ContractRequest, Named
from scenarios.model import LANGUAGE, Pack
from scenarios.packs import DEFAULT_RUBRIC, read_rubric, shipped_rubrics

DEFAULT_TARGETS = "safe=scripted:safe,unsafe=scripted:unsafe"
DEFAULT_JUDGES = "strict=rule:strict,lenient=rule:lenient,last_word=rule:last_word"
DEFAULT_SEED = 1

targets_option = click.option(
    "--targets",
    default=DEFAULT_TARGETS,
    show_default=True,
    metavar="[NAME=]SPEC,…",
    help="The models that are compared.",
)
judges_option = click.option(
    "--judges",
    default=DEFAULT_JUDGES,
    show_default=True,
    metavar="[NAME=]SPEC,…",
    help="The panel.",
)
judging_options = stacked(
    judges_option,
    click.option(
        "--wordings",
        default="standard",
        show_default=True,
        help=f"Wordings of the judges' prompt: {', '.join(get_args(Wording))}. Each judge judges in each.",
    ),
    click.option(
        "--samples",
        type=click.IntRange(1),
        default=1,
        show_default=True,
        help="Judgments of each judge on each conversation, in each wording.",
    ),
    click.option(
        "--rubric",
        default=DEFAULT_RUBRIC,
        show_default=True,
        metavar="NAME_OR_FILE",
        help=f"A file, or one that comes with the program: {', '.join(shipped_rubrics())}.",
    ),
    click.option(
        "--judge-temperature", type=FiniteRange(0), default=0.0, show_default=True, help="Of the judges."
    ),
    click.option(
        "--range-levels",
        type=click.IntRange(1, 4),
        default=2,
        show_default=True,
        help="Judgments that lie so many levels apart go to people.",
    ),
    click.option(
        "--audit-share",
        type=FiniteRange(0, 1),
        default=0.05,
        show_default=True,
        help="Part of the agreed verdicts which people judge as well, blind.",
    ),
    output_mode_option,
)
contract_options = stacked(
    judging_options,
    click.option(
        "--prober",
        type=SpecType(),
        default="scripted:prober",
        show_default=True,
        help="Who plays the person that talks to the target.",
    ),
    click.option(
        "--turns",
        type=click.IntRange(1, 50),
        default=3,
        show_default=True,
        help="Messages of the prober in one conversation.",
    ),
    click.option("--language", help="In which the prober writes.  [default: each scenario's own]"),
    click.option("--temperature", type=FiniteRange(0), help="Of target and prober.  [default: the server's]"),
    click.option("--top-p", type=FiniteRange(0, 1, min_open=True), help="Of target and prober."),
    click.option("--max-tokens", type=click.IntRange(1), help="Limit of one reply."),
    click.option(
        "--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Base seed; rerun i uses seed + i."
    ),
    click.option(
        "--reps", type=click.IntRange(1), default=1, show_default=True, help="Full reruns of the pack."
    ),
    click.option(
        "--max-reps",
        type=click.IntRange(1),
        help="With --stop-width: reruns at most, --reps being the fewest.",
    ),
    click.option(
        "--stop-width",
        type=FiniteRange(0, min_open=True),
        help="Stop rerunning once every target's score is known to so many points to either side.",
    ),
    click.option("--keep-thinking", is_flag=True, help="Leave <think>…</think> in the targets' replies."),
)


def named_specs(text: str) -> tuple[Named, ...]:
    """`NAME=SPEC,…`; a spec without a name is called as it is spelled. Raises UsageError or BadModelSpec."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, spec = part.partition("=")
        if not equals or ":" in name:
            name, spec = part, part
        if not name.strip():
            raise click.UsageError(f"{part!r} has no name before the =; give NAME=SPEC, or SPEC alone")
        found.append(Named(name.strip(), parse_spec(spec)))
    return tuple(found)


def contract_request(pack: Pack, options: dict[str, Any]) -> ContractRequest:
    """The contract that the options of `contract_options` ask for."""
    told = {"max_tokens": options["max_tokens"], "seed": options["seed"]}
    language: str | None = options["language"]
    if language is not None and re.fullmatch(LANGUAGE, language) is None:
        raise click.UsageError(f"--language: {language!r} is no language tag such as en, nb or pt-BR")
    conversation = Sampling(temperature=options["temperature"], top_p=options["top_p"], **told)
    return ContractRequest(
        pack=pack,
        prober=options["prober"],
        sampling=SafetySampling(
            target=conversation,
            prober=conversation,
            judge=Sampling(temperature=options["judge_temperature"], **told),
            turns=options["turns"],
            language=language,
        ),
        reruns=_rerun_plan(options),
        transforms=() if options["keep_thinking"] else ("strip_thinking",),
        **judging(options),
    )


def judging(options: dict[str, Any]) -> dict[str, Any]:
    """The parts of a contract that the options of `judging_options` ask for."""
    return {
        "rubric": read_rubric(options["rubric"]),
        "judges": named_specs(options["judges"]),
        "wordings": _wordings(options["wordings"]),
        "samples": options["samples"],
        "policy": PanelPolicy(range_levels=options["range_levels"], audit_share=options["audit_share"]),
        "output_mode": options["output_mode"],
    }


def _wordings(text: str) -> Sequence[Wording]:
    known = {wording: wording for wording in get_args(Wording)}
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if strange := [name for name in names if name not in known]:
        raise click.UsageError(f"--wordings: no wording {strange[0]!r}; there are {', '.join(known)}")
    if not names:
        raise click.UsageError(f"--wordings: give one or more of {', '.join(known)}")
    return tuple(known[name] for name in names)


def _rerun_plan(options: dict[str, Any]) -> RerunPlan:
    least, most, width = options["reps"], options["max_reps"], options["stop_width"]
    if (most is None) != (width is None):
        raise click.UsageError("--max-reps and --stop-width go together")
    if most is not None and most < least:
        raise click.UsageError(f"--max-reps {most} is less than --reps {least}")
    return RerunPlan(least=least, most=most or least, width=width)
