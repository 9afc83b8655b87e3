# SPDX-License-Identifier: BSD-3-Clause
# Read by tests that build the driver inside the kernel's source. The tree is
# one of links to the source: only what is added or changed is there a second
# time. They set "tree", where it is to be, and "objects", what is built in it.
# shellcheck shell=bash

# link_all DIRECTORY: its entries, as links into the kernel's source
link_all() {
	mkdir -p "$tree/$1"
	find "$KERNEL_SOURCE/$1" -mindepth 1 -maxdepth 1 \
		-exec ln -s -t "$tree/$1" {} +
}

# open_up DIRECTORY: a directory of links instead of a link to the directory
open_up() {
	rm "$tree/$1"
	link_all "$1"
}

# edit FILE: a copy instead of a link, for what is to be added to it
edit() {
	rm "$tree/$1"
	cp "$KERNEL_SOURCE/$1" "$tree/$1"
}

# link_tree: a kernel's source to which the driver can be added
link_tree() {
	local directory
	link_all .
	for directory in drivers drivers/accel include include/uapi \
		include/uapi/drm; do
		open_up "$directory"
	done
	edit drivers/accel/Kconfig
	edit drivers/accel/Makefile
}

# configure VALUE: the flavour of the cached build, and the driver
configure() {
	mkdir -p "$objects"
	cp "$KERNEL_BUILD/.config" "$objects/.config"
	printf 'CONFIG_DRM_ACCEL_QDA=%s\nCONFIG_DRM_ACCEL_QDA_KUNIT_TEST=%s\n' \
		"$1" "$1" >>"$objects/.config"
	run_make olddefconfig
	[ "$(grep -c "^CONFIG_DRM_ACCEL_QDA.*=$1\$" "$objects/.config")" = 2 ] ||
		fail "Kconfig does not let the driver and its tests be \"$1\""
}
