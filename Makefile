.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || echo python3.11)
UV_VERSION := 0.13.9
UV := .uv/bin/uv
BIN := .venv/bin

# Without bytecode files each task would compile its libraries again.
unexport PYTHONDONTWRITEBYTECODE

# A stamp bears the digest of what was installed, so that nothing is done twice and nothing is stale.
key = $(shell cat $(1) pyproject.toml | sha256sum | cut -c 1-16)
RUN := .venv/.installed-$(call key,requirements.txt)
DEV := .venv/.installed-for-tests-$(call key,requirements-dev.txt)

##@ Use
.PHONY: demo up down status reset
demo: setup ## Set everything up, start the platform, drop sample files, show their figures
	@$(BIN)/comptoir demo

up: setup ## Start the platform
	@$(BIN)/comptoir up

down: ## Stop the platform
	@if [ -e $(BIN)/comptoir ]; then $(BIN)/comptoir down; fi

status: $(RUN) ## Tell what runs
	@$(BIN)/comptoir status

reset: ## Stop the platform and delete all that is in it (asks first)
	@if [ -e $(BIN)/comptoir ]; then $(BIN)/comptoir reset; fi

##@ Install
.PHONY: setup
setup: $(RUN) ## Install the environment and the servers' jars
	@$(BIN)/comptoir fetch

$(UV):
	@echo "Installing uv $(UV_VERSION)"
	@$(PYTHON) -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# What tests need comes on top of what running needs: where it is there, nothing is missing.
$(RUN): | $(UV)
	@if [ ! -e $(DEV) ]; then $(call install,requirements.txt); fi
	@touch $@

$(DEV): | $(UV)
	@$(call install,requirements-dev.txt)
	@touch $@

define install
	if [ ! -e $(BIN)/python ]; then $(UV) venv --python "$(PYTHON)" .venv; fi
	echo "Installing $(1): a few minutes the first time, pyspark is built"
	$(UV) pip sync --python $(BIN)/python --require-hashes --compile-bytecode $(1)
	$(UV) pip install --python $(BIN)/python --no-deps --editable .
	rm -f .venv/.installed-*
endef

##@ Work on it

.PHONY: test test-alone test-servers corpus faults faults-mutants faults-random lint bench loads chromium nftables lock
test: $(DEV) lint chromium ## Run every test: unit, most of the corpus, spark, dags, stack, browser, some faults
	@$(BIN)/comptoir fetch
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-alone test-servers
	@$(BIN)/pytest -m platform tests/stack tests/browser
	@$(BIN)/pytest -m quick tests/faults

# Side by side: the second waits for servers where the first computes, and mostly waits; so that it is two again.
test-alone: $(DEV)
	@$(BIN)/pytest -m "not whole" tests/unit tests/corpus tests/spark tests/dags

test-servers: $(DEV)
	@$(BIN)/pytest --numprocesses=2 --dist=loadfile -m "not platform" tests/stack tests/browser

corpus: $(DEV) ## Read every file of the corpus
	@$(BIN)/pytest -m whole tests/corpus

faults: $(DEV) nftables ## Let every fault strike a platform under load, and print what became of it
	@$(BIN)/pytest --capture=no -m "not mutants" tests/faults

faults-mutants: $(DEV) nftables ## Leave each guard out, and see that its fault then does harm
	@$(BIN)/pytest --capture=no -m mutants tests/faults

faults-random: $(DEV) nftables ## Let faults strike at random: RUNS=10, or one run again by its SEED=…
	@$(BIN)/python -m tests.faults.at_random $(or $(RUNS),1) $(SEED)

lint: $(DEV) ## Check style, types, spelling and the direction of imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell

bench: $(DEV) ## Measure: each script in bench/ prints its figures
	@for script in bench/*.py; do $(BIN)/python "$$script"; done

loads: $(DEV) ## Bring large loads to a platform of its own: LOADS="small-beside-large day eight-hours"
	@$(BIN)/python bench/loads/loads.py $(LOADS)

define of_debian
	@if command -v $(2) > /dev/null; then exit 0; fi
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
		echo "$(1) is needed for $(3): install this package, then run this again." >&2
		exit 1
	fi
	apt-get update --quiet
	apt-get install --quiet --yes --no-install-recommends $(1)
endef

chromium:
	$(call of_debian,chromium,chromium chromium-browser google-chrome,the tests in a browser)

nftables:
	$(call of_debian,nftables,nft,faults of the network)

lock: $(UV) ## Resolve the dependencies anew
	@$(UV) pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url -o requirements.txt
	@$(UV) pip compile pyproject.toml --extra dev -c requirements.txt --python-version 3.11 --universal --generate-hashes --no-emit-index-url -o requirements-dev.txt

.PHONY: help
help: ## Show this help
	@awk -F ':.*## ' '/^##@ /{print "\n" substr($$0, 5)} /^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
