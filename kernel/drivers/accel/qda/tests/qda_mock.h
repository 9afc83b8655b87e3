/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device whose DSP is the test: what is sent stays with it, and it says what
 * comes back.
 */
#ifndef _QDA_MOCK_H_
#define _QDA_MOCK_H_

#include <linux/rpmsg.h>

#include <drm/drm_file.h>

#include "../qda_context_bank.h"
#include "../qda_drv.h"
#include "../qda_message.h"
#include "../qda_session.h"

struct kunit;

#define QDA_MOCK_SESSIONS	5

/**
 * struct qda_mock - a device, its sessions and its DSP
 * @rpdev: stands for the channel
 * @qda: the device
 * @bank: the one context bank of all sessions
 * @files: the sessions' files; not all need be open
 * @sent: how many messages were sent
 * @last: the last one
 * @send_error: what sending gives
 */
struct qda_mock {
	struct rpmsg_device rpdev;
	struct qda_device *qda;
	struct qda_context_bank bank;
	struct drm_file files[QDA_MOCK_SESSIONS];
	unsigned int sent;
	struct qda_message last;
	int send_error;
};

/* What qda_mock_read() reads */
union qda_mock_event {
	struct drm_event base;
	struct drm_qda_event_call call;
	struct drm_qda_event_session session;
};

struct qda_mock *qda_mock_create(struct kunit *test);
void qda_mock_destroy(struct qda_mock *mock);

struct qda_session *qda_mock_open(struct kunit *test, struct qda_mock *mock,
				  unsigned int number);
void qda_mock_close(struct qda_mock *mock, unsigned int number);

int qda_mock_publish(struct qda_session *session, unsigned int args,
		     struct qda_call **call);
struct qda_call *qda_mock_submit(struct kunit *test, struct qda_session *session);
void qda_mock_collect(struct qda_session *session, struct qda_call *call);
void qda_mock_answer(struct qda_mock *mock, u64 context, s32 result);
void qda_mock_status(struct qda_mock *mock, u32 client_id, u32 status);
bool qda_mock_read(struct qda_mock *mock, unsigned int number,
		   union qda_mock_event *event);

#endif
