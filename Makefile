# Tricredit: `make` or `make help` lists what there is. Every target sets the project up first.

PYTHON ?= python3
DB ?= sqlite:///tricredit.db
BUNDLES ?= bundles
RECIPE ?= recipes/receivables_br.toml
TRAIN_ARGS ?=
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder

BIN := .venv/bin
PACKAGES := .venv/.packages
PROJECT := .venv/.project
SPARK := .venv-spark/.project
MLFLOW := .venv-mlflow/.packages
BENCHMARKS = $(filter-out __init__ __main__,$(patsubst benchmarks/%.py,%,$(wildcard benchmarks/*.py)))

.DEFAULT_GOAL := help
.PHONY: help setup spark mlflow demo serve train check test test-long bench

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' Makefile

setup: $(PROJECT) ## make .venv with the locked packages; again when the lock changes

$(PACKAGES): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(PROJECT): $(PACKAGES) pyproject.toml
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

demo: setup ## facts, model, a scored request and the service, in a small made-up world
	$(BIN)/tricredit demo

serve: setup ## start the service
	$(BIN)/tricredit serve

train: setup ## retrain: RECIPE=file DB=url BUNDLES=folder TRAIN_ARGS="--train-until ..."
	$(BIN)/python -m training.retrain $(RECIPE) --db $(DB) --out $(BUNDLES) $(TRAIN_ARGS)

check: setup ## lint, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

test: setup ## the tests but the long ones, in two processes; PYTEST_ARGS= runs them in one
	$(BIN)/python -m pytest -m "not long" $(PYTEST_ARGS)

test-long: setup spark ## all tests, the long ones with more examples
	$(BIN)/python -m pytest --hypothesis-profile=long $(PYTEST_ARGS)

bench: setup ## all benchmarks; one of them: .venv/bin/python -m benchmarks.NAME
	@set -e; for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name; done
