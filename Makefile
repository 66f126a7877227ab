# Everything runs in .venv; nothing is installed elsewhere. "make" alone says what there is.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet --progress-bar off --require-hashes --requirement
RUN := .venv/.installed
DEV := .venv/.installed-dev

.PHONY: help install demo test check bench faults attack messages lock clean

help:
	@echo "make demo     serve Daya with a made-up organisation on port $(PORT) (PORT=8001 for another)"
	@echo "make test     run the whole test suite against real servers"
	@echo "make check    lint, types, migrations, translations, deployment settings"
	@echo "make bench    measure imports, recomputes and pages; prints ratios"
	@echo "make faults   kill processes and servers, and see that nothing is lost"
	@echo "make attack   long runs that try to break a promise"
	@echo "make install  only make the environment"

install: $(DEV)

$(RUN): requirements.txt locale/id/LC_MESSAGES/django.po
	@command -v $(PYTHON) >/dev/null || { echo "Daya needs Python 3.11 or newer as $(PYTHON)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Daya needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with PYTHON=...")'
	@test -x $(BIN)/python || { echo "Making the environment in .venv"; $(PYTHON) -m venv .venv; }
	@echo "Installing dependencies (about a minute the first time)"
	@$(PIP) requirements.txt
	@$(BIN)/pybabel --quiet compile --directory locale --domain django
	@touch $(RUN)

$(DEV): $(RUN) requirements-dev.txt
	@echo "Installing what tests and checks need"
	@$(PIP) requirements-dev.txt
	@touch $(DEV)

demo: $(RUN)
	@exec $(BIN)/python manage.py demo --port $(PORT)

test: install
	@command -v chromium chromium-browser google-chrome >/dev/null || $(BIN)/playwright install chromium
	@$(PYTEST) -n auto --dist loadgroup $(ARGS)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	DAYA_SITE_URL=https://daya.example DAYA_ALLOWED_HOSTS=daya.example $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: install
	$(BIN)/python -m benchmarks $(ARGS)

faults: install
	$(PYTEST) -m fault -n 0 $(ARGS)

attack: install
	$(PYTEST) -m attack -n 0 $(ARGS)

messages: install
	$(BIN)/python manage.py makemessages --locale id --no-location --no-wrap --ignore .venv --ignore var
	$(BIN)/pybabel --quiet compile --directory locale --domain django

lock:
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --extra dev pyproject.toml --output-file requirements-dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
