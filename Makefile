# make demo   the main job on the demo clip, then the window
# make test   the whole test suite, offscreen
# make bench  the benchmarks
# make scores the table of s2s-lite's model card, on the clips in DATA; takes long
# make torture  kills, mutants, random walks, full disks, ... for MINUTES with SEED; a table
# make check  lint and types
# make interop  our files in other people's readers, and theirs in ours, in an environment of its own
# make pictures  the guide's pictures and film, of the real window
# Each sets itself up first; on Debian or Ubuntu, root also gets the Qt libraries installed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

DATA ?= ../shared/data
# What is imported is compiled once, not in each of the tests' processes.
unexport PYTHONDONTWRITEBYTECODE

# A process more than there are cores: tests also wait, for a window or another process.
# `make test TESTS="tests/core -x"` for some of the tests, in one process.
TESTS ?= -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist worksteal
COVERAGE ?=
SCORES ?= --write --no-given

MINUTES ?= 20
SEED ?= 1

.PHONY: demo test bench scores torture check interop pictures setup wheel clean

demo: setup
	$(BIN)/python main.py demo

test: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(TESTS) $(COVERAGE)

bench: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest tests/benchmarks --benchmark-only

torture: setup
	$(BIN)/python -m tests.torture --minutes $(MINUTES) --seed $(SEED)

scores: setup
	$(BIN)/python main.py model benchmark --data "$(DATA)" $(SCORES)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

INTEROP := .venv-interop

interop: $(INTEROP)/.ready
	$(INTEROP)/bin/python -m pytest -c tests/interop/pytest.ini --rootdir . \
		--confcutdir tests/interop tests/interop

$(INTEROP)/.ready: tests/interop/requirements.txt
	test -x $(INTEROP)/bin/python || $(PYTHON) -m venv $(INTEROP)
	$(INTEROP)/bin/python -m pip install -r $<
	touch $@

pictures: setup
	$(BIN)/python -m docs.scripts.keys
	$(BIN)/python -m docs.scripts.pictures
	$(BIN)/python -m docs.scripts.film

wheel: setup
	$(BIN)/python -m build --wheel

setup: $(READY)

$(READY): setup.cfg pyproject.toml .ci/install_system.sh
	PYTHON=$(PYTHON) sh .ci/install_system.sh
	@echo "Setting up $(VENV), once: about 1.5 GB with torch for the CPU, in some minutes."
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --no-compile -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) $(INTEROP) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
