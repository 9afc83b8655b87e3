# SPDX-License-Identifier: BSD-3-Clause
# Read by the tests of the patch series: exports it and applies it to the
# kernel's source as Debian has it.
# shellcheck shell=bash

. tests/static/common.sh
. tests/lib/kernel_tree.sh
need_kernel

out=$PWD/build/tests-series/${0##*/}
series=$out/series
tree=$out/source
objects=$out/objects
log=$out/log

run_make() {
	make -C "$tree" O="$objects" ARCH=um -j 2 "$@" >>"$log" 2>&1 && return
	tail -n 40 "$log"
	fail "make $* failed"
}

export_series() {
	kernel/series/export "$@" >"$out/export.log" 2>&1 && return
	cat "$out/export.log"
	return 1
}

tree_git() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git -C "$tree" \
		-c user.name=test -c user.email=test@example.org "$@"
}

# prepare: exports the series and makes a repository of the files that it
# changes, in a tree of links to all others
prepare() {
	rm -rf "$out"
	mkdir -p "$out"
	export_series "$series" || fail "the series cannot be exported"
	link_tree
	open_up Documentation
	open_up Documentation/accel
	edit Documentation/accel/index.rst
	edit MAINTAINERS
	rm -f "$tree/.gitattributes"
	git init --quiet "$tree"
	tree_git add -f MAINTAINERS Documentation/accel/index.rst \
		drivers/accel/Kconfig drivers/accel/Makefile
	tree_git commit --quiet -m 'The files that the series changes'
	patches=("$series"/0*.patch)
	patches=("${patches[@]:1}")
}

# apply PATCH
apply() {
	tree_git am --quiet "$1" >"$log" 2>&1 && return
	cat "$log"
	fail "${1##*/} does not apply"
}
