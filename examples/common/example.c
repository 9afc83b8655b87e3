// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "example.h"

int example_fail(struct example *example, const char *what, int error,
		 int32_t result)
{
	char text[512];
	char detail[256] = "";

	qda_error_format(text, sizeof(text), error, result);
	fprintf(stderr, "%s: %s\n", what, text);
	if (example->session)
		qda_session_detail(example->session, detail, sizeof(detail));
	if (*detail)
		fprintf(stderr, "the DSP says: %s\n", detail);
	return -1;
}

int example_open(struct example *example, const char *domain)
{
	int number = QDA_DOMAIN_ANY;
	int32_t result = 0;
	char what[64];
	int ret;

	*example = (struct example){ 0 };
	if (domain)
		number = qda_domain_from_name(domain);
	if (domain && number < 0) {
		fprintf(stderr,
			"no DSP is called \"%s\": adsp, cdsp, sdsp, "
			"mdsp, gdsp0, gdsp1, cdsp1, cdsp2, cdsp3\n",
			domain);
		return -1;
	}
	snprintf(what, sizeof(what), "cannot find the DSP%s%s",
		 domain ? " " : "", domain ? domain : "");
	ret = qda_device_open(number, &example->device);
	if (ret)
		return example_fail(example, what, ret, 0);
	ret = qda_session_open(example->device, NULL, &example->session,
			       &result);
	if (!ret) {
		qda_remote_use(example->session);
		return 0;
	}
	example_fail(example, "cannot start a process on the DSP", ret, result);
	example_close(example);
	return -1;
}

void example_close(struct example *example)
{
	qda_remote_use(NULL);
	qda_session_close(example->session);
	qda_device_close(example->device);
	*example = (struct example){ 0 };
}
