# Everything a person types here. What npm scripts can do stands in package.json; this file only calls it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The checkout brings its own Node (node_modules/.bin/node), so the machine's only starts npm.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
NPM := npm --loglevel=error
READY := node_modules/.ready

.PHONY: help setup demo test check up down run unit e2e e2e-kind chart image plugin soak bench mutations clean

help: ## Show what can be done here
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) plugin/dist/kubectl-domain.cjs ## Install what the checkout needs, into the checkout

$(READY): package-lock.json package.json crds/package.json controller/package.json plugin/package.json kong-stand-in/package.json e2e/package.json
	@command -v npm >/dev/null || { echo "error: npm is missing; install Node.js 20 or newer (nodejs.org), which brings npm"; exit 1; }
	@echo "Installing packages (about half a minute the first time) ..."
	@$(NPM) ci --no-progress >/dev/null || { echo "error: the packages could not be installed; is the npm registry reachable?"; exit 1; }
	@touch $@

plugin/dist/kubectl-domain.cjs: $(READY) $(wildcard plugin/src/*.ts plugin/src/*/*.ts crds/src/*.ts) plugin/build.ts plugin/manifest-commands.ts
	@$(NPM) run -s build --workspace plugin

demo: setup ## Show the whole story on this machine: claims, sharing, an intruder, a revocation
	@node e2e/demo.ts

test: setup ## Run every test, against a real API server, real kubectl and the gateway
	@node e2e/support/world.ts prepare
	@node e2e/support/helm/chart.ts prepare
	@node e2e/support/cert-manager/prepare.ts
	@$(NPM) run -s test

check: setup ## Types, lint, format, generated files, unit tests: what to run before a push
	@node e2e/support/world.ts prepare
	@$(NPM) run -s check

unit: setup ## Unit tests only
	@$(NPM) run -s unit

e2e: setup ## The stories and suites that need the control plane and the gateway
	@$(NPM) run -s e2e

e2e-kind: setup ## The chart and the image in a real cluster: needs Docker (NODE_IMAGE, KONG_IMAGE, POSTGRES_IMAGE: docs/kind.md)
	@node e2e/kind/run.ts

image: setup ## Build the controller's image into .build/image (BASE_IMAGE, PUSH: image/README.md); no Docker is needed
	@node image/build.ts controller --base "$(BASE_IMAGE)" --push "$(PUSH)"

chart: setup ## Lint the Helm chart and package it into .build/chart
	@node e2e/support/helm/chart.ts package

plugin: setup ## Package the plugin into .build/plugin: for npm, krew, and as executables (ARGS="--here": for this platform alone)
	@node plugin/release/release.ts $(ARGS)

soak: setup ## Random histories in the core and live faults, many (SOAK_HISTORIES=1000000 SOAK_RUNS=1000)
	@node e2e/support/world.ts prepare
	@$(NPM) run -s soak

bench: setup ## What one change costs among few claims and among 100,000, how long it takes live (BENCH_CLAIMS=1000), what others feel of attacks
	@node e2e/support/world.ts prepare
	@$(NPM) run -s bench

mutations: setup ## Plant known bugs, one by one: each must be noticed by its test (ONLY=PATTERN: those alone)
	@$(NPM) run -s mutations -- --only "$(ONLY)"

up: setup ## Start the world in the background (CONTROLLER=0: without our controller; KONG=docker: a real Kong), then: source .run/env
	@node e2e/support/world.ts up

down: $(READY) ## Stop what `make up` started
	@node e2e/support/world.ts down

run: setup ## Run a controller in the foreground against the current cluster
	@KUBECONFIG="$${CONTROLLER_KUBECONFIG:-$$KUBECONFIG}" node controller/src/main.ts --kong-admin-url "$${KONG_ADMIN_URL:?source .run/env first}" --health-address 127.0.0.1:0 --log-format text $(ARGS)

clean: ## Remove what was built or installed in the checkout
	rm -rf node_modules */node_modules .build plugin/dist
