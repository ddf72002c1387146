# Tasks of the house. Every task makes its own environment first, so each works as the first command.
# Needs only make and Python 3.11, 3.12 or 3.13 (PYTHON=/path/to/python chooses one).

.DEFAULT_GOAL := help
.PHONY: help install run test quick check bench serve docs lock clean

environment := @sh tasks/environment.sh
bin := .venv/bin
python := $(bin)/python

# One list of versions for every platform and Python that pyproject.toml names; no index in the file.
compile := $(bin)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --no-emit-index-url --custom-compile-command "make lock"

help: ## Lists the tasks.
	@echo "make TASK, where TASK is one of:"
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-12s%s\n", $$1, $$2 }'

install: ## Makes the environment in .venv, with everything that tests and checks need.
	$(environment) all
	@echo "installed: $(bin)/siliconomics"

run: ## Runs the main job: builds the model, prints the headline tables, writes out/.
	$(environment) run
	$(bin)/siliconomics run

test: ## Runs the whole test suite.
	$(environment) all
	@sh tests/components.sh
	$(python) -m pytest --numprocesses auto

quick: ## Runs the quick part of the test suite.
	$(environment) all
	$(python) -m pytest -m "not slow"

check: ## Checks style (ruff), types (mypy, strict) and the directions of imports.
	$(environment) all
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	$(python) -m pytest -q tests/house/test_imports.py

bench: ## Measures speed and workbooks beside others: modelx, NumPy, modeleon where installed.
	$(environment) all
	$(python) benchmarks/run.py

serve: ## Opens the web face on this machine.
	$(environment) run
	$(bin)/siliconomics serve

docs: ## Builds the documentation.
	$(environment) all
	@if [ -f docs/build.py ]; then $(python) docs/build.py; \
	else echo "docs: nothing to build yet; the pages in docs/ are read as they are."; fi

lock: ## Writes the lock files anew, with the newest versions that pyproject.toml allows.
	$(environment) all
	$(python) -m pip install --disable-pip-version-check --quiet uv
	$(compile) --upgrade --extra excel --extra web --output-file requirements.lock
	$(compile) --upgrade --extra cluster --extra excel --extra frames --extra jax --extra web --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Removes the environment, caches and what runs have written.
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis out dist build
	find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
