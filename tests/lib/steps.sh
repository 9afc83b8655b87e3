# SPDX-License-Identifier: BSD-3-Clause
# Read by tests/run: the lanes and what is in them. Each lane L has list_L,
# which prints its tests' names, and run_L, which runs the names it is given.
# shellcheck shell=bash

BUILD=${QDA_BUILD:-build}
LOGS=$PWD/build/test-logs
RESULTS=$LOGS/results
SIM=$BUILD/machine/qda-sim
HOST_LANES=(static builds unit asan tsan documentation series)
MACHINE_LANES=(fast debug variants oracle wire idl faults chaos recovery kinds
	poll doorbells counters bench absent kunit fastrpc rpcd launcher)

. tests/lib/machine.sh
. tests/lib/proofs.sh
LANES=("${HOST_LANES[@]}" "${MACHINE_LANES[@]}" "${OPTIONAL_LANES[@]}")

# ---- verdicts ----------------------------------------------------------

verdict() {
	printf '%s\n' "$1" >>"$RESULTS"
	printf '%s\n' "$1"
}

passed() {
	verdict "ok $1"
}

skipped() {
	verdict "skip $1: ${2:-no reason given}"
}

# failed NAME LOG [WHY]
failed() {
	verdict "not ok $1${3:+: $3} (log: ${2#"$PWD"/})"
	if [ -z "${3:-}" ] && [ -s "$2" ]; then
		tail -n 12 "$2" | sed 's/^/    /'
	fi
}

summary() {
	local passes fails skips
	passes=$(grep -c '^ok ' "$RESULTS")
	fails=$(grep -c '^not ok ' "$RESULTS")
	skips=$(grep -c '^skip ' "$RESULTS")
	printf '%d passed, %d failed, %d skipped\n' "$passes" "$fails" "$skips"
	[ "$fails" -eq 0 ] && [ "$passes" -gt 0 ]
}

# ---- lanes -------------------------------------------------------------

matches() {
	local pattern
	[ "${#patterns[@]}" -eq 0 ] && return 0
	for pattern in "${patterns[@]}"; do
		# shellcheck disable=SC2053
		[[ $1 == $pattern || $1 == $pattern/* || $1 == $pattern@* ]] &&
			return 0
	done
	return 1
}

# is_named LANE: does a pattern begin with the lane's name?
is_named() {
	local pattern
	for pattern in "${patterns[@]}"; do
		[[ $pattern == "$1" || $pattern == "$1"/* ]] && return 0
	done
	return 1
}

run_lane() {
	local names=() name
	while IFS= read -r name; do
		matches "$name" && names+=("$name")
	done < <("list_$1")
	[ "${#names[@]}" -eq 0 ] || "run_$1" "${names[@]}"
}

# Where list_of finds programs.
PROGRAMS_IN=tests

# list_of PREFIX PROGRAM: its subtests, each with the prefix
list_of() {
	"$BUILD/$PROGRAMS_IN/$2" --list-subtests 2>/dev/null | sed "s|^|$1|"
}

# list_of_each LANE PROGRAM...: LANE/PROGRAM@SUBTEST
list_of_each() {
	local lane=$1 program
	shift
	for program; do
		list_of "$lane/$program@" "$program"
	done
}

# run_program NAME SECONDS COMMAND...: exit status 77 is a skip
run_program() {
	local name=$1 seconds=$2 log
	shift 2
	log=$LOGS/${name//\//-}.log
	timeout -k 10 "$seconds" "$@" >"$log" 2>&1 </dev/null
	case $? in
	0)	passed "$name" ;;
	77)	skipped "$name" "$(tail -n 1 "$log")" ;;
	124|137) failed "$name" "$log" "no end within $seconds s" ;;
	*)	failed "$name" "$log" ;;
	esac
}

# ---- static gates ------------------------------------------------------

list_static() {
	local gate
	for gate in tests/static/*; do
		[ -x "$gate" ] && [ -f "$gate" ] && echo "static/${gate##*/}"
	done
}

run_static() {
	local name
	kernel_paths
	for name; do
		run_program "$name" 600 "tests/static/${name#static/}"
	done
}

# ---- user-space unit tests ---------------------------------------------

# meson_tests DIRECTORY: names of its unit tests
meson_tests() {
	[ -f "$1/build.ninja" ] || return 0
	meson test -C "$1" --list 2>/dev/null |
		sed -n 's/.* \/ //; /^[A-Za-z0-9_.@-]\{1,\}$/p' | sort -u
}

list_unit() {
	meson_tests "$BUILD" | sed 's/^/unit\//'
}

list_asan() {
	meson_tests "$BUILD" | sed 's/^/asan\//'
}

run_unit() {
	local name
	for name; do
		run_program "$name" 300 meson test -C "$BUILD" --no-rebuild \
			--print-errorlogs "${name#unit/}"
	done
}

# A process of the DSP reports its signals itself.
ASAN=detect_leaks=1:handle_segv=0:handle_sigbus=0:handle_sigill=0
ASAN+=:handle_sigfpe=0:handle_abort=0

# build_with SANITIZER MESON-OPTIONS TARGET...: the same programs with it
build_with() {
	local dir=$BUILD-$1 log=$LOGS/build-$1.log options
	read -ra options <<<"$2"
	{
		# A lane of the host and one of the machine may both come here.
		flock 8
		[ -f "$dir/build.ninja" ] ||
			meson setup -Db_lundef=false "${options[@]}" "$dir"
		nice ninja -C "$dir" "${@:3}"
	} 8>"$BUILD/.$1.lock" >>"$log" 2>&1 && return
	failed "$1/build" "$log"
	return 1
}

build_asan() {
	build_with asan -Db_sanitize=address,undefined
}

run_asan() {
	local name
	build_asan || return
	for name; do
		run_program "$name" 300 env ASAN_OPTIONS="$ASAN" \
			UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
			meson test -C "$BUILD-asan" --no-rebuild \
			--print-errorlogs "${name#asan/}"
	done
}

# What has threads, with the sanitizer for them. It does not model fences, which
# orders nothing by themselves where what they fence is released and acquired.
TSAN_TESTS=(libqda-{buffer,call,module,session,threads}
	fastrpc-{library,ends,ring,files,misc})

list_tsan() {
	local name
	for name in "${TSAN_TESTS[@]}"; do
		[[ -x $BUILD/${name%%-*}/tests/test-$name ]] && echo "tsan/$name"
	done
}

# build_tsan TARGET...
build_tsan() {
	build_with tsan '-Db_sanitize=thread -Dc_args=-Wno-tsan' "$@"
}

run_tsan() {
	local name targets=()
	for name; do
		name=${name#tsan/}
		targets+=("${name%%-*}/tests/test-$name")
	done
	build_tsan "${targets[@]}" || return
	for name; do
		run_program "$name" 300 env TSAN_OPTIONS=die_after_fork=0 \
			meson test -C "$BUILD-tsan" --no-rebuild \
			--print-errorlogs "${name#tsan/}"
	done
}

# ---- what the driver's documentation says -------------------------------

list_documentation() {
	printf '%s\n' documentation/uapi documentation/building
}

run_documentation() {
	local name
	for name; do
		run_program "$name" 300 "tests/$name"
	done
}

# ---- the patch series --------------------------------------------------

list_series() {
	printf '%s\n' series/export series/apply series/boot
}

run_series() {
	local name
	kernel_paths
	for name; do
		run_program "$name" 600 "tests/$name"
	done
}

# ---- on the machine ----------------------------------------------------

PROGRAMS=(contract_query contract_bo contract_session contract_invoke
	contract_wait contract_prime contract_sync contract_map contract_size
	contract_batch calls batch flight death
	maps observe coredump sharing storm events warm polling
	fail_nth)

list_fast() {
	list_of_each fast "${PROGRAMS[@]}"
}

list_debug() {
	list_of_each debug "${PROGRAMS[@]}"
}

run_fast() {
	run_guest_list fast "$@"
}

run_debug() {
	run_guest_list debug "$@"
}

# row_of NAME ROW...: the row that begins with the name and a |
row_of() {
	local name=$1
	shift
	printf '%s\n' "$@" | grep "^$name|"
}

# Machines that differ: kernel, what QDA_VARIANT says, options of qda-sim, and
# the programs that run there, each with the pattern of its subtests.
VARIANTS=(
	'kaanapali|fast|3 34 1|--soc kaanapali|variants=* calls=* contract_sync=*'
	'kaanapali-adsp|fast|0 32 1|--soc kaanapali --domain adsp|variants=*'
	'non-coherent|debug|3 32 0|--non-coherent|variants=* contract_sync=* calls=sizes_and_offsets contract_prime=*'
	'adsp|fast|0 32 1|--domain adsp|variants=*'
	'mdsp|fast|1 32 1|--domain mdsp|variants=*'
	'sdsp|fast|2 32 1|--domain sdsp|variants=*'
	'cdsp|fast|3 32 1|--domain cdsp|variants=*'
	'cdsp1|fast|4 32 1|--domain cdsp1|variants=*'
	'gdsp0|fast|5 32 1|--domain gdsp0|variants=*'
	'gdsp1|fast|6 32 1|--domain gdsp1|variants=*'
	'cdsp2|fast|7 32 1|--domain cdsp2|variants=*'
	'cdsp3|fast|8 32 1|--domain cdsp3|variants=*'
)

list_variants() {
	printf 'variants/%s\n' "${VARIANTS[@]%%|*}"
}

run_variants() {
	local name
	for name; do
		run_variant "$(row_of "${name#*/}" "${VARIANTS[@]}")"
	done
}

list_oracle() {
	printf '%s\n' oracle/fast oracle/debug
}

run_oracle() {
	local name
	for name; do
		run_oracle_on "$name" "${name#oracle/}"
	done
}

list_wire() {
	echo wire/compare
}

run_wire() {
	run_program wire/compare 120 tests/wire/run "$BUILD" "$LOGS/wire"
}

list_idl() {
	echo idl/everything
}

# Stubs, the driver and skels on a DSP, for every construct of the language.
run_idl() {
	run_program idl/everything 180 "$SIM" -k fast --root --check --strict \
		--skel-path "$BUILD/idl/tests/machine" --keep-log "$LOGS/idl" \
		-- "$BUILD/idl/tests/machine/idl-client" "${QDA_IDL_SEED:-1}" 6
}

list_faults() {
	list_of faults/fast/ faults
	list_of faults/debug/ faults
}

run_faults() {
	local name
	for name; do
		run_fault "$name"
	done
}

# A DSP that writes the poll word; without it polling runs with the others.
list_poll() {
	list_of poll/fast/ polling
	list_of poll/debug/ polling
}

run_poll() {
	local name
	for name; do
		run_polling "$name"
	done
}

# A DSP that tells of answers together: how many doorbells and interrupts.
list_doorbells() {
	printf '%s\n' doorbells/fast doorbells/debug
}

run_doorbells() {
	local name
	for name; do
		run_coalescing "$name" "${name#doorbells/}"
	done
}

# What is counted and must not grow: machines, as in VARIANTS, without a variant.
COUNTERS=(
	'calls|--poll|costs=* polling=* footprint=idle_*'
	'scaling|--driver bench --spin 1000|scaling=*'
	'in-flight|--fault never-reply|footprint=call_in_flight'
)

list_counters() {
	printf 'counters/%s\n' "${COUNTERS[@]%%|*}"
}

run_counters() {
	local name
	for name; do
		run_counter "$(row_of "${name#*/}" "${COUNTERS[@]}")"
	done
}

# The first word of a subtest is the domain of its machine.
list_kinds() {
	local flavour
	for flavour in fast debug; do
		list_of '' kinds | sed "s|^\([a-z]*\)_|kinds/$flavour/\1@&|"
	done
}

# A DSP that restarts takes a machine of its own.
run_kinds() {
	local flavour domain names
	for flavour in fast debug; do
		for domain in adsp cdsp sdsp; do
			mapfile -t names < <(printf '%s\n' "$@" |
				grep "^kinds/$flavour/$domain@" |
				grep -v 'restart$')
			run_domain "$flavour" "$domain" '' "${names[@]}"
			mapfile -t names < <(printf '%s\n' "$@" |
				grep "^kinds/$flavour/$domain@.*restart$")
			run_domain "$flavour" "$domain" crash-dsp "${names[@]}"
		done
	done
}

list_absent() {
	printf '%s\n' absent/no-dsp absent/never-start
}

run_absent() {
	local name
	for name; do
		case $name in
		absent/no-dsp)
			run_program "$name" 60 "$SIM" --root --check --no-dsp \
				-- "$BUILD/tests/absent" ;;
		*)
			run_program "$name" 60 tests/never_start "$BUILD" ;;
		esac
	done
}

list_kunit() {
	printf '%s\n' kunit/fast kunit/debug
}

# Each case counts.
run_kunit() {
	local name log
	for name; do
		log=$LOGS/${name//\//-}.log
		timeout -k 10 300 tests/kunit "$BUILD" "${name#kunit/}" \
			"$LOGS/${name//\//-}" >"$log" 2>&1 </dev/null ||
			failed "$name" "$log"
		case_verdicts "$name" "$log"
	done
}

case_verdicts() {
	local line
	while IFS= read -r line; do
		case $line in
		'ok '*)		passed "$1@${line#ok }" ;;
		'skip '*)	line=${line#skip }
				skipped "$1@${line%%: *}" "${line#*: }" ;;
		'not ok '*)	line=${line#not ok }
				failed "$1@${line%%: *}" "$2" "${line#*: }" ;;
		esac
	done <"$2"
}

# Programs as applications are, by this project's driver and by mainline's.
FASTRPC_PROGRAMS=(app_calls app_memory app_sessions app_async app_queue
	app_host app_files app_logs app_notify)

# Where each is run: by which driver, or what is different.
FASTRPC_VARIANTS=(qda fastrpc debug tsan requests requests-fastrpc)

FASTRPC_KINDS=({qda,fastrpc}\ {adsp,cdsp})

list_fastrpc() {
	local PROGRAMS_IN=fastrpc/tests variant
	for variant in "${FASTRPC_VARIANTS[@]}"; do
		case $variant in
		requests*) list_of_each "fastrpc/$variant" app_requests ;;
		qda)	list_of_each "fastrpc/$variant" "${FASTRPC_PROGRAMS[@]}" \
				app_cost ;;
		*)	list_of_each "fastrpc/$variant" "${FASTRPC_PROGRAMS[@]}" |
				grep -v '@a_million' ;;
		esac
	done
	list_by_domain fastrpc app_kinds "${FASTRPC_KINDS[@]}"
}

run_fastrpc() {
	local variant name names
	for variant in "${FASTRPC_VARIANTS[@]}"; do
		names=()
		for name; do
			[[ $name == fastrpc/$variant/* && $name != *@adsp_* ]] &&
				names+=("$name")
		done
		[ "${#names[@]}" -gt 0 ] || continue
		[ "$variant" != requests ] || build_asan || continue
		if [ "$variant" = tsan ]; then
			build_tsan fastrpc/{libcdsprpc.so.1.0.0,libadsprpc.so.1.0.0,libsdsprpc.so.1.0.0} \
				"${FASTRPC_PROGRAMS[@]/#/fastrpc/tests/}" \
				fastrpc/tests/libhosted_skel.so || continue
		fi
		run_apps fastrpc "$variant" cdsp "${names[@]}"
	done
	run_by_domain fastrpc app_kinds "qda adsp" "$@"
	run_by_domain fastrpc app_kinds "fastrpc adsp" "$@"
}

# The daemon on machines with each DSP that it is for.
RPCD_MACHINES=('qda cdsp' 'qda adsp' 'qda sdsp' 'fastrpc cdsp')

list_rpcd() {
	printf '%s\n' rpcd/unit rpcd/command-line
	list_by_domain rpcd app_rpcd "${RPCD_MACHINES[@]}"
}

run_rpcd() {
	local machine name
	for name; do
		case $name in
		rpcd/unit|rpcd/command-line)
			run_program "$name" 60 \
				"fastrpc/rpcd/tests/${name#rpcd/}" "$BUILD" ;;
		esac
	done
	for machine in "${RPCD_MACHINES[@]}"; do
		run_by_domain rpcd app_rpcd "$machine" "$@"
	done
}

list_launcher() {
	[ -x machine/tests/launcher.sh ] && echo launcher
}

# Its lines are "ok N - NAME", "not ok N - NAME" and "ok N - NAME # SKIP why".
run_launcher() {
	local log=$LOGS/launcher.log line name ended=
	timeout -k 10 900 machine/tests/launcher.sh "$BUILD" >"$log" 2>&1 </dev/null
	while IFS= read -r line; do
		name=launcher@${line#* - }
		case $line in
		'ok '*' # SKIP '*)
			skipped "${name%% # SKIP*}" "${name#* # SKIP }" ;;
		'ok '*' - '*)		passed "$name" ;;
		'not ok '*' - '*)	failed "$name" "$log" "see there" ;;
		*' passed, '*)		ended=yes ;;
		esac
	done <"$log"
	[ -n "$ended" ] || failed launcher "$log" "it did not come to an end"
}

list_bench() {
	printf '%s\n' bench/short bench/locks bench/loops/fast bench/loops/debug
}

# Times are no gate; that all contenders run, what is counted, and that the loops
# in the kernel notice an answer that is wrong, are.
run_bench() {
	local name
	for name; do
		case $name in
		bench/short)
			run_program "$name" 120 bench/tests/on-machine "$BUILD" \
				"$LOGS/bench" ;;
		bench/locks)
			run_program "$name" 240 bench/tests/locks-on-machine \
				"$BUILD" "$LOGS/bench-locks" ;;
		*)	run_bench_loops "$name" "${name##*/}" ;;
		esac
	done
}
