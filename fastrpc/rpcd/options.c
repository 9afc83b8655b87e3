// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <qda.h>

#include "fastrpc.h"
#include "log.h"
#include "rpcd.h"

#define DEFAULT_ROOT "/usr/lib/dsp"

enum {
	OPT_DOMAIN = 256,
	OPT_PD,
	OPT_INSTANCE,
	OPT_ROOT,
	OPT_WRITABLE,
	OPT_FARF,
	OPT_LOG,
	OPT_WAIT,
	OPT_VERSION,
};

static const struct option long_options[] = {
	{ "domain", required_argument, NULL, OPT_DOMAIN },
	{ "pd", required_argument, NULL, OPT_PD },
	{ "instance", required_argument, NULL, OPT_INSTANCE },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "writable", no_argument, NULL, OPT_WRITABLE },
	{ "farf", required_argument, NULL, OPT_FARF },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "wait", no_argument, NULL, OPT_WAIT },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
	"Usage: qda-rpcd [OPTION...]\n"
	"Serves files and log lines of this host to a process of a DSP's own\n"
	"firmware, until a signal comes. Needs CAP_SYS_ADMIN.\n"
	"\n"
	"      --domain NAME      the DSP: adsp, mdsp, sdsp, cdsp, cdsp1, gdsp0\n"
	"                         or gdsp1 [cdsp]\n"
	"      --pd root|audio|sensors\n"
	"                         the process there [root]\n"
	"      --instance NAME-PD both at once: cdsp-root\n"
	"      --root DIR         what the DSP sees as / [" DEFAULT_ROOT "]\n"
	"      --writable         the DSP may write there\n"
	"      --farf MASK        log lines that the DSP shall send, a bit for\n"
	"                         each level: 1 LOW, 2 MEDIUM, 4 HIGH, 8 ERROR,\n"
	"                         16 FATAL [0]\n"
	"      --log stderr|syslog|none\n"
	"                         where they and its own go [stderr]\n"
	"      --wait             for a DSP that is not there yet\n"
	"      --version, -h, --help\n"
	"\n"
	"Exit status: 0 after SIGTERM, SIGINT or SIGHUP, 1 when it cannot serve, 2\n"
	"for a wrong command line.\n";

__attribute__((format(printf, 1, 2))) _Noreturn static void wrong(
	const char *format, ...)
{
	va_list args;

	fputs("qda-rpcd: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("; see qda-rpcd --help\n", stderr);
	exit(2);
}

static void take_domain(const char *name, struct rpcd_options *options)
{
	int domain = qda_domain_from_name(name);

	if (domain < 0 || domain >= DOMAINS)
		wrong("--domain %s: no DSP has that name", name);
	options->domain = (unsigned int)domain;
}

static void take_pd(const char *pd, struct rpcd_options *options)
{
	static const struct {
		const char *pd;
		enum process_kind kind;
		const char *name;
	} known[] = {
		{ "root", PROCESS_ROOT, "" },
		{ "audio", PROCESS_STATIC, "audiopd" },
		{ "sensors", PROCESS_SENSORS, "" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(pd, known[i].pd))
			continue;
		options->pd = known[i].pd;
		options->kind = known[i].kind;
		options->name = known[i].name;
		return;
	}
	wrong("--pd %s: it is root, audio or sensors", pd);
}

static void take_instance(char *instance, struct rpcd_options *options)
{
	char *dash = strchr(instance, '-');

	if (!dash)
		wrong("--instance %s: it is a DSP, a dash and a process, such "
		      "as cdsp-root",
		      instance);
	*dash = '\0';
	take_domain(instance, options);
	take_pd(dash + 1, options);
}

/* The library reads these where it needs them. */
static void set(const char *name, const char *value)
{
	if (setenv(name, value, 1)) {
		perror("qda-rpcd");
		exit(1);
	}
}

static void take_log(const char *where)
{
	if (strcmp(where, "stderr") && strcmp(where, "syslog") &&
	    strcmp(where, "none"))
		wrong("--log %s: it is stderr, syslog or none", where);
	set("FASTRPC_LOG", where);
}

static void take_farf(const char *mask)
{
	struct farf farf;

	if (!farf_parse(mask, &farf))
		wrong("--farf %s: it is a number, such as 0x1f, and names of "
		      "source files after it",
		      mask);
	set("FASTRPC_FARF", mask);
}

static void take(int option, char *value, struct rpcd_options *options)
{
	switch (option) {
	case OPT_DOMAIN:
		take_domain(value, options);
		break;
	case OPT_PD:
		take_pd(value, options);
		break;
	case OPT_INSTANCE:
		take_instance(value, options);
		break;
	case OPT_ROOT:
		options->root = value;
		break;
	case OPT_WRITABLE:
		set("FASTRPC_FILES", "rw");
		break;
	case OPT_FARF:
		take_farf(value);
		break;
	case OPT_LOG:
		take_log(value);
		break;
	case OPT_WAIT:
		options->wait = true;
		break;
	case OPT_VERSION:
		puts("qda-rpcd " QDA_VERSION);
		exit(0);
	case 'h':
		fputs(help, stdout);
		exit(0);
	default:
		fputs("see qda-rpcd --help\n", stderr);
		exit(2);
	}
}

static void check_root(struct rpcd_options *options)
{
	struct stat st;
	char *path = realpath(options->root, NULL);

	if (!path || stat(path, &st) || !S_ISDIR(st.st_mode))
		wrong("--root %s: %s; it is the folder whose files the DSP may "
		      "have",
		      options->root, path ? "not a folder" : strerror(errno));
	options->root = path;
}

void rpcd_options(int argc, char **argv, struct rpcd_options *options)
{
	char root[] = DEFAULT_ROOT;
	int option;

	*options = (struct rpcd_options){ .root = root };
	take_domain("cdsp", options);
	take_pd("root", options);
	/* Only what the command line says, whatever the caller's environment. */
	unsetenv("FASTRPC_FILES");
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0)
		take(option, optarg, options);
	if (optind < argc)
		wrong("%s: there are options only", argv[optind]);
	check_root(options);
}
