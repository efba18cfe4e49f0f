# Every task of the project. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIND ?= 127.0.0.1:8000
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input
PYTEST := $(BIN)/python -m pytest
WORKERS_OF_TESTS := -n 2 --dist worksteal
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard tracker/translations/*/LC_MESSAGES/*.po))
FAST_TESTS := $(wildcard tests/architecture tests/domain tests/importers tests/renderers)
SOURCES := tracker migrations tests scripts wsgi.py

export PYTHONDONTWRITEBYTECODE ?= 1

.PHONY: help
help: ## List the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 18

.PHONY: setup
setup: $(READY) $(CATALOGUES) ## Make .venv with the locked packages and the command `cumple`

$(BIN)/python:
	bash scripts/install-system.sh venv "$(PYTHON)"
	$(PYTHON) -m venv $(VENV)

$(READY): requirements-dev.lock pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	$(PIP_INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

tracker/translations/%.mo: tracker/translations/%.po $(READY)
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(word 3,$(subst /, ,$@))

.PHONY: lock
lock: $(READY) ## Resolve the dependencies of pyproject.toml again into the two lock files
	$(BIN)/python scripts/lock.py

.PHONY: run
run: setup ## Database, demonstration data, web server on 127.0.0.1:8000 and the job scheduler
	$(BIN)/python scripts/run.py --die-with-parent --bind $(BIND) --workers $(WORKERS)

.PHONY: dev
dev: export CUMPLE_DEVELOPMENT := true
dev: run ## The same with the pages for those who develop: /desarrollo/estilo

.PHONY: jobs
jobs: setup ## The job scheduler alone
	$(BIN)/cumple jobs work

.PHONY: db-upgrade
db-upgrade: setup ## Bring the database to the newest migration
	$(BIN)/cumple db upgrade

.PHONY: db-new
db-new: setup ## Draft a migration from the models: make db-new NAME=add_meetings
	@test -n "$(NAME)" || { echo "usage: make db-new NAME=what_it_does" >&2; exit 2; }
	$(BIN)/python scripts/new_migration.py "$(NAME)"

.PHONY: system-packages
system-packages:
	bash scripts/install-system.sh tests

.PHONY: test
test: setup system-packages ## Every test once: pages on SQLite, services and queries on PostgreSQL, journeys on both
	@echo "== SQLite"
	CUMPLE_TEST_DATABASE=sqlite $(PYTEST) $(WORKERS_OF_TESTS) --share $(TEST_ARGS)
	@echo "== PostgreSQL"
	CUMPLE_TEST_DATABASE=postgresql $(PYTEST) $(WORKERS_OF_TESTS) --share $(TEST_ARGS)

.PHONY: test-both
test-both: setup system-packages ## Every test on each of the two databases
	CUMPLE_TEST_DATABASE=sqlite $(PYTEST) $(WORKERS_OF_TESTS) $(TEST_ARGS)
	CUMPLE_TEST_DATABASE=postgresql $(PYTEST) $(WORKERS_OF_TESTS) $(TEST_ARGS)

.PHONY: test-fast
test-fast: setup ## Architecture, domain, importers and renderers: no browser, no server, under a minute
	$(PYTEST) $(WORKERS_OF_TESTS) -m "not browser and not postgres" $(FAST_TESTS)

.PHONY: coverage
coverage: setup ## Which branches of domain and services no test takes (all of them are meant to be taken)
	CUMPLE_TEST_DATABASE=sqlite $(PYTEST) $(WORKERS_OF_TESTS) -m "not browser" --cov=tracker.domain --cov=tracker.services \
		--cov-branch --cov-report=term-missing:skip-covered $(TEST_ARGS)

.PHONY: soak
soak: setup system-packages ## The long runs: kills by the hundred, long stateful runs
	CUMPLE_TEST_DATABASE=$(or $(CUMPLE_TEST_DATABASE),sqlite) $(PYTEST) -m soak --run-soak $(TEST_ARGS)

.PHONY: lint
lint: setup ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: format
format: setup ## Let ruff rewrite what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: types
types: setup ## mypy, strict where rules live
	$(BIN)/mypy

.PHONY: check
check: lint types test ## What CI runs

.PHONY: messages
messages: setup ## Bring the English catalogue up to date with the texts in code and templates
	$(BIN)/python scripts/messages.py

.PHONY: screenshots
screenshots: setup system-packages ## Pictures of the main pages with the demonstration data, in docs/screenshots
	$(BIN)/python scripts/screenshots.py

.PHONY: wheel
wheel: setup ## Build the wheel, with templates, translations and migrations inside
	$(BIN)/python -m hatchling build --target wheel
