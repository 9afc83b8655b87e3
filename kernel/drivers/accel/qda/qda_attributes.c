// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the DSP says about itself. It is asked once, by whoever wants to know
 * first; others wait for the answer meanwhile. It does not change as long as the
 * DSP is up.
 */
#include <linux/string.h>

#include "qda_attributes.h"
#include "qda_call.h"
#include "qda_drv.h"
#include "qda_kernel_call.h"
#include "qda_message.h"
#include "qda_session.h"

/* QDA_HANDLE_UTILITIES: input is how many attributes, output are those from 1 */
#define QDA_METHOD_GET_ATTRIBUTES	0

/* What a DSP answers that does not know the method */
#define QDA_RESULT_UNSUPPORTED		((s32)0x80000414)

/**
 * qda_attributes_init - nothing is known yet
 * @attributes: of a device
 */
void qda_attributes_init(struct qda_attributes *attributes)
{
	mutex_init(&attributes->lock);
}

static void qda_attributes_read(u32 *values, const __le32 *from)
{
	values[0] = 0;
	for (unsigned int i = 1; i < DRM_QDA_DSP_ATTRIBUTES; i++)
		values[i] = le32_to_cpu(READ_ONCE(from[i - 1]));
}

/*
 * The DSP itself answers, so the end of the session's process ends nothing: a
 * late answer may still be written.
 */
static struct qda_call *qda_attributes_send(struct qda_session *session,
					    const struct qda_kernel_request *request)
{
	struct qda_call *call;
	int ret;

	call = qda_kernel_call_create(session, request);
	if (IS_ERR(call))
		return call;

	call->detached = true;
	ret = qda_call_publish_kernel(call);
	if (!ret)
		ret = qda_call_send(call, 0, request->handle, request->scalars);
	if (ret) {
		qda_call_leave(call);
		return ERR_PTR(ret);
	}

	return call;
}

static int qda_attributes_ask(struct qda_session *session, s32 *result)
{
	const __le32 count = cpu_to_le32(DRM_QDA_DSP_ATTRIBUTES - 1);
	const struct qda_kernel_request request = {
		.handle = QDA_HANDLE_UTILITIES,
		.scalars = DRM_QDA_SCALARS(QDA_METHOD_GET_ATTRIBUTES, 1, 1, 0, 0),
		.args = {
			{ .data = &count, .length = sizeof(count) },
			{ .length = (DRM_QDA_DSP_ATTRIBUTES - 1) * sizeof(__le32) },
		},
	};
	struct qda_call *call;
	int ret;

	call = qda_attributes_send(session, &request);
	if (IS_ERR(call))
		return PTR_ERR(call);

	ret = qda_kernel_call_wait(call, result);
	if (!ret)
		qda_attributes_read(session->qda->attributes.values,
				    call->payload->cpu +
				    qda_kernel_payload_offset(&request, 1));
	qda_call_leave(call);

	return ret;
}

/* A DSP that refuses for another reason may be asked again. */
static int qda_attributes_learn(struct qda_session *session)
{
	struct qda_attributes *attributes = &session->qda->attributes;
	s32 result = 0;
	int ret;

	ret = qda_session_take_bank(session);
	if (ret)
		return ret;

	ret = qda_attributes_ask(session, &result);
	if (ret == -EREMOTEIO && result == QDA_RESULT_UNSUPPORTED)
		ret = -EOPNOTSUPP;
	if (!ret || ret == -EOPNOTSUPP) {
		attributes->known = true;
		attributes->error = ret;
	}

	return ret;
}

/* What a DSP answers to QDA_ATTRIBUTE_QUIET that knows QDA_CONTEXT_POLLED */
#define QDA_ATTRIBUTE_QUIET		255
#define QDA_ATTRIBUTE_QUIET_YES		0x51444151

static int qda_attributes_know(struct qda_session *session)
{
	struct qda_attributes *attributes = &session->qda->attributes;

	lockdep_assert_held(&attributes->lock);
	return attributes->known ? attributes->error : qda_attributes_learn(session);
}

/**
 * qda_attributes_quiet - ask whether the DSP knows QDA_CONTEXT_POLLED
 * @session: session of the caller
 *
 * Return: true if so; false too when it does not answer.
 */
bool qda_attributes_quiet(struct qda_session *session)
{
	struct qda_attributes *attributes = &session->qda->attributes;
	bool quiet;

	if (mutex_lock_killable(&attributes->lock))
		return false;

	quiet = !qda_attributes_know(session) &&
		attributes->values[QDA_ATTRIBUTE_QUIET] == QDA_ATTRIBUTE_QUIET_YES;
	mutex_unlock(&attributes->lock);

	return quiet;
}

/**
 * qda_attributes_get - get the attributes of the DSP
 * @session: session of the caller
 * @values: filled in, DRM_QDA_DSP_ATTRIBUTES of them
 *
 * Return: 0, -EOPNOTSUPP if the DSP does not know the question, or another error
 * as the uAPI says, of this attempt only.
 */
int qda_attributes_get(struct qda_session *session, u32 *values)
{
	struct qda_attributes *attributes = &session->qda->attributes;
	int ret;

	ret = mutex_lock_killable(&attributes->lock);
	if (ret)
		return ret;

	ret = qda_attributes_know(session);
	if (!ret)
		memcpy(values, attributes->values, sizeof(attributes->values));
	mutex_unlock(&attributes->lock);

	return ret;
}
