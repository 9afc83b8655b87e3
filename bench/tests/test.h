/* SPDX-License-Identifier: BSD-3-Clause */
/* cmocka wants these before itself. */
#ifndef BENCH_TEST_H
#define BENCH_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#endif
