# Everything there is: setup, check, test, rehearse. CI runs the same (.ci/run).
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: setup check test test-slow rehearse lock clean
.DEFAULT_GOAL := check

setup: $(VENV)/.done

$(VENV)/.done: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@# As pip does for a wheel: where PYTHONDONTWRITEBYTECODE is set, each check would compile 300 modules again.
	$(BIN)/python -m compileall -q src/shipway
	@touch $@

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Both processors for what may share the machine; the rehearsal, which counts requests, has it to itself.
test: setup
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadscope --durations=15 --ignore tests/rehearsal
	$(BIN)/python -m pytest -m "not slow" --durations=5 tests/rehearsal

# 50,000 examples per law of the IAM evaluator: minutes, and not part of CI.
test-slow: setup
	$(BIN)/python -m pytest -m slow

rehearse: setup
	$(BIN)/shipway rehearse examples/hello

# Hashes pin every artifact; the lock names no index, so that it serves behind any mirror.
lock:
	$(PYTHON) -m pip install --quiet uv
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --output-file requirements.lock

clean:
	rm -rf $(VENV) .shipway build dist
