// SPDX-License-Identifier: BSD-3-Clause
/* The functions themselves. They run on the DSP. */
#include <AEEStdErr.h>
#include <HAP_farf.h>

#include "calculator.h"

int calculator_imp_sum(const int32_t *vec, uint32_t vec_len, int64_t *res)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < vec_len; i++)
		sum += vec[i];
	FARF(HIGH, "sum of %u numbers is %lld", vec_len, (long long)sum);
	*res = sum;
	return 0;
}

int calculator_imp_max(const int32_t *vec, uint32_t vec_len, int32_t *res)
{
	int32_t max;

	if (!vec_len)
		return AEE_EBADPARM;
	max = vec[0];
	for (uint32_t i = 1; i < vec_len; i++)
		if (vec[i] > max)
			max = vec[i];
	FARF(HIGH, "max of %u numbers is %d", vec_len, max);
	*res = max;
	return 0;
}
