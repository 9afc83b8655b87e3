# SPDX-License-Identifier: BSD-3-Clause
# Read by the tests that do what the driver's documentation says.
# shellcheck shell=bash

. tests/static/common.sh

BUILD=${QDA_BUILD:-build}
out=$PWD/build/documentation/${0##*/}
rm -rf "$out"
mkdir -p "$out"

# block LANGUAGE CAPTION PAGE
block() {
	awk -v language="$1" -v caption="$2" -f tests/documentation/extract.awk \
		"kernel/Documentation/accel/qda/$3.rst"
}

# on_machine SKELS COMMAND...
on_machine() {
	local skels=$1
	shift
	timeout -k 10 120 "$BUILD/machine/qda-sim" --strict --check \
		--skel-path "$skels" -- "$@" 2>"$out/errors" </dev/null ||
		{ cat "$out/errors" >&2; return 1; }
}

# printed_as_in PAGE: what was printed is what the page says after "It prints::"
printed_as_in() {
	awk '/^It prints::$/ { said = 1; next }
	said && /^[^ ]/ { exit }
	said && NF { sub(/^   /, ""); print }' \
		"kernel/Documentation/accel/qda/$1.rst" >"$out/said"
	diff -u "$out/said" "$out/printed" ||
		fail "it prints something else than the page says"
	cat "$out/printed"
}

# file_is_hexagon FILE: ELF for the machine of number 164
file_is_hexagon() {
	[ "$(od -An -tu2 -j18 -N2 "$1" | tr -d ' ')" = 164 ]
}
