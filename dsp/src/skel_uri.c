// SPDX-License-Identifier: BSD-3-Clause
#include "skel_uri.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SCHEME "file:///"

static int complain(char *error, size_t size, const char *what, const char *uri)
{
	snprintf(error, size, "%s in URI \"%.100s\"", what, uri);
	return -EINVAL;
}

static bool take(char *to, size_t size, const char *from, size_t length)
{
	if (!length || length >= size)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

static bool is_symbol(const char *text)
{
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	while (isalnum((unsigned char)*text) || *text == '_')
		text++;
	return !*text;
}

/* A skel comes from the search path and nowhere else. */
static bool is_file_name(const char *text)
{
	return !strchr(text, '/') && *text != '.';
}

static bool has_prefix(const char *text, size_t length, const char *prefix)
{
	size_t n = strlen(prefix);

	return length >= n && !strncmp(text, prefix, n);
}

/* Options that are not known are for others (_session, _idlver). */
static bool parse_option(const char *text, size_t length, struct skel_uri *out)
{
	static const char modver[] = "_modver=", domain[] = "_dom=";

	if (has_prefix(text, length, modver)) {
		out->handle_based = length == sizeof(modver) - 1 + 3 &&
				    !strncmp(text + sizeof(modver) - 1, "1.0",
					     3);
		return out->handle_based;
	}
	if (has_prefix(text, length, domain))
		return take(out->domain, sizeof(out->domain),
			    text + sizeof(domain) - 1,
			    length - (sizeof(domain) - 1));
	return true;
}

static int parse_plain(const char *name, struct skel_uri *out, char *error,
		       size_t error_size)
{
	if (!is_symbol(name) || strlen(name) > SKEL_NAME_MAX - 16)
		return complain(error, error_size,
				"neither file:/// nor an interface name", name);
	snprintf(out->library, sizeof(out->library), "lib%s_skel.so", name);
	snprintf(out->symbol, sizeof(out->symbol), "%s_skel_invoke", name);
	return 0;
}

int skel_uri_parse(const char *uri, struct skel_uri *out, char *error,
		   size_t error_size)
{
	const char *at = uri;
	size_t length;

	memset(out, 0, sizeof(*out));
	if (strncmp(uri, SCHEME, sizeof(SCHEME) - 1))
		return parse_plain(uri, out, error, error_size);
	at += sizeof(SCHEME) - 1;
	length = strcspn(at, "?");
	if (!take(out->library, sizeof(out->library), at, length) ||
	    !is_file_name(out->library))
		return complain(error, error_size, "no plain library name",
				uri);
	at += length;
	if (!*at)
		return complain(error, error_size, "no \"?symbol\"", uri);
	at++;
	length = strcspn(at, "&");
	if (!take(out->symbol, sizeof(out->symbol), at, length) ||
	    !is_symbol(out->symbol))
		return complain(error, error_size, "no symbol name", uri);
	for (at += length; *at == '&'; at += length) {
		at++;
		length = strcspn(at, "&");
		if (!parse_option(at, length, out))
			return complain(error, error_size,
					"unknown _modver or bad _dom", uri);
	}
	return 0;
}
