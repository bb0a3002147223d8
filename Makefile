# `make` alone lists what there is. Everything works from a clean clone with Python 3.11+ and make.
.DEFAULT_GOAL := help
.PHONY: help install run test test-pg test-chaos test-browser check bench bench-search services services-stop screenshots lock messages

BIN := .venv/bin
PYTEST := $(BIN)/pytest --durations 10 --durations-min 3
SPREAD := --numprocesses $(or $(JOBS),2)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## make the environment: pinned packages, with those for tests and checks
	@scripts/install dev

run: ## serve the community on http://localhost:$PORT (default 8000) with demo content
	@scripts/install run
	@exec $(BIN)/python manage.py serve

test: install ## run the tests (embedded default: SQLite, no broker, no search server)
	$(PYTEST) $(SPREAD) -m "not chaos and not browser and not opensearch2 and not opensearch3" $(ARGS)

test-pg: install ## run the whole suite on PostgreSQL and Redis, with the search servers (make services)
	scripts/with-services $(PYTEST) $(SPREAD) -m "not chaos and not browser" $(ARGS)

test-chaos: install ## slow: start and kill processes, count what is lost or doubled
	$(PYTEST) $(SPREAD) -m chaos $(ARGS)

test-browser: install ## drive the real server with a real Chromium and Firefox
	@scripts/install checker
	$(PYTEST) $(SPREAD) --dist worksteal -m browser $(ARGS)

check: install ## every static check that CI runs
	@scripts/check

bench: install ## measure: recording, delivering, CRM sync, pages, memory, sign-in
	@scripts/bench

bench-search: install ## measure: relevance of suggestions on real questions, speed of search (ARGS=--help)
	@$(BIN)/python -m bench.search $(ARGS)

services: ## install (Debian, as root) and start PostgreSQL, Redis, Chromium, Firefox, Tryton and OpenSearch for the tests
	@scripts/services/start

services-stop: ## stop what `make services` started
	@scripts/services/stop

screenshots: install ## rebuild docs/screenshots/ from a freshly seeded community (needs Chromium)
	@$(BIN)/python -m scripts.screenshots $(ARGS)

lock: install ## pin the requirements*.in files again, with hashes
	@scripts/lock

messages: install ## collect new texts into locale/ (needs gettext)
	$(BIN)/python manage.py makemessages --all --ignore var --no-obsolete --no-wrap --add-location file
