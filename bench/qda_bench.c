// SPDX-License-Identifier: BSD-3-Clause
#include "qda_bench.h"

#include <errno.h>

#include "bench.h"

int qda_bench_open(struct qda_bench *bench, uint32_t flags)
{
	struct qda_session_options options = QDA_SESSION_OPTIONS_INIT;
	int32_t result;
	int ret;

	*bench = (struct qda_bench){ 0 };
	options.flags = flags;
	ret = qda_device_open(QDA_DOMAIN_ANY, &bench->device);
	if (ret)
		return ret == -ENXIO ? -ENODEV : ret;
	ret = qda_session_open(bench->device, &options, &bench->session,
			       &result);
	if (!ret)
		ret = qda_module_open(bench->session, bench_URI, &bench->module,
				      &result);
	return ret;
}

unsigned int qda_bench_sessions(void)
{
	struct qda_device_info info = { .sessions = 1 };
	struct qda_device *device;

	if (!qda_device_open(QDA_DOMAIN_ANY, &device)) {
		qda_device_get_info(device, &info, sizeof(info));
		qda_device_close(device);
	}
	return info.sessions;
}

void qda_bench_close(struct qda_bench *bench)
{
	if (bench->session)
		qda_session_close(bench->session);
	if (bench->device)
		qda_device_close(bench->device);
	*bench = (struct qda_bench){ 0 };
}

struct drm_qda_remote_invoke qda_bench_prepare(
	const struct qda_bench *bench, const struct request *request,
	const struct drm_qda_remote_arg *args)
{
	unsigned int count = request->in + request->out;

	return (struct drm_qda_remote_invoke){
		.remote_handle = qda_module_handle(bench->module),
		.scalars = DRM_QDA_SCALARS(request->method, request->in,
					   request->out, 0, 0),
		.args_ptr = count ? (uintptr_t)args : 0,
		.args_count = count,
		.args_stride = count ? sizeof(*args) : 0,
	};
}

int qda_bench_invoke(struct qda_bench *bench, struct request *request,
		     struct qda_buffer *buffer)
{
	struct qda_arg args[REQUEST_ARGS_MAX];
	unsigned int count = request->in + request->out;
	int32_t result;
	int ret;

	for (unsigned int i = 0; i < count; i++) {
		const struct request_arg *arg = &request->args[i];

		args[i] = arg->payload ?
				  qda_range(buffer, arg->offset, arg->length) :
				  qda_in(arg->data, arg->length);
	}
	ret = qda_module_invoke(bench->module,
				QDA_SCALARS(request->method, request->in,
					    request->out, 0, 0),
				args, count, &result);
	return !ret && result ? -EBADMSG : ret;
}
