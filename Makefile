# Xiaoer (小二). `make run` and `make test` are all one needs; `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
XIAOER_HOME ?= $(CURDIR)/var
export XIAOER_HOME
# compiled modules are kept: without them every process that starts reads all of Django anew
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamps
TEMPLATE := $(CURDIR)/$(VENV)/template
NPM := $(BIN)/python tools/npm.py
WEB_SOURCES := $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
WIDGET_SOURCES := $(shell find widget/src -type f 2>/dev/null)

.PHONY: help setup run serve test lint lint-python lint-web types test-python test-postgres test-web test-browser test-template test-postgres-near bench flows lock clean demo-reset

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

setup: $(STAMP)/base web/dist/index.html widget/dist/widget.js ## .venv and the web build

run: setup ## set up, load the demo shop, serve on http://127.0.0.1:$(PORT)
	@XIAOER_DEMO=1 $(BIN)/xiaoer run --port $(PORT)

serve: setup ## serve a real shop: no demo data, no demo clock
	@$(BIN)/xiaoer manage upgrade --verbosity 0
	@$(BIN)/xiaoer serve --port $(PORT)

demo-reset: setup ## throw the demo's data away and load it anew
	@XIAOER_DEMO=1 $(BIN)/xiaoer demo reset --yes

$(VENV)/bin/python:
	@sh tools/venv.sh "$(PYTHON)" "$(VENV)"

$(STAMP)/base: requirements/base.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the product needs ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.lock
	@$(BIN)/python tools/editable.py
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/dev: requirements/dev.lock $(STAMP)/base
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/web-modules: web/package-lock.json $(STAMP)/base
	@echo "Installing what the web build needs ..."
	@$(NPM) web ci --no-fund --no-audit --prefer-offline --loglevel=error
	@touch $@

$(STAMP)/widget-modules: widget/package-lock.json $(STAMP)/base
	@$(NPM) widget ci --no-fund --no-audit --prefer-offline --loglevel=error
	@touch $@

web/dist/index.html: $(WEB_SOURCES) $(STAMP)/web-modules
	@echo "Building the workbench ..."
	@$(NPM) web run --silent build
	@touch $@

widget/dist/widget.js: $(WIDGET_SOURCES) $(STAMP)/widget-modules
	@echo "Building the buyer's chat bubble ..."
	@$(NPM) widget run --silent build
	@touch $@

$(STAMP)/chromium: $(STAMP)/dev
	@sh tools/chromium.sh
	@touch $@

test: ## everything: lint, types, SQLite, PostgreSQL, web, browser
	@$(MAKE) --no-print-directory $(STAMP)/base
	@$(MAKE) --no-print-directory -j2 setup $(STAMP)/dev $(STAMP)/widget-modules $(STAMP)/chromium
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint-python lint-web test-template test-web
	@XIAOER_TEST_TEMPLATE=$(TEMPLATE) $(MAKE) --no-print-directory test-python
	@XIAOER_TEST_TEMPLATE=$(TEMPLATE) $(MAKE) --no-print-directory test-postgres-near
	@XIAOER_TEST_TEMPLATE=$(TEMPLATE) $(MAKE) --no-print-directory test-browser
	@echo "make test: everything passed"

lint: lint-python lint-web ## style, laws, types, generated files

lint-python: $(STAMP)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/house_lint.py --selftest
	$(BIN)/python tools/house_lint.py
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy xiaoer tools bench
	$(BIN)/xiaoer manage makemigrations --check --dry-run
	$(BIN)/python tools/make_flows.py --check
	$(BIN)/python tools/make_service_rules.py --check
	$(BIN)/python tools/make_openapi.py --check

lint-web: $(STAMP)/web-modules $(STAMP)/widget-modules
	$(NPM) web run --silent types:check
	$(NPM) web run --silent typecheck
	$(NPM) web run --silent lint
	$(NPM) widget run --silent typecheck
	$(NPM) widget run --silent lint

types: $(STAMP)/dev $(STAMP)/web-modules ## write the OpenAPI file, the web's API types and docs/flows anew
	$(BIN)/python tools/make_openapi.py
	$(BIN)/python tools/make_flows.py
	$(BIN)/python tools/make_service_rules.py
	$(NPM) web run --silent types

test-template: $(STAMP)/dev # the empty database that the tests copy
	@rm -rf $(TEMPLATE) && mkdir -p $(TEMPLATE)
	@XIAOER_TEST_TEMPLATE=$(TEMPLATE) $(BIN)/python -m tests.template

test-python: $(STAMP)/dev ## Python tests on SQLite
	$(BIN)/pytest -n 2 --dist loadgroup -m "not browser and not postgres_only" $(ARGS)

# What stands close to the database, and each area's longest ways; `make test-postgres` runs every test there.
NEAR := tests/test_lane.py tests/test_stream.py tests/test_lane_parity.py tests/test_doors.py xiaoer/kernel xiaoer/people \
	xiaoer/goods/tests/test_stock.py xiaoer/routing/tests/test_race.py \
	xiaoer/orders/tests/test_print_races.py xiaoer/orders/tests/test_importing.py \
	xiaoer/orders/tests/test_order_search.py xiaoer/orders/tests/test_service_cancel.py \
	xiaoer/aftersales/tests/test_races.py xiaoer/aftersales/tests/test_money.py \
	xiaoer/aftersales/tests/test_life_of_a_return.py xiaoer/reception/tests/test_summary_identity_search.py \
	xiaoer/knowledge/tests/test_search.py xiaoer/complaints/tests/test_complaints.py xiaoer/care/tests/test_care_calls.py

test-postgres-near: $(STAMP)/dev
	$(BIN)/python -m tests.postgres -- $(BIN)/pytest -n 2 --dist loadgroup $(NEAR) -m "not browser and not sqlite_only"

test-postgres: $(STAMP)/dev ## the same tests on a real PostgreSQL
	$(BIN)/python -m tests.postgres -- $(BIN)/pytest -n 2 --dist loadgroup -m "not browser and not sqlite_only" $(ARGS)

test-web: $(STAMP)/web-modules $(STAMP)/widget-modules ## web and widget unit tests
	$(NPM) web run --silent test
	$(NPM) widget run --silent test

test-browser: setup $(STAMP)/dev $(STAMP)/chromium ## the main paths in Chromium against the running server
	$(BIN)/pytest tests/browser -m browser -n 2 --dist loadfile $(ARGS)

bench: $(STAMP)/dev ## load run: ratios to limits measured in the same run
	$(BIN)/python -m bench $(ARGS)

lock: $(STAMP)/dev ## pin the dependencies anew
	@sh tools/lock.sh

clean: ## remove what was built (not the data in var/)
	rm -rf $(VENV) web/dist web/node_modules widget/dist widget/node_modules .mypy_cache .ruff_cache
