# Two commands for everyone: make serve, make test. Both may be run again at any time.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
# Names and contents of all that goes into the wheel: a changed, added or removed file makes another stamp.
INPUTS := src ontology data/ttl queries shapes pyproject.toml hatch_build.py package.json package-lock.json README.md LICENSE
STAMP  := $(VENV)/.installed-$(shell find $(INPUTS) -type f ! -name '*.pyc' -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 cksum | cksum | cut -d' ' -f1)

# The package is installed whenever its files changed: make install
.PHONY: install serve build check test test-all bench engines format lock clean

install: $(STAMP)

serve: $(STAMP)
	PORT=$(PORT) $(BIN)/kunskapsgraf serve --build

build: $(STAMP)
	$(BIN)/kunskapsgraf build

check: $(STAMP)
	$(BIN)/kunskapsgraf check

# Tests are compiled once, while types are checked, and kept: else each process would compile them all.
test test-all: export PYTHONDONTWRITEBYTECODE =

test: $(STAMP) $(VENV)/.tools
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/python -m pytest --collect-only --quiet >/dev/null & $(BIN)/mypy; typed=$$?; wait; exit $$typed
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not long and not alone"
	$(BIN)/python -m pytest -m "not long and alone"

test-all: $(STAMP) $(VENV)/.tools
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not alone"
	$(BIN)/python -m pytest -m alone

format: $(VENV)/.tools
	$(BIN)/ruff format src tests bench
	$(BIN)/ruff check --fix src tests bench

# Fetches what the tests of engines can fetch (Fuseki, its digest checked), and tells how to get the others.
engines: $(VENV)/.tools
	$(BIN)/python -m bench.engines --fetch

# Measures at SIZES (numbers of triples) beside every engine that is present: make bench SIZES="10000 100000" BENCH="--again"
SIZES ?= 10000 100000 1000000
BENCH ?=
bench: .venv-bench/.ready
	.venv-bench/bin/python -m bench.scale $(SIZES) $(BENCH)

.venv-bench/.ready: $(STAMP)
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check '.[bench]'
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall .
	@touch $@

# The package is installed as users get it, from a wheel, so that tests prove the wheel.
$(STAMP): $(VENV)/.locked
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall .
	@cat build/editor-missing.txt >&2 2>/dev/null || true
	@rm -f $(VENV)/.installed-*
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
