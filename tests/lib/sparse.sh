# SPDX-License-Identifier: BSD-3-Clause
# Read by tests that run sparse. Kernels since 7.3 refuse sparse before 0.6.5;
# where the system's is older, Debian's newest is unpacked into the cache and
# run with the libc that it was built for. Nothing is installed.
# shellcheck shell=bash

cache=${XDG_CACHE_HOME:-$HOME/.cache}/qda/sparse

# "0.6.4 (Debian: 0.6.5~rc1-2)" says what it was built from
new_enough() {
	local version
	version=$("$1" --version 2>/dev/null |
		sed 's/.*Debian: *\([^)]*\).*/\1/; s/^v//; s/-rc/~rc/')
	[ -n "$version" ] && printf '0.6.5~\n%s\n' "$version" | sort -V -C
}

# fetch PACKAGE: the newest there is, unpacked below the cache
fetch() {
	local version deb
	version=$(machine/debian-fetch list "^$1\$" | sort -V -k 2,2 |
		sed -n "\$s/^$1 //p")
	[ -n "$version" ] || return 1
	deb=$(machine/debian-fetch get "$1=$version" "$cache/download" |
		tail -n 1) && dpkg-deb -x "$deb" "$cache/root.new"
}

install_sparse() {
	rm -rf "$cache"
	mkdir -p "$cache"
	machine/debian-fetch update trixie-backports forky || return 1
	fetch sparse && fetch libc6 || return 1
	mv "$cache/root.new" "$cache/root"
	cat >"$cache/sparse" <<-END
	#!/bin/sh
	root='$cache/root/usr'
	exec "\$root/lib64/ld-linux-x86-64.so.2" \\
		--library-path "\$root/lib/x86_64-linux-gnu" "\$root/bin/sparse" "\$@"
	END
	chmod +x "$cache/sparse"
	rm -rf "$cache/download"
}

# find_sparse: sets SPARSE, or skips
find_sparse() {
	SPARSE=sparse
	new_enough sparse && return
	SPARSE=$cache/sparse
	new_enough "$SPARSE" || install_sparse >&2
	new_enough "$SPARSE" || skip "no sparse of version 0.6.5 or later can be had"
}
