# Two commands: `make up` installs and runs Longpole with demo data, `make test` runs every test.
# Both need Python 3.11+, make and a package index, and share one environment in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data
# Changed requirements install again; nothing else does, so a second `make up` starts at once.
STAMP := $(VENV)/installed
DEV_STAMP := $(VENV)/installed-dev

# A file's tests share databases, so a file stays in one process.
PARALLEL := -n 2 --dist loadfile

.PHONY: up test test-fast lint format bench bench-ingest bench-normalize bench-path shots docs chromium clean

up: $(STAMP)
	$(BIN)/longpole up --demo --data $(DATA)

test: $(DEV_STAMP) chromium
	$(BIN)/pytest -m "not slow" --clickhouse both $(PARALLEL)
	$(BIN)/pytest -m slow

test-fast: $(DEV_STAMP)
	$(BIN)/pytest -m "not slow" $(PARALLEL)

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(DEV_STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_STAMP)
	$(BIN)/python tests/bench/run.py

# Writes its table into the docs.
bench-ingest: $(DEV_STAMP)
	$(BIN)/python tests/bench/bench_ingest.py --write docs/benchmarks.md

bench-normalize: $(DEV_STAMP)
	$(BIN)/python tests/bench/bench_normalize.py --write docs/benchmarks.md

bench-path: $(DEV_STAMP)
	$(BIN)/python tests/bench/bench_path.py --write docs/benchmarks.md

docs: $(STAMP)
	$(BIN)/python docs/make_tables.py

shots: $(DEV_STAMP) chromium
	$(BIN)/python docs/make_pictures.py

chromium: $(DEV_STAMP)
	@sh deploy/get-chromium.sh $(BIN)/python

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Longpole needs Python 3.11 or newer; name one with PYTHON=..."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

$(STAMP): pyproject.toml | $(VENV)/created
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(DEV_STAMP): pyproject.toml sdk/pyproject.toml $(STAMP) | $(VENV)/created
	$(BIN)/pip install --quiet --editable ./sdk --group dev
	@touch $@

clean:
	rm -rf $(VENV)
