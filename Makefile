# Two commands matter: `make run` (the page) and `make test` (every test).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARCHIVE ?= archive
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: run test setup check fix gate docs screenshots bench bench-page formulas torture train-encoder clean

run: $(VENV)/.installed
	@grep -qs '^gen-' $(ARCHIVE)/CURRENT || $(BIN)/archiblogue build seeds --archive $(ARCHIVE)
	@$(BIN)/archiblogue serve --archive $(ARCHIVE)

# The tests that wait for a browser go alone: another process beside them makes them wait longer.
test: setup
	$(BIN)/python -m pytest -n 2 -m "not browser"
	$(BIN)/python -m pytest -m browser

setup: $(VENV)/.installed-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Il faut Python 3.11 ou plus ; ici : $$($(PYTHON) --version). Essayez : make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installation (une seule fois, quelques minutes)…" >&2
	$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) -e '.[dev,train]'
	@touch $@

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

gate: setup
	$(BIN)/python -m pytest -m gate

bench: setup
	-$(PIP) -e '.[bench]'
	$(BIN)/python -m bench.reach
	$(BIN)/python -m bench.search
	$(BIN)/python -m bench.encoding
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m bench.e5
	$(BIN)/python -m bench.english
	$(BIN)/python -m bench.extraction

docs: setup
	$(BIN)/python -m mkdocs build --strict --quiet
	@echo "site/index.html"

screenshots: setup $(VENV)/.installed
	@grep -qs '^gen-' $(ARCHIVE)/CURRENT || $(BIN)/archiblogue build seeds --archive $(ARCHIVE)
	$(BIN)/python -m bench.screenshots --archive $(ARCHIVE)

bench-page: setup $(VENV)/.installed
	@grep -qs '^gen-' $(ARCHIVE)/CURRENT || $(BIN)/archiblogue build seeds --archive $(ARCHIVE)
	$(BIN)/python -m bench.page --archive $(ARCHIVE)

formulas: setup
	ARCHIBLOGUE_FORMULAS=200000 $(BIN)/python -m pytest tests/index/export/test_formulas.py

torture: setup
	$(BIN)/python -m tests.durability.torture
	$(BIN)/python -m bench.torture_queries
	$(BIN)/python -m tests.pages.variants 1000
	ARCHIBLOGUE_HOSTILE=50 ARCHIBLOGUE_MUTATIONS=1500 ARCHIBLOGUE_LARGE_MB=1000 $(BIN)/python -m pytest tests/ingest/test_hostile_html.py tests/ingest/sources/test_hostile_mutations.py tests/ingest/sources/test_large_export.py

train-encoder: setup
	$(BIN)/python -m training

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
