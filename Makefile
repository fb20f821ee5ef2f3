# SPDX-License-Identifier: GPL-2.0-or-later
# Every task of the project; `make` lists them.

ENV := scripts/qgis-env.sh
SCREEN := xvfb-run -a -s "-screen 0 1400x900x24"
# for one call: make test ARGS="tests/core -k grid"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests demo demo-products methods desktop test lint format bench goals simulate score trust station-faults reference wrong-inputs fuzz cancel images translations zip clean

help: ## List these tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install QGIS and the Python packages (Debian or Ubuntu); what is there is left alone
	@sh scripts/setup.sh

setup-tests: ## Install what tests and lint need too
	@sh scripts/setup.sh --tests

demo: setup ## Make a small region and downscale it, from nothing to a report in demo/
	@$(ENV) python scripts/demo.py $(ARGS)

demo-products: setup ## The same from folders of downloads, each product in its own format, in demo-products/
	@$(ENV) python scripts/demo_products.py $(ARGS)

methods: setup ## Run the five published methods on that region, score their maps and write the tables of the docs
	@$(ENV) python scripts/methods.py $(ARGS)

desktop: setup ## Open QGIS with the plugin and the demo project
	@sh scripts/compile_translations.sh >/dev/null
	@/usr/bin/python3 scripts/make_help.py help
	@[ -e demo/demo.qgz ] || $(MAKE) --no-print-directory demo
	@$(ENV) qgis demo/demo.qgz

test: setup-tests ## Run every test without a screen, on every core; ARGS="tests/core -k grid" picks some
	@$(ENV) pytest --numprocesses "$$(nproc)" --dist loadfile $(ARGS)

lint: setup-tests ## Check style and types, and what would not run on QGIS 4
	@$(ENV) ruff check .
	@$(ENV) ruff format --check .
	@$(ENV) mypy
	@$(ENV) flake8 --select QGS1,QGS4 --extend-ignore QGS105,QGS402 $(wildcard *.py processing ui i18n)

format: setup-tests ## Put the code in shape
	@$(ENV) ruff check --fix --quiet . || true
	@$(ENV) ruff format .

bench: setup ## Measure speed and memory
	@$(ENV) python benchmarks/run.py $(ARGS)

simulate: setup ## Compare maps with interpolation on made-up truths and write docs/simulation.md (an hour or two on two cores)
	@$(ENV) python scripts/simulate.py $(ARGS)

score: setup ## Score all shipped methods on two sample regions and write docs/benchmark-region.md (an hour; goes on where it was)
	@$(ENV) python scripts/score.py $(ARGS)

trust: setup ## Measure what bands of 90 % hold on two sample regions, in the tables of docs/trust.md (an hour; goes on where it was)
	@$(ENV) python scripts/trust.py $(ARGS)

goals: setup-tests ## Measure what the method soilsharp is to reach, and write docs/goals.md (SOILSHARP_REAL_DATA: the folder)
	@$(ENV) python scripts/goals.py

station-faults: setup ## Put faults into clean stations, count which are found and write docs/stations.md (SOILSHARP_REAL_DATA: the folder)
	@$(ENV) python scripts/station_faults.py

reference: setup ## Write the shipped models and docs/reference/ again, after a change of what algorithms take (QGIS 3.22)
	@QT_HASH_SEED=0 $(ENV) python scripts/make_model.py
	@$(ENV) python scripts/make_reference.py
	@$(ENV) python scripts/make_changelog.py

wrong-inputs: setup-tests ## Try every kind of wrong input on every algorithm; the table is wrong-inputs.tsv (half an hour)
	@rm -f wrong-inputs.tsv
	@SOILSHARP_WRONG_INPUTS=$(CURDIR)/wrong-inputs.tsv $(ENV) pytest tests/processing/test_wrong_inputs.py $(ARGS); \
	cut -f 5-7 wrong-inputs.tsv | sort | uniq -c

fuzz: setup-tests ## Read thousands of damaged files by every reader; SOILSHARP_FUZZ says how many of each (20 minutes)
	@SOILSHARP_FUZZ=$${SOILSHARP_FUZZ:-300} $(ENV) pytest tests/core/test_fuzz.py $(ARGS)

cancel: setup-tests ## Measure how long a cancel waits in every algorithm, on larger inputs (an hour)
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(ENV) python scripts/cancel.py $(ARGS)

images: setup-tests ## Take the pictures of the documentation and of every window (build/windows/), light, dark, large, in Spanish
	@QT_QPA_PLATFORM=xcb $(SCREEN) sh -c 'openbox >/dev/null 2>&1 & exec $(ENV) python scripts/screenshots.py $(ARGS)'

translations: setup ## Collect the texts of the plugin in i18n/*.ts and compile them; ARGS=fr begins a new language
	@$(ENV) python scripts/make_translations.py $(ARGS)
	@sh scripts/compile_translations.sh

zip: ## Pack the committed plugin into dist/soilsharp-VERSION.zip
	@sh scripts/zip.sh

clean: ## Remove what was made here, but not the environment
	rm -rf demo demo-products demo-score demo-trust dist build help .qgis .pytest_cache .ruff_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
