# Everything a person or CI does here. `make` alone prints this list.
# All of it stays inside the clone; only pip's cache lies elsewhere.
# Another interpreter: PYTHON=python3.12 make setup

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TRAIN_VENV := .venv-train
AUDIT_VENV := .venv-audit
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
BYTECODE := $(BIN)/python -m compileall -q edge_agent centre
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --fork-strategy fewest --no-strip-extras --python-version 3.11 --custom-compile-command "make lock"

.PHONY: help
help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# ---------------------------------------------------------------- environments

$(BIN)/python $(TRAIN_VENV)/bin/python $(AUDIT_VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no '$(PYTHON)' here. edge-agent needs Python 3.11 or newer: PYTHON=python3.12 make $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "edge-agent needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) --version 2>&1): PYTHON=python3.12 make $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Creating $(@:/bin/python=) with $$($(PYTHON) --version)"
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv --clear $(@:/bin/python=); \
	else $(PYTHON) -m venv --clear --without-pip $(@:/bin/python=) && $(PYTHON) -m pip --python $@ install --quiet pip; fi

# dev.txt holds all of run.txt with the same versions, so an environment for development also serves `setup`.
$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what edge-agent needs (by hash, from requirements/run.txt)"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the checks and tests need (by hash, from requirements/dev.txt)"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.run $@

# centre.txt holds all of run.txt with the same versions too.
$(VENV)/.centre: requirements/centre.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the operations centre needs (by hash, from requirements/centre.txt)"
	@$(PIP) install --require-hashes -r requirements/centre.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.run $@

# pip compiles what it installs, but nothing that stays in the clone. The agent's own user may not write there, so each of
# its starts would do that again.
.PHONY: setup dev lock
setup: $(VENV)/.run ## Build .venv with what the agent needs
	@$(BYTECODE)
dev: $(VENV)/.dev ## Build .venv with what the checks and tests need
	@$(BYTECODE)
lock: $(VENV)/.dev ## Renew requirements/*.txt from pyproject.toml and requirements/*.in
	$(COMPILE) --upgrade --extra voice --extra store pyproject.toml requirements/run.in --output-file requirements/run.txt
	$(COMPILE) --upgrade --extra voice --extra store --extra centre pyproject.toml requirements/centre.in --constraints requirements/run.txt --output-file requirements/centre.txt
	$(COMPILE) --upgrade --extra voice-natural --extra store pyproject.toml requirements/run.in --constraints requirements/run.txt --output-file requirements/voice-natural.txt
	$(COMPILE) --upgrade --extra voice --extra store --extra centre pyproject.toml requirements/dev.in --constraints requirements/centre.txt --output-file requirements/dev.txt
	$(COMPILE) --upgrade requirements/audit.in --output-file requirements/audit.txt

# ---------------------------------------------------------------- use

.PHONY: demo
demo: setup ## Watch three sample clips: warnings, a work order, MQTT
	@$(BIN)/edge-agent demo

.PHONY: centre
centre: $(VENV)/.centre ## Start the operations centre with one live camera: database, broker, agent, page
	@$(BIN)/centre demo

.PHONY: docs
docs: setup ## Draw anew what the documents show of the code
	$(BIN)/python -m lab.diagram docs/ladder.md
	$(BIN)/edge-agent schema --feed docs/feed
	$(BIN)/python -m tests.feed.story docs/feed/examples

# ---------------------------------------------------------------- checks and tests

.PHONY: test-fast test test-deep check
# What a change of a rule, a file format or the structure breaks first; under 90 s on two quiet cores.
FAST := tests/core tests/config tests/golden tests/architecture tests/docs
test-fast: dev ## The quick part of the tests, for each save
	$(BIN)/ruff check
	$(BIN)/pytest --numprocesses auto -q $(wildcard $(FAST))

# Beyond CI: more examples for every law, more fuzz, and kills of the feed's sender.
test-deep: test ## Everything, with many more examples, fuzz and kills
	$(BIN)/pytest --numprocesses auto --hypothesis-profile hunt tests/laws
	EDGE_AGENT_FUZZ=10000 $(BIN)/pytest --numprocesses auto tests/config
	$(BIN)/python -m lab.bench.feed_kills 200 1000
	$(BIN)/python -m tests.centre.killing 200
	CENTRE_KILLS=200 $(BIN)/pytest tests/centre/test_notices.py -k kills

test: dev check ## Everything CI runs
	$(BIN)/pytest --numprocesses auto --dist worksteal -m uncounted
	$(BIN)/pytest --numprocesses auto --dist worksteal -m "not uncounted" --cov
	$(BIN)/coverage report --include 'edge_agent/core/*' --fail-under 100

.PHONY: page-tools
page-tools: tests/web/javascript/node_modules/.installed ## Install what checks the pages' JavaScript (needs npm)

tests/web/javascript/node_modules/.installed: tests/web/javascript/package-lock.json
	npm --prefix tests/web/javascript ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

check: dev ## Format, lint, types, architecture
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# What is shipped, as a list that others' tools read; and what is known against it. Both tools live in an environment of
# their own: nothing of them is needed to run, test or build. `audit` asks an advisory service on the network.
.PHONY: sbom audit
$(AUDIT_VENV)/.audit: requirements/audit.txt | $(AUDIT_VENV)/bin/python
	@$(AUDIT_VENV)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/audit.txt
	@touch $@

sbom: $(AUDIT_VENV)/.audit ## List what is shipped: sbom/agent.cdx.json and sbom/centre.cdx.json (CycloneDX)
	mkdir -p sbom
	$(AUDIT_VENV)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file sbom/agent.cdx.json requirements/run.txt
	$(AUDIT_VENV)/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file sbom/centre.cdx.json requirements/centre.txt

audit: $(AUDIT_VENV)/.audit ## Ask what is known against it (needs an advisory service on the network)
	$(AUDIT_VENV)/bin/pip-audit --require-hashes --disable-pip --requirement requirements/run.txt
	$(AUDIT_VENV)/bin/pip-audit --require-hashes --disable-pip --requirement requirements/centre.txt

# ---------------------------------------------------------------- training (never needed to run the agent)

# Which build of torch (CPU or GPU) is the machine's affair, so this environment is not locked by hash.
$(TRAIN_VENV)/.train: pyproject.toml | $(TRAIN_VENV)/bin/python
	@echo "Installing what training needs (pyproject.toml, extra 'train')"
	@$(TRAIN_VENV)/bin/python -m pip --disable-pip-version-check --quiet install --editable '.[train]' \
	  $$(grep -oE '^(hypothesis|pytest)==[^ ;]+' requirements/dev.txt)
	@touch $@

.PHONY: data train train-on evaluate finetune test-train
data:
	@test -d "$(DATA)/images" || { echo "Name the folder that holds images/, videos/ and weights/: make $(MAKECMDGOALS) DATA=<folder>" >&2; exit 1; }

train: data $(TRAIN_VENV)/.train ## Train models/street.onnx anew (DATA=<folder>; goes on where it was stopped)
	$(TRAIN_VENV)/bin/python -m lab.training.train --data "$(DATA)" --out .train/run $(if $(wildcard .train/run/checkpoint.pt),--resume)
	$(TRAIN_VENV)/bin/python -m lab.training.export --checkpoint .train/run/checkpoint.pt --out models/street.onnx

train-on: data $(TRAIN_VENV)/.train ## Go on training models/street.onnx, with a second detector's judgement of vehicles
	mkdir -p .train/on && test -f .train/on/begun.onnx || cp models/street.onnx .train/on/begun.onnx
	test -f .train/on/judged.npz || $(TRAIN_VENV)/bin/python -m lab.training.teachers --data "$(DATA)" --ours .train/on/begun.onnx --out .train/on/judged.npz
	$(TRAIN_VENV)/bin/python -m lab.training.train --data "$(DATA)" --config lab/training/joint.toml --begin .train/on/begun.onnx --judged .train/on/judged.npz --out .train/on $(if $(wildcard .train/on/checkpoint.pt),--resume)
	$(TRAIN_VENV)/bin/python -m lab.training.export --checkpoint .train/on/checkpoint.pt --config lab/training/joint.toml --begin .train/on/begun.onnx --old-share 0.5 --out models/street.onnx

evaluate: data dev ## Measure models/street.onnx against its floors (DATA=<folder>)
	$(BIN)/python -m lab.training.evaluate --data "$(DATA)" --model models/street.onnx

NAME ?= city
finetune: $(TRAIN_VENV)/.train ## Fine-tune a YOLO on a city's own pictures (DATA=<data.yaml> NAME=<model>)
	@test -f "$(DATA)" || { echo "Name the data.yaml of the labelled pictures: make finetune DATA=<data.yaml> NAME=<model>" >&2; exit 1; }
	$(TRAIN_VENV)/bin/python -m lab.training.finetune --data "$(DATA)" --name "$(NAME)"

test-train: $(TRAIN_VENV)/.train ## Test the training, with the parts that need torch
	$(TRAIN_VENV)/bin/python -m pytest tests/training
