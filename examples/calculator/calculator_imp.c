// SPDX-License-Identifier: BSD-3-Clause
/* The functions themselves. They run on the DSP. */
#include <AEEStdErr.h>
#include <HAP_farf.h>

#include "calculator.h"

/* Nothing is kept from call to call, so any handle does. */
int calculator_open(const char *uri, remote_handle64 *h)
{
	(void)uri;
	*h = 1;
	return 0;
}

int calculator_close(remote_handle64 h)
{
	(void)h;
	return 0;
}

int calculator_sum(remote_handle64 h, const int *vec, int vecLen, int64_t *res)
{
	int64_t sum = 0;

	(void)h;
	for (int i = 0; i < vecLen; i++)
		sum += vec[i];
	FARF(HIGH, "sum of %d numbers is %lld", vecLen, (long long)sum);
	*res = sum;
	return 0;
}

int calculator_max(remote_handle64 h, const int *vec, int vecLen, int *res)
{
	int max;

	(void)h;
	if (!vecLen)
		return AEE_EBADPARM;
	max = vec[0];
	for (int i = 1; i < vecLen; i++)
		if (vec[i] > max)
			max = vec[i];
	FARF(HIGH, "max of %d numbers is %d", vecLen, max);
	*res = max;
	return 0;
}
