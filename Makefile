# Facekeep: `make demo` tells the story, `make test` proves the house stands.
# Needs Python >= 3.11, pip and make. No compiler, no root, no git.

PYTHON ?= python3
VENV   ?= .venv
WORKERS ?= auto
PYTEST_ARGS ?=
DEMO_ARGS ?=
TOUR_ARGS ?=

BIN    := $(VENV)/bin
STAMPS := $(VENV)/.facekeep
LOCKED := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input \
          --require-hashes --no-deps --no-build-isolation --no-compile
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: help demo tour test test-long lint format bench camera lock clean
.DELETE_ON_ERROR:

help:
	@echo "make demo       the whole story on real pictures; writes report.html"
	@echo "make tour       portal, desk and console of an invented home, served on this machine"
	@echo "make test       environment, style, types, import order, tests (minutes)"
	@echo "make test-long  the same with the full counts of every goal"
	@echo "make lint       style, types and import order only"
	@echo "make bench      protected search against its peer, same threads, one run"
	@echo "make camera     adds PyAV to the environment (its wheels bundle GPL codecs)"
	@echo "make clean      removes what make made"

# --- environments: hash-checked, in layers, each behind a stamp ------------------------------

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Facekeep needs Python 3.11 or newer; '$(PYTHON)' is not (`$(PYTHON) -V 2>&1`)."; \
	  echo "Name another one:  make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "This Python cannot make environments (on Debian: the package python3-venv)."; exit 2; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: $(STAMPS)/venv requirements/build.lock requirements/run.lock \
               requirements/carriers.lock pyproject.toml
	@echo "Installing from hash-checked locks (the demonstration weights are 100 MB) ..."
	@$(LOCKED) -r requirements/build.lock
	@$(LOCKED) -r requirements/run.lock -r requirements/carriers.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input \
	  --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/demo: $(STAMPS)/run requirements/portraits.lock
	@$(LOCKED) -r requirements/portraits.lock
	@touch $@

$(STAMPS)/dev: $(STAMPS)/demo requirements/dev.lock
	@$(LOCKED) -r requirements/dev.lock
	@touch $@

$(STAMPS)/browser: $(STAMPS)/dev requirements/browser.lock
	@PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 $(LOCKED) -r requirements/browser.lock
	@touch $@

$(STAMPS)/bench: $(STAMPS)/run requirements/bench.lock
	@$(LOCKED) -r requirements/bench.lock
	@touch $@

$(STAMPS)/camera: $(STAMPS)/run requirements/camera.lock
	@$(LOCKED) -r requirements/camera.lock
	@touch $@

# --- what people run -------------------------------------------------------------------------

demo: $(STAMPS)/demo
	@$(BIN)/facekeep demo $(DEMO_ARGS)
	@test ! -f report.html || echo "The report: $(CURDIR)/report.html"

tour: $(STAMPS)/run
	@$(BIN)/python scripts/tour.py $(TOUR_ARGS)

lint: $(STAMPS)/dev
	@$(BIN)/ruff check --quiet src tests scripts benchmarks
	@$(BIN)/ruff format --check --quiet src tests scripts benchmarks || { \
	  echo "Some files are not formatted: make format"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m tests.house.test_shape

format: $(STAMPS)/dev
	@$(BIN)/ruff check --quiet --fix src tests scripts benchmarks
	@$(BIN)/ruff format src tests scripts benchmarks

test: lint $(STAMPS)/browser
	@$(PYTEST) $(PYTEST_ARGS)

test-long: lint $(STAMPS)/browser
	@$(PYTEST) --long $(PYTEST_ARGS)

bench: $(STAMPS)/bench
	@$(BIN)/facekeep bench match

camera: $(STAMPS)/camera

# --- maintainers -----------------------------------------------------------------------------

lock:
	@$(PYTHON) -m venv build/lock-venv
	@build/lock-venv/bin/python -m pip --quiet install uv==0.13.9
	@build/lock-venv/bin/python scripts/lock.py

clean:
	rm -rf $(VENV) build dist demo-home report.html report.*.html .mypy_cache .ruff_cache .pytest_cache \
	  .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
