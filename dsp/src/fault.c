// SPDX-License-Identifier: BSD-3-Clause
#include "fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct mode {
	const char *name;
	bool once;		/* acts on the N-th invoke only */
	const char *text;
};

static const struct mode modes[] = {
	[FAULT_NONE] = { "none", true, "behave" },
	[FAULT_DROP] = { "drop", true,
			 "the reply of the N-th call is lost" },
	[FAULT_NEVER_REPLY] = { "never-reply", false,
				"calls are not run and not answered" },
	[FAULT_DELAY] = { "delay", false, "replies come 200 ms late" },
	[FAULT_LATE] = { "late", true,
			 "the reply comes after that of the RELEASE" },
	[FAULT_DUPLICATE] = { "duplicate", false, "replies come twice" },
	[FAULT_REORDER] = { "reorder", false,
			    "each two replies change places" },
	[FAULT_CORRUPT] = { "corrupt", false,
			    "the status in replies is inverted" },
	[FAULT_UNKNOWN_CTX] = { "unknown-ctx", false,
				"before each reply, one for no known call" },
	[FAULT_STALE_SEQ] = { "stale-seq", false,
			      "before each reply, one for an older call" },
	[FAULT_EARLY_RESPONSE] = { "early-response", false,
				   "an early response precedes the reply" },
	[FAULT_SHORT_PACKET] = { "short-packet", false,
				 "before each reply, its first 12 bytes" },
	[FAULT_STRAY_SIGNAL] = { "stray-signal", false,
				 "before each reply, an 8-byte signal" },
	[FAULT_SCRIBBLE] = { "scribble", false,
			     "pv, len and fdlist are overwritten" },
	[FAULT_STATUS_AFTER] = { "status-after", false,
				 "the exit message follows the RELEASE reply" },
	[FAULT_CRASH_PD] = { "crash-pd", true,
			     "the process crashes in the N-th call" },
	[FAULT_CRASH_DSP] = { "crash-dsp", true,
			      "the subsystem crashes in the N-th call" },
	[FAULT_HANG] = { "hang", true,
			 "nothing is answered from the N-th call on, "
			 "invalidations neither" },
	[FAULT_BAD_INDEX] = { "bad-index", true,
			      "the N-th reply is a FIFO index out of range" },
	[FAULT_LATE_MAPS] = { "late-maps", false,
			      "maps and unmaps are done, but answered after "
			      "11 s" },
	[FAULT_NO_ATTRIBUTES] = { "no-attributes", false,
				  "the DSP does not know what it can do" },
	[FAULT_NEVER_START] = { "never-start", true,
				"the DSP never opens its socket" },
};

#define MODES (sizeof(modes) / sizeof(modes[0]))

int fault_parse(const char *text, struct fault_plan *plan)
{
	size_t len = strcspn(text, ":");
	unsigned long nth = 1;
	unsigned int i;
	char *end;

	if (text[len]) {
		errno = 0;
		nth = strtoul(text + len + 1, &end, 10);
		if (errno || *end || end == text + len + 1 || !nth ||
		    nth > INT32_MAX)
			return -EINVAL;
	}
	for (i = 0; i < MODES; i++) {
		if (strlen(modes[i].name) == len &&
		    !strncmp(modes[i].name, text, len)) {
			plan->mode = i;
			plan->nth = nth;
			return 0;
		}
	}
	return -EINVAL;
}

void fault_list(FILE *file)
{
	unsigned int i;

	fprintf(file, "MODE[:N], N counts calls of handles from open, "
		      "default 1\n");
	for (i = 1; i < MODES; i++)
		fprintf(file, "  %-15s %s  %s\n", modes[i].name,
			modes[i].once ? "N-th    " : "from N on",
			modes[i].text);
}

const char *fault_name(enum fault_mode mode)
{
	return modes[mode].name;
}

bool fault_strikes(const struct fault_plan *plan, enum fault_mode mode,
		   uint32_t count)
{
	if (plan->mode != mode)
		return false;
	return modes[mode].once ? count == plan->nth : count >= plan->nth;
}
