# SPDX-License-Identifier: BSD-3-Clause
# Read by tests/run: tests that run on the simulated machine.
# shellcheck shell=bash

. tests/lib/skels.sh

# What mainline's driver itself raises on the debug kernel; for machines that have
# it and for nothing else.
MAINLINE_WARNINGS=(
	'DMA-API: .*mapping sg segment longer than device claims to support'
	'WARNING: drivers/misc/fastrpc.c:[0-9]+ at fastrpc_mmap'
)

# seconds_for FLAVOUR SECONDS: the debug kernel is slower
seconds_for() {
	[ "$1" = debug ] && echo $(($2 * 4)) || echo "$2"
}

# memory_for FLAVOUR: the limit of calls, seen by KASAN and kmemleak, takes more
memory_for() {
	[ "$1" = debug ] && echo 768M || echo 256M
}

# seed_of_run: of what is random; QDA_SEED repeats it
seed_of_run() {
	echo "${QDA_SEED:-$((RANDOM * 32768 + RANDOM + 1))}"
}

# what_was_found LOG DIRECTORY: the first line that qda-sim's check complains
# about, and the subtest that ran when the kernel said it
what_was_found() {
	local line
	line=$(sed -n 's/^qda-sim: check: *//p' "$1" | head -n 1)
	[ -n "$line" ] || line='Kernel panic'
	awk -v line="$line" '
	/subtest: / { name = $NF }
	index($0, line) {
		printf "in %s: %s", name ? name : "start-up", $0
		exit
	}' "$2/kernel.log" 2>/dev/null
	grep -h -m 1 VIOLATION: "$1" "$2/dsp.log" 2>/dev/null | head -n 1
}

# machine_verdict NAME STATUS LOG DIRECTORY: did the machine itself do well?
machine_verdict() {
	local name=$1 status=$2 log=$3 directory=$4 why
	case $status in
	124)	why="a bound ran out" ;;
	125)	why="the machine failed or a check found something" ;;
	137)	why="the machine hung" ;;
	*)	passed "$name"
		return ;;
	esac
	failed "$name" "$log" "$why: $(what_was_found "$log" "$directory")"
}

# guest_verdicts LOG PREFIX: prints a verdict for each subtest of the log, and
# leaves in LAST the number of subtests that came to an end. The first verdict
# counts: a subtest's own processes may have theirs.
guest_verdicts() {
	local log=$1 prefix=$2 program='' subtest='' line
	while IFS= read -r line; do
		case $line in
		'program '*)
			program=${line#program }
			continue ;;
		'start '*)
			subtest=$prefix/$program@${line#start }
			continue ;;
		'ok '*|'skip '*|'not ok '*)
			[ -n "$subtest" ] || continue ;;
		*)	continue ;;
		esac
		case $line in
		ok*)	passed "$subtest" ;;
		skip*)	skipped "$subtest" "${line#*: }" ;;
		*)	failed "$subtest" "$log" "${line#*: }" ;;
		esac
		subtest=
		LAST=$((LAST + 1))
	done <"$log"
}

# run_guest_names LANE FLAVOUR SECONDS NAME...: subtests LANE/PROGRAM@SUBTEST in
# as few boots as it takes: after a machine that hung or crashed in a subtest
# another one is started for what comes after it. GUEST_OPTIONS are qda-sim's.
run_guest_names() {
	local lane=$1 flavour=$2 seconds boot=0 base status names
	seconds=$(seconds_for "$flavour" "$3")
	shift 3
	names=("$@")
	while [ "${#names[@]}" -gt 0 ]; do
		BOOTS=$((${BOOTS:-0} + 1))
		boot=$BOOTS
		base=$LOGS/${lane//\//-}-$boot
		printf '%s\n' "${names[@]}" |
			sed "s|^$lane/\(.*\)@\(.*\)|$BUILD/tests/\1 \2|" \
				>"$base.list"
		timeout -k 20 "$seconds" \
			"$SIM" -k "$flavour" -m "$(memory_for "$flavour")" \
			--root --check --strict \
			"${GUEST_OPTIONS[@]}" \
			--skel-path "$SKELS" --keep-log "$base" \
			-- tests/guest-run "$base.list" >"$base.log" 2>&1 </dev/null
		status=$?
		LAST=0
		guest_verdicts "$base.log" "$lane"
		machine_verdict "$lane/machine-$boot" "$status" "$base.log" "$base"
		[ "$LAST" -ge "${#names[@]}" ] && break
		if ! grep -q '^start ' "$base.log"; then
			failed "$lane/boot-$boot" "$base.log"
			break
		fi
		failed "${names[$LAST]}" "$base.log" \
			"the machine ended here, status $status"
		names=("${names[@]:$((LAST + 1))}")
	done
}

# run_guest_list FLAVOUR NAME...
run_guest_list() {
	local flavour=$1
	shift
	GUEST_OPTIONS=()
	BOOTS=0
	run_guest_names "$flavour" "$flavour" 240 "$@"
}

# mainline_went_off DIRECTORY: the crash came when all was over. Mainline's driver
# lets go of buffers in works, which use sessions that were freed.
mainline_went_off() {
	sed '1,/reboot: Power down/d' "$1/kernel.log" | grep -q 'Kernel panic'
}

# run_apps LANE VARIANT DOMAIN LANE/VARIANT/PROGRAM@SUBTEST...: in one boot. A variant
# is a driver, or what is different from QDA's on the fast kernel.
run_apps() {
	local lane=$1/$2 variant=$2 base=$LOGS/$1-$2-$3 log status
	local seconds=400 build=$BUILD options=(--memory 3G --poll)
	local seed
	seed=$(seed_of_run)
	log=$base.log
	options+=(--domain "$3")
	shift 3
	case $variant in
	fastrpc) options+=(--driver fastrpc) ;;
	debug)	options+=(-k debug --memory "$(memory_for debug)")
		seconds=$(seconds_for debug "$seconds") ;;
	tsan)	build=$BUILD-tsan ;;
	requests*)
		options+=(--fault "requests:$seed")
		[ "$variant" = requests ] && build=$BUILD-asan ||
			options+=(--driver fastrpc) ;;
	esac
	printf '%s\n' "$@" |
		sed "s|^$lane/\(.*\)@\(.*\)|$build/fastrpc/tests/\1 \2|" \
			>"$base.list"
	timeout -k 20 "$seconds" "$SIM" --root --check --strict \
		"${options[@]}" --skel-path "$SKELS" --keep-log "$base" \
		-- env LD_LIBRARY_PATH="$(realpath "$build")/fastrpc" \
		ASAN_OPTIONS="$ASAN" UBSAN_OPTIONS=halt_on_error=1 \
		tests/lib/with_seed "$seed" tests/guest-run "$base.list" \
		>"$log" 2>&1 </dev/null
	status=$?
	LAST=0
	guest_verdicts "$log" "$lane"
	if [[ $variant-$status == *fastrpc-125 ]] && mainline_went_off "$base"; then
		skipped "$lane/machine-${base##*-}" \
			"mainline's driver crashed as the machine went off"
	else
		machine_verdict "$lane/machine-${base##*-}" "$status" "$log" "$base"
	fi
	[ "$LAST" -ge "$#" ] ||
		failed "$lane-${base##*-}" "$log" "$LAST of $# subtests ended"
}

# list_by_domain LANE PROGRAM "VARIANT DOMAIN"...: the first word of a subtest is the
# domain of its machine
list_by_domain() {
	local PROGRAMS_IN=fastrpc/tests lane=$1 program=$2 machine
	shift 2
	for machine; do
		list_of '' "$program" |
			sed -n "s|^${machine#* }_|$lane/${machine% *}/$program@&|p"
	done
}

# run_by_domain LANE PROGRAM "VARIANT DOMAIN" NAME...: those that are for it
run_by_domain() {
	local lane=$1 program=$2 variant=${3% *} domain=${3#* } names
	shift 3
	mapfile -t names < <(printf '%s\n' "$@" |
		grep "^$lane/$variant/$program@${domain}_")
	[ "${#names[@]}" -eq 0 ] ||
		run_apps "$lane" "$variant" "$domain" "${names[@]}"
}

# wire_addresses NAME "BITS COHERENT" WIRE-LOG: the DSP found the stream ids of
# the device tree and addresses of no more than BITS, and used the highest bit
wire_addresses() {
	local found
	found=$(sed -n 's/.* sid \([0-9]*\) page \(0x[0-9a-f]*\) size [1-9].*/\1 \2/p' \
		"$3" | awk -v bits="${2%% *}" '
	function high(hex,  digit, value, i) {
		for (i = 3; i <= length(hex); i++) {
			digit = index("0123456789abcdef", substr(hex, i, 1)) - 1
			value = value * 16 + digit
		}
		return value / 2 ^ bits
	}
	$1 < 1 || $1 > 5 || high($2) >= 1 { wrong++ }
	high($2) >= 0.5 { upper++ }
	END { printf "%d arguments, %d wrong, %d in the upper half", NR,
		wrong, upper }')
	case $found in
	'0 arguments'*|*' 0 in the upper half')
		failed "$1" "$3" "$found" ;;
	*' 0 wrong, '*)
		passed "$1" ;;
	*)	failed "$1" "$3" "$found" ;;
	esac
}

# subtests_of PROGRAM=PATTERN: "PROGRAM SUBTEST" of each that matches; what matches
# none stands for itself, and fails when it is run
subtests_of() {
	local program=${1%%=*} pattern=${1#*=} subtest found=
	while IFS= read -r subtest; do
		# shellcheck disable=SC2053
		[[ $subtest == $pattern ]] || continue
		printf '%s %s\n' "$BUILD/tests/$program" "$subtest"
		found=1
	done < <(list_of '' "$program")
	[ -n "$found" ] || printf '%s %s\n' "$BUILD/tests/$program" "$pattern"
}

# run_subtests NAME SECONDS "PROGRAM=PATTERN..." OPTION...: in one boot of a machine
# with these options; each subtest counts
run_subtests() {
	local name=$1 seconds=$2 base=$LOGS/${1//\//-} programs program status
	read -ra programs <<<"$3"
	shift 3
	for program in "${programs[@]}"; do
		subtests_of "$program"
	done >"$base.list"
	timeout -k 20 "$seconds" "$SIM" --root --check --strict "$@" \
		--skel-path "$SKELS" --keep-log "$base" \
		-- tests/guest-run "$base.list" >"$base.log" 2>&1 </dev/null
	status=$?
	LAST=0
	guest_verdicts "$base.log" "$name"
	[ "$LAST" -ge "$(wc -l <"$base.list")" ] ||
		failed "$name" "$base.log" "not all subtests came to an end"
	machine_verdict "$name/machine" "$status" "$base.log" "$base"
}

# run_variant NAME|KERNEL|QDA_VARIANT|OPTIONS|PROGRAM=PATTERN...
run_variant() {
	local name kernel says options words programs wire
	IFS='|' read -r name kernel says options programs <<<"$1"
	read -ra words <<<"$options"
	wire=$LOGS/variants-$name.wire
	QDA_VARIANT=$says run_subtests "variants/$name" \
		"$(seconds_for "$kernel" 90)" "$programs" \
		-k "$kernel" --wire-log "$wire" "${words[@]}"
	wire_addresses "variants/$name/addresses" "${says#* }" "$wire"
}

# run_counter NAME|OPTIONS|PROGRAM=PATTERN...
run_counter() {
	local name options words programs
	IFS='|' read -r name options programs <<<"$1"
	read -ra words <<<"$options"
	QDA_TEST_POLL=1 run_subtests "counters/$name" 120 "$programs" \
		-k fast "${words[@]}"
}

# run_oracle_on NAME FLAVOUR
run_oracle_on() {
	local name=$1 flavour=$2 expect=()
	[ "$flavour" = debug ] && expect=("${MAINLINE_WARNINGS[@]/#/--expect=}")
	run_program "$name" "$(seconds_for "$flavour" 60)" \
		"$SIM" -k "$flavour" --root --driver fastrpc --strict --check \
		"${expect[@]}" --skel-path "$SKELS" \
		--wire-log "$LOGS/oracle-$flavour.wire" \
		--keep-log "$LOGS/oracle-$flavour" -- "$BUILD/tests/oracle"
}

# run_fault faults/FLAVOUR/SUBTEST: the subtest's name is that of the mode,
# with _ for -, and "_at_9" for the ninth call
run_fault() {
	local name=$1 flavour mode fault
	flavour=${name#faults/}
	mode=${flavour#*/}
	flavour=${flavour%%/*}
	fault=${mode/_at_/:}
	run_program "$name" "$(seconds_for "$flavour" 60)" \
		"$SIM" -k "$flavour" --root --check --strict --fault "${fault//_/-}" \
		--skel-path "$SKELS" --keep-log "$LOGS/${name//\//-}" \
		-- "$BUILD/tests/faults" --run-subtest "$mode"
}

# run_polling poll/FLAVOUR/SUBTEST: answers follow what polling sees by 200 ms
run_polling() {
	local name=$1 flavour
	flavour=${name#poll/}
	flavour=${flavour%%/*}
	QDA_TEST_POLL=1 run_program "$name" "$(seconds_for "$flavour" 120)" \
		"$SIM" -k "$flavour" --root --check --strict --poll --fault delay \
		--skel-path "$SKELS" --keep-log "$LOGS/${name//\//-}" \
		-- "$BUILD/tests/polling" --run-subtest "${name##*/}"
}

# run_bench_loops NAME FLAVOUR: beside mainline's driver, whose own warnings are no
# finding
run_bench_loops() {
	local name=$1 flavour=$2 expect=()
	[ "$flavour" = debug ] && expect=("${MAINLINE_WARNINGS[@]/#/--expect=}")
	run_program "$name" "$(seconds_for "$flavour" 60)" \
		"$SIM" -k "$flavour" --root --driver bench --poll --check --strict \
		"${expect[@]}" --skel-path "$BUILD/bench" \
		--keep-log "$LOGS/${name//\//-}" -- "$BUILD/tests/bench_loops"
}

# run_coalescing NAME FLAVOUR
run_coalescing() {
	local name=$1 flavour=$2
	QDA_TEST_COALESCE=1 run_program "$name" "$(seconds_for "$flavour" 120)" \
		"$SIM" -k "$flavour" --root --check --strict --coalesce 200000 \
		--skel-path "$SKELS" --keep-log "$LOGS/${name//\//-}" \
		-- "$BUILD/tests/doorbells"
}

# run_domain FLAVOUR DOMAIN FAULT NAME...: subtests of the kinds of sessions, in
# one boot of a machine with this DSP
run_domain() {
	local flavour=$1 domain=$2 fault=$3 machine list status
	shift 3
	[ "$#" -gt 0 ] || return 0
	machine=kinds-$flavour-$domain${fault:+-$fault}
	list=$LOGS/$machine.list
	printf '%s\n' "$@" | sed "s|.*@|$BUILD/tests/kinds |" >"$list"
	timeout -k 20 "$(seconds_for "$flavour" 120)" \
		"$SIM" -k "$flavour" --root --check --strict \
		--domain "$domain" ${fault:+--fault "$fault"} \
		--skel-path "$SKELS" --keep-log "$LOGS/$machine" \
		-- tests/guest-run "$list" >"$LOGS/$machine.log" 2>&1 </dev/null
	status=$?
	LAST=0
	guest_verdicts "$LOGS/$machine.log" "kinds/$flavour/$domain"
	[ "$LAST" -eq "$#" ] || failed "kinds/$flavour/$domain" \
		"$LOGS/$machine.log" "the machine ended early, status $status"
	machine_verdict "kinds/$flavour/$domain${fault:+-$fault}/machine" \
		"$status" "$LOGS/$machine.log" "$LOGS/$machine"
}

# kernel_paths: where the gates find the kernel
kernel_paths() {
	[ -n "${KERNEL_BUILD:-}" ] ||
		KERNEL_BUILD=$(machine/build-kernel --print fast 2>/dev/null |
			tail -n 1)
	[ -n "${KERNEL_SOURCE:-}" ] ||
		KERNEL_SOURCE=$(readlink -f "$KERNEL_BUILD/source")
	export KERNEL_SOURCE KERNEL_BUILD
}
