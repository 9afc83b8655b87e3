/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interface "calculator", as an interface compiler would write it for
 *
 *	interface calculator : remote_handle64 {
 *		long sum(in sequence<long> vec, rout long long res);
 *		long max(in sequence<long> vec, rout long res);
 *	};
 */
#ifndef CALCULATOR_H
#define CALCULATOR_H

#include <stddef.h>
#include <stdint.h>

/* Methods 0 and 1 open and close. */
#define CALCULATOR_METHOD_SUM 2
#define CALCULATOR_METHOD_MAX 3

#define CALCULATOR_URI \
	"file:///libcalculator_skel.so?calculator_skel_handle_invoke&_modver=1.0"

/*
 * For programs (calculator_stub.c). Errors are those of libqda; @result is what
 * the function on the DSP returned, and may be NULL.
 */
struct qda_module;
struct qda_session;

int calculator_open(struct qda_session *session, struct qda_module **calculator,
		    int32_t *result);
int calculator_close(struct qda_module *calculator, int32_t *result);

/** calculator_sum - the sum of the numbers, 0 where there are none */
int calculator_sum(struct qda_module *calculator, const int32_t *vec,
		   uint32_t vec_len, int64_t *res, int32_t *result);

/** calculator_max - the greatest number; AEE_EBADPARM where there are none */
int calculator_max(struct qda_module *calculator, const int32_t *vec,
		   uint32_t vec_len, int32_t *res, int32_t *result);

/*
 * For the DSP: calculator_skel.c calls these, calculator_imp.c has them. They
 * return 0 or a code of AEEStdErr.h.
 */
int calculator_imp_sum(const int32_t *vec, uint32_t vec_len, int64_t *res);
int calculator_imp_max(const int32_t *vec, uint32_t vec_len, int32_t *res);

#endif
