// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <qda.h>

#include "AEEStdErr.h"
#include "HAP_farf.h"
#include "fastrpc.h"

int aee_of(int error, int32_t result)
{
	switch (-error) {
	case 0:
	case EREMOTEIO:
		return result;
	case ENOMEM:
	case ENOBUFS:
	case ENOSPC:
	case EMFILE:
	case ENFILE:
		return AEE_ENOMEMORY;
	case ENODEV:
	case ENXIO:
	case ENOENT:
		return AEE_ENOSUCHDEVICE;
	case EACCES:
	case EPERM:
	case ECONNREFUSED:
		return AEE_ECONNREFUSED;
	case EBUSY:
		return AEE_ENOSESSION;
	case EOPNOTSUPP:
		return AEE_EUNSUPPORTED;
	case EPIPE:
	case ECONNRESET:
	case EOWNERDEAD:
		return AEE_ECONNRESET;
	case ETIME:
	case ETIMEDOUT:
		return AEE_EEXPIRED;
	case EINVAL:
	case EFAULT:
	case EBADF:
	case EEXIST:
	case ERANGE:
	case E2BIG:
	case EOVERFLOW:
	case ENAMETOOLONG:
		return AEE_EBADPARM;
	default:
		return AEE_ERPC;
	}
}

static const char *program = "fastrpc";

void log_set_name(const char *name)
{
	program = name;
}

static const struct {
	const char *name;
	int priority;
} levels[] = {
	[HAP_LEVEL_LOW] = { "LOW", LOG_DEBUG },
	[HAP_LEVEL_MEDIUM] = { "MEDIUM", LOG_DEBUG },
	[HAP_LEVEL_HIGH] = { "HIGH", LOG_INFO },
	[HAP_LEVEL_ERROR] = { "ERROR", LOG_ERR },
	[HAP_LEVEL_FATAL] = { "FATAL", LOG_CRIT },
	[HAP_LEVEL_CRITICAL] = { "CRITICAL", LOG_CRIT },
};

/* Levels of the FastRPC library itself are 16 higher. */
static unsigned int place_of(int level)
{
	return (unsigned int)level & 0xf;
}

const char *log_level_name(int level)
{
	return place_of(level) < ARRAY_SIZE(levels) ?
		       levels[place_of(level)].name :
		       "UNKNOWN";
}

static int priority_of(int level)
{
	return place_of(level) < ARRAY_SIZE(levels) ?
		       levels[place_of(level)].priority :
		       LOG_NOTICE;
}

static void put_text(int priority, const char *text)
{
	const char *where = secure_getenv("FASTRPC_LOG");

	if (where && !strcmp(where, "none"))
		return;
	if (where && !strcmp(where, "syslog"))
		syslog(LOG_USER | priority, "%s: %s", program, text);
	else
		fprintf(stderr, "%s: %s\n", program, text);
}

static void put(int priority, const char *format, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof(text), format, args);
	put_text(priority, text);
}

void log_text(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(LOG_ERR, format, args);
	va_end(args);
}

void log_at(int level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(priority_of(level), format, args);
	va_end(args);
}

void log_failure(int error, int32_t result, const char *format, ...)
{
	char what[256], why[256];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	qda_error_format(why, sizeof(why), error, result);
	log_text("%s: %s", what, why);
}
