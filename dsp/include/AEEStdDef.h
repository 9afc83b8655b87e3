/* SPDX-License-Identifier: BSD-3-Clause */
/* The short integer names that FastRPC interfaces are written with. */
#ifndef AEE_STD_DEF_H
#define AEE_STD_DEF_H

#include <stdint.h>

typedef uint8_t byte;
typedef uint8_t uint8;
typedef uint16_t uint16;
typedef uint32_t uint32;
typedef uint64_t uint64;
typedef int8_t int8;
typedef int16_t int16;
typedef int32_t int32;
typedef int64_t int64;
typedef unsigned char boolean;

typedef int AEEResult;

#ifndef TRUE
#define TRUE  1
#define FALSE 0
#endif

#endif /* AEE_STD_DEF_H */
