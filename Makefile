# Everything a person does with OrderTwin, as verbs. `make` alone lists them.
#
#   PYTHON       interpreter that makes the environment (3.11 or later)
#   CONSTRAINTS  file of exact versions to install, for example requirements/ci.txt
#   WEB          where `make run` serves the review page
#   ARGS         more arguments for the command behind run, test, train or bench-detection

SHELL       := /bin/sh
PYTHON      ?= python3
VENV        ?= .venv
CONSTRAINTS ?=
ARGS        ?=
WEB         ?= 127.0.0.1:8551
BIN         := $(VENV)/bin
ROOMS       := models/ordertwin_models stores/ordertwin_stores server/ordertwin_server \
               training/ordertwin_training apps/client/ordertwin_client apps/cli/ordertwin_cli \
               apps/reviewer/ordertwin_reviewer
GENERATED   := README.md docs/cli.md docs/configuration.md docs/errors.md docs/order-document.md \
               docs/customers.md docs/policy.md docs/security.md docs/training.md \
               docs/benchmark.md

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ifneq ($(CONSTRAINTS),)
export PIP_CONSTRAINT := $(abspath $(CONSTRAINTS))
endif

.DEFAULT_GOAL := help
.PHONY: help setup run test faults test-fast lint format protos protos-check docs docs-check train \
        bench-detection bench-serving bench-scan bench-security sbom lock clean

help: ## list these verbs
	@echo "OrderTwin: is this order already there?"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "Start with: make run"

setup: $(VENV)/.installed-dev ## install everything for development into .venv

run: $(VENV)/.installed-server ## start the server and the review page; on a fresh store it scores the sample orders
	@$(BIN)/ordertwin serve --sample --web $(WEB) $(ARGS)

test: $(VENV)/.installed-dev ## run all tests
	@$(BIN)/python -m pytest $(ARGS)

faults: $(VENV)/.installed-dev ## break disks, networks and processes (ARGS="--only kills --size 0.1 --resume done.jsonl")
	@$(BIN)/python -m tests.faults $(ARGS)

test-fast: $(VENV)/.installed-dev ## run the unit tests on all cores, stop at the first failure
	@$(BIN)/python -m pytest -x -n auto tests/unit $(ARGS)

lint: $(VENV)/.installed-dev protos-check docs-check ## check style, types, arrows, contract and docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(ROOMS) benchmarks docs
	$(BIN)/lint-imports
	$(VENV)/protos/bin/python protos/generate.py --lint

format: $(VENV)/.installed-dev ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

protos: $(VENV)/.installed-protos ## make the generated code from protos/ again
	$(VENV)/protos/bin/python protos/generate.py

.PHONY: pictures
pictures: $(VENV)/.installed-dev ## take the pictures of the documentation anew, in a headless Chromium (ARGS="review policy")
	@$(BIN)/python -m docs.pictures $(ARGS)

protos-check: $(VENV)/.installed-protos ## fail when the generated code is not fresh
	$(VENV)/protos/bin/python protos/generate.py --check

docs: $(VENV)/.installed-dev ## write the generated tables of README and docs again
	$(BIN)/cog -r -I docs $(GENERATED)

docs-check: $(VENV)/.installed-dev ## fail when a generated table is not fresh
	$(BIN)/cog --check -I docs $(GENERATED)

train: $(VENV)/.installed-dev ## train a candidate model (ARGS="--base FILE" takes real base orders)
	@$(BIN)/ordertwin train $(ARGS)

.PHONY: mlflow bench-learning
mlflow: $(VENV)/.installed-dev ## open the record of training runs on http://127.0.0.1:5000 (PORT=, RUNS=directory)
	@MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true $(BIN)/mlflow ui --host 127.0.0.1 --port $(or $(PORT),5000) \
	  --backend-store-uri "sqlite:///$(abspath $(or $(RUNS),runs))/mlflow.db"

bench-learning: $(VENV)/.installed-dev ## what verdicts are worth, poison, model swaps (SIZE=orders, 1500 is a short one)
	@$(BIN)/python -m benchmarks.learning $(if $(SIZE),--size $(SIZE)) --work $(or $(WORK),runs/bench-learning) $(ARGS)

bench-detection: $(VENV)/.installed-dev $(if $(PEERS),$(VENV)/.installed-peers) ## measure detection (DATA=file of real base orders, SIZE=orders, PEERS=1)
	@$(BIN)/python -m benchmarks.detection $(if $(DATA),--data "$(DATA)") $(if $(SIZE),--size $(SIZE)) \
	  $(if $(NORTHWIND),--northwind "$(NORTHWIND)") \
	  $(if $(ADVENTUREWORKS),--adventureworks "$(ADVENTUREWORKS)") $(ARGS)

.PHONY: bench-publish
bench-publish: $(VENV)/.installed-peers ## run every detection benchmark and write docs/benchmark.md (DATA=, NORTHWIND=, ADVENTUREWORKS=, DBLP_ACM=)
	@mkdir -p docs/benchmark
	$(BIN)/python -m benchmarks.detection --pictures docs/benchmark | tail -1 > docs/benchmark/detection.json
	$(BIN)/python -m benchmarks.detection --data "$(DATA)" --northwind "$(NORTHWIND)" \
	  --adventureworks "$(ADVENTUREWORKS)" --size 2000 | tail -1 > docs/benchmark/real.json
	$(BIN)/python -m benchmarks.orders.robustness | tail -1 > docs/benchmark/robustness.json
	$(BIN)/python -m benchmarks.orders.sanity --dblp-acm "$(DBLP_ACM)" | tail -1 > docs/benchmark/sanity.json
	$(BIN)/cog -r -I docs docs/benchmark.md

bench-serving: $(VENV)/.installed-dev $(if $(PEERS),$(VENV)/.installed-peers) ## measure ScoreOrder next to an echo (ORDERS=stored orders, HOT=of one customer, STORE=, PEERS=1)
	@$(BIN)/python -m benchmarks.serving $(if $(ORDERS),--orders $(ORDERS)) $(if $(HOT),--hot $(HOT)) \
	  $(if $(STORE),--store $(foreach store,$(STORE),"$(store)")) $(ARGS)

bench-scan: $(VENV)/.installed-dev ## measure the scan of a whole history (ORDERS=orders)
	@$(BIN)/python -m benchmarks.scan $(if $(ORDERS),--orders $(ORDERS))

bench-security: $(VENV)/.installed-dev ## who gets in, tampering, mutated messages (MESSAGES=number)
	@$(BIN)/python -m benchmarks.security $(if $(MESSAGES),--messages $(MESSAGES)) \
	  $(if $(POSTGRES),--postgres "$(POSTGRES)")

.PHONY: bench-people
bench-people: $(VENV)/.installed-dev ## pages, JSON, watchers, merges undone (ORDERS=1000000, REVIEWS=100000, WORK=keeps the store)
	@$(BIN)/python -m benchmarks.people $(if $(ORDERS),--orders $(ORDERS)) \
	  $(if $(REVIEWS),--reviews $(REVIEWS)) $(if $(WORK),--work "$(WORK)") $(ARGS)

sbom: $(VENV)/.installed-dev ## check pinned packages for known holes, list them in dist/sbom.json
	@$(PYTHON) -m venv $(VENV)/sbom
	@PIP_CONSTRAINT= $(VENV)/sbom/bin/python -m pip install --quiet --disable-pip-version-check \
	  pip-audit cyclonedx-bom
	@mkdir -p dist
	@grep -v -f requirements/peers.txt requirements/ci.txt > dist/requirements.txt
	@$(VENV)/sbom/bin/cyclonedx-py requirements dist/requirements.txt --of JSON -o dist/sbom.json
	@echo "dist/sbom.json lists what requirements/ci.txt pins, apart from requirements/peers.txt"
	@$(VENV)/sbom/bin/pip-audit --strict --no-deps --disable-pip --progress-spinner off \
	  -r dist/requirements.txt > dist/audit.txt 2>&1 && cat dist/audit.txt || { \
	  if grep -q "could not be audited\|Max retries exceeded\|Connection" dist/audit.txt; then \
	    echo "Nothing was checked for known holes: the advisories of pypi.org cannot be reached from here,"; \
	    echo "or the index in their place has none. Run this where https://pypi.org/pypi/NAME/VERSION/json"; \
	    echo "answers; dist/audit.txt has what pip-audit said:"; tail -1 dist/audit.txt; \
	  else cat dist/audit.txt; fi; exit 1; }

lock: $(VENV)/.installed-dev ## choose the exact versions of requirements/ci.txt again
	$(PIP) uv
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --extra dev --extra benchmark \
	  --no-annotate --custom-compile-command "make lock" pyproject.toml -o requirements/ci.txt

clean: ## remove the environment and caches; data and models stay
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "OrderTwin needs Python 3.11 or later; say which: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making the environment $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed-server: pyproject.toml | $(BIN)/python
	@echo "Installing the server ..."
	@$(PIP) -e '.[server,web]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing everything for development; this takes a few minutes ..."
	@$(PIP) -e '.[dev]'
	@touch $(VENV)/.installed-server $@

# Splink and dedupe: only the benchmark has a use for them.
$(VENV)/.installed-peers: pyproject.toml | $(VENV)/.installed-dev
	@echo "Installing the systems to compare with ..."
	@$(PIP) -e '.[benchmark]'
	@touch $@

# The generator has an environment of its own: it is older than what runs, on purpose.
$(VENV)/.installed-protos: requirements/protos.txt | $(BIN)/python
	@$(PYTHON) -m venv $(VENV)/protos
	@PIP_CONSTRAINT= $(VENV)/protos/bin/python -m pip install --quiet --disable-pip-version-check \
	  -r requirements/protos.txt
	@touch $@
