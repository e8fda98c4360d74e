# The commands of this project; `make help` lists them.
# Everything lives in .venv, which pip alone fills from the lock files. The project itself is not installed: a .pth file
# points .venv at this folder, and .venv/bin/aftercare runs `python -m commands` (see commands/set_up.sh).

MAKEFLAGS += --no-print-directory
RUN := .venv/bin
PYTEST := $(RUN)/python -m pytest
WORKERS ?= logical
SECONDS ?= 60
ROWS ?= 50000
SALES ?= 5000

.PHONY: help demo test test-faults test-interop test-bulk bench-reads bench-claims bench-writes bench-jobs bench-attacks bench-login lint types imports \
        schema schema-changelog schema-release check lock clean runtime dev

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: runtime ## everything on this machine, with data to look at, until Ctrl-C
	@exec $(RUN)/aftercare demo

test: dev ## the tests, side by side on databases of their own (AFTERCARE_TEST_POSTGRES=system: the system's server; WITHOUT="face": not these)
	@echo "Starting PostgreSQL and Valkey for the tests, then running them …"
	@$(PYTEST) -n $(WORKERS) --dist loadfile -q $(addprefix --ignore=tests/,$(WITHOUT))

test-faults: dev ## kills, outages and lost replies (SECONDS=60)
	@echo "Breaking things for $(SECONDS) s …"
	@AFTERCARE_FAULTS_SECONDS=$(SECONDS) $(PYTEST) -m faults -q -s

test-interop: dev ## other people's tools, clients and audits (SECONDS=60 of schemathesis); needs Node for most
	@echo "Asking the API as other people's clients do …"
	@AFTERCARE_FUZZ_SECONDS=$(SECONDS) $(PYTEST) -m interop -q -rs

test-bulk: dev ## large amounts of rows (ROWS=50000), and a file of sales whose workers die (SALES=5000)
	@echo "Working on $(ROWS) rows and selling $(SALES) …"
	@AFTERCARE_BULK_ROWS=$(ROWS) AFTERCARE_BULK_SALES=$(SALES) $(PYTEST) -m bulk -q -s

bench-reads: dev ## the figures of reading in the README (BEFORE=folder: another checkout to compare with)
	@$(RUN)/python -m bench.reads $(if $(BEFORE),--before $(BEFORE))

bench-claims: dev ## a list of a hundred claims with all that hangs on them, beside SQL by hand
	@$(RUN)/python -m bench.reads.watching

bench-writes: dev ## price previews, sales and approvals of claims a second, beside the same statements by hand
	@$(RUN)/python -m bench.writes

bench-jobs: dev ## the figures of jobs in the README
	@$(RUN)/python -m bench.jobs

bench-attacks: dev ## how long it takes to refuse what asks for too much
	@$(RUN)/python -m bench.attacks

bench-login: dev ## what a wave of sign-ins costs everybody else
	@$(RUN)/python -m bench.login

lint: dev ## style
	@echo "ruff …"; $(RUN)/ruff check

types: dev ## types
	@echo "mypy, strict …"; $(RUN)/mypy

imports: dev ## the order of the rooms
	@echo "import contracts …"; $(RUN)/lint-imports

schema: dev ## writes schema.graphql from the code
	@$(RUN)/aftercare schema

schema-changelog: dev ## writes CHANGELOG-schema.md; what can break a client must be declared
	@$(RUN)/python -m tests.interop.changelog

schema-release: dev ## gives what is unreleased in CHANGELOG-schema.md a version (VERSION=1.1.0)
	@$(RUN)/python -m tests.interop.changelog $(if $(VERSION),$(VERSION),$(error name it: make schema-release VERSION=1.1.0))

check: lint types imports ## all that is checked without running anything
	@echo "schema.graphql …"; $(RUN)/aftercare schema --check

lock: ## the lock files anew from pyproject.toml; asks the package index
	@commands/lock.sh

clean: ## removes .venv and caches; the demo's data in .aftercare stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@commands/set_up.sh runtime

dev:
	@commands/set_up.sh dev
