/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of libraries on the DSP. */
#ifndef FASTRPC_URI_H
#define FASTRPC_URI_H

/*
 * Which of the program's processes the URI means: _dom and _session, or the
 * default. -EINVAL for a DSP or session that cannot be.
 */
int uri_slot(const char *uri, unsigned int *slot);

/* "cdsp" of the given length; -1 for an unknown name */
int uri_domain(const char *name, unsigned long length);

#endif
