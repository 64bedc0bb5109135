# make run    the example in a window, or in the browser where there is no display
# make test   every test there is
# make check  formatting, linters, import directions, web/dist, TypeScript
# make build  bin/qinghost
# make web    web/dist from web/src
# make bench  the bridge, the proxy and the server APIs beside their peers
# make bench-test  qinghost test beside node --test, jest, vitest and mocha
# make screenshots  the pictures of the README, from the running product
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run build test check deps deps-run deps-test deps-bench web bench bench-test screenshots clean

# What Debian and Ubuntu call what the window, the tests and the benchmarks need.
WINDOW_PACKAGES := g++ libc6-dev pkg-config libgtk-3-dev fonts-noto-cjk
TEST_PACKAGES := chromium xvfb xauth postgresql
BENCH_PACKAGES := nginx-light wrk default-jre-headless
CACHE := $(CURDIR)/.cache
TYPESCRIPT := 5.9.3
EXPECT := 30.5.2

# Where only WebKitGTK 4.1 is to be had, an alias stands in for the 4.0 that webview_go asks for. Go's build cache does not
# look at what pkg-config says, hence the define: without it a build against 4.0 would be taken for this one.
export PKG_CONFIG_PATH := $(CACHE)/pkgconfig$(if $(PKG_CONFIG_PATH),:$(PKG_CONFIG_PATH))
ifneq ($(wildcard $(CACHE)/pkgconfig/webkit2gtk-4.0.pc),)
export CGO_CXXFLAGS := -O2 -g -DQINGHOST_WEBKIT41
endif
# make before 4.4 does not hand its exports to $(shell).
TAGS = $(shell PKG_CONFIG_PATH="$(PKG_CONFIG_PATH)" pkg-config --exists gtk+-3.0 webkit2gtk-4.0 2>/dev/null && echo desktop)

help:
	@sed -n 's/^# make /  make /p' Makefile

run: deps-run
	@$(MAKE) --no-print-directory build
	bin/qinghost preview examples/meeting-room || [ $$? = 130 ] # Ctrl-C

build:
	go build -tags "$(TAGS)" -o bin/qinghost ./cmd/qinghost

test: deps-test
	@$(MAKE) --no-print-directory run-tests

# Two passes: everything with the race detector; then what needs a display, each package in a virtual one of its own.
.PHONY: run-tests
run-tests:
	go test -race -timeout 15m ./...
	for package in ./runtime/desktop ./cmd/qinghost; do \
		xvfb-run -a -s "-screen 0 1280x1024x24" go test -race -tags desktop -timeout 10m $$package; done

check:
	@echo "gofmt";             files=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); test -z "$$files" || { echo "$$files"; exit 1; }
	@echo "go vet";            go vet ./... && go vet -tags "$(TAGS)" ./...
	@echo "go vet (macOS, Windows)"; GOOS=darwin GOARCH=arm64 go vet ./... && GOOS=windows go vet ./...
	@echo "staticcheck";       go tool staticcheck -tags "$(TAGS)" ./...
	@echo "import directions"; go list -f '{{$$p := .ImportPath}}{{range .Imports}}{{$$p}} {{.}}{{"\n"}}{{end}}' ./... | awk -f .ci/imports.awk
	@echo "go.mod";            go mod tidy -diff
	@echo "web/dist";          go run ./web/build -check
	@echo "TypeScript";        $(MAKE) --no-print-directory $(CACHE)/node_modules/typescript && $(CACHE)/node_modules/.bin/tsc --noEmit -p web

# The packages that are missing; on other systems doctor says what to do.
missing = $(shell command -v dpkg-query >/dev/null && for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done)
define install
	@packages="$(call missing,$(1))"; \
	if [ -z "$$packages" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$packages >/dev/null; \
	else echo "请先运行 (please run first): sudo apt-get install $$packages"; exit 1; fi
endef
# Debian 12 and Ubuntu 22.04 have WebKitGTK 4.0; newer ones only 4.1.
WEBKIT = $(shell command -v apt-cache >/dev/null && { apt-cache show libwebkit2gtk-4.0-dev >/dev/null 2>&1 && echo libwebkit2gtk-4.0-dev || echo libwebkit2gtk-4.1-dev; })

deps: deps-test

deps-run:
	$(call install,$(WINDOW_PACKAGES) $(WEBKIT))
	@if ! pkg-config --exists webkit2gtk-4.0 2>/dev/null && pkg-config --exists webkit2gtk-4.1 2>/dev/null; then \
		mkdir -p $(CACHE)/pkgconfig; \
		printf 'Name: webkit2gtk-4.0\nDescription: alias of webkit2gtk-4.1\nVersion: %s\nRequires: webkit2gtk-4.1\n' \
			"$$(pkg-config --modversion webkit2gtk-4.1)" > $(CACHE)/pkgconfig/webkit2gtk-4.0.pc; fi

deps-test: deps-run
	$(call install,$(TEST_PACKAGES))
	@if command -v npm >/dev/null; then \
		test -d examples/vite-app/node_modules/vite || npm install --prefix examples/vite-app --no-audit --no-fund --silent; \
		test -d examples/meeting-room/node_modules/linkedom || npm install --prefix examples/meeting-room --no-audit --no-fund --silent; \
		$(MAKE) --no-print-directory $(CACHE)/node_modules/typescript $(CACHE)/node_modules/expect; \
	else echo "没有 npm: 用到 Vite、linkedom、tsc 与 Jest 的测试会跳过 (no npm: the tests with these are skipped)"; fi

# In one go: npm removes what it was not asked for.
$(CACHE)/node_modules/typescript $(CACHE)/node_modules/expect:
	@npm install --prefix $(CACHE) --no-save --no-audit --no-fund --silent typescript@$(TYPESCRIPT) expect@$(EXPECT)

deps-bench: deps-test
	$(call install,$(BENCH_PACKAGES))

web:
	go run ./web/build

bench: deps-bench
	go test -run "^$$" -bench . -benchtime 1s ./runtime/headless ./jsapi/store
	go run ./runtime/browser/bench
	go run ./runtime/gateway/bench

bench-test:
	go run ./runtime/suite/bench

screenshots: deps-test
	$(call install,fonts-noto-color-emoji)
	@$(MAKE) --no-print-directory build
	go run ./web/screenshots

clean:
	rm -rf bin .cache examples/*/node_modules
