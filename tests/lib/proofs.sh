# SPDX-License-Identifier: BSD-3-Clause
# Read by tests/lib/steps.sh: the lanes that try to break the driver, each with
# list_LANE and run_LANE as there. QDA_SEED sets the seed of what is random.
# shellcheck shell=bash

# ---- recovery: the DSP, the driver or the module goes ------------------

RECOVERY_PROGRAMS=(recovery hotplug reload)

list_recovery() {
	local flavour program
	for flavour in fast debug; do
		for program in "${RECOVERY_PROGRAMS[@]}"; do
			"$BUILD/tests/$program" --list-subtests 2>/dev/null |
				sed "s|^|recovery/$flavour/$program@|"
		done
	done
}

# What User-Mode Linux says of a module in the place of another one.
RELOAD_WARNING='KASAN: global-out-of-bounds in load_module'

# run_recovery_on FLAVOUR KIND NAME...: those that reload the module have a
# machine of their own
run_recovery_on() {
	local flavour=$1 kind=$2 name names=()
	shift 2
	for name; do
		case $name in
		recovery/$flavour/reload@*)
			[ "$kind" = reload ] && names+=("$name") ;;
		recovery/$flavour/*)
			[ "$kind" = reload ] || names+=("$name") ;;
		esac
	done
	[ "${#names[@]}" -gt 0 ] || return 0
	GUEST_OPTIONS=()
	[ "$kind" = reload ] && GUEST_OPTIONS=(--expect "$RELOAD_WARNING")
	run_guest_names "recovery/$flavour" "$flavour" 300 "${names[@]}"
}

run_recovery() {
	local flavour
	for flavour in fast debug; do
		run_recovery_on "$flavour" all "$@"
		run_recovery_on "$flavour" reload "$@"
	done
}

# ---- chaos: the DSP, or a program, misbehaves at random ----------------

list_chaos() {
	printf 'chaos/%s\n' \
		{fast,debug}/{faults_at_random,fuzzed_replies,mutated_requests}
}

run_chaos() {
	local name flavour program options seed
	seed=${QDA_SEED:-$((RANDOM * 32768 + RANDOM + 1))}
	for name; do
		flavour=${name#chaos/}
		flavour=${flavour%/*}
		program=chaos
		case $name in
		*/faults_at_random)	options=(--fault "random:$seed") ;;
		*/fuzzed_replies)	options=(--fault "fuzz:$seed") ;;
		*)			options=() program=fuzz_ioctl ;;
		esac
		run_program "$name" "$(seconds_for "$flavour" 90)" \
			"$SIM" -k "$flavour" --root --check --strict \
			"${options[@]}" --skel-path "$SKELS" \
			--keep-log "$LOGS/${name//\//-}" \
			-- tests/lib/with_seed "$seed" \
			"$BUILD/tests/$program" --run-subtest "${name##*/}"
	done
}

# ---- builds: kernels on which nothing is run ---------------------------

list_builds() {
	printf '%s\n' build/arm64 build/6.12
}

run_builds() {
	local name
	for name; do
		run_program "$name" 600 "tests/builds/${name#build/}"
	done
}
