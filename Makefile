# Everything a newcomer or a build machine needs; each target does its own set-up.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
JOBS ?= auto
SERVE ?= 1
VISITORS ?= 2000000
PYTEST := $(BIN)/python -m pytest --numprocesses $(JOBS) --dist worksteal

.PHONY: help
help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: ready
ready:  ## the environment in .venv, from requirements.lock
	@bash tools/setup.sh

.PHONY: demo
demo: ready  ## a realistic store: its events, its KPIs, its dashboard (SERVE=0: without it)
	@FOOTFALL_WORKSPACE="$${FOOTFALL_WORKSPACE:-$(CURDIR)/footfall-workspace}" \
	  $(BIN)/footfall demo $(if $(filter 0,$(SERVE)),--no-serve)

.PHONY: test
test: ready  ## every test
	@bash tools/test_tools.sh
	@$(PYTEST)

.PHONY: check
check: ready  ## lint, format, types and the quick tests: under two minutes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(PYTEST) -m "not slow"

.PHONY: bench
bench: ready  ## the figures of bench/README.md, on VISITORS=2000000 (20 M events, some minutes)
	@$(BIN)/python bench/run.py --visitors $(VISITORS)

.PHONY: calibrate
calibrate: ready  ## measure the experiment statistics by simulation (some minutes)
	@$(BIN)/python tools/calibrate.py

KILLS ?= 500
.PHONY: faults
faults: ready  ## kills, power cuts, failing and full disks, slow clients: KILLS=500, some minutes
	@PYTHONPATH=src:tests KILLS=$(KILLS) bash tests/faults/all.sh $(BIN)/python

HOURS ?= 1
.PHONY: soak
soak: ready  ## HOURS=1 of load at half of what the machine can take, with kills
	@PYTHONPATH=src:tests $(BIN)/python tests/faults/soak.py --hours $(HOURS)

.PHONY: docs
docs: ready  ## make the KPI reference from the definitions
	@$(BIN)/python tools/kpi_reference.py

.PHONY: format
format: ready  ## put the code into its form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: lock
lock: ready  ## choose the newest versions of everything anew
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes \
	  --python-version 3.11 --all-extras --group dev --custom-compile-command "make lock" \
	  --output-file requirements.lock pyproject.toml

.PHONY: clean
clean:  ## remove what was made: the environment, caches and the demo's workspace
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis dist footfall-workspace
