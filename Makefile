# Everything that a person does with this repository. `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
LOCKS := requirements
# 3 suits two processors: tests wait for servers now and then.
TEST_PROCESSES ?= 3
UV := UV_PYTHON_DOWNLOADS=never $(BIN)/uv
COMPILE := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
# Every process would compile all modules anew: a second for each of the hundreds that the tests start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo pictures test lint fmt docs bench bench-reports bench-console bench-rotation bench-evidence week soak soak-numbers lock clean

help: ## lists these
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: .venv/run ## sets everything up and starts every process; Ctrl-C stops them all
	@exec $(BIN)/python -m server.supervisor

demo: .venv/run ## fills a fresh installation with one to two months of calls, and starts it as `make run` does
	@exec $(BIN)/python -m server.supervisor --demo

pictures: .venv/dev ## takes the pictures of README.md and docs/console.md anew, of a demo
	@$(BIN)/python -m tests.pictures

# Tests wait for servers now and then, so what checks the code runs beside them. It is shown at the end.
test: .venv/dev ## sets everything up, checks the code, and runs every test
	@$(MAKE) lint >.venv/lint.log 2>&1 & lint=$$!; trap 'kill $$lint' INT; \
	    $(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadgroup; tests=$$?; \
	    wait $$lint; lint=$$?; cat .venv/lint.log; test $$tests -eq 0 -a $$lint -eq 0

lint: .venv/dev ## style, types, which package may import which, and what is declared
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(BIN)/deptry tests bench --exclude '\.venv' --extend-exclude '\.venv' --ignore DEP002,DEP004

fmt: .venv/dev ## puts the code into its form
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

docs: .venv/run ## writes the pages of docs/ that are made from the code
	@$(BIN)/python -m server.console_routes

bench: .venv/dev ## measures speed, and writes bench/RESULTS.md
	@$(BIN)/python -m bench

bench-rotation: .venv/dev ## measures a rotation of the vault key among 10 million sealed numbers (5 minutes, 3 GB)
	@$(BIN)/python -m bench.rotation

bench-reports: .venv/dev ## measures reports on 10 million calls (20 minutes, 30 GB; or CALLS=200000)
	@$(BIN)/python -m bench.reports $(CALLS)

bench-console: .venv/dev ## measures the console's pages on 10 million calls (25 minutes, 40 GB; or CALLS=300000)
	@$(BIN)/python -m bench.console $(CALLS)

bench-evidence: .venv/dev ## measures the evidence log with 10 million records (20 minutes, 5 GB; or RECORDS=100000)
	@$(BIN)/python -m bench.evidence $(RECORDS)

week: .venv/dev ## plays a week of 20,000 calls, and looks how every promise ended
	@$(BIN)/python -m tests.week

soak: .venv/dev ## tries many random histories that nobody has tried (an hour; or SEED=…)
	@seed=$${SEED:-$$(date +%s)}; echo "SEED=$$seed"; SOAK_SEED=$$seed HYPOTHESIS_PROFILE=long \
	    $(BIN)/python -m pytest -n $(TEST_PROCESSES) --hypothesis-seed=$$seed -m soak

soak-numbers: .venv/dev ## sends 10,000 numbers through everything, and searches for them (or NUMBERS=…)
	@$(BIN)/python -m tests.number_search --numbers $${NUMBERS:-10000} --seed $${SEED:-1}

lock: .venv/dev ## resolves the dependencies anew; the locks hold hashes and no address
	@$(COMPILE) --upgrade --group uv -o $(LOCKS)/uv.txt
	@$(COMPILE) --upgrade --group setup pyproject.toml -o $(LOCKS)/run.txt
	@$(COMPILE) --upgrade --group dev -c $(LOCKS)/run.txt pyproject.toml -o $(LOCKS)/dev.txt

clean: ## removes what was set up, but not the data in var/
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# Each stamp is made when all of its kind is installed, so that a later start costs nothing.
# $(call install,WHAT): by uv, or by pip where uv does not work.
define install
	@$(UV) pip install --quiet --python $(BIN)/python $(1) 2>.venv/uv.log \
	    || $(BIN)/python -m pip install -qq --disable-pip-version-check $(1)
endef

.venv/made: $(LOCKS)/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "Python 3.11 or newer is needed, and '$(PYTHON)' is `$(PYTHON) --version 2>&1 | head -n 1`."; \
	    echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(LOCKS)/uv.txt \
	    || echo "uv cannot be installed here; pip does its work, more slowly."
	@touch $@

.venv/run: .venv/made $(LOCKS)/run.txt pyproject.toml
	@echo "Installing $(LOCKS)/run.txt …"
	$(call install,--require-hashes -r $(LOCKS)/run.txt)
	$(call install,--no-deps --no-build-isolation --no-index -e .)
	@touch $@

.venv/dev: .venv/run $(LOCKS)/dev.txt
	@echo "Installing $(LOCKS)/dev.txt …"
	$(call install,--require-hashes -r $(LOCKS)/dev.txt)
	@touch $@
