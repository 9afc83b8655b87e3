// SPDX-License-Identifier: BSD-3-Clause
#include "fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct mode {
	const char *name;
	bool once; /* acts on the N-th invoke only */
	const char *text;
	unsigned int weight; /* how often "random" draws it */
	bool seeded;	     /* takes SEED[:PERCENT] instead of N */
};

static const struct mode modes[] = {
	[FAULT_NONE] = { "none", true, "behave" },
	[FAULT_DROP] = { "drop", true, "the reply of the N-th call is lost",
			 4 },
	[FAULT_NEVER_REPLY] = { "never-reply", false,
				"calls are not run and not answered", 2 },
	[FAULT_DELAY] = { "delay", false, "replies come 200 ms late", 6 },
	[FAULT_LATE] = { "late", true,
			 "the reply comes after that of the RELEASE", 3 },
	[FAULT_DUPLICATE] = { "duplicate", false, "replies come twice", 10 },
	[FAULT_REORDER] = { "reorder", false, "each two replies change places",
			    4 },
	[FAULT_CORRUPT] = { "corrupt", false,
			    "the status in replies is inverted", 6 },
	[FAULT_UNKNOWN_CTX] = { "unknown-ctx", false,
				"before each reply, one for no known call", 8 },
	[FAULT_STALE_SEQ] = { "stale-seq", false,
			      "before each reply, one for an older call", 8 },
	[FAULT_EARLY_RESPONSE] = { "early-response", false,
				   "an early response precedes the reply", 8 },
	[FAULT_SHORT_PACKET] = { "short-packet", false,
				 "before each reply, its first 12 bytes", 8 },
	[FAULT_STRAY_SIGNAL] = { "stray-signal", false,
				 "before each reply, an 8-byte signal", 8 },
	[FAULT_STRAY_STATUS] = { "stray-status", false,
				 "before each reply, news of processes that "
				 "are none",
				 8 },
	[FAULT_SCRIBBLE] = { "scribble", false,
			     "pv, len and fdlist are overwritten", 8 },
	[FAULT_STATUS_AFTER] = { "status-after", false,
				 "the exit message follows the RELEASE reply" },
	[FAULT_CRASH_PD] = { "crash-pd", true,
			     "the process crashes in the N-th call", 3 },
	[FAULT_CRASH_DSP] = { "crash-dsp", true,
			      "the subsystem crashes in the N-th call", 1 },
	[FAULT_HANG] = { "hang", true,
			 "nothing is answered from the N-th call on, "
			 "invalidations neither" },
	[FAULT_BAD_INDEX] = { "bad-index", true,
			      "the N-th reply is a FIFO index out of range",
			      1 },
	[FAULT_LATE_MAPS] = { "late-maps", false,
			      "maps and unmaps are done, but answered after "
			      "11 s" },
	[FAULT_NO_ATTRIBUTES] = { "no-attributes", false,
				  "the DSP does not know what it can do" },
	[FAULT_NEVER_START] = { "never-start", true,
				"the DSP never opens its socket" },
	[FAULT_RANDOM] = { "random", false, "each call draws one of the above",
			   0, true },
	[FAULT_FUZZ] = { "fuzz", false,
			 "before each reply, kernel calls' too, packets of "
			 "any content and length",
			 0, true },
	[FAULT_REQUESTS] = { "requests", false,
			     "2000 requests of any kind to a host that listens, "
			     "before those of code",
			     0, true },
};

#define MODES	(sizeof(modes) / sizeof(modes[0]))
#define PERCENT 40

/* The number up to the end or a colon, which @text is moved behind. */
static int take_number(const char **text, unsigned long max, uint32_t *number)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(*text, &end, 10);
	if (errno || end == *text || (*end && *end != ':') || !value ||
	    value > max || **text == '-')
		return -EINVAL;
	*number = value;
	*text = *end ? end + 1 : end;
	return 0;
}

static int parse_numbers(const char *text, bool seeded, struct fault_plan *plan)
{
	plan->nth = 1;
	plan->percent = PERCENT;
	if (seeded) {
		if (take_number(&text, INT32_MAX, &plan->seed))
			return -EINVAL;
		return *text ? take_number(&text, 100, &plan->percent) : 0;
	}
	if (!*text)
		return 0;
	if (take_number(&text, INT32_MAX, &plan->nth))
		return -EINVAL;
	return *text ? -EINVAL : 0;
}

int fault_parse(const char *text, struct fault_plan *plan)
{
	size_t len = strcspn(text, ":");
	unsigned int i;

	if (text[len] && !text[len + 1])
		return -EINVAL;
	for (i = 0; i < MODES; i++) {
		if (strlen(modes[i].name) != len ||
		    strncmp(modes[i].name, text, len))
			continue;
		plan->mode = i;
		return parse_numbers(text + len + !!text[len], modes[i].seeded,
				     plan);
	}
	return -EINVAL;
}

void fault_list(FILE *file)
{
	const char *when;
	unsigned int i;

	fprintf(file, "MODE[:N], N counts calls of handles from open, "
		      "default 1; MODE:SEED[:PERCENT]\n");
	for (i = 1; i < MODES; i++) {
		when = modes[i].seeded ? "SEED     " :
		       modes[i].once   ? "N-th     " :
					 "from N on";
		fprintf(file, "  %-15s %s  %s\n", modes[i].name, when,
			modes[i].text);
	}
}

const char *fault_name(enum fault_mode mode)
{
	return modes[mode].name;
}

/* splitmix64, whose neighbouring seeds have nothing in common */
uint32_t fault_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ (z >> 31)) >> 32);
}

static enum fault_mode draw(const struct fault_plan *plan, uint32_t count)
{
	uint64_t state = (uint64_t)plan->seed << 32 | count;
	unsigned int i, sum = 0, left;

	if (fault_random(&state) % 100 >= plan->percent)
		return FAULT_NONE;
	for (i = 0; i < MODES; i++)
		sum += modes[i].weight;
	left = fault_random(&state) % sum;
	for (i = 0; left >= modes[i].weight; i++)
		left -= modes[i].weight;
	return i;
}

enum fault_mode fault_of(const struct fault_plan *plan, uint32_t count)
{
	if (!count || plan->mode >= FAULT_FUZZ)
		return FAULT_NONE;
	if (plan->mode == FAULT_RANDOM)
		return draw(plan, count);
	if (modes[plan->mode].once ? count == plan->nth : count >= plan->nth)
		return plan->mode;
	return FAULT_NONE;
}
