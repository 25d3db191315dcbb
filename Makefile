# Tricredit: `make` or `make help` lists what there is. Every target sets the project up first.

PYTHON ?= python3
DB ?= sqlite:///tricredit.db
BUNDLES ?= bundles
RECIPE ?= recipes/receivables_br.toml
TRAIN_ARGS ?=
EXAMPLES ?= plain
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder

BIN := .venv/bin
SHIPPED := .venv/.shipped
PACKAGES := .venv/.packages
PROJECT := .venv/.project
SPARK := .venv-spark/.project
MLFLOW := .venv-mlflow/.packages
SHIPPING := .venv-shipping/.packages
BENCHMARKS = $(filter-out __init__ __main__,$(patsubst benchmarks/%.py,%,$(wildcard benchmarks/*.py)))

.DEFAULT_GOAL := help
.PHONY: help setup spark mlflow shipping client sbom demo serve train check test test-long bench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' Makefile

setup: $(PACKAGES) $(PROJECT) ## make .venv with the locked packages; again when a lock changes

# what ships comes first and alone: whoever wants to see the demo needs nothing of the rest
$(SHIPPED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(PACKAGES): $(SHIPPED) requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(PROJECT): $(SHIPPED) pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

spark: $(SPARK) ## make .venv-spark: the relations on Spark; needs Java 17 or newer (docs/engines.md)

# PySpark is built from source: with the setuptools of the lock, which must be there before it
$(SPARK): requirements.lock requirements-spark.lock pyproject.toml
	$(PYTHON) -m venv --clear .venv-spark
	.venv-spark/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	.venv-spark/bin/python -m pip install --quiet --require-hashes --no-build-isolation -r requirements-spark.lock
	.venv-spark/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

mlflow: $(MLFLOW) ## make .venv-mlflow: what benchmarks.service is measured against

# by itself: MLflow asks for older packages than ours
$(MLFLOW): requirements-mlflow.lock
	$(PYTHON) -m venv --clear .venv-mlflow
	.venv-mlflow/bin/python -m pip install --quiet --require-hashes -r requirements-mlflow.lock
	@touch $@

shipping: $(SHIPPING) ## make .venv-shipping: what makes the client and the list of components

$(SHIPPING): requirements-shipping.lock
	$(PYTHON) -m venv --clear .venv-shipping
	.venv-shipping/bin/python -m pip install --quiet --require-hashes -r requirements-shipping.lock
	@touch $@

client: shipping ## make the Python client of the interface in build/client
	.venv-shipping/bin/openapi-python-client generate --path docs/openapi.json --meta setup \
		--config deploy/client.yaml --output-path build/client --overwrite --fail-on-warning

sbom: shipping ## list what ships, with hashes: build/sbom.cdx.json (CycloneDX)
	@mkdir -p build
	.venv-shipping/bin/cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml \
		--output-file build/sbom.cdx.json requirements.lock

demo: $(PROJECT) ## facts, model, a scored request and the service, in a small made-up world
	$(BIN)/tricredit demo

serve: $(PROJECT) ## start the service
	$(BIN)/tricredit serve

train: setup ## retrain: RECIPE=file DB=url BUNDLES=folder TRAIN_ARGS="--train-until ..."
	$(BIN)/python -m training.retrain $(RECIPE) --db $(DB) --out $(BUNDLES) $(TRAIN_ARGS)

check: setup ## lint, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

test: setup ## the tests but the long ones, in two processes; PYTEST_ARGS= runs them in one
	$(BIN)/python -m pytest --hypothesis-profile=$(EXAMPLES) -m "not long" $(PYTEST_ARGS)

# what measures time has both cores to itself
test-long: setup spark shipping ## the long tests, with new random examples
	$(BIN)/python -m pytest --hypothesis-profile=long -m "long and not alone" $(PYTEST_ARGS)
	$(BIN)/python -m pytest --hypothesis-profile=long -m "long and alone" -s

bench: setup ## all benchmarks; one of them: .venv/bin/python -m benchmarks.NAME
	@set -e; for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name; done
