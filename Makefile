# SPDX-License-Identifier: BSD-3-Clause
# Front door. Every target installs what it needs, builds what changed and
# runs; downloads and kernels are cached in ${XDG_CACHE_HOME:-~/.cache}/qda.

BUILD := build


.PHONY: help demo check check-smp check-igt bench bench-docs build modules shell series setup \
	setup-tests kernel-fast kernel-debug kernel-smp user clean distclean

help:
	@echo 'make demo    edge detection of a photograph on the simulated DSP'
	@echo 'make check   every gate and test; ends with N passed, N failed, N skipped'
	@echo 'make check-smp  the racy tests on a machine with two processors'
	@echo 'make check-igt  the stock tests of IGT that an accel node can run'
	@echo 'make bench   calls by every way there is, compared, in build/bench/report.html'
	@echo '             (BENCH="--quick": in seconds; bench-docs: and in docs/performance.md)'
	@echo 'make shell   a shell on the simulated machine'
	@echo 'make series  the driver as patches for the kernel, in build/series'
	@echo 'make build   user space, kernel and modules, nothing run'
	@echo 'make clean   remove what was built here (distclean: and the cache)'

setup:
	@machine/setup

setup-tests:
	@machine/setup --tests

kernel-fast: setup
	@machine/build-kernel fast

kernel-debug: setup
	@machine/build-kernel debug

$(BUILD)/build.ninja: | setup
	@meson setup $(BUILD) >$(BUILD)-setup.log 2>&1 || \
		{ cat $(BUILD)-setup.log; rm -rf $(BUILD); exit 1; }
	@mv $(BUILD)-setup.log $(BUILD)/

user: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

modules-fast: kernel-fast
	@machine/build-modules fast $(BUILD)/modules-fast

modules-debug: kernel-debug
	@machine/build-modules debug $(BUILD)/modules-debug

build: user modules-fast

# No more than it runs: a first look should not wait for the tests to compile.
demo: $(BUILD)/build.ninja modules-fast
	@ninja -C $(BUILD) --quiet dsp/qda-dsp examples/edge \
		examples/libedge_skel.so machine/qda-sim machine/qda-sim-init
	@examples/demo

shell: build
	@$(BUILD)/machine/qda-sim -- "$${SHELL:-/bin/sh}"

check: setup-tests build modules-debug
	@tests/run

bench: build modules-debug
	@bench/run $(BENCH)

bench-docs: bench
	@bench/update-docs $(BUILD)/bench/report.json

series: setup-tests kernel-fast
	@kernel/series/export --tests $(BUILD)/test-logs/results $(BUILD)/series

kernel-smp: setup
	@machine/build-kernel smp

modules-smp: kernel-smp
	@machine/build-modules smp $(BUILD)/modules-smp

check-smp: setup-tests user modules-smp
	@tests/run 'smp/*'

check-igt: setup-tests build
	@tests/run 'igt/*'

clean:
	rm -rf $(BUILD) build-*

distclean: clean
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/qda"
