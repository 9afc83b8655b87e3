// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"

static int __attribute__((format(printf, 2, 3)))
path_make(char path[PATH_MAX], const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(path, PATH_MAX, format, args);
	va_end(args);
	return n < 0 || n >= PATH_MAX ? -1 : 0;
}

static int own_directory(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (n < 0)
		return -1;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return -1;
	*slash = '\0';
	return 0;
}

/* The first of the places below this program's directory that exists. */
static int find(const struct parts *parts, char path[PATH_MAX],
		const char *variable, const char *const places[],
		const char *name)
{
	const char *given = getenv(variable);
	char place[PATH_MAX];

	if (given && *given)
		return realpath(given, path) ? 0 : -1;
	for (size_t i = 0; places[i]; i++)
		if (!path_make(place, "%s/%s%s", parts->dir, places[i], name) &&
		    realpath(place, path))
			return 0;
	return -1;
}

static int find_modules(struct parts *parts, const struct options *options)
{
	static const char *const places[] = {
		"../modules-",
		"../lib/qda/modules-",
		NULL,
	};

	if (find(parts, parts->modules, "QDA_SIM_MODULES", places,
		 options->kernel)) {
		complain(
			"the %s kernel is not built: no %s/../modules-%s; run\n"
			"  machine/build-kernel %s && machine/build-modules %s build/modules-%s",
			options->kernel, parts->dir, options->kernel,
			options->kernel, options->kernel, options->kernel);
		return -1;
	}
	if (getenv("QDA_SIM_KERNEL"))
		path_make(parts->kernel, "%s", getenv("QDA_SIM_KERNEL"));
	else
		path_make(parts->kernel, "%s/kernel/linux", parts->modules);
	if (access(parts->kernel, X_OK)) {
		complain(
			"no kernel at %s: %s; run machine/build-kernel %s && machine/build-modules %s %s",
			parts->kernel, strerror(errno), options->kernel,
			options->kernel, parts->modules);
		return -1;
	}
	path_make(parts->dtb, "%s/%s%s%s%s.dtb", parts->modules,
		  options->domain,
		  strcmp(options->driver, "bench") ? "" : "-bench",
		  strcmp(options->soc, "sm8650") ? "-kaanapali" : "",
		  options->non_coherent ? "-noncoherent" : "");
	if (access(parts->dtb, R_OK)) {
		complain("no device tree %s: %s", parts->dtb, strerror(errno));
		return -1;
	}
	return 0;
}

int parts_find(struct parts *parts, const struct options *options)
{
	static const char *const init_places[] = {
		"",
		"../libexec/qda/",
		NULL,
	};
	static const char *const dsp_places[] = {
		"../dsp/",
		"",
		"../libexec/qda/",
		NULL,
	};
	static const char *const skel_places[] = {
		"../examples",
		"../lib/qda/skels",
		NULL,
	};

	if (own_directory(parts->dir)) {
		complain(
			"cannot find out where this program is: is /proc mounted?");
		return -1;
	}
	if (find(parts, parts->init, "QDA_SIM_INIT", init_places,
		 "qda-sim-init")) {
		complain("no qda-sim-init beside this program in %s",
			 parts->dir);
		return -1;
	}
	if (!options->no_dsp &&
	    find(parts, parts->dsp, "QDA_SIM_DSP", dsp_places, "qda-dsp")) {
		complain("no qda-dsp in %s/../dsp nor beside this program",
			 parts->dir);
		return -1;
	}
	if (find(parts, parts->skels, "QDA_SIM_SKELS", skel_places, ""))
		parts->skels[0] = '\0';
	return find_modules(parts, options);
}
