# `make` sets everything up the first time (network needed once) and again only when pyproject.toml changes.
BIN := .venv/bin
READY := .venv/.ready
LOCALE := yima/locale

.PHONY: all demo test test-long check bench golden words
all: $(READY)

$(READY): pyproject.toml
	@found=; for each in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$each -c 'import sys, sqlite3, venv, ensurepip; sys.exit(sys.version_info < (3, 11) or sqlite3.sqlite_version_info < (3, 37))' \
	    >/dev/null 2>&1; then found=$$each; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "yima needs Python 3.11 or newer with venv and SQLite 3.37 or newer: install it, or name it with make PYTHON=/path/to/python3." >&2; \
	  exit 1; \
	fi; \
	[ -x $(BIN)/python ] || $$found -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(READY)
	@sh data/sample/demo.sh

test: $(READY)
	$(BIN)/python -m pytest -n 2 -m "not long"

test-long: $(READY)
	$(BIN)/python -m pytest -n 2 -m long

check: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy yima

bench: $(READY)
	@$(BIN)/python -m bench

# Write the golden files anew; read the difference before committing it.
golden: $(READY)
	$(BIN)/python -m pytest -q --golden

# Collect the sentences, put the new ones into the Chinese catalogue (empty: to be translated), compile it.
words: $(READY)
	@mkdir -p build
	$(BIN)/pybabel -q extract -F pyproject.toml --project=yima --copyright-holder= --add-location=never --add-comments=TRANSLATORS: --width=140 -o build/yima.pot yima
	$(BIN)/pybabel -q update -D yima -i build/yima.pot -d $(LOCALE) -l zh --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=140
	$(BIN)/pybabel compile -D yima -d $(LOCALE) --statistics
