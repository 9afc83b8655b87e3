#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What qda-sim promises, but for the DSP's own business.
#
#	launcher.sh [BUILD-DIRECTORY]
#
# Prints "ok N - NAME", "not ok N - NAME" or "ok N - NAME # SKIP why" and at
# the end "N passed, N failed, N skipped".
# Scripts in single quotes are for the machine's shell; files are only read.
# shellcheck disable=SC2016,SC2094
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-$here/../../build}" && pwd) || exit 2
sim=$build/machine/qda-sim
me=$(id -u)

# The machine has a /dev/shm of its own, so files that commands use are not
# there, but the machine's directory is, where that is possible.
work=$(mktemp -d) || exit 2
run=$(mktemp -d /dev/shm/launcher.XXXXXX 2>/dev/null || mktemp -d)
trap 'rm -rf "$work" "$run"' EXIT
trap 'exit 130' INT TERM HUP
chmod 755 "$work"
chmod 1777 "$run"
export QDA_SIM_RUNTIME_DIR="$run" XDG_CACHE_HOME="$work/cache"

number=0 passed=0 failed=0 skipped=0

ok() {
	number=$((number + 1))
	passed=$((passed + 1))
	echo "ok $number - $1"
}

not_ok() {
	number=$((number + 1))
	failed=$((failed + 1))
	echo "not ok $number - $1"
	shift
	for line; do
		echo "$line" | sed 's/^/# /'
	done
}

skip() {
	number=$((number + 1))
	skipped=$((skipped + 1))
	echo "ok $number - $1 # SKIP $2"
}

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "got: $2" "wanted: $3" "$(tail -n 5 "$work/err" 2>/dev/null)"
	fi
}

# has NAME TEXT PATTERN
has() {
	if echo "$2" | grep -Eq "$3"; then
		ok "$1"
	else
		not_ok "$1" "got: $2" "wanted: $3"
	fi
}

# A machine without DSP and driver: what is tested here does not need them.
plain() {
	timeout -k 5 120 "$sim" --no-dsp --driver none "$@" 2>"$work/err"
}

# The same, with its process id in $pid.
start_plain() {
	# a script's background processes have SIGINT ignored
	env --default-signal=INT,QUIT "$sim" --no-dsp --driver none "$@" \
		>"$work/out" 2>"$work/err" &
	pid=$!
}

wait_for() {
	for _ in $(seq 200); do
		grep -q "$1" "$work/out" 2>/dev/null && return 0
		sleep 0.05
	done
	return 1
}

# Processes that map the memory of a machine of these tests, or name its
# directory.
leftovers() {
	grep -ls -f "$work/pattern" /proc/[0-9]*/maps /proc/[0-9]*/cmdline
	ls -A "$run"
}

echo "$run" >"$work/pattern"

# nothing_left NAME
nothing_left() {
	for _ in $(seq 40); do
		left=$(leftovers)
		[ "$left" ] || break
		sleep 0.05
	done
	is "$1: no process and no file is left" "$left" ""
}

milliseconds() {
	echo $(($(date +%s%N) / 1000000))
}

# ---- exit status --------------------------------------------------------

plain true
is "exit status 0" $? 0
plain sh -c 'exit 7'
is "exit status 7" $? 7
plain sh -c 'kill -SEGV $$'
is "death by a signal is 128 + its number" $? 139
plain /nonexistent
is "a command that is not there: 127" $? 127
plain /etc/passwd
is "a file that is no program: 126" $? 126
plain -m 1M true
is "a wrong option: 125" $? 125
has "... with the reason" "$(cat "$work/err")" "1M.*not a size"
nothing_left "plain runs"

# ---- standard streams ---------------------------------------------------

head -c 10000000 /dev/urandom >"$work/random"
chmod 644 "$work/random"
plain sh -c 'echo out; echo err >&2' >"$work/out"
is "standard output" "$(cat "$work/out")" out
is "standard error is apart" "$(cat "$work/err")" err
plain cat <"$work/random" | cmp -s - "$work/random"
is "10 MB in and out at once, byte for byte" $? 0
plain cat "$work/random" | { sleep 1; cmp -s - "$work/random"; }
is "10 MB out to a slow reader" $? 0
plain head -c 100000 "$work/random" | { sleep 8; wc -c; } >"$work/out"
is "the end of the output waits for its reader" "$(cat "$work/out")" 100000
plain sh -c 'cat >&2' <"$work/random"
cmp -s "$work/err" "$work/random"
is "10 MB in and out by standard error" $? 0
is "input is passed on as it comes" \
	"$({ echo one; sleep 0.3; echo two; } | plain sh -c 'read a; read b; echo "$a $b"')" \
	"one two"
is "the end of input is passed on" "$(plain cat </dev/null; echo $?)" 0
is "closed standard streams do no harm" \
	"$(plain sh -c 'exit 5' <&- >&- ; echo $?)" 5
plain head -c 10 <"$work/random" >/dev/null
is "a command that reads only some of its input" $? 0
is "a reader of the output that goes away ends the command" \
	"$({ plain yes; echo $? >"$work/status"; } | head -n 2 | wc -l) $(cat "$work/status")" \
	"2 141"
nothing_left "streams"

# ---- surroundings -------------------------------------------------------

odd="$work/a dir, with: odd 'name' \"ü\""
mkdir "$odd"
is "the current directory" "$(cd "$odd" && plain pwd)" "$odd"
is "arguments with blanks, newlines and nothing in them" \
	"$(plain printf '<%s>' 'a b' '' 'c
d' '*')" '<a b><><c
d><*>'
is "the environment" "$(ODD='x y
z' plain sh -c 'echo "$ODD"')" 'x y
z'
is "an empty environment stays empty" \
	"$(env -i QDA_SIM_RUNTIME_DIR="$run" "$sim" --no-dsp --driver none /usr/bin/env | grep -vc QDA_SIM)" 0
is "user and groups" "$(plain id)" "$(id)"
is "umask" "$(umask 027; plain sh -c umask)" 0027
is "--root" "$(plain --root id -u)" 0
plain sh -c 'echo text >"$1"; cat "$1"' - "$odd/file" >"$work/out"
is "a file that the command wrote is there" \
	"$(cat "$odd/file") $(stat -c %u "$odd/file")" "text $me"
is "the machine has its own /proc, /sys and /dev" \
	"$(plain sh -c 'cat /proc/sys/kernel/hostname; test -d /sys/class/tty && test -c /dev/null && test ! -e /dev/shm/launcher* && echo yes')" \
	"qda-sim
yes"
is "-m" "$(plain -m 64M sh -c '[ $(sed -n "s/^MemTotal: *\([0-9]*\).*/\1/p" /proc/meminfo) -lt 65536 ] && echo less')" less
nothing_left "surroundings"

# ---- terminal -----------------------------------------------------------

cat >"$work/terminal.py" <<'END'
import os, pty, select, sys, time
keys = sys.argv[1].encode().decode("unicode_escape").encode("latin1")
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
import fcntl, struct, termios
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 99, 0, 0))
out, sent, end = b"", False, time.time() + 30
while time.time() < end:
    if not sent and b"ready" in out:
        os.write(fd, keys)
        sent = True
    if select.select([fd], [], [], 0.2)[0]:
        try:
            piece = os.read(fd, 4096)
        except OSError:
            break
        if not piece:
            break
        out += piece
print(out.decode("latin1").replace("\r", ""), end="")
print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
terminal() {
	keys=$1
	shift
	timeout -k 5 60 python3 "$work/terminal.py" "$keys" \
		"$sim" --no-dsp --driver none "$@"
}
has "a terminal is a terminal" \
	"$(terminal '' sh -c 'tty; sleep 0.3; stty size')" "^/dev/pts/0"
has "... of the same size" "$(terminal '\r' sh -c 'echo ready; read x; stty size')" "^33 99"
has "Ctrl-C reaches the command" \
	"$(terminal '\x03' sh -c 'trap "echo caught; exit 9" INT; echo ready; while :; do sleep 0.1; done')" \
	"caught"
has "... and its status comes back" \
	"$(terminal '\x03' sh -c 'echo ready; sleep 60')" "status 130"
has "Ctrl-D is the end of input" \
	"$(terminal 'word\r\x04' sh -c 'echo ready; cat; echo over')" "over"
has "Ctrl-] three times switches the machine off" \
	"$(terminal '\x1d\x1d\x1d' sh -c 'trap "" INT; echo ready; sleep 60')" \
	"status 137"
nothing_left "terminal"

# ---- signals ------------------------------------------------------------

start_plain sh -c 'trap "echo caught; exit 9" INT; echo ready; while :; do sleep 0.1; done'
wait_for ready
kill -INT $pid
wait $pid
is "SIGINT goes to the command first" "$? $(tail -n 1 "$work/out")" "9 caught"
start_plain sh -c 'trap "" INT; echo ready; sleep 60 & wait; sleep 60'
wait_for ready
kill -INT $pid
sleep 0.3
kill -INT $pid
wait $pid
is "a second one ends the machine" $? 130
nothing_left "two SIGINT"
start_plain sh -c 'echo ready; sleep 60'
wait_for ready
kill -TERM $pid
wait $pid
is "SIGTERM ends the command" $? 143
QDA_SIM_KERNEL=$work/stuck
printf '#!/bin/sh\nexec sleep 1000\n' >"$QDA_SIM_KERNEL"
chmod 755 "$QDA_SIM_KERNEL"
export QDA_SIM_KERNEL
start_plain true
sleep 0.3
kill -INT $pid
wait $pid
is "SIGINT while the machine boots ends it" $? 130
unset QDA_SIM_KERNEL
nothing_left "SIGINT at boot"
start_plain sh -c 'echo ready; sleep 60'
wait_for ready
kill -KILL $pid
wait $pid 2>/dev/null
nothing_left "SIGKILL of qda-sim"

# ---- failures -----------------------------------------------------------

# /proc/PID/task/PID/children may miss one while another ends.
linux_of() {
	for process in /proc/[0-9]*; do
		case $(readlink "$process/exe" 2>/dev/null) in
		*/linux) ;;
		*) continue ;;
		esac
		grep -qs "^PPid:[[:space:]]*$1\$" "$process/status" &&
			echo "${process#/proc/}"
	done
}

start_plain sh -c 'echo ready; sleep 60'
wait_for ready
kill -KILL "$(linux_of $pid)"
wait $pid
is "a kernel that is killed: 125" $? 125
nothing_left "a killed kernel"

plain -m 64M --root sh -c 'echo 2 >/proc/sys/vm/panic_on_oom; tail /dev/zero'
is "a kernel panic: 125" $? 125
has "... is shown" "$(cat "$work/err")" "Kernel panic - not syncing: Out of memory"
log=$(sed -n 's/.*the whole log is //p' "$work/err")
has "... and the kept log is complete" "$(cat "$log" 2>/dev/null)" \
	"Linux version"
nothing_left "a kernel panic"
plain --root python3 -c 'import ctypes; ctypes.CDLL(None).reboot(0x4321fedc)'
is "a command that switches the machine off: 125" $? 125
has "... is told apart" "$(cat "$work/err")" "went off before COMMAND"
plain --root python3 -c 'import ctypes; ctypes.CDLL(None).reboot(0x1234567)'
is "a command that reboots the machine: 125" $? 125
nothing_left "power off and reboot"

start=$(milliseconds)
QDA_SIM_KERNEL=$work/stuck QDA_SIM_BOOT_TIMEOUT=1 plain true
is "a kernel that does not boot: 124" $? 124
[ $(($(milliseconds) - start)) -lt 5000 ]
is "... after the bound, twice" "$? $(grep -c 'did not boot within 1 s' "$work/err")" "0 2"
nothing_left "a kernel that does not boot"

with_dsp() {
	QDA_SIM_DSP=$1
	shift
	export QDA_SIM_DSP
	timeout -k 5 120 "$sim" --driver none "$@" 2>"$work/err"
	status=$?
	unset QDA_SIM_DSP
	return $status
}

QDA_SIM_DSP_TIMEOUT=1 with_dsp "$work/stuck" true
is "a DSP that never listens: 124" $? 124
has "... is named" "$(cat "$work/err")" "did not start to listen within 1 s"
nothing_left "a DSP that never listens"
with_dsp /bin/false true
is "a DSP that ends at once: 125" $? 125
has "... is named" "$(cat "$work/err")" "ended with status 1 before"
with_dsp /etc/passwd true
is "a DSP that cannot be started: 125" $? 125
nothing_left "a DSP that ends at once"

plain sh -c 'for i in 1 2 3; do setsid sleep 100 & done; (sleep 100 &)'
is "a command that leaves daemons behind" $? 0
nothing_left "daemons"

# ---- checks and logs ----------------------------------------------------

warn='echo "<4>WARNING: made by hand" >/dev/kmsg'
plain --root sh -c "$warn"
is "a warning in the kernel log does no harm" $? 0
plain --check --root sh -c "$warn"
is "... but with --check: 125" $? 125
has "... and it is shown" "$(cat "$work/err")" "check:.*made by hand"
plain --check --expect 'made by h.nd' --root sh -c "$warn"
is "... unless it is expected" $? 0
plain --check sh -c 'exit 3'
is "--check passes the status of the command on" $? 3
plain --keep-log "$work/logs" true
has "--keep-log" "$(cat "$work/logs/kernel.log" 2>&1)" "Power down"
if [ -e "$build/modules-debug/.stamp" ]; then
	plain -k debug --check true
	is "the debug kernel boots without a warning" $? 0
	plain -k debug cat <"$work/random" | cmp -s - "$work/random"
	is "... and carries 10 MB" $? 0
else
	skip "the debug kernel boots without a warning" "it is not built"
fi
nothing_left "checks"

# ---- places -------------------------------------------------------------

for i in 1 2 3 4 5 6 7 8; do
	{
		got=$(timeout 120 "$sim" --no-dsp --driver none sh -c "echo $i; sleep 1")
		echo "$? $got" >"$work/at-once.$i"
	} &
done
wait
is "eight at a time" "$(cat "$work"/at-once.? | tr '\n' ' ')" \
	"0 1 0 2 0 3 0 4 0 5 0 6 0 7 0 8 "
nothing_left "eight at a time"

if [ "$me" = 0 ]; then
	# root's clone and cache may be closed to others
	public=$work/public
	mkdir -p "$public/machine" "$public/modules-fast/kernel"
	cp "$sim" "$build/machine/qda-sim-init" "$public/machine"
	cp "$build"/modules-fast/*.dtb "$build"/modules-fast/*.ko \
		"$build/modules-fast/modules.list" "$public/modules-fast"
	cp "$build/modules-fast/kernel/linux" "$public/modules-fast/kernel"
	mkdir -m 777 "$work/nobody"
	is "a user without privileges" \
		"$(cd "$work/nobody" && setpriv --reuid 65534 --regid 65534 \
			--clear-groups --inh-caps=-all --bounding-set=-all \
			--no-new-privs env HOME=/nonexistent XDG_CACHE_HOME= \
			"$public/machine/qda-sim" --no-dsp --driver none \
			sh -c 'id -u; echo x >f; ls -ld /root >/dev/null && ls /root' \
			2>"$work/err"; stat -c %u "$work/nobody/f")" \
		"65534
65534"
else
	skip "a user without privileges" "run by one"
fi

other_shm='mount -t tmpfs -o "$1",mode=1777 none /dev/shm && shift && exec "$@"'
for kind in noexec size=64M; do
	name="a /dev/shm mounted $kind"
	if unshare -Urm true 2>/dev/null; then
		is "$name" "$(env -u QDA_SIM_RUNTIME_DIR TMPDIR=/tmp \
			unshare -Urm sh -c "$other_shm" - $kind "$sim" \
			--no-dsp --driver none echo fine 2>"$work/err")" fine
	else
		skip "$name" "user namespaces are not allowed here"
	fi
done

cat >"$work/noptrace.c" <<'END'
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ptrace, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 99;
	execv(argv[1], argv + 1);
	return 98;
}
END
gcc -o "$work/noptrace" "$work/noptrace.c"
is "ptrace is forbidden" \
	"$("$work/noptrace" "$sim" --no-dsp --driver none echo fine 2>"$work/err")" fine
nothing_left "places"

# ---- the host's files ---------------------------------------------------

# What no other process changes while this runs.
watched="/etc /usr /boot /opt /srv /root/.uml $HOME/.uml"
list_host() {
	# shellcheck disable=SC2086
	find $watched -xdev -newer "$work/marker" 2>/dev/null
	find /dev -xdev -maxdepth 1 ! -name 'tty*' ! -name ptmx \
		-printf '%p %y %m %u %g\n' | sort
	cat /proc/mounts
}
touch "$work/marker"
sleep 0.05
list_host >"$work/before"
plain --root --check sh -c 'mount -t tmpfs none /mnt; hostname other; touch /dev/x; ls / >/dev/null'
list_host >"$work/after"
is "booting and powering off changes no file of the host$([ "$me" != 0 ] || echo ', as root')" \
	"$(diff "$work/before" "$work/after")" ""

# ---- time ---------------------------------------------------------------

best=100000
for _ in 1 2 3 4 5; do
	plain -v true
	took=$(sed -n 's/.*kernel \([0-9]*\) ms, driver \([0-9]*\) ms.*/\1 + \2/p' "$work/err")
	took=$((${took:-100000}))
	[ $took -ge $best ] || best=$took
done
[ $best -lt 1000 ]
is "from power on to the command in under 1 s (best of 5: $best ms)" $? 0
nothing_left "everything"

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
