# Two commands for everyone: make serve, make test. Both may be run again at any time.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
INPUTS := $(shell find src ontology data queries shapes -type f ! -name '*.pyc' 2>/dev/null) pyproject.toml

.PHONY: serve build check test test-all format lock clean

serve: $(VENV)/.installed
	PORT=$(PORT) $(BIN)/kunskapsgraf serve --build

build: $(VENV)/.installed
	$(BIN)/kunskapsgraf build

check: $(VENV)/.installed
	$(BIN)/kunskapsgraf check

test: $(VENV)/.installed $(VENV)/.tools
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not long"

test-all: $(VENV)/.installed $(VENV)/.tools
	$(BIN)/ruff format --check src tests
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/python -m pytest

format: $(VENV)/.tools
	$(BIN)/ruff format src tests
	$(BIN)/ruff check --fix src tests

# The package is installed as users get it, from a wheel, so that tests prove the wheel.
$(VENV)/.installed: $(VENV)/.locked $(INPUTS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall .
	@touch $@

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed; $(PYTHON) is older or missing. Say which: make serve PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || \
	  { echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.tools: requirements-test.lock $(VENV)/.locked
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

# Renews the lock files; needs uv (pip install uv).
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra test --constraint requirements.lock pyproject.toml -o requirements-test.lock

clean:
	rm -rf $(VENV) var build dist
