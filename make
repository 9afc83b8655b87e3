#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The Makefile's targets on a machine that may not have make(1) yet.
set -eu

cd "$(dirname "$0")"
command -v make >/dev/null 2>&1 || machine/setup
exec make "$@"
