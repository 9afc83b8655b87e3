# SPDX-License-Identifier: BSD-3-Clause
# Read by the tests that build interfaces: run COMPILER TOP. Exit status 77 with
# a last line that says why where a part could not be run.
# shellcheck shell=bash

set -eu
COMPILER=$1
TOP=$2
TESTS=$TOP/idl/tests
export PYTHONDONTWRITEBYTECODE=1
# Below the build directory nobody's files are in the way.
WORK=$(mktemp -d "${TMPDIR:-/tmp}/qda-idl.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
SKIPS=()

export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

# build DIRECTORY TARGET...
build() {
	local directory=$1
	shift
	nice make -s -j2 -f "$TESTS/harness/units.mk" -C "$directory" \
		IDL="$COMPILER" TOP="$TOP" "$@"
}

# has_32_bit: says why not, once
has_32_bit() {
	if [ -z "${WITH_32_BIT:-}" ]; then
		WITH_32_BIT=yes
		echo 'int main(void) { return 0; }' |
			gcc -m32 -fsanitize=address -x c - -o "$WORK/m32" \
				2>/dev/null || WITH_32_BIT=no
		[ "$WITH_32_BIT" = yes ] ||
			SKIPS+=("no 32-bit programs: gcc-multilib is not installed")
	fi
	[ "$WITH_32_BIT" = yes ]
}

has_clang() {
	command -v clang >/dev/null && return
	SKIPS+=("no second compiler: clang is not installed")
	return 1
}

# finish: after all that could be run went well
finish() {
	[ "${#SKIPS[@]}" -eq 0 ] && exit 0
	printf '%s; ' "${SKIPS[@]}"
	echo
	exit 77
}
