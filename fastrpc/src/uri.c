// SPDX-License-Identifier: BSD-3-Clause
#include "uri.h"

#include <errno.h>
#include <string.h>

#include <qda.h>

#include "fastrpc.h"

int uri_domain(const char *name, unsigned long length)
{
	char text[8];
	int domain;

	if (!length || length >= sizeof(text))
		return -1;
	memcpy(text, name, length);
	text[length] = '\0';
	domain = qda_domain_from_name(text);
	return domain >= 0 && domain < DOMAINS ? domain : -1;
}

/* The value of an option, or NULL; @length is set to its length. */
static const char *option(const char *uri, const char *name, size_t *length)
{
	const char *at = uri;
	size_t size = strlen(name);

	while ((at = strchr(at, '&'))) {
		at++;
		if (strncmp(at, name, size) || at[size] != '=')
			continue;
		at += size + 1;
		*length = strcspn(at, "&");
		return at;
	}
	return NULL;
}

int uri_slot(const char *uri, unsigned int *slot)
{
	int domain = fastrpc_default_domain;
	unsigned int session = 0;
	const char *value;
	size_t length;

	value = option(uri, "_dom", &length);
	if (value)
		domain = uri_domain(value, length);
	value = option(uri, "_session", &length);
	if (value) {
		if (length != 1 || *value < '0' || *value >= '0' + SESSIONS)
			return -EINVAL;
		session = (unsigned int)(*value - '0');
	}
	if (domain < 0)
		return -EINVAL;
	*slot = session * DOMAINS + (unsigned int)domain;
	return 0;
}
