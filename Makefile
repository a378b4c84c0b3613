# Every target makes .venv by itself when it is missing: by uv where it is on the PATH, else by venv and pip.

# The first make run should also be the last slow start.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
CODE := $(wildcard tutorcli tests scripts benchmarks)

.PHONY: help venv demo test test-all check fix docs screenshots constraints bench oracles soak
.DEFAULT_GOAL := help

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

venv: $(READY) ## make .venv with everything that the other targets need

# hatchling and editables come with the group, so that the build backend is pinned too.
$(READY): pyproject.toml constraints.txt
	@set -e; \
	if command -v uv >/dev/null 2>&1; then \
	  test -x $(BIN)/python || uv venv --quiet --python "$(PYTHON)" .venv; \
	  install="uv pip install --quiet --compile-bytecode --python $(BIN)/python -c constraints.txt"; \
	else \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	    { echo "make: $(PYTHON) is missing or older than 3.11; name another: make PYTHON=python3.11" >&2; exit 1; }; \
	  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "make: $(PYTHON) cannot make virtual environments; install python3-venv (Debian, Ubuntu) or uv" >&2; exit 1; }; \
	  test -x $(BIN)/python || $(PYTHON) -m venv .venv; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt pip; \
	  install="$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt"; \
	fi; \
	echo "making .venv ready (once for each change of pyproject.toml or constraints.txt)" >&2; \
	$$install --group dev; \
	$$install --no-build-isolation --editable ".[server]"; \
	$(BIN)/python -m compileall -q tutorcli; \
	touch $@

demo: $(READY) ## open the program in a throwaway home with the sample tasks
	@$(BIN)/tutorcli demo

test: $(READY) ## unit, screen and docs tests, small fault sizes; under 3 minutes
	$(BIN)/pytest -n auto

test-all: $(READY) ## what make test leaves out: real processes, the built wheel, full fault sizes; under 12 minutes
	TUTORCLI_FULL=1 $(BIN)/pytest -n auto --dist loadgroup -m "integration or hypothesis"

check: $(READY) ## format, lint, types, import order, generated files current
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/docs.py check
	$(BIN)/python scripts/catalogues.py check

fix: $(READY) ## format the code and mend what ruff can mend
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

docs: $(READY) ## write the generated docs and the message catalogues
	$(BIN)/python scripts/docs.py write
	$(BIN)/python scripts/catalogues.py extract
	$(BIN)/python scripts/catalogues.py compile

screenshots: $(READY) ## redraw the pictures of the docs
	$(BIN)/python scripts/screenshots.py

bench: $(READY) ## measure against the bounds; exits 1 when one is missed
	$(BIN)/python benchmarks/run.py

oracles: $(READY) ## published figures beside ours, with the difference; exits 1 when one is missed
	$(BIN)/python scripts/oracles.py

soak: $(READY) ## sync under faults for hours: 10,000 runs of 100 steps, the counts printed
	TUTORCLI_FULL=1 TUTORCLI_SOAK=1 $(BIN)/pytest -n auto -rP -m "" tests/integration/server

constraints: ## resolve the newest versions that pyproject.toml allows (needs uv)
	uv pip compile pyproject.toml --extra server --extra keyring --group dev --universal --python-version 3.11 --upgrade --quiet \
	  --no-annotate --no-header --no-emit-index-url --no-emit-find-links --output-file constraints.txt
