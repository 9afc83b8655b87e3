# SPDX-License-Identifier: BSD-3-Clause
# Read by tests/lib/steps.sh: the lanes that try to break the driver, each with
# list_LANE and run_LANE as there. QDA_SEED sets the seed of what is random.
# shellcheck shell=bash

# ---- recovery: the DSP, the driver or the module goes ------------------

RECOVERY_PROGRAMS=(recovery hotplug reload)

list_recovery() {
	list_of_each recovery/fast "${RECOVERY_PROGRAMS[@]}"
	list_of_each recovery/debug "${RECOVERY_PROGRAMS[@]}"
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
	run_guest_names "recovery/$flavour" "$flavour" 600 "${names[@]}"
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
	seed=$(seed_of_run)
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

# ---- optional lanes: only when a pattern names them --------------------

OPTIONAL_LANES=(smp igt)

# smp: with two processors, what runs side by side and what goes meanwhile
SMP_PROGRAMS=(flight storm events sharing hotplug recovery)

list_smp() {
	list_of_each smp "${SMP_PROGRAMS[@]}"
}

run_smp() {
	GUEST_OPTIONS=()
	run_guest_names smp smp 900 "$@"
}

# igt: IGT's stock tests, as Debian builds them
IGT_SUITE=forky
IGT_EXPECTATIONS=tests/igt/expectations

# igt_expectations: "PATTERN VERDICT REASON" lines
igt_expectations() {
	grep -v -e '^#' -e '^$' "$IGT_EXPECTATIONS"
}

list_igt() {
	igt_expectations | sed 's/[@ ].*//; s/^/igt\//' | uniq
}

# igt_tree: where IGT is unpacked with all it needs
igt_tree() {
	local tree=${XDG_CACHE_HOME:-$HOME/.cache}/qda/igt
	if [ ! -e "$tree/.complete" ]; then
		rm -rf "$tree"
		mkdir -p "$tree"
		machine/debian-fetch update trixie-backports "$IGT_SUITE" >&2 &&
			machine/debian-fetch unpack "$IGT_SUITE" "$tree" \
				igt-gpu-tools-tests >&2 || return 1
		touch "$tree/.complete"
	fi
	echo "$tree"
}

# igt_verdicts LOG: each result against the first pattern that matches it
igt_verdicts() {
	local name verdict pattern expected reason
	while read -r name verdict; do
		pattern=
		while read -r pattern expected reason; do
			# shellcheck disable=SC2053
			[[ $name == $pattern ]] && break
			pattern=
		done < <(igt_expectations)
		if [ "$verdict" != "${expected:-}" ] || [ -z "$pattern" ]; then
			failed "igt/$name" "$1" "$verdict, not ${expected:-known}"
		elif [ "$verdict" = pass ]; then
			passed "igt/$name"
		else
			skipped "igt/$name" "$verdict is right: $reason"
		fi
	done < <(grep -E '^[a-z_]+(@[^ ]*)? (pass|skip|fail)$' "$1")
}

run_igt() {
	local log=$LOGS/igt.log tree status name
	tree=$(igt_tree 2>"$LOGS/igt-tree.log") || {
		skipped igt "no IGT: $(tail -n 1 "$LOGS/igt-tree.log")"
		return
	}
	timeout -k 20 600 "$SIM" --root --check --strict --keep-log "$LOGS/igt" \
		-- tests/igt/guest "$tree" "${@#igt/}" >"$log" 2>&1 </dev/null
	status=$?
	igt_verdicts "$log"
	for name; do
		grep -q -E "^${name#igt/}(@[^ ]*)? (pass|skip|fail)$" "$log" ||
			failed "$name" "$log" "no verdict"
	done
	machine_verdict igt/machine "$status" "$log" "$LOGS/igt"
}
