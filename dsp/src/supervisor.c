// SPDX-License-Identifier: BSD-3-Clause
/*
 * The supervisor: lets the subsystem crash and come back, as a remoteproc
 * does, while the guest's vhost-user device stays alive.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dsp.h"
#include "invalidate.h"
#include "log.h"

#define REAP_BOUND_MS	5000
#define DOWN_BOUND_MS	30000
#define SOON_MS		1000 /* a crash this early is a failed start */
#define FAILED_STARTS	5
#define STATUS_VIOLATED 3

enum state {
	WAIT_HELLO, /* the guest has not told its shared pages */
	RUNNING,
	WAIT_DOWN, /* crashed; Linux takes its side down */
	STOPPED,   /* gave up */
};

struct supervisor {
	struct dsp dsp;
	enum state state;
	pid_t subsystem;
	int listen_fd;
	int signal_fd;
	int report_fd;
	uint64_t started_ms;
	uint64_t down_deadline_ms;
	unsigned int failed_starts;
	bool leaving;
};

static void control_irq(struct supervisor *s)
{
	struct virtqueue *vq = &s->dsp.vhost.queue[QDA_SIM_CONTROL_IRQ];

	if (vq->enabled && vq->avail && virtqueue_raise(vq))
		log_violation("virtio: the control irq queue is broken");
}

static void kill_children(void)
{
	char path[64];
	FILE *f;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	f = fopen(path, "re");
	if (!f)
		return;
	while (fscanf(f, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	fclose(f);
}

/*
 * Orphans of the subsystem become children of this process (subreaper), so
 * none is left when no child is left.
 */
static void kill_everything(struct supervisor *s)
{
	uint64_t deadline = now_ms() + REAP_BOUND_MS;
	pid_t pid;

	if (s->subsystem > 0)
		kill(s->subsystem, SIGKILL);
	while (now_ms() < deadline) {
		kill_children();
		pid = waitpid(-1, NULL, WNOHANG);
		if (pid < 0 && errno == ECHILD)
			break;
		if (!pid)
			usleep(200);
	}
	s->subsystem = 0;
	if (s->report_fd >= 0)
		close(s->report_fd);
	s->report_fd = -1;
	memset(s->dsp.shared->slots, 0, sizeof(s->dsp.shared->slots));
	memset(s->dsp.shared->server, 0, sizeof(s->dsp.shared->server));
	s->dsp.shared->busy = 0;
	s->dsp.shared->hung = 0;
}

static void quiesce(void *data)
{
	struct supervisor *s = data;

	kill_everything(s);
	s->dsp.edge = NULL;
	s->dsp.smmu = NULL;
	s->state = WAIT_HELLO;
	s->failed_starts = 0;
}

static void start_subsystem(struct supervisor *s)
{
	struct qda_sim_edge *edge = s->dsp.edge;
	pid_t parent = getpid();
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds)) {
		log_line("no socket for the subsystem: %s", strerror(errno));
		s->state = STOPPED;
		return;
	}
	edge->tx_tail = 0;
	edge->tx_head = 0;
	edge->rx_tail = 0;
	edge->rx_head = 0;
	edge->tx_ring = QDA_SIM_RING_ALWAYS;
	edge->rx_ring = QDA_SIM_RING_ALWAYS;
	edge->boots++;
	__atomic_store_n(&edge->dsp_state, QDA_SIM_DSP_RUNNING,
			 __ATOMIC_RELEASE);
	s->subsystem = fork();
	if (!s->subsystem) {
		die_with_parent(parent);
		close(fds[0]);
		close(s->signal_fd);
		s->dsp.supervisor_fd = fds[1];
		subsystem_main(&s->dsp);
	}
	close(fds[1]);
	s->report_fd = fds[0];
	s->started_ms = now_ms();
	s->state = s->subsystem > 0 ? RUNNING : STOPPED;
	if (s->subsystem > 0 && edge->boots > 1)
		log_line("start %u of the subsystem", edge->boots);
	control_irq(s);
}

static uint32_t linux_state(const struct supervisor *s)
{
	return __atomic_load_n(&s->dsp.edge->linux_state, __ATOMIC_ACQUIRE);
}

static void subsystem_ended(struct supervisor *s, const char *why)
{
	/* Once Linux has come up, it sets the pace of the restarts. */
	bool failed = linux_state(s) == QDA_SIM_LINUX_DOWN &&
		      now_ms() - s->started_ms < SOON_MS;

	log_line("the subsystem ended: %s", why);
	kill_everything(s);
	__atomic_store_n(&s->dsp.edge->dsp_state, QDA_SIM_DSP_CRASHED,
			 __ATOMIC_RELEASE);
	control_irq(s);
	s->failed_starts = failed ? s->failed_starts + 1 : 0;
	s->state = WAIT_DOWN;
	s->down_deadline_ms = now_ms() + DOWN_BOUND_MS;
	if (s->failed_starts >= FAILED_STARTS) {
		log_line("the subsystem crashed %d times within %d ms of its "
			 "start and stays down",
			 FAILED_STARTS, SOON_MS);
		s->state = STOPPED;
	}
}

static void reap(struct supervisor *s)
{
	char why[64] = "";
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != s->subsystem)
			continue;
		s->subsystem = 0;
		if (WIFSIGNALED(status))
			snprintf(why, sizeof(why), "signal %d (%s)",
				 WTERMSIG(status), strsignal(WTERMSIG(status)));
		else
			snprintf(why, sizeof(why), "exit status %d",
				 WEXITSTATUS(status));
	}
	if (*why && s->state == RUNNING)
		subsystem_ended(s, why);
}

static int take_hello(struct supervisor *s)
{
	const struct guest_memory *mem = &s->dsp.vhost.memory;
	struct virtqueue *vq = &s->dsp.vhost.queue[QDA_SIM_CONTROL_KICK];
	struct virtqueue_buffer b;
	struct qda_sim_hello hello, *at;
	int ret = virtqueue_pop(vq, &b);

	if (ret <= 0)
		return ret;
	at = b.device_writes || b.length < sizeof(hello) ?
		     NULL :
		     guest_memory_at(mem, b.address, sizeof(hello));
	if (at)
		memcpy(&hello, at, sizeof(hello));
	virtqueue_push(vq, b.id, 0);
	virtqueue_notify(vq);
	if (!at || hello.magic != QDA_SIM_HELLO_MAGIC ||
	    hello.version != QDA_SIM_ABI_VERSION || (hello.edge & 7) ||
	    (hello.smmu & 7))
		return -EPROTO;
	s->dsp.edge = guest_memory_at(mem, hello.edge, sizeof(*s->dsp.edge));
	s->dsp.smmu = guest_memory_at(mem, hello.smmu, sizeof(*s->dsp.smmu));
	if (s->dsp.edge && s->dsp.smmu)
		return 1;
	s->dsp.edge = NULL;
	s->dsp.smmu = NULL;
	return -EFAULT;
}

static void wait_hello(struct supervisor *s)
{
	int ret;

	if (!vhost_user_ready(&s->dsp.vhost))
		return;
	ret = take_hello(s);
	if (ret < 0) {
		log_violation("hello: %s (guest and DSP of different "
			      "versions?)",
			      strerror(-ret));
		s->state = STOPPED;
	} else if (ret) {
		start_subsystem(s);
	}
}

/* Everything that Linux may have changed before it rang CONTROL_KICK. */
static void control_kick(struct supervisor *s)
{
	if (s->state == WAIT_HELLO)
		wait_hello(s);
	if (!s->dsp.edge)
		return;
	if (s->state == RUNNING && linux_state(s) == QDA_SIM_LINUX_CONDEMNED)
		subsystem_ended(s, "condemned by Linux");
	if (s->state == WAIT_DOWN && linux_state(s) == QDA_SIM_LINUX_DOWN)
		start_subsystem(s);
	if (invalidate_serve(&s->dsp, s->subsystem)) {
		subsystem_ended(s, "no answer to an SMMU invalidation");
		invalidate_serve(&s->dsp, 0);
	}
}

static void take_report(struct supervisor *s)
{
	struct qda_sim_smmu *smmu = s->dsp.smmu;
	struct dsp_fault_report r;
	ssize_t n = recv(s->report_fd, &r, sizeof(r), MSG_DONTWAIT);

	if (!n) {
		close(s->report_fd);
		s->report_fd = -1;
	}
	if (n != sizeof(r))
		return;
	smmu->fault_stream = r.stream;
	smmu->fault_write = r.write;
	smmu->fault_iova = r.iova;
	__atomic_add_fetch(&smmu->fault_seq, 1, __ATOMIC_RELEASE);
	control_irq(s);
}

static void take_signal(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGCHLD)
			s->leaving = true;
	}
	reap(s);
}

static void take_connection(struct supervisor *s)
{
	int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	close(s->listen_fd);
	s->listen_fd = -1;
	vhost_user_init(&s->dsp.vhost, fd);
	s->dsp.vhost.quiesce = quiesce;
	s->dsp.vhost.data = s;
}

static void serve_guest(struct supervisor *s)
{
	int ret = vhost_user_serve(&s->dsp.vhost);

	if (ret == -ENOTCONN) {
		s->leaving = true;
	} else if (ret) {
		log_line("the guest broke the vhost-user protocol: %s",
			 strerror(-ret));
		s->leaving = true;
	}
}

static void down_timeout(struct supervisor *s)
{
	if (s->state != WAIT_DOWN || now_ms() < s->down_deadline_ms)
		return;
	log_line("Linux did not take its side of the edge down within %d s; "
		 "the DSP stays down",
		 DOWN_BOUND_MS / 1000);
	s->state = STOPPED;
}

static void drain(int fd)
{
	uint64_t count;

	while (read(fd, &count, sizeof(count)) == sizeof(count))
		;
}

static void run(struct supervisor *s)
{
	enum {
		GUEST,
		SIGNAL,
		KICK,
		REPORT,
		POLLS
	};
	struct pollfd p[POLLS];

	while (!s->leaving) {
		int kick = s->dsp.vhost.queue[QDA_SIM_CONTROL_KICK].kick;

		p[GUEST] = (struct pollfd){ s->listen_fd >= 0 ?
						    s->listen_fd :
						    s->dsp.vhost.socket,
					    POLLIN };
		p[SIGNAL] = (struct pollfd){ s->signal_fd, POLLIN };
		p[KICK] = (struct pollfd){ s->listen_fd >= 0 ? -1 : kick,
					   POLLIN };
		p[REPORT] = (struct pollfd){ s->report_fd, POLLIN };
		if (poll(p, POLLS, s->state == WAIT_DOWN ? 1000 : -1) < 0)
			continue;
		if (p[SIGNAL].revents)
			take_signal(s);
		if (p[REPORT].revents && s->report_fd >= 0)
			take_report(s);
		if (p[GUEST].revents && s->listen_fd >= 0)
			take_connection(s);
		else if (p[GUEST].revents)
			serve_guest(s);
		if (p[KICK].revents)
			drain(kick);
		if (p[KICK].revents || s->state != RUNNING)
			control_kick(s);
		down_timeout(s);
	}
}

static int open_socket(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		fprintf(stderr,
			"qda-dsp: socket path longer than %zu bytes: "
			"%s\n",
			sizeof(addr.sun_path) - 1, path);
		return -1;
	}
	strcpy(addr.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    listen(fd, 1)) {
		fprintf(stderr, "qda-dsp: %s: %s\n", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static int open_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int prepare(struct supervisor *s)
{
	const struct dsp_options *o = &s->dsp.options;
	const struct rlimit no_core = { 0, 0 };
	int ret;

	s->dsp.shared = mmap(NULL, sizeof(*s->dsp.shared),
			     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			     -1, 0);
	if (s->dsp.shared == MAP_FAILED) {
		perror("qda-dsp: shared memory");
		return -1;
	}
	ret = log_open(o->message_log, o->domain, &s->dsp.shared->violations);
	if (ret) {
		fprintf(stderr, "qda-dsp: %s: %s\n", o->message_log,
			strerror(-ret));
		return -1;
	}
	setrlimit(RLIMIT_CORE, &no_core);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	s->signal_fd = open_signals();
	return s->signal_fd < 0 ? -1 : 0;
}

static void wait_for_signal(struct supervisor *s)
{
	struct pollfd p = { s->signal_fd, POLLIN };

	log_line("fault mode: the DSP does not start");
	while (poll(&p, 1, -1) < 0)
		;
}

int supervisor_run(const struct dsp_options *options)
{
	struct supervisor s = {
		.dsp.options = *options,
		.dsp.vhost.socket = -1,
		.listen_fd = -1,
		.report_fd = -1,
	};
	uint32_t violations;

	if (prepare(&s))
		return 1;
	if (options->fault.mode == FAULT_NEVER_START) {
		wait_for_signal(&s);
		return 0;
	}
	s.listen_fd = open_socket(options->socket_path);
	if (s.listen_fd < 0)
		return 1;
	run(&s);
	kill_everything(&s);
	if (s.dsp.vhost.socket >= 0)
		vhost_user_close(&s.dsp.vhost);
	unlink(options->socket_path);
	violations = s.dsp.shared->violations;
	if (violations)
		log_line("%u violation%s of the protocol by the host",
			 violations, violations == 1 ? "" : "s");
	return options->strict && violations ? STATUS_VIOLATED : 0;
}
