/* SPDX-License-Identifier: BSD-3-Clause */
/* Types that FastRPC interfaces, and what is generated from them, are written with. */
#ifndef AEESTDDEF_H
#define AEESTDDEF_H

#include <stdbool.h>
#include <stdint.h>

/* Each may have come from another header of the same family. */
#ifndef _AEERESULT_DEFINED
#define _AEERESULT_DEFINED
typedef int AEEResult; /* 0 or a code of AEEStdErr.h */
#endif

#ifndef _AEEUID_DEFINED
#define _AEEUID_DEFINED
typedef uint32_t AEEUID;
#endif

#ifndef _AEEIID_DEFINED
#define _AEEIID_DEFINED
typedef uint32_t AEEIID;
#endif

#ifndef _AEECLSID_DEFINED
#define _AEECLSID_DEFINED
typedef uint32_t AEECLSID;
#endif

#ifndef _AEEPRIVID_DEFINED
#define _AEEPRIVID_DEFINED
typedef uint32_t AEEPRIVID;
#endif

#ifndef _AECHAR_DEFINED
#define _AECHAR_DEFINED
typedef uint16_t AECHAR;
#endif

#ifndef MIN_AECHAR
#define MIN_AECHAR 0
#endif
#ifndef MAX_AECHAR
#define MAX_AECHAR 65535
#endif

#ifndef CDECL
#define CDECL
#endif

#define __STR__(x)    #x
#define __TOSTR__(x)  __STR__(x)
#define __FILE_LINE__ __FILE__ ":" __TOSTR__(__LINE__)

#ifndef __QIDL_WCHAR_T_DEFINED__
#define __QIDL_WCHAR_T_DEFINED__
typedef uint16_t _wchar_t;
#endif

/*
 * A string inside of a sequence. dataLen: room, its NUL included; dataLenReq:
 * room that the whole string would have needed.
 */
#if !defined(__QIDL_STRING_OBJECT_DEFINED__) && !defined(__STRING_OBJECT__)
#define __QIDL_STRING_OBJECT_DEFINED__
#define __STRING_OBJECT__
typedef struct _cstring_s {
	char *data;
	int dataLen;
	int dataLenReq;
} _cstring_t;

typedef struct _wstring_s {
	_wchar_t *data;
	int dataLen;
	int dataLenReq;
} _wstring_t;
#endif

/* The short integer names of the interface language. */
#ifndef _UINT32_DEFINED
#define _UINT32_DEFINED
typedef uint32_t uint32;
#endif
#ifndef _UINT16_DEFINED
#define _UINT16_DEFINED
typedef uint16_t uint16;
#endif
#ifndef _UINT8_DEFINED
#define _UINT8_DEFINED
typedef uint8_t uint8;
#endif
#ifndef _UINT64_DEFINED
#define _UINT64_DEFINED
typedef uint64_t uint64;
#endif
#ifndef _INT32_DEFINED
#define _INT32_DEFINED
typedef int32_t int32;
#endif
#ifndef _INT16_DEFINED
#define _INT16_DEFINED
typedef int16_t int16;
#endif
#ifndef _INT8_DEFINED
#define _INT8_DEFINED
typedef int8_t int8;
#endif
#ifndef _INT64_DEFINED
#define _INT64_DEFINED
typedef int64_t int64;
#endif
#ifndef _BYTE_DEFINED
#define _BYTE_DEFINED
typedef uint8_t byte;
#endif
#ifndef _BOOLEAN_DEFINED
#define _BOOLEAN_DEFINED
typedef unsigned char boolean;
#endif

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

#endif /* AEESTDDEF_H */
