// SPDX-License-Identifier: BSD-3-Clause
/* Queues of packets between a program and its process on the DSP. */
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include <dspqueue.h>

#include "api.h"

#define URI   "file:///libqueue_skel.so?queue_skel_handle_invoke&_modver=1.0"
#define START REMOTE_SCALARS_MAKE(2, 1, 0)
#define STOP  REMOTE_SCALARS_MAKE(3, 0, 0)

#define SECOND_US 1000000u

static uint32_t packets;

static struct {
	__typeof__(dspqueue_create) *create;
	__typeof__(dspqueue_close) *close;
	__typeof__(dspqueue_export) *export;
	__typeof__(dspqueue_write) *write;
	__typeof__(dspqueue_write_noblock) *write_noblock;
	__typeof__(dspqueue_read) *read;
	__typeof__(dspqueue_read_noblock) *read_noblock;
	__typeof__(dspqueue_peek_noblock) *peek_noblock;
	__typeof__(dspqueue_write_early_wakeup_noblock) *wakeup;
	__typeof__(dspqueue_get_stat) *get_stat;
} queues;

static remote_handle64 skel;

static void *symbol(const char *name)
{
	void *found = dlsym(api.library, name);

	check(found);
	return found;
}

static void begin(void)
{
	api_begin();
	queues.create = symbol("dspqueue_create");
	queues.close = symbol("dspqueue_close");
	queues.export = symbol("dspqueue_export");
	queues.write = symbol("dspqueue_write");
	queues.write_noblock = symbol("dspqueue_write_noblock");
	queues.read = symbol("dspqueue_read");
	queues.read_noblock = symbol("dspqueue_read_noblock");
	queues.peek_noblock = symbol("dspqueue_peek_noblock");
	queues.wakeup = symbol("dspqueue_write_early_wakeup_noblock");
	queues.get_stat = symbol("dspqueue_get_stat");
	check_equal(api.remote_handle64_open(URI CDSP_DOMAIN, &skel), 0);
}

/* The DSP answers from now on. */
static void connect(dspqueue_t queue, uint32_t wakes)
{
	struct {
		uint64_t id;
		uint32_t wakes;
		uint32_t pad;
	} in = { 0, wakes, 0 };
	remote_arg args[] = { buffer_arg(&in, sizeof(in)) };

	check_equal(queues.export(queue, &in.id), 0);
	check_equal(api.remote_handle64_invoke(skel, START, args), 0);
}

static void disconnect(dspqueue_t queue)
{
	check_equal(queues.close(queue), AEE_ERPC);
	check_equal(api.remote_handle64_invoke(skel, STOP, NULL), 0);
	check_equal(queues.close(queue), 0);
}

static dspqueue_t make(dspqueue_callback_t on_packet,
		       dspqueue_callback_t on_error, void *context)
{
	dspqueue_t queue;

	check_equal(queues.create(CDSP_DOMAIN_ID, 0, 0, 0, on_packet, on_error,
				  context, &queue),
		    0);
	return queue;
}

static uint64_t stat_of(dspqueue_t queue, enum dspqueue_stat stat)
{
	uint64_t value = ~0ull;

	check_equal(queues.get_stat(queue, stat, &value), 0);
	return value;
}

static void ping_pong(void)
{
	uint32_t flags, count, length;
	uint8_t message[64];
	dspqueue_t queue;

	begin();
	queue = make(NULL, NULL, NULL);
	connect(queue, 0);
	for (uint32_t i = 0; i < 200; i++) {
		uint32_t got = ~0u;

		check_equal(queues.write(queue, 0, 0, NULL, sizeof(i),
					 (uint8_t *)&i, SECOND_US),
			    0);
		check_equal(queues.read(queue, &flags, 0, &count, NULL,
					sizeof(message), &length, message,
					30 * SECOND_US),
			    0);
		check_equal(length, sizeof(i));
		check_equal(count, 0);
		check(flags & DSPQUEUE_PACKET_FLAG_MESSAGE);
		memcpy(&got, message, sizeof(got));
		check_equal(got, i);
	}
	check_equal(queues.read_noblock(queue, &flags, 0, &count, NULL,
					sizeof(message), &length, message),
		    AEE_EWOULDBLOCK);
	check_equal(queues.read(queue, &flags, 0, &count, NULL, sizeof(message),
				&length, message, 1000),
		    AEE_EEXPIRED);
	check_equal(queues.peek_noblock(queue, &flags, &count, &length),
		    AEE_EWOULDBLOCK);
	disconnect(queue);
	api_end();
}

static void packets_with_buffers(void)
{
	struct dspqueue_buffer buffers[2] = { 0 }, got[2];
	uint32_t flags, count, length;
	uint8_t *memory, message[8];
	dspqueue_t queue;
	int fd;

	begin();
	queue = make(NULL, NULL, NULL);
	connect(queue, 0);
	memory = api.rpcmem_alloc(RPCMEM_HEAP_ID_SYSTEM, 0, 8192);
	check(memory);
	fd = api.rpcmem_to_fd(memory);
	buffers[0] = (struct dspqueue_buffer){ .fd = (uint32_t)fd,
					       .size = 100,
					       .offset = 50 };
	check_equal(queues.write(queue, 0, 1, buffers, 0, NULL, SECOND_US),
		    AEE_ENOSUCHMAP);
	check_equal(api.fastrpc_mmap(CDSP_DOMAIN_ID, fd, memory, 0, 8192,
				     FASTRPC_MAP_FD),
		    0);
	buffers[0].flags = DSPQUEUE_BUFFER_FLAG_REF |
			   DSPQUEUE_BUFFER_FLAG_DEREF;
	check_equal(queues.write(queue, 0, 1, buffers, 0, NULL, SECOND_US),
		    AEE_EBADPARM);
	buffers[0].flags = 0;
	buffers[1] = (struct dspqueue_buffer){ .fd = (uint32_t)fd,
					       .size = 8193 };
	check_equal(queues.write(queue, 0, 2, buffers, 0, NULL, SECOND_US),
		    AEE_EBADPARM);
	buffers[1].size = 10;
	buffers[1].offset = 4096;
	check_equal(queues.write(queue, 0, 2, buffers, 3, (uint8_t *)"abc",
				 SECOND_US),
		    0);
	check_equal(queues.read(queue, &flags, 2, &count, got, sizeof(message),
				&length, message, 30 * SECOND_US),
		    0);
	check_equal(count, 2);
	check_equal(length, 3);
	check(got[0].ptr == memory + 50);
	check(got[1].ptr == memory + 4096);
	for (int i = 0; i < 8192; i++)
		check_equal(memory[i],
			    (i >= 50 && i < 150) || (i >= 4096 && i < 4106));
	check_equal(api.fastrpc_munmap(CDSP_DOMAIN_ID, fd, memory, 8192), 0);
	api.rpcmem_free(memory);
	disconnect(queue);
	api_end();
}

struct reader {
	dspqueue_t queue;
	uint32_t received;
	uint32_t wrong;
};

static void *read_all(void *data)
{
	struct reader *reader = data;

	while (reader->received < packets) {
		uint32_t flags, count, length, got = ~0u;

		if (queues.read(reader->queue, &flags, 0, &count, NULL,
				sizeof(got), &length, (uint8_t *)&got,
				60 * SECOND_US))
			break;
		reader->wrong += got != reader->received;
		reader->received++;
	}
	return NULL;
}

/* Both directions full, both sides waiting for each other: nothing is lost. */
static void stream(uint32_t count)
{
	struct reader reader = { 0 };
	pthread_t thread;

	packets = count;
	begin();
	reader.queue = make(NULL, NULL, NULL);
	connect(reader.queue, 0);
	check_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
	for (uint32_t i = 0; i < packets; i++)
		check_equal(queues.write(reader.queue, 0, 0, NULL, sizeof(i),
					 (uint8_t *)&i, 60 * SECOND_US),
			    0);
	pthread_join(thread, NULL);
	check_equal(reader.received, packets);
	check_equal(reader.wrong, 0);
	disconnect(reader.queue);
	api_end();
}

static void a_stream(void)
{
	stream(50000);
}

static void a_million_packets(void)
{
	stream(1000000);
}

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned int packets;
	int error;
} seen = { .lock = PTHREAD_MUTEX_INITIALIZER,
	   .changed = PTHREAD_COND_INITIALIZER };

static void on_packet(dspqueue_t queue, AEEResult error, void *context)
{
	uint32_t flags, count, length;
	uint8_t message[16];

	(void)error;
	(void)context;
	while (!queues.read_noblock(queue, &flags, 0, &count, NULL,
				    sizeof(message), &length, message)) {
		pthread_mutex_lock(&seen.lock);
		seen.packets++;
		pthread_cond_signal(&seen.changed);
		pthread_mutex_unlock(&seen.lock);
	}
}

static void on_error(dspqueue_t queue, AEEResult error, void *context)
{
	(void)queue;
	(void)context;
	pthread_mutex_lock(&seen.lock);
	seen.error = error;
	pthread_cond_signal(&seen.changed);
	pthread_mutex_unlock(&seen.lock);
}

static void callbacks(void)
{
	dspqueue_t queue;
	uint32_t word;

	begin();
	queue = make(on_packet, on_error, NULL);
	connect(queue, 1);
	for (uint32_t i = 0; i < 100; i++)
		check_equal(queues.write(queue, 0, 0, NULL, sizeof(i),
					 (uint8_t *)&i, SECOND_US),
			    0);
	check_equal(queues.read(queue, &word, 0, &word, NULL, 0, &word, NULL,
				0),
		    AEE_EBADPARM);
	pthread_mutex_lock(&seen.lock);
	while (seen.packets < 100)
		pthread_cond_wait(&seen.changed, &seen.lock);
	pthread_mutex_unlock(&seen.lock);
	check_equal(queues.wakeup(queue, 100, 0), 0);
	check_equal(queues.wakeup(queue, 0, 0), 0);
	check_equal(seen.error, 0);
	disconnect(queue);
	api_end();
}

static void the_process_dies(void)
{
	remote_handle64 probe;
	dspqueue_t queue;
	uint32_t word;

	begin();
	probe = open_probe(0);
	queue = make(NULL, on_error, NULL);
	connect(queue, 0);
	check_equal(probe_word(probe, PROBE_CRASH, PROBE_CRASH_ABORT, NULL),
		    DSP_ERROR(AEE_EBADSTATE));
	check_equal(queues.read(queue, &word, 0, &word, NULL, 0, &word, NULL,
				DSPQUEUE_TIMEOUT_NONE),
		    AEE_ECONNRESET);
	pthread_mutex_lock(&seen.lock);
	while (!seen.error)
		pthread_cond_wait(&seen.changed, &seen.lock);
	pthread_mutex_unlock(&seen.lock);
	check_equal(seen.error, AEE_ECONNRESET);
	check_equal(queues.close(queue), 0);
	/* A new process has queues again. */
	check_equal(api.remote_handle64_open(URI CDSP_DOMAIN, &skel), 0);
	queue = make(NULL, NULL, NULL);
	connect(queue, 0);
	disconnect(queue);
	api_end();
}

static void limits_and_statistics(void)
{
	static uint8_t message[65537];
	dspqueue_t queue, many[64];
	uint64_t value;
	int ret, made;

	begin();
	check_equal(queues.create(CDSP_DOMAIN_ID, 1, 0, 0, NULL, NULL, NULL,
				  &queue),
		    AEE_EBADPARM);
	check_equal(queues.create(77, 0, 0, 0, NULL, NULL, NULL, &queue),
		    AEE_EBADPARM);
	check_equal(queues.create(CDSP_DOMAIN_ID, 0, (16 << 20) + 1, 0, NULL,
				  NULL, NULL, &queue),
		    AEE_EBADPARM);
	queue = make(NULL, NULL, NULL);
	check_equal(queues.write_noblock(queue, 0, 0, NULL, 65537, message),
		    AEE_EBADPARM);
	check_equal(queues.write_noblock(queue, 0, 0, NULL, 65536, message),
		    AEE_EBADPARM);
	for (int i = 0; i < 3; i++)
		check_equal(queues.write_noblock(queue, 0, 0, NULL, 20000,
						 message),
			    0);
	check_equal(queues.write_noblock(queue, 0, 0, NULL, 20000, message),
		    AEE_EWOULDBLOCK);
	check_equal(queues.write(queue, 0, 0, NULL, 20000, message, 1000),
		    AEE_EEXPIRED);
	check_equal(stat_of(queue, DSPQUEUE_STAT_WRITE_QUEUE_PACKETS), 3);
	check_equal(stat_of(queue, DSPQUEUE_STAT_WRITE_QUEUE_BYTES), 60024);
	check_equal(stat_of(queue, DSPQUEUE_STAT_READ_QUEUE_PACKETS), 0);
	check_equal(stat_of(queue, DSPQUEUE_STAT_SIGNALING_PERF), 100);
	check_equal(queues.get_stat(queue, 8, &value), AEE_EBADPARM);
	check_equal(queues.close(queue), 0);

	for (made = 0; made < 64; made++) {
		ret = queues.create(CDSP_DOMAIN_ID, 0, 4096, 4096, NULL, NULL,
				    NULL, &many[made]);
		check_equal(ret, 0);
	}
	check_equal(queues.create(CDSP_DOMAIN_ID, 0, 4096, 4096, NULL, NULL,
				  NULL, &queue),
		    AEE_ENOMEMORY);
	while (made--)
		check_equal(queues.close(many[made]), 0);
	api_end();
}

static const struct subtest tests[] = {
	SUBTEST(ping_pong),
	SUBTEST(packets_with_buffers),
	{ .name = "a_stream", .run = a_stream, .timeout = 300 },
	{ .name = "a_million_packets",
	  .run = a_million_packets,
	  .timeout = 600 },
	SUBTEST(callbacks),
	SUBTEST(the_process_dies),
	SUBTEST(limits_and_statistics),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
