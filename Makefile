# Each target sets up what it needs in .venv; nothing else has to be installed but Python and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETS := requirements
LOCKS := core full gpu cluster dev

.DEFAULT_GOAL := help
.PHONY: help grade test lint verify fuzz audit docs bench lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A set is installed once and again when its lock file changes. dev holds all of cluster, cluster of
# full, full of core. pip compiles one file after the other, so compileall does it on all processors,
# but for the packages' own tests; its status says nothing, since some hold files that are no Python.
# Workers may write no files: what is not compiled here, they compile each time, at a student's cost.
$(VENV)/.%: $(SETS)/%.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes --requirement $<
	@$(BIN)/python -m compileall -q -j 0 -x 'site-packages/.*/tests?/' $(VENV)/lib > /dev/null 2>&1 || true
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
	@if test $* = dev; then touch $(VENV)/.full; fi
	@if test $* != core; then touch $(VENV)/.core; fi

grade: $(VENV)/.full ## Set up, grade the sample class, print its tables, write pages to reports/
	@$(BIN)/autograder grade all examples/submissions --allow-cpu --report reports --json reports

# axe-core judges the pages; without npm those tests are skipped.
tests/browser/node_modules: tests/browser/package-lock.json
	@if command -v npm > /dev/null; then npm ci --silent --no-audit --no-fund --prefix tests/browser \
	  && touch $@ || echo "axe-core could not be installed: tests of the pages are skipped"; fi

test: $(VENV)/.dev tests/browser/node_modules ## Set up and run all tests that this machine can run
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev ## Check style, types, imports and docstrings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate autograder

verify: $(VENV)/.core ## Prove the hidden suites: mutants, known-wrong implementations, seeds
	@$(BIN)/autograder verify --report reports

fuzz: $(VENV)/.dev ## Fuzz what the grader reads of others, FUZZ_SECONDS each (600); keeps build/fuzz
	@$(BIN)/python tests/fuzz/run.py

audit: $(VENV)/.dev ## Ask pypi.org about known holes in the locked packages; dev and gpu hold all
	@$(BIN)/python requirements/audit.py dev gpu

docs: $(VENV)/.dev ## Write the reference from the code, and the guides as a site to build/docs
	@$(BIN)/python -m autograder.reference
	@rm -rf build/docs
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs build/docs
	@echo "site: build/docs/index.html"

bench: $(VENV)/.dev ## Measure grading against Otter and arithmetic, and what isolation costs
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python bench/throughput.py
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python bench/latency.py
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python bench/isolation.py

lock: ## Rewrite the locked requirement sets from pyproject.toml (needs uv)
	for set in $(LOCKS); do \
	  uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 --output-file $(SETS)/$$set.txt $(SETS)/$$set.in; \
	done

clean: ## Remove the environment and everything that was generated
	rm -rf $(VENV) reports build .pytest_cache .mypy_cache .ruff_cache .hypothesis
