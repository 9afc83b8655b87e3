/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A guest without a kernel: the front end of vhost-user, page tables, the
 * GLINK edge and FastRPC messages, written by hand from the protocol and not
 * from the DSP's sources. Every wait is bounded; every failure ends the test.
 */
#ifndef FAKE_GUEST_H
#define FAKE_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "qda_sim_abi.h"

#define GUEST_RAM_BASE 0x400000ull
#define GUEST_RAM_SIZE 0x1000000ull
#define GUEST_PAGE     4096ull
#define GUEST_SIDS     6u
#define GUEST_QUEUE    64u
#define GUEST_INTENTS  320u
#define GUEST_BUFFERS  5u /* that it promises to the DSP */

#define GUEST_IOVA_END 0x200000ull /* what one last-level table covers */

struct guest_queue {
	uint8_t *desc;
	uint8_t *avail;
	uint8_t *used;
	uint64_t address;
	uint16_t seen;
	int kick;
	int call;
};

struct guest {
	pid_t dsp;
	char dir[64];
	int socket;
	int ram_fd;
	uint8_t *ram;
	uint64_t next_page;
	uint64_t free_page[GUEST_RAM_SIZE / GUEST_PAGE];
	unsigned int free_pages;
	struct guest_queue queue[QDA_SIM_QUEUES];
	struct qda_sim_edge *edge;
	struct qda_sim_smmu *smmu;
	uint64_t edge_address;
	uint64_t smmu_address;
	uint64_t *pages[GUEST_SIDS]; /* last-level tables */
	uint64_t root[GUEST_SIDS];
	uint64_t next_iova;
	uint16_t channel; /* the DSP's name of it */
	bool channel_open;
	uint32_t intents[GUEST_INTENTS]; /* free ones of the DSP */
	unsigned int intent_count;
	bool withholds; /* takes packets and does not give their buffers back */
	uint32_t withheld[GUEST_BUFFERS];
	unsigned int withheld_count;
	uint64_t sequence;
	int32_t news_client; /* the last process status message */
	uint32_t news;
};

/** guest_start() - start a DSP with @args (NULL-terminated) and say hello */
void guest_start(struct guest *g, const char *const args[]);

/** guest_stop() - disconnect; returns the DSP's exit status */
int guest_stop(struct guest *g);

/** guest_edge_up() - bring GLINK up and open the channel */
void guest_edge_up(struct guest *g);

/** guest_wait_state() - wait until dsp_state is @state */
void guest_wait_state(struct guest *g, uint32_t state);

/** guest_set_state() - set linux_state and ring the bell */
void guest_set_state(struct guest *g, uint32_t state);

/** guest_child_of() - the first child of a process */
pid_t guest_child_of(pid_t parent);

/** guest_child() - the subsystem's process id */
pid_t guest_child(const struct guest *g);

/** guest_log() - the message log so far, to be freed */
char *guest_log(const struct guest *g);

/** guest_logged() - wait until the message log holds @text */
void guest_logged(const struct guest *g, const char *text);

/** guest_page() - a fresh page of RAM: its physical address */
uint64_t guest_page(struct guest *g);

/** guest_at() - pointer to a physical address */
void *guest_at(struct guest *g, uint64_t physical);

/** guest_map() - a fresh IOVA of @pages fresh pages for stream @sid */
uint64_t guest_map(struct guest *g, uint32_t sid, unsigned int pages,
		   bool read_only);

/** guest_iova_at() - pointer to the page behind an IOVA */
void *guest_iova_at(struct guest *g, uint32_t sid, uint64_t iova);

/** guest_unmap() - clear the entries and wait for the invalidation */
void guest_unmap(struct guest *g, uint32_t sid, uint64_t iova,
		 unsigned int pages);

/** guest_invalidate() - ask; returns true when acknowledged within 3 s */
bool guest_invalidate(struct guest *g, uint32_t kind, uint32_t stream,
		      uint64_t root, uint64_t iova, uint64_t size);

/** guest_ring() - kick a queue */
void guest_ring(struct guest *g, enum qda_sim_queue queue);

/** guest_put() - append to the FIFO towards the DSP and kick */
void guest_put(struct guest *g, const void *data, size_t size);

/** guest_send() - send a message on the channel */
void guest_send(struct guest *g, const void *data, size_t size);

/**
 * guest_receive() - next packet of the channel
 *
 * Return: its size, or -1 when none came within @timeout_ms.
 */
int guest_receive(struct guest *g, void *data, size_t size, int timeout_ms);

/** guest_give_back() - all buffers that it withholds, and no more from now on */
void guest_give_back(struct guest *g);

/* ---- calls ---- */

#define CALL_ARGS 32

struct call_arg {
	void *data;
	uint32_t length;
};

/* One call, its metadata in a page of its own, for a test to spoil. */
struct call {
	uint8_t message[40];
	uint64_t ctx;
	uint32_t sid;
	unsigned int pages;
	uint64_t iova;
	uint8_t *metadata; /* contiguous in RAM */
	unsigned int count, ins;
	struct call_arg arg[CALL_ARGS];
	uint32_t offset[CALL_ARGS];
};

/**
 * call_build() - lay a call out as the protocol says, data inline
 * @client: in the message; @type: low bits of the context
 * @in, @out: the first @ins + @outs entries of @arg
 */
void call_build(struct guest *g, struct call *c, int32_t client,
		unsigned int type, uint32_t sid, uint32_t handle,
		uint32_t method, unsigned int ins, unsigned int outs,
		const struct call_arg *arg);

/** call_send() - send the message */
void call_send(struct guest *g, const struct call *c);

/**
 * call_wait() - wait for the reply, noting status messages before it
 *
 * Copies the outputs. Return: the status.
 */
int32_t call_wait(struct guest *g, struct call *c);

/** call_end() - give the metadata's mapping back */
void call_end(struct guest *g, struct call *c);

/** user_call() - build, send, wait, end for a client on its SID */
int32_t user_call(struct guest *g, int32_t client, uint32_t sid,
		  uint32_t handle, uint32_t method, unsigned int ins,
		  unsigned int outs, const struct call_arg *arg);

/** kernel_call() - handle 1 */
int32_t kernel_call(struct guest *g, unsigned int type, uint32_t sid,
		    uint32_t method, unsigned int ins, unsigned int outs,
		    const struct call_arg *arg);

/** process_create() - a user process with its memory */
int32_t process_create(struct guest *g, int32_t client, uint32_t sid);

/** process_release() - end it */
int32_t process_release(struct guest *g, int32_t client, uint32_t sid);

/** module_open() - open a skel; returns dlErr, handle in @handle */
int32_t module_open(struct guest *g, int32_t client, uint32_t sid,
		    const char *uri, uint32_t *handle);

/** test_fail() - end the test with a message */
_Noreturn __attribute__((format(printf, 1, 2))) void test_fail(
	const char *format, ...);

#endif /* FAKE_GUEST_H */
