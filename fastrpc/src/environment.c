// SPDX-License-Identifier: BSD-3-Clause
/*
 * Variables for code on the DSP. The program's own may hold secrets, and the DSP
 * is not trusted: it sees those that name search paths, and what it sets itself,
 * which stays in its session.
 */
#include "files.h"

#include <stdlib.h>
#include <string.h>

#include "AEEStdErr.h"
#include "path.h"

#define NAME_MAX_LENGTH	 127
#define VALUE_MAX_LENGTH 4095

void environment_free(struct files *files)
{
	for (int i = 0; i < VARIABLES_MAX; i++) {
		free(files->variable[i].name);
		free(files->variable[i].value);
	}
}

static struct variable *find(struct files *files, const char *name)
{
	for (int i = 0; i < VARIABLES_MAX; i++)
		if (files->variable[i].name &&
		    !strcmp(files->variable[i].name, name))
			return &files->variable[i];
	return NULL;
}

static const char *value_of(struct files *files, const char *name)
{
	const struct variable *variable = find(files, name);

	if (variable)
		return variable->value;
	if (!strcmp(name, "DSP_LIBRARY_PATH") ||
	    !strcmp(name, "ADSP_LIBRARY_PATH"))
		return path_folders();
	return NULL;
}

static int get(struct files *files, const struct host_call *call,
	       const char *name)
{
	const char *value = value_of(files, name);

	return value ? host_call_give_sized(call, value, strlen(value) + 1) :
		       AEE_EGETENV;
}

static struct variable *make(struct files *files, const char *name)
{
	struct variable *variable = find(files, name);

	if (variable)
		return variable;
	for (variable = files->variable;
	     variable < files->variable + VARIABLES_MAX; variable++) {
		if (variable->name)
			continue;
		variable->name = strdup(name);
		return variable->name ? variable : NULL;
	}
	return NULL;
}

/* @value NULL: there is no such variable any more. */
static int set(struct files *files, const char *name, const char *value)
{
	struct variable *variable;
	char *copy = NULL;

	if (!*name || strchr(name, '=') || strlen(name) > NAME_MAX_LENGTH ||
	    (value && strlen(value) > VALUE_MAX_LENGTH))
		return AEE_EBADPARM;
	if (!value && !value_of(files, name))
		return 0;
	variable = make(files, name);
	if (!variable)
		return AEE_ESETENV;
	if (value && !(copy = strdup(value)))
		return AEE_ENOMEMORY;
	free(variable->value);
	variable->value = copy;
	return 0;
}

static int set_variable(struct files *files, const struct host_call *call,
			const char *name)
{
	const char *value = host_call_string(call, 2);
	uint32_t in[3]; /* two lengths, whether to override */

	if (!value || host_call_fixed(call, in, sizeof(in)))
		return AEE_EBADPARM;
	return !in[2] && value_of(files, name) ? 0 : set(files, name, value);
}

/* The next part of a list. */
static const char *next_part(const char *at, const char *delimiter,
			     size_t *length)
{
	const char *end = *delimiter ? strstr(at, delimiter) : NULL;

	*length = end ? (size_t)(end - at) : strlen(at);
	return end ? end + strlen(delimiter) : at + *length;
}

/* Each path goes to an output of its own, from the second on. */
static int search_paths(struct files *files, const struct host_call *call,
			const char *name)
{
	const char *delimiter = host_call_string(call, 2);
	const char *at = value_of(files, name);
	struct {
		uint32_t count;
		uint16_t longest, pad;
	} found = { 0 };

	if (!delimiter)
		return AEE_EBADPARM;
	if (!at)
		return AEE_EGETENV;
	while (*at) {
		const char *part = at;
		size_t length;

		at = next_part(at, delimiter, &length);
		if (!length || length >= UINT16_MAX)
			continue;
		if (length >= found.longest)
			found.longest = (uint16_t)(length + 1);
		found.count++;
		if (found.count < call->outputs &&
		    call->out[found.count].nLen > length)
			/* the outputs are zeros */
			memcpy(call->out[found.count].pv, part, length);
	}
	return host_call_give(call, 0, &found, sizeof(found));
}

int environment_call(struct files *files, enum apps_std_method method,
		     const struct host_call *call)
{
	const char *name = host_call_string(call, 1);

	if (!name)
		return AEE_EBADPARM;
	switch (method) {
	case STD_GETENV:
		return get(files, call, name);
	case STD_SETENV:
		return set_variable(files, call, name);
	case STD_UNSETENV:
		return set(files, name, NULL);
	default:
		return search_paths(files, call, name);
	}
}
