// SPDX-License-Identifier: BSD-3-Clause
/*
 * bench.idl's functions. They run on the DSP, on whatever of its threads, and in
 * the server of the UNIX socket.
 */
#include <AEEStdErr.h>
#include <stdatomic.h>
#include <time.h>

#include "bench.h"
#include "payload.h"

#define NSEC_PER_SEC 1000000000ll

static struct {
	uint32_t service_ns;
	bool check_all;
	_Atomic uint64_t calls;
	_Atomic uint64_t refused;
	/*
	 * How many are at work, and the sum of their beginnings and ends: whoever
	 * begins while nobody works subtracts the time, the last adds it.
	 */
	_Atomic uint32_t working;
	_Atomic int64_t busy_ns;
} bench;

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/*
 * A function works for so long by the time that it has the processor, or
 * several at once on one processor would be done in the time of one.
 */
static int64_t begin(void)
{
	atomic_fetch_add_explicit(&bench.calls, 1, memory_order_relaxed);
	if (!bench.service_ns)
		return 0;
	if (!atomic_fetch_add(&bench.working, 1))
		atomic_fetch_sub(&bench.busy_ns, now_ns(CLOCK_MONOTONIC));
	return now_ns(CLOCK_THREAD_CPUTIME_ID);
}

static int end(int64_t start, bool right)
{
	if (!right)
		atomic_fetch_add_explicit(&bench.refused, 1,
					  memory_order_relaxed);
	if (bench.service_ns) {
		while (now_ns(CLOCK_THREAD_CPUTIME_ID) - start <
		       bench.service_ns)
			;
		if (atomic_fetch_sub(&bench.working, 1) == 1)
			atomic_fetch_add(&bench.busy_ns,
					 now_ns(CLOCK_MONOTONIC));
	}
	return right ? 0 : AEE_EBADPARM;
}

/* Nothing is kept of a handle: the counts are the process's. */
int bench_open(const char *uri, remote_handle64 *h)
{
	(void)uri;
	*h = 1;
	return 0;
}

int bench_close(remote_handle64 h)
{
	(void)h;
	return 0;
}

int bench_configure(remote_handle64 h, uint32_t service_ns, uint32_t check_all)
{
	(void)h;
	bench.service_ns = service_ns;
	bench.check_all = check_all;
	bench.calls = 0;
	bench.refused = 0;
	bench.working = 0;
	bench.busy_ns = 0;
	return 0;
}

int bench_state(remote_handle64 h, uint64_t *calls, uint64_t *refused,
		uint64_t *busy_ns)
{
	(void)h;
	*calls = bench.calls;
	*refused = bench.refused;
	*busy_ns = (uint64_t)bench.busy_ns;
	return 0;
}

int bench_nothing(remote_handle64 h)
{
	(void)h;
	return end(begin(), true);
}

int bench_take(remote_handle64 h, uint64_t nonce)
{
	(void)h;
	(void)nonce;
	return end(begin(), true);
}

int bench_answer(remote_handle64 h, uint64_t nonce, uint64_t *proof)
{
	int64_t start = begin();

	(void)h;
	*proof = payload_proof(nonce);
	return end(start, true);
}

int bench_exchange(remote_handle64 h, uint64_t nonce, const unsigned char *data,
		   int dataLen, uint64_t *proof, unsigned char *answer,
		   int answerLen)
{
	int64_t start = begin();
	bool right = !(dataLen % 8) && !(answerLen % 8) &&
		     payload_is_marked(data, (uint64_t)dataLen, nonce,
				       bench.check_all);

	(void)h;
	*proof = payload_proof(nonce);
	if (right)
		payload_answer(answer, (uint64_t)answerLen, nonce,
			       bench.check_all);
	return end(start, right);
}

int bench_gather(remote_handle64 h, uint64_t nonce, const part *parts,
		 int partsLen, uint64_t *proof)
{
	int64_t start = begin();
	bool right = true;

	(void)h;
	for (int i = 0; i < partsLen; i++)
		right &= !(parts[i].dataLen % 8) &&
			 payload_is_marked(parts[i].data,
					   (uint64_t)parts[i].dataLen,
					   nonce + (uint64_t)i,
					   bench.check_all);
	*proof = payload_proof(nonce);
	return end(start, right);
}
