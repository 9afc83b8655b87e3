// SPDX-License-Identifier: BSD-3-Clause
/* Runs on Linux, and lets the DSP multiply numbers by three. */
#include <stdio.h>

#include <qda_remote.h>

#include "template.h"

static int fail(const char *what, int result)
{
	char text[512];

	qda_error_format(text, sizeof(text), qda_remote_error(), result);
	fprintf(stderr, "%s: %s\n", what, text);
	return 1;
}

int main(void)
{
	int vec[] = { 1, 2, 3, 4 }, res[4], ret;
	remote_handle64 h;

	ret = template_open(template_URI "&_dom=cdsp", &h);
	if (ret)
		return fail("cannot load the skel", ret);
	ret = template_scale(h, vec, 4, 3, res, 4);
	if (ret)
		return fail("scale", ret);
	printf("%d %d %d %d\n", res[0], res[1], res[2], res[3]);
	template_close(h);
	return 0;
}
