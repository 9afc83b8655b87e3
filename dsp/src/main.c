// SPDX-License-Identifier: BSD-3-Clause
/* qda-dsp: the simulated DSP, as an ordinary process. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dsp.h"

static const char usage[] =
	"Usage: qda-dsp --socket PATH [OPTION...]\n"
	"\n"
	"A simulated Hexagon DSP behind a vhost-user socket. It ends when the\n"
	"guest leaves; the status is 3 when --strict found a violation.\n"
	"\n"
	"      --socket PATH        where the guest connects\n"
	"      --domain NAME        name of the DSP, default cdsp\n"
	"      --skel-path DIR[:DIR...]  where lib<interface>_skel.so are\n"
	"      --log FILE           wire log: each message and reply decoded\n"
	"      --log-data           with the bytes of buffers up to 64 bytes\n"
	"      --message-log FILE   diagnostics and skels' log lines, default\n"
	"                           standard error\n"
	"      --strict             violations of the protocol by the host\n"
	"                           make the exit status 3\n"
	"      --fault MODE[:N]     misbehave; --fault list shows the modes\n"
	"      --fault random:SEED[:PERCENT], fuzz:SEED[:PERCENT]\n"
	"      --poll               write the poll word when a call is done\n"
	"      --coalesce US        tell Linux of an answer so long after it, and of\n"
	"                           all that came meanwhile\n"
	"      --spin US            look for work so long before sleeping\n"
	"      --bench              offer two more FastRPC channels, each with\n"
	"                           processes of its own, and an echo channel\n"
	"      --sid-position 32|56 bit of the stream id in an address\n"
	"      --stream-base N      SMMU stream of stream id 0, default 0\n"
	"      --help\n";

enum option_id {
	OPT_SOCKET = 256,
	OPT_DOMAIN,
	OPT_LOG,
	OPT_LOG_DATA,
	OPT_MESSAGE_LOG,
	OPT_STRICT,
	OPT_FAULT,
	OPT_SKEL_PATH,
	OPT_POLL,
	OPT_COALESCE,
	OPT_SPIN,
	OPT_BENCH,
	OPT_SID_POSITION,
	OPT_STREAM_BASE,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "domain", required_argument, NULL, OPT_DOMAIN },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "log-data", no_argument, NULL, OPT_LOG_DATA },
	{ "message-log", required_argument, NULL, OPT_MESSAGE_LOG },
	{ "strict", no_argument, NULL, OPT_STRICT },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "skel-path", required_argument, NULL, OPT_SKEL_PATH },
	{ "poll", no_argument, NULL, OPT_POLL },
	{ "coalesce", required_argument, NULL, OPT_COALESCE },
	{ "spin", required_argument, NULL, OPT_SPIN },
	{ "bench", no_argument, NULL, OPT_BENCH },
	{ "sid-position", required_argument, NULL, OPT_SID_POSITION },
	{ "stream-base", required_argument, NULL, OPT_STREAM_BASE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

static void fail(const char *what, const char *value)
{
	fprintf(stderr, "qda-dsp: %s: %s\nTry qda-dsp --help.\n", what, value);
	exit(2);
}

static unsigned int number(const char *text, unsigned int max)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 0);
	if (end == text || *end || value > max)
		fail("not a number in range", text);
	return value;
}

static void set_fault(struct dsp_options *o, const char *text)
{
	if (!strcmp(text, "list")) {
		fault_list(stdout);
		exit(0);
	}
	if (fault_parse(text, &o->fault))
		fail("no such fault mode (--fault list shows them)", text);
}

static void set_option(struct dsp_options *o, int id, const char *value)
{
	switch (id) {
	case OPT_SOCKET:
		o->socket_path = value;
		break;
	case OPT_DOMAIN:
		o->domain = value;
		break;
	case OPT_LOG:
		o->wire_log = value;
		break;
	case OPT_LOG_DATA:
		o->log_data = true;
		break;
	case OPT_MESSAGE_LOG:
		o->message_log = value;
		break;
	case OPT_STRICT:
		o->strict = true;
		break;
	case OPT_FAULT:
		set_fault(o, value);
		break;
	case OPT_SKEL_PATH:
		o->skel_path = value;
		break;
	case OPT_POLL:
		o->poll = true;
		break;
	case OPT_COALESCE:
		o->coalesce_us = number(value, 1000000);
		break;
	case OPT_SPIN:
		o->spin_us = number(value, 1000000);
		break;
	case OPT_BENCH:
		o->bench = true;
		break;
	case OPT_SID_POSITION:
		o->sid_position = number(value, 56);
		if (o->sid_position != 32 && o->sid_position != 56)
			fail("the position is 32 or 56", value);
		break;
	case OPT_STREAM_BASE:
		o->stream_base = number(value, QDA_SIM_STREAMS - 1);
		break;
	case OPT_HELP:
		fputs(usage, stdout);
		exit(0);
	default:
		fputs("Try qda-dsp --help.\n", stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct dsp_options options = {
		.domain = "cdsp",
		.sid_position = 32,
	};
	int id;

	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		set_option(&options, id, optarg);
	if (optind < argc)
		fail("unexpected argument", argv[optind]);
	if (!options.socket_path)
		fail("missing option", "--socket PATH");
	return supervisor_run(&options);
}
