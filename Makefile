# The market in two commands: make run, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= $(CURDIR)/market-home
PORT ?= 8000
TESTS ?= tests
XDIST ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup dev run test test-fast lint types contracts migrations i18n docs bench bench-auction mutants wheel trust clean

help: ## show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=… names another)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.lock pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.made: package.json package-lock.json | $(VENV)/.runtime
	@./docs/setup/with-node.sh npm ci --silent --no-progress
	@touch $@

static/vendor/.made: node_modules/.made $(wildcard static/css/*.css static/js/*.js) marketplace/assets.py
	$(BIN)/python -m marketplace.assets
	@touch $@

marketplace/translations/.made: $(wildcard marketplace/translations/*/LC_MESSAGES/*.po) | $(VENV)/.runtime
	$(BIN)/pybabel -q compile -d marketplace/translations -D messages
	$(BIN)/pybabel -q compile -d marketplace/translations -D flask_security
	@touch $@

setup: $(VENV)/.runtime static/vendor/.made marketplace/translations/.made ## install what running needs
	@$(BIN)/python -m compileall -q auction marketplace rules search

dev: setup $(VENV)/.dev ## install what developing needs
	@./docs/setup/system-packages.sh

run: setup ## serve the market with a demo in it (PORT=8000)
	@MARKET_HOME=$(HOME_DIR) MARKET_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/marketplace demo --if-empty
	@MARKET_HOME=$(HOME_DIR) MARKET_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/marketplace serve --port $(PORT)

test: dev lint types contracts migrations i18n ## everything that must hold
	$(BIN)/python -m pytest $(TESTS) -n $(XDIST) --dist loadgroup

test-fast: dev ## the tests that need neither a browser nor PostgreSQL
	$(BIN)/python -m pytest $(TESTS) -n $(XDIST) -m "not browser and not slow" -k "not postgresql"

lint: $(VENV)/.dev ## style of Python, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/bandit -q -r marketplace auction search rules -lll

types: $(VENV)/.dev ## mypy --strict
	$(BIN)/mypy

contracts: $(VENV)/.dev ## who may import whom
	$(BIN)/lint-imports

migrations: setup ## models and migrations agree
	@MARKET_HOME=$$(mktemp -d) $(BIN)/marketplace db check

i18n: $(VENV)/.dev ## every visible string is there in both languages
	$(BIN)/python -m marketplace.translations.complete

docs: setup ## write the API description and the settings table into docs/
	@MARKET_HOME=$$(mktemp -d) $(BIN)/marketplace docs docs/reference

bench: dev ## print the performance bars (15 minutes; ONLY=P2,L1 for some)
	@ONLY="$(ONLY)" $(BIN)/python -m tests.bench

bench-auction: dev ## print the auction's bars A1-A9 (10 minutes; ONLY=A1,A6 for some)
	@ONLY="$(ONLY)" $(BIN)/python -m tests.bench.auction

mutants: dev ## break the auction rules in every small way; 95 % must be noticed (20 minutes)
	$(BIN)/python -m tests.unit.auction.mutants --jobs $(XDIST)

wheel: setup ## build dist/*.whl with everything a server needs
	$(BIN)/uv build --quiet --wheel --out-dir dist

trust: dev ## print tried and held for every threat and fault
	$(BIN)/python -m tests.trust_table

clean: ## remove what make made (not the market's data)
	rm -rf .bench $(VENV) node_modules static/vendor
