/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IDL_VERSION_H
#define IDL_VERSION_H

/* The build says which; it stands in what is generated. */
#ifndef QDA_IDL_VERSION
#define QDA_IDL_VERSION "0.1.0"
#endif

#endif
