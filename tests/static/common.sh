# SPDX-License-Identifier: BSD-3-Clause
# Read by the gates. They run from the top of the clone and tell by their exit
# status: 0 passed, 77 skipped (the last line says why), else failed.
# shellcheck shell=bash

set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 99

# tracked_files PATTERN...: what git knows or would add, one a line
tracked_files() {
	git ls-files --cached --others --exclude-standard -- "$@" |
		while IFS= read -r file; do
			[ -f "$file" ] && printf '%s\n' "$file"
		done
}

# kernel_files: C code that runs in the kernel, the platform modules' too
kernel_files() {
	tracked_files 'kernel/*.c' 'kernel/*.h' 'machine/modules/*.c' \
		'machine/modules/*.h' 'bench/kernel/*.c' 'bench/kernel/*.h'
}

c_files() {
	tracked_files '*.c' '*.h'
}

skip() {
	printf '%s\n' "$*"
	exit 77
}

fail() {
	printf '%s\n' "$*"
	exit 1
}

# need_kernel: tests/run sets KERNEL_SOURCE and KERNEL_BUILD
need_kernel() {
	[ -d "${KERNEL_SOURCE:-}" ] || fail "KERNEL_SOURCE is no kernel source"
	[ -d "${KERNEL_BUILD:-}" ] || fail "KERNEL_BUILD is no kernel build tree"
}
