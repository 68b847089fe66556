"""The dataset card: README.md of a release, as the Hugging Face hub reads it."""

from __future__ import annotations

from collections.abc import Iterator

import yaml
from pydantic import JsonValue

from answers.figures import between
from answers.markdown import inert, table
from releases.facts import Facts
from releases.schema import LABELS

CARD = "README.md"
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))

_MEANINGS = {
    "confirmed": "recomputed, and in agreement with the original label",
    "revised": "recomputed, and not in agreement with it",
    "incomputable": "the question has no answer from its context",
    "ambiguous": "people found more than one answer; there is no label",
    "unresolved": "still open; there is no label",
    "retracted": "taken back; there is no label",
}
_FILES = (
    ("labels.parquet", "the labels with everything that they rest on: the file to use"),
    ("labels.csv", "the benchmark's own columns with the released labels and limits in place"),
    ("croissant.json", "metadata in Croissant"),
    ("contract.json", "everything that determined the runs: models, prompts, calculators, policy"),
    ("CHANGELOG.md", "each row that changed since the release before, and why"),
    ("manifest.json", "figures, and the hashes of the files"),
    ("loaders/", "tasks for lm-evaluation-harness and Inspect, and how they score"),
    ("SHA256SUMS", "the hashes that sha256sum -c checks"),
)


def card(facts: Facts) -> str:
    """Front matter and text; whatever others wrote is shown and never marks up anything."""
    front = yaml.safe_dump(_front_matter(facts), sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{front}---\n\n" + "\n".join(_body(facts)).rstrip() + "\n"


def _front_matter(facts: Facts) -> dict[str, JsonValue]:
    identity = facts.identity
    return {
        "pretty_name": identity.name,
        "license": identity.licence.hub_id,
        "size_categories": [next((name for most, name in _SIZES if facts.rows < most), "n>1M")],
        "tags": ["relabelled", "label-provenance", "croissant"],
        "configs": [{"config_name": "default", "data_files": [{"split": "test", "path": LABELS}]}],
    }


def _body(facts: Facts) -> Iterator[str]:
    identity = facts.identity
    yield f"# {inert(identity.name)} {inert(identity.version)}\n"
    yield f"{inert(identity.description)}\n"
    yield f"{facts.rows} rows, labels as of {facts.as_of:%Y-%m-%d}.\n"
    yield from table(
        ("status", "rows", "meaning"), ((s, str(n), _MEANINGS[s]) for s, n in facts.status.items())
    )
    yield "\n## Files\n"
    yield from table(("file", "what"), _FILES)
    yield '\n```python\nimport datasets\n\nlabels = datasets.load_dataset(".", split="test")\n'
    yield 'labelled = labels.filter(lambda row: row["label"] is not None)\n```'
    yield "\n## How the labels were made\n"
    yield from _making(facts)
    yield "\n## Agreement\n"
    yield from _agreement(facts)
    yield "\n## Known limits\n"
    yield from (f"- {limit}" for limit in _limits(facts))
    yield "\n## Licence and citation\n"
    yield from _licence(facts)


def _making(facts: Facts) -> Iterator[str]:
    yield (
        "Each label is a derivation: quoted evidence, typed inputs, an executed formula, an answer. Several "
        "votes that do not see the original label are counted; where enough of them agree, their answer is "
        "the label, and where they do not, people decide. The columns `evidence`, `steps`, `conventions`, "
        "`votes` and `reason` show it for every row.\n"
    )
    rows = []
    for run, sha in facts.runs:
        contract = facts.contracts[sha]
        rows.append((run, sha[:12], *_contract_words(contract if isinstance(contract, dict) else {})))
    yield from table(("run", "contract", "models", "votes"), rows)
    if len(facts.runs) > 1:
        yield "\nOf an instance in several runs, the label is that of the last run which has one."


def _contract_words(contract: dict[str, JsonValue]) -> tuple[str, str]:
    models, policy = contract.get("models"), contract.get("policy")
    specs = (
        [f"{role}: {_spec(ref)}" for role, ref in sorted(models.items())] if isinstance(models, dict) else []
    )
    if not isinstance(policy, dict):
        return "; ".join(specs), ""
    votes = f"{policy.get('votes')} to {policy.get('max_votes')}, {policy.get('agreement')} must agree"
    if "stated_error" in policy:
        votes += f", stated error {policy['stated_error']}"
    return "; ".join(specs), votes


def _spec(ref: JsonValue) -> str:
    return str(ref.get("spec")) if isinstance(ref, dict) else str(ref)


def _agreement(facts: Facts) -> Iterator[str]:
    consensus, reviewed = facts.decided_by.get("consensus", 0), facts.decided_by.get("reviewer", 0)
    by = f" by {facts.reviewers} reviewers" if reviewed else ""
    carried = f", {facts.carried_over} of them carried over from a sibling" if facts.carried_over else ""
    yield f"{consensus} labels by consensus, {reviewed} by decision{by}{carried}."
    if facts.lowest_agreement is not None:
        yield (
            f"On {facts.unanimous} of the {consensus} by consensus all votes agree; the smallest share of "
            f"agreeing votes is {facts.lowest_agreement:.0%}."
        )
    for found in facts.audits.values():
        differ = found.differ
        shown = "none reviewed yet"
        if differ.n:
            low, high = differ.interval
            shown = f"{differ.n} reviewed, {differ.k} contradicted (95% CI {between(low, high)})"
        yield f"Blind audit of labels that nobody had asked people about: {found.drawn} drawn, {shown}."
    if facts.error_types:
        yield "\nWhy original labels are wrong, where a reviewer or the benchmark's own inputs tell:\n"
        yield from table(("error type", "rows"), ((e, str(n)) for e, n in facts.error_types.items()))


def _limits(facts: Facts) -> Iterator[str]:
    without = {name: facts.status.get(name, 0) for name in ("ambiguous", "unresolved", "retracted")}
    if total := sum(without.values()):
        words = ", ".join(f"{count} {name}" for name, count in without.items() if count)
        yield f"{total} rows have no label ({words}); the loaders leave them out."
    if facts.rejected:
        yield f"{facts.rejected} rows of the benchmark could not be read and are in no file of this release."
    if not facts.audits:
        yield "No blind audit sample was drawn: the error rate of the labels by consensus is not measured."
    yield "`labels.csv` has the other columns of the benchmark as they were, its explanations included."
    yield "Votes of one run come from one model or reader and can share its mistakes."
    yield "A formula says what follows from the text, not what is right for a patient."


def _licence(facts: Facts) -> Iterator[str]:
    licence = facts.identity.licence
    link = f" ({licence.url})" if licence.url else ""
    cited = inert(licence.attribution)
    yield f"Licence: {licence.spdx}{link}, as the benchmark's. Cite the original: {cited}."
    yield f"\nThe benchmark: {inert(facts.benchmark)}, SHA-256 `{facts.benchmark_sha256}`.\n"
    yield "The contexts and questions are the benchmark's, unchanged. The files in `loaders/` are part of"
    yield "Steward and under the MIT licence."
