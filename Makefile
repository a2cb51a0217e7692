# Two commands matter: `make run` and `make test`. The work is in scripts/.
PYTHON ?= python3
export PYTHON

.PHONY: help run test check fmt openapi lock wheel bench screenshots clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start CineMatch (sets itself up; CINEMATCH_HOST, _PORT and _DATA_DIR are honoured)
	@exec sh scripts/run

test: ## the whole suite: lint, types, contracts, tests, the page, the browser
	@exec sh scripts/test

check: ## the quick loop: lint, types, contracts, and the tests that need no browser
	@exec sh scripts/check

fmt: ## format Python and the page, and mend what the linter can mend
	@exec sh scripts/fmt

openapi: ## write docs/openapi.json and the page's types from the API
	@exec sh scripts/openapi

lock: ## write the requirements files anew from pyproject.toml (UPGRADE=1: newest versions)
	@exec sh scripts/lock

wheel: ## build dist/cinematch-*.whl, the page included
	@exec sh scripts/wheel

bench: ## run the benchmarks (NAME=follower for one, FULL=1 for the long form)
	@exec sh scripts/bench

screenshots: ## take pictures of every page into screenshots/ (PAGES="home film" for some)
	@exec sh scripts/screenshots

clean: ## remove what was built here; data/ stays
	rm -rf .venv build dist web/dist web/node_modules screenshots
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
