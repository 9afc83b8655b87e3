// SPDX-License-Identifier: BSD-3-Clause
#include "pd_memory.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "skel_loader.h"

#define REGION_PAGES (DSP_REGION_SIZE / DSP_PAGE_SIZE)
#define RUN_PAGES    512 /* mapped at most for one fault */
#define SIGNAL_STACK 65536

/*
 * A mapping splits what is not mapped, and the host allows a process 65,530
 * pieces: at the limit not even that which would free some can be done.
 */
#define SPLITS_MAX 20000

#define PAGE_FAULT_WRITE 2 /* x86 page fault error code */
#define PAGE_FAULT_FETCH 16

/*
 * The lock is taken in the fault handler, so it is a bare futex: 0 free,
 * 1 taken, 2 taken with waiters. Its holder touches no memory of the region.
 */
static struct {
	const struct guest_memory *mem;
	const struct qda_sim_smmu *smmu;
	struct pd_slot *slot;
	uint32_t stream;
	uint8_t *base;
	uint64_t *mapped; /* a bit a page */
	uint64_t *writable;
	unsigned int splits; /* since all was dropped */
	uint32_t lock;
	uint32_t dying;
} memory;

static void lock(void)
{
	uint32_t state = 0;

	if (__atomic_compare_exchange_n(&memory.lock, &state, 1, false,
					__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return;
	while (__atomic_exchange_n(&memory.lock, 2, __ATOMIC_ACQUIRE))
		futex_wait(&memory.lock, 2, -1);
}

static void unlock(void)
{
	if (__atomic_exchange_n(&memory.lock, 0, __ATOMIC_RELEASE) == 2)
		futex_wake(&memory.lock);
}

static bool test(const uint64_t *bits, uint64_t page)
{
	return bits[page / 64] >> (page % 64) & 1;
}

static void mark(uint64_t *bits, uint64_t page, uint64_t count, bool value)
{
	for (; count; page++, count--) {
		if (value)
			bits[page / 64] |= 1ull << (page % 64);
		else
			bits[page / 64] &= ~(1ull << (page % 64));
	}
}

static bool reserve(uint64_t iova, uint64_t size)
{
	return mmap(memory.base + iova, size, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		    0) != MAP_FAILED;
}

static void drop_all(void)
{
	if (!reserve(0, DSP_REGION_SIZE))
		_exit(1); /* never keep a page that has to go */
	madvise(memory.mapped, REGION_PAGES / 8, MADV_DONTNEED);
	madvise(memory.writable, REGION_PAGES / 8, MADV_DONTNEED);
	memory.splits = 0;
}

/* Starts over now and then, as a TLB that is full. */
static void count_split(void)
{
	if (++memory.splits > SPLITS_MAX)
		drop_all();
}

static void drop_range(uint64_t iova, uint64_t size)
{
	uint64_t page = iova / DSP_PAGE_SIZE;
	uint64_t count, i;

	if (iova >= DSP_REGION_SIZE || !size)
		return;
	if (size > DSP_REGION_SIZE - iova)
		size = DSP_REGION_SIZE - iova;
	count = (iova + size + DSP_PAGE_MASK) / DSP_PAGE_SIZE - page;
	for (i = 0; i < count && !test(memory.mapped, page + i); i++)
		;
	if (i == count)
		return;
	count_split();
	if (!reserve(page * DSP_PAGE_SIZE, count * DSP_PAGE_SIZE))
		_exit(1);
	mark(memory.mapped, page, count, false);
	mark(memory.writable, page, count, false);
}

/* The supervisor has to know whose tables are used before they are read. */
static uint64_t stream_entry(void)
{
	uint64_t entry, root;

	if (memory.stream == SMMU_STREAM_BYPASS)
		return QDA_SIM_STE_IDENTITY;
	entry = smmu_stream_entry(memory.smmu, memory.stream);
	if ((entry & QDA_SIM_STE_KIND) == QDA_SIM_STE_TABLE) {
		root = entry & QDA_SIM_STE_ROOT;
		if (!memory.slot->root)
			__atomic_store_n(&memory.slot->root, root,
					 __ATOMIC_RELEASE);
		else if (memory.slot->root != root)
			__atomic_store_n(&memory.slot->any_root, 1,
					 __ATOMIC_RELEASE);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	}
	return entry;
}

/* How many pages from here follow each other in the guest's memory too? */
static uint64_t run_length(uint64_t entry, uint64_t iova,
			   const struct smmu_translation *first,
			   const struct guest_region *r)
{
	uint64_t limit = r->guest + r->size - first->physical;
	uint64_t length = first->left;
	struct smmu_translation t;

	if (limit > RUN_PAGES * DSP_PAGE_SIZE)
		limit = RUN_PAGES * DSP_PAGE_SIZE;
	if (limit > DSP_REGION_SIZE - iova)
		limit = DSP_REGION_SIZE - iova;
	while (length < limit &&
	       smmu_walk(memory.mem, entry, iova + length, &t) == SMMU_OK &&
	       t.physical == first->physical + length &&
	       t.writable == first->writable)
		length += t.left;
	return length < limit ? length : limit;
}

static bool map_pages(uint64_t iova, uint64_t length,
		      const struct smmu_translation *t,
		      const struct guest_region *r)
{
	int prot = t->writable ? PROT_READ | PROT_WRITE : PROT_READ;
	off_t offset = (off_t)(r->offset + (t->physical - r->guest));

	return mmap(memory.base + iova, length, prot, MAP_SHARED | MAP_FIXED,
		    r->fd, offset) != MAP_FAILED;
}

/*
 * Map the page of @iova and what follows. Called with the lock held, which
 * an invalidation takes too: the walk and the mapping are one step for it.
 */
static enum smmu_result map_run(uint64_t iova, bool write)
{
	uint64_t page, length, entry = stream_entry();
	const struct guest_region *r;
	struct smmu_translation t;
	enum smmu_result result;

	iova &= ~DSP_PAGE_MASK;
	result = smmu_walk(memory.mem, entry, iova, &t);
	if (result != SMMU_OK)
		return result;
	if (write && !t.writable)
		return SMMU_READ_ONLY;
	r = guest_memory_find(memory.mem, t.physical, DSP_PAGE_SIZE);
	if (!r)
		return SMMU_BAD_TABLE;
	length = run_length(entry, iova, &t, r);
	count_split();
	if (!map_pages(iova, length, &t, r))
		_exit(1);
	page = iova / DSP_PAGE_SIZE;
	mark(memory.mapped, page, length / DSP_PAGE_SIZE, true);
	mark(memory.writable, page, length / DSP_PAGE_SIZE, t.writable);
	return SMMU_OK;
}

enum smmu_result pd_memory_map(uint64_t iova, uint64_t size, bool write,
			       uint64_t *bad_iova)
{
	uint64_t at = iova & ~DSP_PAGE_MASK, end = iova + size;
	enum smmu_result result = SMMU_OK;

	for (; at < end; at += DSP_PAGE_SIZE) {
		uint64_t page = at / DSP_PAGE_SIZE;
		enum smmu_result one = SMMU_OK;

		lock();
		if (!test(write ? memory.writable : memory.mapped, page))
			one = map_run(at, write);
		unlock();
		if (one == SMMU_OK || result != SMMU_OK)
			continue;
		result = one;
		*bad_iova = at;
	}
	return result;
}

void *pd_memory_pointer(uint64_t iova)
{
	return memory.base + iova;
}

/* ---- signals ---- */

static void record(int signal, uint64_t address, uint64_t pc)
{
	struct pd_fault *f = &memory.slot->fault;

	f->signal = signal;
	f->address = address;
	f->pc = skel_module_at(pc, f->module, sizeof(f->module));
	__atomic_store_n(&f->valid, 1, __ATOMIC_RELEASE);
}

/* Only the first thread that dies leaves a record. */
static void die(int signal, const siginfo_t *info, const ucontext_t *uc,
		bool in_region, bool write, enum smmu_result reason)
{
	uint64_t address = info->si_code > 0 ?
				   (uint64_t)(uintptr_t)info->si_addr :
				   0;
	struct pd_fault *f = &memory.slot->fault;
	struct sigaction by_default = { .sa_handler = SIG_DFL };

	if (!__atomic_exchange_n(&memory.dying, 1, __ATOMIC_ACQ_REL)) {
		f->in_region = in_region;
		f->write = write;
		f->reason = reason;
		if (in_region)
			address -= (uint64_t)(uintptr_t)memory.base;
		record(signal, address, uc->uc_mcontext.gregs[REG_RIP]);
	}
	sigaction(signal, &by_default, NULL);
	raise(signal);
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;
	uint64_t error = uc->uc_mcontext.gregs[REG_ERR];
	bool write = error & PAGE_FAULT_WRITE;
	uint64_t iova = (uint8_t *)info->si_addr - memory.base;
	enum smmu_result result;
	int saved = errno;

	if (signal != SIGSEGV || info->si_code <= 0 ||
	    (error & PAGE_FAULT_FETCH) ||
	    (uint8_t *)info->si_addr < memory.base || iova >= DSP_REGION_SIZE) {
		die(signal, info, uc, false, false, SMMU_OK);
		return;
	}
	lock();
	result = map_run(iova, write);
	unlock();
	if (result != SMMU_OK)
		die(signal, info, uc, true, write, result);
	errno = saved;
}

static void handle_signals(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS,	 SIGFPE,
				       SIGILL,	SIGABRT, SIGTRAP };
	struct sigaction action = {
		.sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};
	unsigned int i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

int pd_memory_thread_init(void)
{
	stack_t stack = { .ss_size = SIGNAL_STACK };

	stack.ss_sp = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack.ss_sp == MAP_FAILED || sigaltstack(&stack, NULL))
		return -errno;
	return 0;
}

/* ---- invalidation ---- */

static void *serve_invalidations(void *unused)
{
	struct pd_slot *slot = memory.slot;
	uint32_t request, done = 0;

	(void)unused;
	for (;;) {
		request = __atomic_load_n(&slot->request, __ATOMIC_ACQUIRE);
		if (request == done) {
			futex_wait(&slot->request, request, -1);
			continue;
		}
		lock();
		if (slot->kind == QDA_SIM_INVALIDATE_RANGE) {
			drop_range(slot->iova, slot->size);
		} else {
			drop_all();
			slot->root = 0;
			slot->any_root = 0;
		}
		unlock();
		done = request;
		__atomic_store_n(&slot->done, done, __ATOMIC_RELEASE);
		futex_wake(&slot->done);
	}
	return NULL;
}

static void *reserve_anywhere(void *hint, uint64_t size, int prot)
{
	return mmap(hint, size, prot,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			    (hint ? MAP_FIXED_NOREPLACE : 0),
		    -1, 0);
}

/* A child of a skel must not keep pages that the host takes away. */
static void in_forked_child(void)
{
	munmap(memory.base, DSP_REGION_SIZE);
}

int pd_memory_init(const struct guest_memory *mem,
		   const struct qda_sim_smmu *smmu, struct pd_slot *slot,
		   uint32_t stream)
{
	pthread_t thread;
	sigset_t all, old;
	int ret;

	memory.mem = mem;
	memory.smmu = smmu;
	memory.slot = slot;
	memory.stream = stream;
	memory.base = reserve_anywhere((void *)DSP_REGION_BASE, DSP_REGION_SIZE,
				       PROT_NONE);
	memory.mapped = reserve_anywhere(NULL, REGION_PAGES / 8,
					 PROT_READ | PROT_WRITE);
	memory.writable = reserve_anywhere(NULL, REGION_PAGES / 8,
					   PROT_READ | PROT_WRITE);
	if (memory.base == MAP_FAILED || memory.mapped == MAP_FAILED ||
	    memory.writable == MAP_FAILED)
		return -ENOMEM;
	ret = guest_memory_read_only(mem);
	if (ret)
		return ret;
	handle_signals();
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ret = pthread_create(&thread, NULL, serve_invalidations, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!ret)
		ret = pthread_atfork(NULL, NULL, in_forked_child);
	return -ret;
}
