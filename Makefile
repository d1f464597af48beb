# Ostiary's commands. The work is in scripts/, one thing a file.
.DEFAULT_GOAL := help
.PHONY: help dev test test-all lint fmt build keys reseal deploy soak fuzz bench streamlit todo camera clean

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

dev: ## a running server on http://localhost:8787, from nothing (PORT=… for another port)
	@scripts/dev.sh

test: ## everything: lint, native tests, the built Worker, browser, clients
	@scripts/test.sh

test-all: ## test, clients in other languages, every page in every form; an hour at most
	@scripts/test-all.sh

soak: ## test with every round in full, then 20 minutes of load; takes long
	@SOAK=1 scripts/test.sh
	@scripts/soak.sh

fuzz: ## every parser of what strangers send under libFuzzer, some minutes (FUZZ_SECONDS=… each)
	@scripts/fuzz.sh

bench: ## measures it beside an empty Worker and the peer (QUICK=1; PARTS="load hops")
	@scripts/setup.sh
	@scripts/bench.sh $(PARTS)

streamlit: ## the example page for tools on http://localhost:8501, on Streamlit (PORT=… for another port)
	@scripts/streamlit.sh

todo: ## the example to-do list on http://localhost:8788, a single-page app and its API (PORT=… for another port)
	@scripts/demo.sh todo 8788

camera: ## the example camera on http://localhost:8789, which takes a scope of its own (PORT=… for another port)
	@scripts/demo.sh camera 8789

lint: ## rustfmt, clippy natively and for wasm32, biome, tsc
	@scripts/setup.sh
	@scripts/lint.sh

fmt: ## format the source
	@scripts/fmt.sh

build: ## the release build of the Worker, in build/
	@scripts/setup.sh
	@scripts/build.sh

keys: ## fresh secrets, printed with the commands that set them (NEXT=1: signing keys to follow those in use)
	@NEXT=$(NEXT) node scripts/keys.mjs

reseal: ## seals anew what older encryption keys sealed (ISSUER=https://… and the admin token in ADMIN_TOKEN)
	@scripts/setup.sh
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" node scripts/reseal.mjs

deploy: ## build, migrate and deploy to Cloudflare
	@scripts/setup.sh
	@scripts/deploy.sh

clean: ## remove what was built; local data and .dev.vars stay
	@rm -rf build target node_modules
