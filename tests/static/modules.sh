# SPDX-License-Identifier: BSD-3-Clause
# Read by the gates that compile the kernel modules in a way of their own.
# shellcheck shell=bash

# build_modules NAME MAKE_ARGUMENT...: all modules from nothing, into an
# output directory of the gate's own; fails when the compiler says anything.
build_modules() {
	local name=$1 top=$PWD dir out log
	shift
	for dir in kernel/drivers/accel/qda machine/modules bench/kernel; do
		out=build/static/$name/$dir
		log=$out.log
		rm -rf "$out"
		mkdir -p "$out"
		if ! make -C "$KERNEL_BUILD" M="$top/$dir" MO="$top/$out" \
			ARCH=um "$@" modules >"$log" 2>&1; then
			tail -n 40 "$log"
			return 1
		fi
		if grep -E '(warning|error):|WARNING' "$log"; then
			return 1
		fi
	done
}
