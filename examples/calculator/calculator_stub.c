// SPDX-License-Identifier: BSD-3-Clause
/* The program's side of the interface: packs arguments and calls the DSP. */
#include <qda.h>

#include "calculator.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

int calculator_open(struct qda_session *session, struct qda_module **calculator,
		    int32_t *result)
{
	return qda_module_open(session, CALCULATOR_URI, calculator, result);
}

int calculator_close(struct qda_module *calculator, int32_t *result)
{
	return qda_module_close(calculator, result);
}

int calculator_sum(struct qda_module *calculator, const int32_t *vec,
		   uint32_t vec_len, int64_t *res, int32_t *result)
{
	const struct {
		uint32_t vec_len;
	} prim_in = { vec_len };
	struct {
		int64_t res;
	} prim_out = { 0 };
	const struct qda_arg args[] = {
		qda_in(&prim_in, sizeof(prim_in)),
		qda_in(vec, (size_t)vec_len * sizeof(*vec)),
		qda_out(&prim_out, sizeof(prim_out)),
	};
	int ret;

	ret = qda_module_invoke(calculator,
				QDA_SCALARS(CALCULATOR_METHOD_SUM, 2, 1, 0, 0),
				args, ARRAY_SIZE(args), result);
	if (!ret)
		*res = prim_out.res;
	return ret;
}

int calculator_max(struct qda_module *calculator, const int32_t *vec,
		   uint32_t vec_len, int32_t *res, int32_t *result)
{
	const struct {
		uint32_t vec_len;
	} prim_in = { vec_len };
	struct {
		int32_t res;
	} prim_out = { 0 };
	const struct qda_arg args[] = {
		qda_in(&prim_in, sizeof(prim_in)),
		qda_in(vec, (size_t)vec_len * sizeof(*vec)),
		qda_out(&prim_out, sizeof(prim_out)),
	};
	int ret;

	ret = qda_module_invoke(calculator,
				QDA_SCALARS(CALCULATOR_METHOD_MAX, 2, 1, 0, 0),
				args, ARRAY_SIZE(args), result);
	if (!ret)
		*res = prim_out.res;
	return ret;
}
