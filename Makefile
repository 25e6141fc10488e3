# Everything a clone needs: python3 (3.11 or later), make and a package index.
PYTHON ?= python3
BIN := .venv/bin
JIAOFEI_HOME ?= data
export JIAOFEI_HOME

.PHONY: run campaign-demo test lint types dbt-parse definitions unit ui docs evaluate bench lock clean

run: .venv/installed ## demo deliveries -> warehouse -> published snapshot
	@$(BIN)/jiaofei demo
	@$(BIN)/jiaofei run

campaign-demo: .venv/installed ## one campaign from declaration to effect, in a home of its own
	@$(BIN)/jiaofei campaign-demo

test: lint types dbt-parse definitions unit

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --disable-progress-bar --nocolor dbt/models dbt/tests

types: .venv/installed
	$(BIN)/mypy

dbt-parse: .venv/installed
	$(BIN)/dbt parse --quiet --no-partial-parse --project-dir dbt --profiles-dir dbt --target-path target

definitions: .venv/installed
	$(BIN)/dagster definitions validate --log-level error

unit: .venv/installed
	$(BIN)/pytest

ui: .venv/installed ## Dagster UI on 127.0.0.1:3000
	@$(BIN)/jiaofei ui

docs: .venv/installed ## dbt docs on 127.0.0.1:8080
	@$(BIN)/jiaofei docs

evaluate: run ## what the models reach, on public data and on the demo province
	$(BIN)/python -m tests.evaluation

bench: .venv/installed
	$(BIN)/python -m tests.benchmarks

lock: ## after a change of the dependencies in pyproject.toml
	$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install --quiet uv
	.venv/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-strip-extras --no-emit-index-url --no-header --no-annotate --extra dev pyproject.toml -o requirements.lock

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean: ## forget the environment, keep the data
	rm -rf .venv dbt/target
