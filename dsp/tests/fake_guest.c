// SPDX-License-Identifier: BSD-3-Clause
#include "fake_guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BOUND_MS 10000

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ull + ts.tv_nsec / 1000000;
}

void test_fail(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "FAIL: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

/* ---- vhost-user ---- */

struct header {
	uint32_t request, flags, size;
} __attribute__((packed));

static void vhost_send(struct guest *g, uint32_t request, const void *payload,
		       uint32_t size, int fd)
{
	struct header h = { request, 1, size };
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .space = "" };
	struct iovec iov[2] = {
		{ &h, sizeof(h) },
		{ (void *)payload, size },
	};
	struct msghdr mh = { .msg_iov = iov, .msg_iovlen = size ? 2 : 1 };
	struct cmsghdr *c;

	if (fd >= 0) {
		mh.msg_control = &control;
		mh.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	if (sendmsg(g->socket, &mh, MSG_NOSIGNAL) !=
	    (ssize_t)(sizeof(h) + size))
		test_fail("vhost-user request %u: %s", request,
			  strerror(errno));
}

static uint64_t vhost_get(struct guest *g, uint32_t request)
{
	struct {
		struct header h;
		uint64_t value;
	} __attribute__((packed)) reply;

	vhost_send(g, request, NULL, 0, -1);
	if (recv(g->socket, &reply, sizeof(reply), MSG_WAITALL) !=
	    sizeof(reply))
		test_fail("no reply to vhost-user request %u", request);
	if (reply.h.request != request || reply.h.flags != 5)
		test_fail("a bad reply to vhost-user request %u", request);
	return reply.value;
}

static void vhost_u64(struct guest *g, uint32_t request, uint64_t value, int fd)
{
	vhost_send(g, request, &value, sizeof(value), fd);
}

static void vhost_state(struct guest *g, uint32_t request, uint32_t index,
			uint32_t num)
{
	vhost_u64(g, request, index | (uint64_t)num << 32, -1);
}

/* The front end's addresses differ from the guest's on purpose. */
#define USER_BASE 0x7f0000000000ull

static void vhost_memory(struct guest *g)
{
	const struct {
		uint32_t count, pad;
		uint64_t guest, size, user, offset;
	} __attribute__((packed)) table = {
		1, 0, GUEST_RAM_BASE, GUEST_RAM_SIZE, USER_BASE, 0,
	};

	vhost_send(g, 5, &table, sizeof(table), g->ram_fd);
}

static void vhost_queue(struct guest *g, uint32_t index)
{
	struct guest_queue *q = &g->queue[index];
	uint64_t at = q->address - GUEST_RAM_BASE + USER_BASE;
	const struct {
		uint32_t index, flags;
		uint64_t desc, used, avail, log;
	} __attribute__((packed)) address = {
		index, 0, at, at + 2048, at + 1024, 0,
	};
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK))
		test_fail("pipe: %s", strerror(errno));
	q->call = pipes[0];
	q->kick = eventfd(0, EFD_CLOEXEC);
	vhost_u64(g, 13, index, pipes[1]);
	close(pipes[1]);
	vhost_state(g, 8, index, GUEST_QUEUE);
	vhost_state(g, 10, index, 0);
	vhost_send(g, 9, &address, sizeof(address), -1);
	vhost_u64(g, 12, index, q->kick);
	vhost_state(g, 18, index, 1);
}

/* ---- memory ---- */

uint64_t guest_page(struct guest *g)
{
	uint64_t page = g->next_page;

	if (g->free_pages)
		return g->free_page[--g->free_pages];
	if (page + GUEST_PAGE > GUEST_RAM_BASE + GUEST_RAM_SIZE)
		test_fail("out of guest memory");
	g->next_page += GUEST_PAGE;
	return page;
}

void *guest_at(struct guest *g, uint64_t physical)
{
	return g->ram + (physical - GUEST_RAM_BASE);
}

static uint64_t pages_of(struct guest *g, size_t size)
{
	uint64_t first = g->next_page;
	size_t done;

	for (done = 0; done < size; done += GUEST_PAGE)
		guest_page(g);
	return first;
}

/* Three levels that cover the first 2 MiB of a stream. */
static void make_tables(struct guest *g, uint32_t sid)
{
	uint64_t l1 = guest_page(g), l2 = guest_page(g), l3 = guest_page(g);

	*(uint64_t *)guest_at(g, l1) = l2 | 3;
	*(uint64_t *)guest_at(g, l2) = l3 | 3;
	g->pages[sid] = guest_at(g, l3);
	g->root[sid] = l1;
	g->smmu->stream_table[sid] = l1 | QDA_SIM_STE_TABLE;
}

/* A hole is left behind each, so that running over the end is noticed. */
static bool is_free(const struct guest *g, uint32_t sid, uint64_t iova,
		    unsigned int pages)
{
	unsigned int i;

	for (i = 0; i <= pages; i++) {
		if (g->pages[sid][iova / GUEST_PAGE + i])
			return false;
	}
	return true;
}

uint64_t guest_map(struct guest *g, uint32_t sid, unsigned int pages,
		   bool read_only)
{
	uint64_t iova = g->next_iova, page;
	unsigned int i, wraps = 0;

	for (;; iova += GUEST_PAGE) {
		if (iova + (pages + 1) * GUEST_PAGE > GUEST_IOVA_END) {
			iova = GUEST_PAGE;
			if (wraps++)
				test_fail("out of IOVAs");
		}
		if (is_free(g, sid, iova, pages))
			break;
	}
	g->next_iova = iova + (pages + 1) * GUEST_PAGE;
	for (i = 0; i < pages; i++) {
		page = guest_page(g);
		memset(guest_at(g, page), 0, GUEST_PAGE);
		__atomic_store_n(&g->pages[sid][iova / GUEST_PAGE + i],
				 page | 3 | (read_only ? 0x80 : 0),
				 __ATOMIC_RELEASE);
	}
	return iova;
}

void *guest_iova_at(struct guest *g, uint32_t sid, uint64_t iova)
{
	uint64_t entry = g->pages[sid][iova / GUEST_PAGE];

	return (uint8_t *)guest_at(g, entry & 0xfffffffff000ull) +
	       iova % GUEST_PAGE;
}

bool guest_invalidate(struct guest *g, uint32_t kind, uint32_t stream,
		      uint64_t root, uint64_t iova, uint64_t size)
{
	struct qda_sim_smmu *s = g->smmu;
	uint64_t end = now_ms() + 3000;
	uint32_t seq = s->request_seq + 1;

	s->request_kind = kind;
	s->request_stream = stream;
	s->request_root = root;
	s->request_iova = iova;
	s->request_size = size;
	__atomic_store_n(&s->request_seq, seq, __ATOMIC_RELEASE);
	guest_ring(g, QDA_SIM_CONTROL_KICK);
	while (__atomic_load_n(&s->ack_seq, __ATOMIC_ACQUIRE) != seq) {
		if (now_ms() > end)
			return false;
		usleep(50);
	}
	return true;
}

void guest_unmap(struct guest *g, uint32_t sid, uint64_t iova,
		 unsigned int pages)
{
	uint64_t *entry = &g->pages[sid][iova / GUEST_PAGE];
	uint64_t page[GUEST_IOVA_END / GUEST_PAGE];
	unsigned int i;

	for (i = 0; i < pages; i++)
		page[i] = __atomic_exchange_n(&entry[i], 0, __ATOMIC_ACQ_REL);
	if (!guest_invalidate(g, QDA_SIM_INVALIDATE_RANGE, 0, g->root[sid],
			      iova, pages * GUEST_PAGE))
		test_fail("an invalidation is not acknowledged");
	for (i = 0; i < pages; i++)
		g->free_page[g->free_pages++] = page[i] & 0xfffffffff000ull;
}

/* ---- queues ---- */

void guest_ring(struct guest *g, enum qda_sim_queue queue)
{
	const uint64_t one = 1;

	if (write(g->queue[queue].kick, &one, sizeof(one)) != sizeof(one))
		test_fail("kick: %s", strerror(errno));
}

static void make_queue(struct guest *g, uint32_t index)
{
	struct guest_queue *q = &g->queue[index];

	q->address = guest_page(g);
	q->desc = guest_at(g, q->address);
	q->avail = q->desc + 1024;
	q->used = q->desc + 2048;
}

static void post(struct guest *g, uint32_t index, uint16_t id, uint64_t address,
		 uint32_t length, bool writable)
{
	struct guest_queue *q = &g->queue[index];
	uint16_t *avail = (uint16_t *)q->avail;
	struct {
		uint64_t address;
		uint32_t length;
		uint16_t flags, next;
	} desc = { address, length, writable ? 2 : 0, 0 };

	memcpy(q->desc + 16 * id, &desc, sizeof(desc));
	avail[2 + avail[1] % GUEST_QUEUE] = id;
	__atomic_store_n(&avail[1], avail[1] + 1, __ATOMIC_RELEASE);
}

/* Give returned interrupt buffers back. */
static void refill(struct guest *g, uint32_t index)
{
	struct guest_queue *q = &g->queue[index];
	uint16_t *used = (uint16_t *)q->used;
	uint16_t *avail = (uint16_t *)q->avail;
	uint32_t id;

	while (q->seen != __atomic_load_n(&used[1], __ATOMIC_ACQUIRE)) {
		memcpy(&id, q->used + 4 + 8 * (q->seen % GUEST_QUEUE),
		       sizeof(id));
		avail[2 + avail[1] % GUEST_QUEUE] = (uint16_t)id;
		__atomic_store_n(&avail[1], avail[1] + 1, __ATOMIC_RELEASE);
		q->seen++;
	}
}

static void wait_irq(struct guest *g, uint32_t index, int timeout_ms)
{
	struct pollfd p = { .fd = g->queue[index].call, .events = POLLIN };
	uint8_t data[256];

	if (poll(&p, 1, timeout_ms) > 0) {
		while (read(p.fd, data, sizeof(data)) > 0)
			;
	}
	refill(g, index);
}

/* ---- start and stop ---- */

static void spawn(struct guest *g, const char *const args[])
{
	const char *program = getenv("QDA_DSP");
	const char *skels = getenv("QDA_SKELS");
	char socket[96], log[96], wire[96];
	const char *argv[32];
	unsigned int n = 0;

	if (!program || !skels)
		test_fail("QDA_DSP and QDA_SKELS have to be set");
	snprintf(socket, sizeof(socket), "%s/socket", g->dir);
	snprintf(log, sizeof(log), "%s/log", g->dir);
	snprintf(wire, sizeof(wire), "%s/wire", g->dir);
	argv[n++] = program;
	argv[n++] = "--socket";
	argv[n++] = socket;
	argv[n++] = "--message-log";
	argv[n++] = log;
	argv[n++] = "--log";
	argv[n++] = wire;
	argv[n++] = "--skel-path";
	argv[n++] = skels;
	while (args && *args && n < 31)
		argv[n++] = *args++;
	argv[n] = NULL;
	g->dsp = fork();
	if (!g->dsp) {
		execv(program, (char **)argv);
		_exit(127);
	}
}

static void connect_dsp(struct guest *g)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	uint64_t end = now_ms() + BOUND_MS;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/socket", g->dir);
	g->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	while (connect(g->socket, (struct sockaddr *)&addr, sizeof(addr))) {
		if (now_ms() > end)
			test_fail("no DSP at %s", addr.sun_path);
		usleep(1000);
	}
}

static void handshake(struct guest *g)
{
	unsigned int i;
	int pipes[2];

	vhost_send(g, 3, NULL, 0, -1);
	if (!(vhost_get(g, 1) & 1ull << 30))
		test_fail("no protocol features");
	/* the back end's requests are allowed, replies to all are not asked */
	vhost_u64(g, 16, vhost_get(g, 15) & ~(1ull << 3), -1);
	if (pipe(pipes))
		test_fail("pipe: %s", strerror(errno));
	vhost_send(g, 21, NULL, 0, pipes[1]);
	close(pipes[1]);
	close(pipes[0]);
	if (vhost_get(g, 17) != QDA_SIM_QUEUES)
		test_fail("not %d queues", QDA_SIM_QUEUES);
	vhost_u64(g, 2, 1ull << 32 | 1ull << 30, -1);
	vhost_memory(g);
	for (i = 0; i < QDA_SIM_QUEUES; i++)
		vhost_queue(g, i);
}

static void hello(struct guest *g)
{
	struct qda_sim_hello *h;
	uint64_t at = guest_page(g), irqs = guest_page(g);
	unsigned int i;

	for (i = 0; i < 32; i++) {
		post(g, QDA_SIM_GLINK_IRQ, i, irqs + 4 * i, 4, true);
		post(g, QDA_SIM_CONTROL_IRQ, i, irqs + 256 + 4 * i, 4, true);
	}
	h = guest_at(g, at);
	h->magic = QDA_SIM_HELLO_MAGIC;
	h->version = QDA_SIM_ABI_VERSION;
	h->edge = g->edge_address;
	h->smmu = g->smmu_address;
	post(g, QDA_SIM_CONTROL_KICK, 0, at, sizeof(*h), false);
	guest_ring(g, QDA_SIM_CONTROL_KICK);
}

void guest_start(struct guest *g, const char *const args[])
{
	unsigned int i;

	memset(g, 0, sizeof(*g));
	strcpy(g->dir, "/tmp/qda-dsp-test-XXXXXX");
	if (!mkdtemp(g->dir))
		test_fail("%s: %s", g->dir, strerror(errno));
	g->ram_fd = memfd_create("ram", MFD_CLOEXEC);
	if (g->ram_fd < 0 || ftruncate(g->ram_fd, GUEST_RAM_SIZE))
		test_fail("no memory file");
	g->ram = mmap(NULL, GUEST_RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		      g->ram_fd, 0);
	if (g->ram == MAP_FAILED)
		test_fail("no memory");
	g->next_page = GUEST_RAM_BASE;
	g->next_iova = GUEST_PAGE;
	for (i = 0; i < QDA_SIM_QUEUES; i++)
		make_queue(g, i);
	g->edge_address = pages_of(g, sizeof(*g->edge));
	g->smmu_address = pages_of(g, sizeof(*g->smmu));
	g->edge = guest_at(g, g->edge_address);
	g->smmu = guest_at(g, g->smmu_address);
	for (i = 1; i < GUEST_SIDS; i++)
		make_tables(g, i);
	spawn(g, args);
	connect_dsp(g);
	handshake(g);
	hello(g);
	guest_wait_state(g, QDA_SIM_DSP_RUNNING);
}

static void remove_dir(const struct guest *g)
{
	static const char *const names[] = { "log", "wire" };
	char path[96];
	unsigned int i;

	snprintf(path, sizeof(path), "%s/socket", g->dir);
	if (!access(path, F_OK))
		test_fail("the DSP left its socket behind");
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", g->dir, names[i]);
		unlink(path);
	}
	rmdir(g->dir);
}

int guest_stop(struct guest *g)
{
	uint64_t end = now_ms() + BOUND_MS;
	unsigned int i;
	int status;

	close(g->socket);
	while (!waitpid(g->dsp, &status, WNOHANG)) {
		if (now_ms() > end)
			test_fail("the DSP does not end");
		usleep(500);
	}
	for (i = 0; i < QDA_SIM_QUEUES; i++) {
		close(g->queue[i].kick);
		close(g->queue[i].call);
	}
	munmap(g->ram, GUEST_RAM_SIZE);
	close(g->ram_fd);
	remove_dir(g);
	if (!WIFEXITED(status))
		test_fail("the DSP died of signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

void guest_wait_state(struct guest *g, uint32_t state)
{
	uint64_t end = now_ms() + BOUND_MS;

	while (__atomic_load_n(&g->edge->dsp_state, __ATOMIC_ACQUIRE) !=
	       state) {
		if (now_ms() > end)
			test_fail("dsp_state is %u, not %u", g->edge->dsp_state,
				  state);
		wait_irq(g, QDA_SIM_CONTROL_IRQ, 1);
	}
}

void guest_set_state(struct guest *g, uint32_t state)
{
	__atomic_store_n(&g->edge->linux_state, state, __ATOMIC_RELEASE);
	guest_ring(g, QDA_SIM_CONTROL_KICK);
}

pid_t guest_child_of(pid_t parent)
{
	char path[64];
	int pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent,
		 parent);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%d", &pid) != 1)
		test_fail("process %d has no child", parent);
	fclose(f);
	return pid;
}

pid_t guest_child(const struct guest *g)
{
	return guest_child_of(g->dsp);
}

char *guest_log(const struct guest *g)
{
	char path[96], *text = calloc(1, 1 << 20);
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/log", g->dir);
	f = fopen(path, "re");
	if (!f || !text)
		test_fail("%s: %s", path, strerror(errno));
	n = fread(text, 1, (1 << 20) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

void guest_logged(const struct guest *g, const char *text)
{
	uint64_t end = now_ms() + BOUND_MS;
	char *log;
	bool found;

	for (;;) {
		log = guest_log(g);
		found = strstr(log, text);
		if (!found && now_ms() > end)
			test_fail("\"%s\" is not in the log:\n%s", text, log);
		free(log);
		if (found)
			return;
		usleep(1000);
	}
}

/* ---- GLINK ---- */

struct command {
	uint16_t cmd, param1;
	uint32_t param2;
};

void guest_put(struct guest *g, const void *data, size_t size)
{
	uint32_t head = g->edge->tx_head;
	uint64_t end = now_ms() + BOUND_MS;
	size_t i, padded = (size + 7) & ~(size_t)7;

	while ((g->edge->tx_tail + QDA_SIM_FIFO_SIZE - head - 1) %
		       QDA_SIM_FIFO_SIZE <
	       padded) {
		if (now_ms() > end)
			test_fail("the DSP does not read its FIFO");
		usleep(100);
	}
	for (i = 0; i < size; i++)
		g->edge->tx[(head + i) % QDA_SIM_FIFO_SIZE] = ((
			const uint8_t *)data)[i];
	__atomic_store_n(&g->edge->tx_head,
			 (uint32_t)((head + padded) % QDA_SIM_FIFO_SIZE),
			 __ATOMIC_RELEASE);
	guest_ring(g, QDA_SIM_GLINK_KICK);
}

static void put_command(struct guest *g, uint16_t cmd, uint16_t param1,
			uint32_t param2)
{
	const struct command c = { cmd, param1, param2 };

	guest_put(g, &c, sizeof(c));
}

static uint32_t fifo_used(const struct guest *g)
{
	return (__atomic_load_n(&g->edge->rx_head, __ATOMIC_ACQUIRE) +
		QDA_SIM_FIFO_SIZE - g->edge->rx_tail) %
	       QDA_SIM_FIFO_SIZE;
}

static void take(struct guest *g, void *data, uint32_t size)
{
	uint32_t tail = g->edge->rx_tail, i;

	for (i = 0; i < size && data; i++)
		((uint8_t *)data)[i] =
			g->edge->rx[(tail + i) % QDA_SIM_FIFO_SIZE];
	__atomic_store_n(&g->edge->rx_tail,
			 (tail + ((size + 7) & ~7u)) % QDA_SIM_FIFO_SIZE,
			 __ATOMIC_RELEASE);
}

#define OUR_CHANNEL 7
#define NAME	    "fastrpcglink-apps-dsp"

static void answer_open(struct guest *g, const struct command *c)
{
	struct {
		struct command c;
		char name[24];
	} open = { { 2, OUR_CHANNEL, sizeof(NAME) }, NAME };
	struct {
		struct command c;
		uint32_t pair[2 * GUEST_BUFFERS];
	} intents = { { 5, OUR_CHANNEL, GUEST_BUFFERS },
		      { 1024, 1, 1024, 2, 1024, 3, 1024, 4, 1024, 5 } };
	char name[64];

	take(g, name, c->param2 & 0xffff);
	if (strcmp(name, NAME))
		test_fail("the DSP opens \"%s\"", name);
	g->channel = c->param1;
	put_command(g, 4, c->param1, 0);
	guest_put(g, &open, sizeof(open));
	guest_put(g, &intents, sizeof(intents));
}

static void take_intents(struct guest *g, uint32_t count)
{
	uint32_t pair[2], i;

	for (i = 0; i < count; i++) {
		take(g, pair, sizeof(pair));
		if (g->intent_count < GUEST_INTENTS)
			g->intents[g->intent_count++] = pair[1];
	}
}

static int take_packet(struct guest *g, const struct command *c, void *data,
		       size_t size)
{
	uint32_t sizes[2];
	uint8_t packet[1024];

	take(g, sizes, sizeof(sizes));
	if (sizes[1] || sizes[0] > sizeof(packet))
		test_fail("a packet of %u + %u bytes", sizes[0], sizes[1]);
	take(g, packet, sizes[0]);
	memcpy(data, packet, sizes[0] < size ? sizes[0] : size);
	if (!g->withholds)
		put_command(g, 14, OUR_CHANNEL, c->param2);
	else if (g->withheld_count < GUEST_BUFFERS)
		g->withheld[g->withheld_count++] = c->param2;
	else
		test_fail("the DSP uses a buffer twice");
	return (int)sizes[0];
}

void guest_give_back(struct guest *g)
{
	g->withholds = false;
	while (g->withheld_count)
		put_command(g, 14, OUR_CHANNEL,
			    g->withheld[--g->withheld_count]);
}

/* Return: size of a packet, or -1 when the command was no packet. */
static int handle(struct guest *g, void *data, size_t size)
{
	struct command c;

	take(g, &c, sizeof(c));
	switch (c.cmd) {
	case 0: /* VERSION */
		put_command(g, 1, c.param1, c.param2);
		break;
	case 2: /* OPEN */
		answer_open(g, &c);
		break;
	case 4: /* OPEN_ACK */
		g->channel_open = true;
		break;
	case 5: /* INTENT */
		take_intents(g, c.param2);
		break;
	case 9: /* TX_DATA */
		return take_packet(g, &c, data, size);
	case 13: /* READ_NOTIF */
		guest_ring(g, QDA_SIM_GLINK_KICK);
		break;
	case 14: /* RX_DONE_W_REUSE */
		if (g->intent_count < GUEST_INTENTS)
			g->intents[g->intent_count++] = c.param2;
		break;
	case 1:
	case 8:
		break;
	default:
		test_fail("GLINK command %u", c.cmd);
	}
	return -1;
}

int guest_receive(struct guest *g, void *data, size_t size, int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;
	int n;

	for (;;) {
		while (fifo_used(g) >= sizeof(struct command)) {
			n = handle(g, data, size);
			if (n >= 0)
				return n;
		}
		if (now_ms() >= end)
			return -1;
		/* It looks again within 5 ms, whatever it is rung for. */
		__atomic_store_n(&g->edge->rx_ring, QDA_SIM_RING_ALWAYS,
				 __ATOMIC_SEQ_CST);
		wait_irq(g, QDA_SIM_GLINK_IRQ, 5);
	}
}

void guest_edge_up(struct guest *g)
{
	uint64_t end = now_ms() + BOUND_MS;
	uint8_t data[64];

	g->edge->tx_head = 0;
	g->edge->rx_tail = 0;
	g->channel_open = false;
	g->intent_count = 0;
	guest_set_state(g, QDA_SIM_LINUX_UP);
	put_command(g, 0, 1, 1);
	while (!g->channel_open || !g->intent_count) {
		if (now_ms() > end)
			test_fail("the channel does not open");
		guest_receive(g, data, sizeof(data), 5);
	}
}

void guest_send(struct guest *g, const void *data, size_t size)
{
	struct {
		struct command c;
		uint32_t chunk, left;
		uint8_t data[1024];
	} m = { .c = { 9, OUR_CHANNEL, 0 }, .chunk = (uint32_t)size };

	if (!g->intent_count || size > sizeof(m.data))
		test_fail("no intent for %zu bytes", size);
	m.c.param2 = g->intents[--g->intent_count];
	memcpy(m.data, data, size);
	guest_put(g, &m, 16 + size);
}
