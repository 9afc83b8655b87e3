# SPDX-License-Identifier: BSD-3-Clause
# Read by what starts the machine; BUILD is the build directory.
# shellcheck shell=bash disable=SC2034

SKELS=$PWD/$BUILD/dsp/tests:$PWD/$BUILD/examples
