# Needs python3 (3.11 or later, with venv), make and pip; everything else goes into .venv. The browser tests
# need Chromium as well.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --no-input
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_TRAIN := $(VENV)/.installed-train
# Which build of it is right depends on the machine's cards, so that it is pinned without a hash.
TORCH ?= torch==2.13.0
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help install dev train demo browser test test-all quality screenshots lint format typecheck layers locks check pins upgrade clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## set up .venv with what a run needs
dev: $(INSTALLED_DEV) ## set up .venv with the tools for development as well
train: $(INSTALLED_TRAIN) ## add to .venv what `run.py train` needs; a GPU may need another build: make train TORCH=…

$(RUN):
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found; install Python 3.11 or later, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: Steward needs 3.11 or later; name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

# The compiled requirements are complete. With dependencies pip would look for extras that the pins do not name.
$(INSTALLED): requirements.txt | $(RUN)
	$(PIP) install --quiet --no-deps --require-hashes -r requirements.txt
	@touch $@

$(INSTALLED_DEV): requirements-dev.txt | $(RUN)
	$(PIP) install --quiet --no-deps --require-hashes -r requirements-dev.txt
	@touch $(INSTALLED) $@

$(INSTALLED_TRAIN): requirements-train.txt | $(INSTALLED)
	$(PIP) install --quiet --no-deps --require-hashes -r requirements-train.txt
	$(PIP) install --quiet "$(TORCH)"
	@touch $@

demo: $(INSTALLED) ## relabel the example benchmark with the offline reader, into demo/
	@rm -rf demo && mkdir demo
	$(RUN) run.py relabel examples/clinic/benchmark.csv --store demo/clinic.db || test $$? -eq 3
	@echo
	$(RUN) run.py trace renal-04 --store demo/clinic.db
	@echo
	$(RUN) run.py queue --store demo/clinic.db --limit 5
	@echo
	$(RUN) run.py export --store demo/clinic.db --out demo/labels.csv
	@echo
	$(RUN) -m examples.clinic.found demo/labels.csv

browser: ## Chromium for the browser tests, where it is missing and Debian's can be installed
	@for name in chromium chromium-browser google-chrome; do \
		if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	if command -v apt-get >/dev/null && $$as_root true 2>/dev/null; then \
		echo "Installing Chromium for the browser tests"; \
		$$as_root apt-get update -qq >/dev/null && $$as_root env DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0; \
	fi; \
	echo "No Chromium is on PATH and none could be installed: the browser tests will be skipped" >&2

test: $(INSTALLED_DEV) browser ## fast tests
	$(RUN) -m pytest -n $(JOBS)

test-all: $(INSTALLED_DEV) browser ## all tests, the slow ones too
	$(RUN) -m pytest -m "slow or not slow" -n $(JOBS)

quality: $(INSTALLED_DEV) ## measure all of docs/quality.md: make quality MEDCALC=folder with the benchmark, into quality/
	@test -f "$(MEDCALC)/original_test_labels.csv" || { echo "name the folder with original_test_labels.csv, reference_values_dev.csv and relabels_dev.csv: make quality MEDCALC=/path/to/folder" >&2; exit 2; }
	@rm -rf quality && mkdir quality
	$(RUN) perf/conformance.py "$(MEDCALC)/original_test_labels.csv" "$(MEDCALC)/reference_values_dev.csv"
	@echo
	$(RUN) run.py audit "$(MEDCALC)/original_test_labels.csv" --stored-inputs --out quality/audit.csv
	$(RUN) perf/audit_quality.py quality/audit.csv "$(MEDCALC)/relabels_dev.csv"
	@echo
	$(RUN) run.py audit "$(MEDCALC)/original_test_labels.csv" --model offline --store quality/findings.db
	$(RUN) perf/finding_quality.py quality/findings.db "$(MEDCALC)/relabels_dev.csv"
	@echo
	$(RUN) run.py relabel "$(MEDCALC)/original_test_labels.csv" --store quality/medcalc.db || test $$? -eq 3
	$(RUN) perf/label_quality.py quality/medcalc.db "$(MEDCALC)/relabels_dev.csv"
	@echo
	$(RUN) perf/coverage_curve.py quality/medcalc.db "$(MEDCALC)/relabels_dev.csv" --out quality/coverage.svg
	@echo
	$(RUN) perf/triage_curve.py quality/medcalc.db "$(MEDCALC)/relabels_dev.csv" --out quality/triage.svg
	$(RUN) perf/triage_curve.py quality/medcalc.db "$(MEDCALC)/relabels_dev.csv" --part 3/4
	$(RUN) perf/triage_curve.py quality/medcalc.db "$(MEDCALC)/relabels_dev.csv" --waiting

screenshots: $(INSTALLED_DEV) browser ## the pictures of the review app and the reports in docs/images/screens
	$(RUN) -m examples.screenshots

lint: $(INSTALLED_DEV) ## style and likely faults
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

format: $(INSTALLED_DEV) ## rewrite files in the project's format
	$(RUN) -m ruff check --fix-only .
	$(RUN) -m ruff format .

typecheck: $(INSTALLED_DEV) ## strict types
	$(RUN) -m mypy

layers: $(INSTALLED_DEV) ## imports run downward, pure rooms do no I/O
	$(VENV)/bin/lint-imports

locks: $(INSTALLED) ## a changed prompt or calculator has a new version, and the lock has its hash
	$(RUN) -m prompts.lock --check
	$(RUN) -m calculators.lock --check

check: lint typecheck layers locks train test-all ## all of the above, as .ci/run does

COMPILE := CUSTOM_COMPILE_COMMAND="make pins" $(VENV)/bin/pip-compile --quiet --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options $(COMPILE_FLAGS)

pins: $(INSTALLED_DEV) ## compile pyproject.toml to the hashed requirements
	$(COMPILE) --extra=dev --output-file=requirements-dev.txt pyproject.toml
	$(COMPILE) --constraint=requirements-dev.txt --output-file=requirements.txt pyproject.toml
	$(COMPILE) --extra=ray --constraint=requirements-dev.txt --output-file=requirements-ray.txt pyproject.toml
	echo "$(TORCH)" >$(VENV)/torch.txt
	$(COMPILE) --extra=train --constraint=requirements-dev.txt --constraint=$(VENV)/torch.txt --no-allow-unsafe \
		--unsafe-package=torch --output-file=requirements-train.txt pyproject.toml

upgrade: ## the same with the newest versions
	$(MAKE) pins COMPILE_FLAGS=--upgrade

clean: ## remove what these commands made
	rm -rf $(VENV) demo quality .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -exec rm -rf {} +
