# The two commands of the README: `make demo` and `make test`. Each sets up what it needs in .venv.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports tests sweep bench docs wheel clean

help:
	@echo "make demo   local stand-ins for Clockify and Google, sample jobs, a sync of each (ARGS=--exit to end after them)"
	@echo "make test   lint, types, import rules and all tests"
	@echo "make sweep  every fault of the sandbox at every request of a sync; make test does a part of it"
	@echo "make bench  what a sync costs, measured: benchmarks/RESULTS.md (ARGS=quick for the short version)"
	@echo "make docs   write the generated parts of docs/ and the JSON Schema anew"
	@echo "make wheel  build the package into dist/"

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "sheetsync needs Python 3.11 or newer; call make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing: on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/ready-for-tests: .venv/ready
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

.venv/ready-for-bench: .venv/ready
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable . --group bench
	@touch $@

demo: .venv/ready
	@$(BIN)/sheetsync demo $(ARGS)

test: lint types imports tests

lint: .venv/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready-for-tests
	$(BIN)/mypy

imports: .venv/ready-for-tests
	$(BIN)/lint-imports

tests: .venv/ready-for-tests
	$(BIN)/pytest --numprocesses auto $(ARGS)

sweep: .venv/ready-for-tests
	SWEEP=all $(BIN)/pytest --numprocesses auto tests/acceptance/test_fault_sweep.py $(ARGS)

bench: .venv/ready-for-bench
	$(BIN)/python benchmarks/bench.py $(ARGS)

docs: .venv/ready
	$(BIN)/python -m sheetsync.reference

wheel: .venv/ready-for-tests
	$(BIN)/python -m build

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache sheetsync-demo
