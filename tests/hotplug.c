// SPDX-License-Identifier: BSD-3-Clause
/*
 * The driver is taken from the DSP, or the DSP is pulled out of the machine, with
 * nothing, a file, memory, a dma-buf or calls held. After the cases of IGT's
 * core_hotunplug, which wants a render node.
 */
#include <pthread.h>
#include <unistd.h>

#include "holder.h"
#include "platform.h"

#define ROUNDS 20

/* How the device goes, and how it comes back. */
struct way {
	void (*go)(void);
	void (*come)(void);
};

static void unbind(void)
{
	driver_autoprobe(false);
	check_ok(driver_unbind());
	check(node_open() < 0);
}

static void rebind(void)
{
	driver_bind();
	driver_autoprobe(true);
	node_wait();
}

static const struct way binding = { unbind, rebind };
static const struct way plugging = { dsp_unplug, dsp_plug };

/* ---- IGT's cases ---- */

static void nothing_open(const struct way *way)
{
	device_works(NULL);
	way->go();
	way->come();
	device_works(NULL);
	nothing_is_left();
}

/* It goes, the program lets go, it comes back. */
static void close_before(const struct way *way, enum hold hold)
{
	struct holder holder;

	holder_open(&holder, hold);
	way->go();
	holder_lost(&holder);
	holder_close(&holder);
	way->come();
	device_works(NULL);
	nothing_is_left();
}

/* It goes, it comes back, the program lets go. */
static void close_after(const struct way *way, enum hold hold)
{
	struct holder holder;

	holder_open(&holder, hold);
	way->go();
	way->come();
	holder_lost(&holder);
	holder_close(&holder);
	device_works(NULL);
	nothing_is_left();
}

/* The program lets go when others use the device already. */
static void close_late(const struct way *way, enum hold hold)
{
	struct holder holder;

	holder_open(&holder, hold);
	way->go();
	way->come();
	device_works(&holder);
	holder_lost(&holder);
	holder_close(&holder);
	device_works(NULL);
	nothing_is_left();
}

static void unbind_rebind(void)
{
	nothing_open(&binding);
}

static void unplug_replug(void)
{
	nothing_open(&plugging);
}

#define CASE(name, run, way, hold) \
	static void name(void)     \
	{                          \
		run(&(way), hold); \
	}

#define HOLDS(name, run, way)                        \
	CASE(name##_file, run, way, HOLD_FILE)       \
	CASE(name##_mmap, run, way, HOLD_MMAP)       \
	CASE(name##_dma_buf, run, way, HOLD_DMA_BUF) \
	CASE(name##_calls, run, way, HOLD_CALLS)     \
	CASE(name##_all, run, way, HOLD_ALL)

HOLDS(hotunbind_rebind, close_before, binding)
HOLDS(hotrebind, close_after, binding)
HOLDS(hotrebind_lateclose, close_late, binding)
HOLDS(hotunplug_replug, close_before, plugging)
HOLDS(hotreplug, close_after, plugging)
HOLDS(hotreplug_lateclose, close_late, plugging)

static void bound_again_and_again(void)
{
	struct holder holders[ROUNDS];
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		/* A file that is mapped keeps its context bank. */
		holder_open(&holders[i], i < 3 ? HOLD_MMAP : HOLD_DMA_BUF);
		unbind();
		rebind();
	}
	for (i = 0; i < ROUNDS; i++) {
		device_works(&holders[i]);
		holder_lost(&holders[i]);
		holder_close(&holders[i]);
	}
	nothing_is_left();
}

/* ---- races ---- */

static volatile bool going;

/* Opens, asks and closes for as long as it lasts, whatever the answers are. */
static void *restless(void *unused)
{
	struct drm_qda_bo_create create = { .size = 65536 };
	struct call call;
	int fd;

	(void)unused;
	while (going) {
		fd = node_open();
		if (fd < 0)
			continue;
		request(fd, DRM_IOCTL_QDA_BO_CREATE, &create);
		close(handle_export(fd, create.handle));
		if (!process_create(fd)) {
			call_init(&call, 0, DRM_QDA_SCALARS(31, 0, 0, 0, 0));
			call_send(fd, &call);
		}
		close(fd);
	}
	return NULL;
}

static void go_while_in_use(const struct way *way)
{
	pthread_t threads[4];
	unsigned int i;

	going = true;
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_create(&threads[i], NULL, restless, NULL),
			    0);
	for (i = 0; i < ROUNDS; i++) {
		sleep_ms(i);
		way->go();
		way->come();
	}
	going = false;
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		check_equal(pthread_join(threads[i], NULL), 0);
	device_works(NULL);
	nothing_is_left();
}

static void unbind_while_in_use(void)
{
	go_while_in_use(&binding);
}

static void unplug_while_in_use(void)
{
	go_while_in_use(&plugging);
}

#define ALL(name)                                                   \
	LONG(name##_file), LONG(name##_mmap), LONG(name##_dma_buf), \
		LONG(name##_calls), LONG(name##_all)

static const struct subtest tests[] = {
	LONG(unbind_rebind),
	ALL(hotunbind_rebind),
	ALL(hotrebind),
	ALL(hotrebind_lateclose),
	LONG(unplug_replug),
	ALL(hotunplug_replug),
	ALL(hotreplug),
	ALL(hotreplug_lateclose),
	LONG(bound_again_and_again),
	LONG(unbind_while_in_use),
	LONG(unplug_while_in_use),
};

int main(int argc, char **argv)
{
	platform_repair();
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
