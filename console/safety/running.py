"""`safety run` and `safety rejudge`: conversations and judgments, from the plan to the verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from agents.specs import parse_spec
from console.options import again_option, json_option, limits_options, run_argument, run_options, store_option
from console.running import finish
from console.safety.cells import plan_lines
from console.safety.contracts import find_contract
from console.safety.options import (
    contract_options,
    contract_request,
    judging,
    judging_options,
    named_specs,
    targets_option,
)
from console.session import EXIT_DONE, warn
from console.text import echo
from console.views import as_json
from graphs.options import RunOptions
from graphs.requests import check_models
from graphs.runs import JobError
from graphs.safety_contract import SafetyContract
from graphs.safety_jobs import create_rejudging, create_safety_run, safety_contract
from graphs.safety_plan import make_safety_plan
from graphs.safety_requests import (
    ContractRequest,
    check_contract,
    check_targets,
    contract_of,
)
from scenarios.packs import read_pack
from store.records import RunRecord
from store.store import Store


@click.command("run")
@click.argument("pack", required=False)
@targets_option
@contract_options
@click.option("--contract", "reference", help="Run under this contract: a name, a hash, a run or a file.")
@store_option
@limits_options
@again_option
@click.option(
    "--dry-run", is_flag=True, help="Say what the run would take at most; nothing is called or kept."
)
@json_option
def run_command(
    pack: str | None, targets: str, reference: str | None, store: Path, dry_run: bool, **options: Any
) -> int:
    """Put targets to the scenarios of a pack, and have a panel of judges rate what they say.

    PACK is the name of a shipped pack or a file. Without other options the embedded scripted targets and
    rule judges take part: they show how it works and say nothing of any model.
    """
    contract = _contract(pack, reference, store, options)
    if reference is not None:
        check_contract(contract)
    named = named_specs(targets)
    check_targets(named)
    how = _how(options)
    if dry_run:
        plan = make_safety_plan(contract, named, how.prices)
        echo([as_json(plan.model_dump(mode="json"))] if options["as_json"] else plan_lines(plan))
        return EXIT_DONE
    specs = [*contract.model_specs(), *(target.spec for target in named)]
    check_models(specs, how)
    with Store.open(store, create=True) as opened:
        run = create_safety_run(opened, contract, named, how, again=options["again"])
        return finish(opened, run, how, options, new_facts={})


@click.command()
@run_argument
@judging_options
@store_option
@limits_options
@again_option
@json_option
def rejudge(run: str | None, store: Path, **options: Any) -> int:
    """Have other judges, or the same in another wording, rate the conversations of a run again.

    Targets and prober are not asked: the transcripts are the same, so that verdicts differ by judges alone.
    """
    with Store.open(store) as opened:
        source = opened.run(run) if run else _latest_held(opened)
        before = safety_contract(opened, source)
        if before.transcripts is not None:
            raise JobError(f"run {source.id} judges another run's conversations; name that run")
        request = ContractRequest(
            pack=before.pack,
            prober=parse_spec(before.prober.spec),
            sampling=before.sampling.model_copy(
                update={
                    "judge": before.sampling.judge.model_copy(
                        update={"temperature": options["judge_temperature"]}
                    )
                }
            ),
            reruns=before.reruns,
            transforms=before.transforms,
            transcripts=source.contract_sha,
            **judging(options),
        )
        # the prober's address is the one at which it was asked
        contract = contract_of(request).model_copy(update={"prober": before.prober})
        how = _how(options)
        specs = list(contract.model_specs())
        check_models(specs, how)
        made = create_rejudging(opened, source, contract, how, again=options["again"])
        if missing := opened.counts(source.id).instances - opened.counts(made.id).instances:
            warn(f"{missing} cells of run {source.id} have no conversation yet and are not judged")
        return finish(opened, made, how, options, new_facts={"transcripts_of": source.id})


def _latest_held(store: Store) -> RunRecord:
    """The latest safety run that held its conversations itself. Raises UnknownRecord for a store without."""
    for run in reversed(store.runs("safety")):
        if safety_contract(store, run).transcripts is None:
            return run
    return store.latest_run(workflow="safety")


def _contract(
    pack: str | None, reference: str | None, store: Path, options: dict[str, Any]
) -> SafetyContract:
    if (pack is None) == (reference is None):
        raise click.UsageError("give a PACK, or a contract with --contract")
    if pack is not None:
        return contract_of(contract_request(read_pack(pack), options))
    assert reference is not None
    if given := _contract_options_given():
        raise click.UsageError(f"{given[0]} is part of the contract; leave it out, or make another contract")
    return find_contract(store, reference)


def _contract_options_given() -> list[str]:
    """The options on the command line that are about the contract."""
    context, about_contract = click.get_current_context(), click.Command("any")
    contract_options(about_contract)
    names = {param.name for param in about_contract.params}
    return [
        param.opts[0]
        for param in context.command.params
        if param.name in names
        and context.get_parameter_source(str(param.name)) is ParameterSource.COMMANDLINE
    ]


def _how(options: dict[str, Any]) -> RunOptions:
    return run_options(options)
