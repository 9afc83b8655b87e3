// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

#define MEMORY_LEAST (32ull << 20)
#define MEMORY_MOST  (64ull << 30)

enum {
	OPT_DOMAIN = 256,
	OPT_SOC,
	OPT_NON_COHERENT,
	OPT_DRIVER,
	OPT_FAULT,
	OPT_STRICT,
	OPT_POLL,
	OPT_COALESCE,
	OPT_SPIN,
	OPT_WIRE_LOG,
	OPT_KEEP_LOG,
	OPT_CHECK,
	OPT_EXPECT,
	OPT_ROOT,
	OPT_SKEL_PATH,
	OPT_GDB,
	OPT_NO_DSP,
	OPT_VERSION,
};

static const struct option table[] = {
	{ "kernel", required_argument, NULL, 'k' },
	{ "memory", required_argument, NULL, 'm' },
	{ "domain", required_argument, NULL, OPT_DOMAIN },
	{ "soc", required_argument, NULL, OPT_SOC },
	{ "non-coherent", no_argument, NULL, OPT_NON_COHERENT },
	{ "driver", required_argument, NULL, OPT_DRIVER },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "strict", no_argument, NULL, OPT_STRICT },
	{ "poll", no_argument, NULL, OPT_POLL },
	{ "coalesce", required_argument, NULL, OPT_COALESCE },
	{ "spin", required_argument, NULL, OPT_SPIN },
	{ "wire-log", required_argument, NULL, OPT_WIRE_LOG },
	{ "keep-log", required_argument, NULL, OPT_KEEP_LOG },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "expect", required_argument, NULL, OPT_EXPECT },
	{ "root", no_argument, NULL, OPT_ROOT },
	{ "skel-path", required_argument, NULL, OPT_SKEL_PATH },
	{ "gdb", no_argument, NULL, OPT_GDB },
	{ "no-dsp", no_argument, NULL, OPT_NO_DSP },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
	"Usage: qda-sim [OPTION...] [--] COMMAND [ARG...]\n"
	"Run COMMAND on a simulated computer with a Qualcomm DSP. It sees the files\n"
	"of this host, in this directory, as the calling user; /dev, /proc and /sys\n"
	"are the machine's own. The machine goes off when COMMAND ends.\n"
	"\n"
	"  -k, --kernel fast|debug|smp\n"
	"                           kernel flavour [fast]; debug has KASAN, lockdep,\n"
	"                           kmemleak and other checkers, smp two processors\n"
	"  -m, --memory SIZE        the machine's memory [256M]\n"
	"      --domain NAME        the DSP's domain [cdsp]\n"
	"      --soc sm8650|kaanapali   the SoC [sm8650]; with kaanapali addresses of the\n"
	"                           DSP are wider\n"
	"      --non-coherent       the DSP does not see the CPU's caches\n"
	"      --driver qda|fastrpc|bench|none\n"
	"                           driver to load [qda]; fastrpc is mainline's; bench is\n"
	"                           both, with channels of their own to the DSP, and\n"
	"                           the benchmark's /dev/qda_bench\n"
	"      --fault MODE[:N]     make the DSP misbehave (see qda-dsp --help)\n"
	"      --strict             fail if the host breaks the FastRPC protocol\n"
	"      --poll               let the DSP write the poll word of calls\n"
	"      --coalesce US        let the DSP ring so long after an answer, once for all\n"
	"                           that come meanwhile\n"
	"      --spin US            let the DSP look for work so long before it sleeps\n"
	"      --skel-path DIR[:DIR...]\n"
	"                           where the DSP looks for its functions [those of\n"
	"                           the examples]\n"
	"      --wire-log FILE      write each message to the DSP, decoded\n"
	"      --no-dsp             a machine whose DSP is absent\n"
	"      --root               run COMMAND as the machine's root user\n"
	"      --check              fail if the kernel log holds a warning; with the\n"
	"                           debug kernel also if memory has leaked\n"
	"      --expect REGEX       warnings that --check lets pass (repeatable)\n"
	"      --keep-log DIR       keep kernel.log and dsp.log in DIR\n"
	"      --gdb                wait for a debugger before COMMAND is started\n"
	"  -v, --verbose            say what takes how long\n"
	"      --version, -h, --help\n"
	"\n"
	"Exit status: COMMAND's; 124 a bound ran out, 125 the machine failed or a\n"
	"check found something, 126 COMMAND cannot be run, 127 it is not there,\n"
	"128+N signal N ended it.\n";

static void __attribute__((noreturn, format(printf, 1, 2)))
wrong(const char *format, ...)
{
	va_list args;

	fputs("qda-sim: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry 'qda-sim --help'.\n", stderr);
	exit(EXIT_MACHINE);
}

static void check_word(const char *option, const char *value,
		       const char *const words[])
{
	for (size_t i = 0; words[i]; i++)
		if (!strcmp(value, words[i]))
			return;
	wrong("%s: '%s' is not one of its values", option, value);
}

static void check_domain(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	if (!*name || strspn(name, allowed) != strlen(name) ||
	    strlen(name) > 16)
		wrong("--domain: '%s' is not a domain's name, such as cdsp",
		      name);
}

static unsigned long long memory_size(const char *text)
{
	unsigned long long size;
	unsigned int shift = 0;
	char *end;

	errno = 0;
	size = strtoull(text, &end, 10);
	if (*end == 'G' || *end == 'g')
		shift = 30;
	else if (*end == 'M' || *end == 'm')
		shift = 20;
	if (shift)
		end++;
	if (errno || *end || size > MEMORY_MOST >> shift ||
	    size << shift < MEMORY_LEAST)
		wrong("--memory: '%s' is not a size from 32M to 64G", text);
	return size << shift;
}

static unsigned int bound(const char *name, unsigned int preset)
{
	const char *text = getenv(name);
	unsigned long value;
	char *end;

	if (!text || !*text)
		return preset;
	value = strtoul(text, &end, 10);
	if (*end || value < 1 || value > 86400)
		wrong("%s: '%s' is not a number of seconds", name, text);
	return (unsigned int)value;
}

static void take(struct options *options, int option, const char *value)
{
	static const char *const kernels[] = { "fast", "debug", "smp", NULL };
	static const char *const socs[] = { "sm8650", "kaanapali", NULL };
	static const char *const drivers[] = { "qda", "fastrpc", "bench",
					       "none", NULL };

	switch (option) {
	case 'k':
		check_word("--kernel", value, kernels);
		options->kernel = value;
		break;
	case 'm':
		options->memory = value;
		break;
	case 'v':
		options->verbose = true;
		break;
	case OPT_DOMAIN:
		check_domain(value);
		options->domain = value;
		break;
	case OPT_SOC:
		check_word("--soc", value, socs);
		options->soc = value;
		break;
	case OPT_NON_COHERENT:
		options->non_coherent = true;
		break;
	case OPT_DRIVER:
		check_word("--driver", value, drivers);
		options->driver = value;
		break;
	case OPT_FAULT:
		options->fault = value;
		break;
	case OPT_STRICT:
		options->strict = true;
		break;
	case OPT_POLL:
		options->poll = true;
		break;
	case OPT_COALESCE:
		options->coalesce = value;
		break;
	case OPT_SPIN:
		options->spin = value;
		break;
	case OPT_WIRE_LOG:
		options->wire_log = value;
		break;
	case OPT_KEEP_LOG:
		options->keep_log = value;
		break;
	case OPT_CHECK:
		options->check = true;
		break;
	case OPT_EXPECT:
		if (options->expect_count == OPTIONS_EXPECT_MAX)
			wrong("more than %d times --expect",
			      OPTIONS_EXPECT_MAX);
		options->expect[options->expect_count++] = value;
		break;
	case OPT_ROOT:
		options->root = true;
		break;
	case OPT_SKEL_PATH:
		options->skel_path = value;
		break;
	case OPT_GDB:
		options->gdb = true;
		break;
	case OPT_NO_DSP:
		options->no_dsp = true;
		break;
	case OPT_VERSION:
		puts("qda-sim " QDA_VERSION);
		exit(0);
	case 'h':
		fputs(help, stdout);
		exit(0);
	default:
		fputs("Try 'qda-sim --help'.\n", stderr);
		exit(EXIT_MACHINE);
	}
}

void options_parse(struct options *options, int argc, char **argv)
{
	int option;

	*options = (struct options){
		.kernel = "fast",
		.memory = "256M",
		.domain = "cdsp",
		.soc = "sm8650",
		.driver = "qda",
	};
	while ((option = getopt_long(argc, argv, "+k:m:vh", table, NULL)) != -1)
		take(options, option, optarg);
	if (optind == argc)
		wrong("no COMMAND");
	options->command = argv + optind;
	options->memory_bytes = memory_size(options->memory);
	options->boot_seconds = bound("QDA_SIM_BOOT_TIMEOUT", 60);
	options->dsp_seconds = bound("QDA_SIM_DSP_TIMEOUT", 10);
	options->off_seconds = bound("QDA_SIM_OFF_TIMEOUT", 10);
	if (!strcmp(options->driver, "bench") &&
	    (options->non_coherent || strcmp(options->soc, "sm8650") ||
	     strcmp(options->domain, "cdsp")))
		wrong("--driver bench is only for the sm8650's cdsp, coherent");
	if (options->no_dsp &&
	    (options->fault || options->strict || options->wire_log))
		wrong("--no-dsp leaves no DSP for --fault, --strict or --wire-log");
}
