// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

#define SECONDS 300

static int usage(void)
{
	fputs("usage: check SEED ROUNDS [PEER]\n"
	      "       hostile SEED ROUNDS\n"
	      "       noise SEED ROUNDS\n"
	      "       vectors FILE\n"
	      "       serve FD\n",
	      stderr);
	return 2;
}

static int verdict(void)
{
	if (complaints)
		fprintf(stderr, "%u complaints\n", complaints);
	return complaints != 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	/* A skel that does not return ends the program. */
	alarm(SECONDS);
	signal(SIGPIPE, SIG_IGN);
	if (!strcmp(mode, "serve") && argc == 3)
		return peer_serve((int)strtol(argv[2], NULL, 10));
	if (!strcmp(mode, "vectors") && argc == 3) {
		vectors_all(argv[2]);
		return verdict();
	}
	if (argc < 4)
		return usage();
	if (!strcmp(mode, "check")) {
		if (argc > 4)
			peer_start(argv[4]);
		check_all(strtoull(argv[2], NULL, 10),
			  (unsigned int)strtoul(argv[3], NULL, 10));
	} else if (!strcmp(mode, "noise")) {
		noise_all(strtoull(argv[2], NULL, 10),
			  (unsigned int)strtoul(argv[3], NULL, 10));
	} else if (!strcmp(mode, "hostile")) {
		hostile_all(strtoull(argv[2], NULL, 10),
			    (unsigned int)strtoul(argv[3], NULL, 10));
	} else {
		return usage();
	}
	return verdict();
}
