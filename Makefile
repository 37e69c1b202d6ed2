# `make` alone sets up; `make help` lists. A fresh machine needs python3 >= 3.11, make and its package registries.

PYTHON ?= python3
UV_VERSION = 0.13.9
BIN = .venv/bin
CODE = gongkai services shared tests bench
READY = .venv/ready
PYTEST = $(BIN)/python -m pytest
WORKERS ?= 2

.DEFAULT_GOAL := setup
.PHONY: help setup demo test quick check bench torture up down events format

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: $(READY)  ## Python packages as locked

$(READY): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "需要 Python 3.11 或更新版本（当前 %s）；可用 make PYTHON=python3.12" % sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --all-extras --inexact --compile-bytecode
	@touch $@

demo: $(READY)  ## the whole story on a real broker, from nothing
	$(BIN)/gongkai demo

test: $(READY)  ## the whole suite, on a real broker and over both stores
	$(PYTEST) -n $(WORKERS) --dist loadgroup

quick: $(READY)  ## what needs no broker, no MongoDB, no browser
	$(PYTEST) -q -m "not kafka and not mongo and not browser and not slow"

check: $(READY)  ## format, lint, types, import rules, then the tests: what CI runs
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(MAKE) test

bench: $(READY)  ## measurements, one JSON object a line
	@$(BIN)/python -m bench

torture: $(READY)  ## the short fault profile, a JSON report
	$(BIN)/python -m tests.torture run

var/secrets/%:
	@mkdir -p -m 700 $(@D)
	@$(PYTHON) -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())' > $@
	@chmod 444 $@  # compose hands it to an unprivileged user; the folder keeps everybody else out

up: var/secrets/kek var/secrets/receipt-key  ## docker compose deployment
	docker compose up --build --detach --wait

down:  ## stop it; the data stays in its volumes
	docker compose down

events: $(READY)  ## regenerate schemas and docs/events.md
	$(BIN)/gongkai events

format: $(READY)  ## put the code into shape
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)
