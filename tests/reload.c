// SPDX-License-Identifier: BSD-3-Clause
/*
 * The driver's module goes and comes back. Not with the other programs on a
 * kernel with KASAN: User-Mode Linux keeps what KASAN noted of the module that
 * went, takes the next one in its place for an error, and looks no further.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "holder.h"
#include "platform.h"

#define ROUNDS 20

/* What was closed a moment ago may still be on its way. */
static void unload_within(unsigned int ms)
{
	int64_t end = deadline_in(ms);
	int ret = driver_unload();

	while (ret == -EAGAIN && now_ns() < end) {
		sleep_ms(5);
		ret = driver_unload();
	}
	check_ok(ret);
}

static void no_context_bank_is_left(void)
{
	glob_t found;
	int ret = glob("/sys/bus/platform/devices/qda-context-bank*", 0, NULL,
		       &found);

	globfree(&found);
	check_equal(ret, GLOB_NOMATCH);
}

/* Lines of the kernel's list of DMA mappings; where it does not check, 0. */
static void no_mapping_is_left(void)
{
	FILE *file = fopen("/sys/kernel/debug/dma-api/dump", "re");
	char line[256];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (strstr(line, "qda-context-bank"))
			subtest_fail(__FILE__, __LINE__, "still mapped: %s",
				     line);
	fclose(file);
}

static void unload_and_load(void)
{
	unload_within(5000);
	check(node_open() < 0);
	no_context_bank_is_left();
	no_mapping_is_left();
	driver_load();
	device_works(NULL);
}

/* Nobody can take the module from under what it has given. */
static void unload_while_held(enum hold hold)
{
	struct holder holder;

	holder_open(&holder, hold);
	check_errno(driver_unload(), -EAGAIN);
	driver_autoprobe(false);
	check_ok(driver_unbind());
	check_errno(driver_unload(), -EAGAIN);
	holder_lost(&holder);
	driver_bind();
	driver_autoprobe(true);
	check_errno(driver_unload(), -EAGAIN);
	device_works(&holder);
	holder_close(&holder);
	unload_and_load();
	nothing_is_left();
}

#define UNLOAD(name, hold)               \
	static void name(void)           \
	{                                \
		unload_while_held(hold); \
	}

UNLOAD(unload_with_file, HOLD_FILE)
UNLOAD(unload_with_mmap, HOLD_MMAP)
UNLOAD(unload_with_dma_buf, HOLD_DMA_BUF)
UNLOAD(unload_with_calls, HOLD_CALLS)

/* The DSP runs on, and its processes are still being released. */
static void unload_at_once(void)
{
	struct holder holder;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		holder_open(&holder, HOLD_FILE);
		holder_close(&holder);
		unload_and_load();
	}
	nothing_is_left();
}

static const struct subtest tests[] = {
	LONG(unload_with_file),	   LONG(unload_with_mmap),
	LONG(unload_with_dma_buf), LONG(unload_with_calls),
	LONG(unload_at_once),
};

int main(int argc, char **argv)
{
	platform_repair();
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
