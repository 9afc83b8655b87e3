# SPDX-License-Identifier: BSD-3-Clause
# Read by the builds: the driver compiled for kernels that nothing here runs.
# Their exit status is that of the gates.
# shellcheck shell=bash

set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 99
out=$PWD/build/builds/${0##*/}

skip() {
	printf '%s\n' "$*"
	exit 77
}

# prepare NAME: sets KERNEL; without a mirror or a cache there is nothing to try
prepare() {
	mkdir -p "$out"
	KERNEL=$(nice machine/prepare-kernel "$1" 2>"$out/prepare.log" |
		tail -n 1)
	[ -n "$KERNEL" ] && [ -d "$KERNEL" ] && return
	cat "$out/prepare.log"
	if grep -q -e 'no mirror' -e 'cannot download' "$out/prepare.log"; then
		skip "$(tail -n 1 "$out/prepare.log")"
	fi
	exit 1
}

# compile SOURCE MAKE_ARGUMENT...: without a word of the compiler. What modules
# need of the kernel is not looked for, since the kernel was never compiled.
compile() {
	local source=$1 log=$out/log
	shift
	if ! nice make -C "$KERNEL" KBUILD_MODPOST_WARN=1 W=1 -j "$(nproc)" \
		"$@" modules >"$log" 2>&1; then
		tail -n 40 "$log"
		return 1
	fi
	if grep -E '(warning|error):' "$log"; then
		return 1
	fi
	grep -c '^  CC \[M\]' "$log" | sed "s|$| files of $source compiled|"
}
