// SPDX-License-Identifier: BSD-3-Clause
/* Runs on Linux, and lets the DSP multiply numbers by three. */
#include <stdio.h>

#include <qda.h>

#include "template.h"

/* The stub: packs the arguments and calls the DSP. */
static int template_scale(struct qda_module *module, const int32_t *vec,
			  uint32_t vec_len, int32_t factor, int32_t *res,
			  int32_t *result)
{
	struct template_scale_in in = { vec_len, factor, vec_len };
	struct qda_arg args[] = {
		qda_in(&in, sizeof(in)),
		qda_in(vec, vec_len * sizeof(*vec)),
		qda_out(res, vec_len * sizeof(*res)),
	};

	return qda_module_invoke(module,
				 QDA_SCALARS(TEMPLATE_SCALE, 2, 1, 0, 0), args,
				 3, result);
}

static int fail(const char *what, int error, int32_t result)
{
	char text[512];

	qda_error_format(text, sizeof(text), error, result);
	fprintf(stderr, "%s: %s\n", what, text);
	return 1;
}

static int run(struct qda_session *session)
{
	int32_t vec[] = { 1, 2, 3, 4 }, res[4], result;
	struct qda_module *module;
	int ret;

	ret = qda_module_open(session, TEMPLATE_URI, &module, &result);
	if (ret)
		return fail("cannot load the skel", ret, result);
	ret = template_scale(module, vec, 4, 3, res, &result);
	if (ret || result)
		return fail("scale", ret, result);
	printf("%d %d %d %d\n", res[0], res[1], res[2], res[3]);
	qda_module_close(module, NULL);
	return 0;
}

int main(void)
{
	struct qda_session *session;
	struct qda_device *device;
	int32_t result = 0;
	int ret;

	ret = qda_device_open(QDA_DOMAIN_CDSP, &device);
	if (ret)
		return fail("cannot find the DSP", ret, 0);
	ret = qda_session_open(device, NULL, &session, &result);
	qda_device_close(device);
	if (ret)
		return fail("cannot start a process on the DSP", ret, result);
	ret = run(session);
	qda_session_close(session);
	return ret;
}
