// SPDX-License-Identifier: BSD-3-Clause
/* Runs on the DSP. */
#include <AEEStdErr.h>
#include <HAP_farf.h>

#include "template.h"

/* Whatever is written to h here comes back with each call. */
int template_open(const char *uri, remote_handle64 *h)
{
	(void)uri;
	*h = 1;
	return AEE_SUCCESS;
}

int template_close(remote_handle64 h)
{
	(void)h;
	return AEE_SUCCESS;
}

int template_scale(remote_handle64 h, const int *vec, int vecLen, int factor,
		   int *res, int resLen)
{
	(void)h;
	if (resLen < vecLen)
		return AEE_EBADPARM;
	for (int i = 0; i < vecLen; i++)
		res[i] = (int)((unsigned int)vec[i] * (unsigned int)factor);
	FARF(HIGH, "scaled %d numbers by %d", vecLen, factor);
	return AEE_SUCCESS;
}
