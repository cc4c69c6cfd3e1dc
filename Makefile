# make run, make test: each does everything from nothing. No other tool is needed than Python 3.11 and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run test check format bench docs clean

help:            ## what there is
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(STAMP)  ## make .venv with everything in it

$(STAMP): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Install it (apt-get install python3.11 python3.11-venv), or say which: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv is missing. Install it: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

PORT   ?= 8000
run: setup       ## a phone in the browser, to text with the service and move the clock
	@$(BIN)/python -m service simulate --port $(PORT)

test: setup      ## the whole test suite
	@command -v redis-server >/dev/null || \
	  echo "redis-server is missing: the tests on a real Redis and a real cluster are skipped. Install it: apt-get install redis-server"
	@command -v chromium >/dev/null || \
	  echo "chromium is missing: the tests in a real browser are skipped. Install it: apt-get install chromium"
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: setup     ## format, lint, types, import floors, content, tests, coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m service check
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term

format: setup    ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup     ## figures, each with its ratio
	$(BIN)/python -m bench.web
	$(BIN)/python -m bench.understanding
	$(BIN)/python -m bench.reminders --most 100000

.PHONY: proof
proof: setup     ## no reminder lost, none doubled, whatever is killed: a quarter of an hour
	$(BIN)/python -m bench.proof

.PHONY: learn
learn: setup     ## the points of the words, from the examples: menus/*/examples. CHAT="files of texts that want nothing"
	$(BIN)/python -m learn --chat $(CHAT)

docs: setup      ## draw the pictures in the documents again
	$(BIN)/python -m service map --write

clean:           ## remove what setup made
	rm -rf $(VENV)
