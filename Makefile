# Everything a developer types. `make` alone prints this help; the work is done in services/local/bootstrap.
# Settings go behind the target: make run STORE=timescale MQTT_PORT=31883

PYTHON ?= python3
BIN := .venv/bin
# Compiled modules are kept, whatever this machine says: tests start some 500 processes of the product.
export PYTHONDONTWRITEBYTECODE :=
BOOTSTRAP := $(PYTHON) -B -m services.local.bootstrap
STORES := $(if $(STORE),$(STORE),postgres timescale)
# Tests with real servers wait more than they compute; each of the four has servers of its own. The folder with the
# longest file comes first, so that nobody is left with it; the last one leaves Playwright's event loop behind.
SIDE_BY_SIDE := --quiet -n 4 --dist loadfile --no-loadscope-reorder
# The longest files first, so that no worker is alone with one at the end.
SERVER_TESTS := $(wildcard tests/faults tests/e2e tests/integration)

.DEFAULT_GOAL := help
.PHONY: help run test fuzz-wall test-rollups check lint protos page lock bench-ingest bench-overload bench-wall bench-wall-heap bench-rollups bench-query bench-records bench-indicators bench-alarms verify-indicators soak soak-wall clean

help: ## This help
	@echo 'Hải Đăng: the open backend of a province'"'"'s operations centre'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-22s %s\n", $$1, $$2}'
	@echo
	@echo '  STORE=timescale        with TimescaleDB (on Debian 12 this needs root, for a Debian 13 tree)'
	@echo '  STORE=postgres         plain PostgreSQL, also where TimescaleDB is installed'
	@echo '                         make test STORE=…: all tests on that store alone'
	@echo '  MQTT_PORT=… WALL_PORT=… GRPC_PORT=… POSTGRES_PORT=… AMQP_PORT=…   other ports'
	@echo '  PROVINCE=56            make run: the walls show this real province and nothing is simulated'
	@echo '  PROVINCE=56 SIMULATED=1   with simulated devices and offices in its communes, and the walls say so'
	@echo '  MAP=map.toml           make run: units and boundaries, brought in first (docs/runbooks/real-province.md)'
	@echo '  PORT_OFFSET=100        all ports moved, for a second stack on this machine'

run: ## Installs what is missing and runs the whole stack with a simulated province; Ctrl-C ends it
	@$(BOOTSTRAP) run
	@exec $(BIN)/python -m services.local.supervisor

test: ## All tests once on PostgreSQL, and on TimescaleDB those that depend on how telemetry is kept
	@$(BOOTSTRAP) test
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) tests/unit tests/contract
	@set -e; which=; for store in $(STORES); do \
		echo "$(BIN)/python -m pytest --store=$$store $$which $(SIDE_BY_SIDE) $(SERVER_TESTS)"; \
		$(BIN)/python -m pytest --store=$$store $$which $(SIDE_BY_SIDE) $(SERVER_TESTS); \
		which='-m both_stores'; \
	done

fuzz-wall: ## 20,000 conversations with the hub's door that nobody would have (FUZZ_EXAMPLES=…)
	@$(BOOTSTRAP) test
	FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),20000) $(BIN)/python -m pytest --store=postgres --quiet tests/integration/test_hub_fuzz.py

test-rollups: ## 2,000 histories of late, repeated and corrected readings against an oracle, on each store
	@$(BOOTSTRAP) test
	@set -e; for store in $(STORES); do \
		ROLLUP_EXAMPLES=2000 $(BIN)/python -m pytest --store=$$store --quiet tests/integration/test_rollups.py; \
	done

check: lint ## Lint, format, types, import contracts; generated code and deployment files are right
	$(BIN)/python -m pytest --quiet tests/contract

lint:
	@$(BOOTSTRAP) test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python protos/generate.py --check
	$(BIN)/python -m protos.reference --check
	@$(BOOTSTRAP) check-page
	@$(BOOTSTRAP) check-protos

protos: ## Generates protos/gen and docs/reference from protos/ioc
	@$(BOOTSTRAP) run
	$(BIN)/python protos/generate.py
	$(BIN)/python -m protos.reference

page: ## Builds the wall page
	@$(BOOTSTRAP) run

# No index address goes into a lock: every machine uses the one that it is set up for.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

lock: ## Writes requirements/*.lock anew from pyproject.toml
	$(LOCK) pyproject.toml -o requirements/runtime.lock
	$(LOCK) --extra dev -c requirements/runtime.lock pyproject.toml -o requirements/dev.lock

BENCH_STORE := $(if $(STORE),--store=$(STORE))

bench-ingest: ## Measures ingest on private servers and prints one line of JSON
	@$(BOOTSTRAP) run >&2
	@$(BIN)/python -m tests.load.bench_ingest $(BENCH_STORE)

bench-overload: ## Ten times more than the database takes: what is lost, what waits, what prio still gets
	@$(BOOTSTRAP) run >&2
	@$(BIN)/python -m tests.load.bench_overload $(BENCH_STORE)

bench-wall: ## What 1,000 walls cost, one that freezes, and how soon Chromium paints; prints one line of JSON
	@$(BOOTSTRAP) run >&2
	@$(BIN)/python -m tests.load.bench_wall $(BENCH_STORE)

bench-wall-heap: ## Half a million updates of a wall in Chromium: does its memory stay where it was
	@$(BOOTSTRAP) test >&2
	@$(BIN)/python -m tests.load.bench_wall_heap

soak: ## Breaks things for 15 minutes (MINUTES=…) on STORE=postgres or timescale, and counts what is lost
	@$(BOOTSTRAP) test >&2
	@$(BIN)/python -m tests.faults.soak --figures --minutes $(or $(MINUTES),15) --store $(or $(STORE),postgres) $(if $(SEED),--seed $(SEED))

soak-wall: ## One wall in Chromium through restarts, cuts, sleep and wrong clocks, for as long as you like (HOURS=8)
	@$(BOOTSTRAP) run >&2
	@$(BIN)/python -m tests.load.soak_wall $(if $(HOURS),--hours $(HOURS)) $(if $(SEED),--seed $(SEED))

verify-indicators: ## Holds every number of a simulated month against a second, plain method (SEED=… ONLY=devices KEEP=folder)
	@$(BOOTSTRAP) test >&2
	@$(BIN)/python -m tests.truth.verify $(BENCH_STORE) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep $(KEEP))

bench-rollups: ## Measures what roll-ups cost beside ingest, and bytes per reading; prints one line of JSON
	@$(BOOTSTRAP) test >&2
	@$(BIN)/python -m tests.load.bench_rollups $(BENCH_STORE)

bench-query: ## Measures queries and watches on private servers and prints one line of JSON
	@$(BOOTSTRAP) run >&2
	@$(BIN)/python -m tests.load.bench_query $(BENCH_STORE)

bench-records: ## Measures what records cost to hand in, and both maps; prints one line of JSON
	@$(BOOTSTRAP) run >&2
	@$(BIN)/python -m tests.load.bench_records $(BENCH_STORE)

bench-indicators: ## Measures late data, a long past, latency and full recomputation of figures; prints one line of JSON
	@$(BOOTSTRAP) test >&2
	@$(BIN)/python -m tests.load.bench_indicators $(BENCH_STORE)

bench-alarms: ## Measures how soon an alarm is on the bus, what evaluation costs, and a storm; prints one line of JSON
	@$(BOOTSTRAP) run >&2
	@$(BIN)/python -m tests.load.bench_alarms $(BENCH_STORE)

clean: ## Removes everything that make made in this checkout, the local stack's data included
	@$(BOOTSTRAP) clean
