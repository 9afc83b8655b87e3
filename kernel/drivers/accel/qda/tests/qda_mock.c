// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/device.h>
#include <kunit/test.h>

#include <linux/dma-mapping.h>
#include <linux/platform_device.h>
#include <linux/unaligned.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem.h>

#include "../qda_call.h"
#include "qda_mock.h"

static const struct drm_driver qda_mock_driver = {
	.driver_features = DRIVER_COMPUTE_ACCEL | DRIVER_GEM,
	.name = "qda-mock",
	.desc = "a device without hardware",
};

static const struct qda_soc qda_mock_soc = {
	.stream_shift = 56,
	.dma_bits = 32,
	.dma_bits_cdsp = 32,
};

static int qda_mock_send(struct rpmsg_device *rpdev, struct qda_message *message,
			 bool wait)
{
	struct qda_mock *mock = container_of(rpdev, struct qda_mock, rpdev);

	if (mock->send_error)
		return mock->send_error;

	mock->sent++;
	mock->last = *message;

	return 0;
}

static void qda_mock_remove_bank(void *pdev)
{
	platform_device_unregister(pdev);
}

static void qda_mock_add_bank(struct kunit *test, struct qda_mock *mock)
{
	struct platform_device *pdev;

	pdev = platform_device_register_simple("qda-mock-bank", PLATFORM_DEVID_AUTO,
					       NULL, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pdev);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, qda_mock_remove_bank,
							   pdev));
	KUNIT_ASSERT_EQ(test, 0, dma_coerce_mask_and_coherent(&pdev->dev,
							      DMA_BIT_MASK(64)));

	/* This reference is never dropped: the bank is part of the mock. */
	kref_init(&mock->bank.ref);
	mock->bank.pdev = pdev;
	mock->bank.stream = 3ull << 56;
}

/* To be destroyed by the test, which closes the sessions that it opens. */
struct qda_mock *qda_mock_create(struct kunit *test)
{
	static unsigned int number;
	struct qda_mock *mock;
	struct device *dev;
	char name[20];

	mock = kunit_kzalloc(test, sizeof(*mock), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mock);

	snprintf(name, sizeof(name), "qda-mock-%u", number++);
	dev = kunit_device_register(test, name);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	qda_mock_add_bank(test, mock);

	mock->qda = devm_drm_dev_alloc(dev, &qda_mock_driver, struct qda_device, drm);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mock->qda);
	qda_device_init(mock->qda);
	mock->qda->soc = &qda_mock_soc;
	mock->qda->send = qda_mock_send;
	mock->qda->rpdev = &mock->rpdev;
	mock->qda->wq = alloc_workqueue("qda-mock", WQ_UNBOUND, 0);
	KUNIT_ASSERT_NOT_NULL(test, mock->qda->wq);

	return mock;
}

void qda_mock_destroy(struct qda_mock *mock)
{
	qda_calls_stop_trim(mock->qda);
	destroy_workqueue(mock->qda->wq);
}

struct qda_session *qda_mock_open(struct kunit *test, struct qda_mock *mock,
				  unsigned int number)
{
	struct drm_file *file = &mock->files[number];
	struct qda_session *session;

	INIT_LIST_HEAD(&file->pending_event_list);
	INIT_LIST_HEAD(&file->event_list);
	init_waitqueue_head(&file->event_wait);
	KUNIT_ASSERT_EQ(test, 0, qda_session_open(&mock->qda->drm, file));

	session = to_qda_session(file);
	kref_get(&mock->bank.ref);
	mock->bank.sessions++;
	session->bank = &mock->bank;
	session->client_id = number + 1;
	session->state = DRM_QDA_SESSION_STATE_RUNNING;
	list_add_tail(&session->node, &mock->qda->sessions);

	return session;
}

/* As DRM's core does it: events are let go of before the driver is told. */
void qda_mock_close(struct qda_mock *mock, unsigned int number)
{
	struct drm_file *file = &mock->files[number];
	struct drm_pending_event *event, *next;

	scoped_guard(spinlock_irq, &mock->qda->drm.event_lock) {
		list_for_each_entry_safe(event, next, &file->pending_event_list,
					 pending_link) {
			list_del(&event->pending_link);
			event->file_priv = NULL;
		}
		list_for_each_entry_safe(event, next, &file->event_list, link) {
			list_del(&event->link);
			kfree(event);
		}
	}
	qda_session_close(&mock->qda->drm, file);
}

/* A call that is known and that nothing was sent of. */
int qda_mock_publish(struct qda_session *session, unsigned int args,
		     struct qda_call **call)
{
	int ret;

	*call = qda_call_create(session, args);
	if (IS_ERR(*call))
		return PTR_ERR(*call);

	ret = qda_calls_publish_user(call, 1);
	if (ret)
		qda_call_leave(*call);

	return ret;
}

/* A call in flight that nobody waits for; its context is its number. */
struct qda_call *qda_mock_submit(struct kunit *test, struct qda_session *session)
{
	struct qda_call *call;

	KUNIT_ASSERT_EQ(test, 0, qda_mock_publish(session, 0, &call));
	KUNIT_ASSERT_EQ(test, 0, qda_call_send(call, session->client_id, 100, 0));
	qda_call_leave(call);

	return call;
}

void qda_mock_collect(struct qda_session *session, struct qda_call *call)
{
	struct qda_call *found = qda_call_find(session, call->context);

	if (!found)
		return;

	scoped_guard(mutex, &session->collect_lock)
		qda_call_collect(found);
	qda_call_leave(found);
}

void qda_mock_answer(struct qda_mock *mock, u64 context, s32 result)
{
	u8 reply[16] = { };

	put_unaligned_le64(context, reply);
	put_unaligned_le32(result, reply + 8);
	qda_receive(mock->qda, reply, sizeof(reply));
}

void qda_mock_status(struct qda_mock *mock, u32 client_id, u32 status)
{
	u8 reply[24] = { 0xcd, 0xab, 0xcd, 0xab, [8] = 4 };

	put_unaligned_le32(client_id, reply + 12);
	put_unaligned_le32(status, reply + 16);
	qda_receive(mock->qda, reply, sizeof(reply));
}

/* As read() does it; false if there is no event. */
bool qda_mock_read(struct qda_mock *mock, unsigned int number,
		   union qda_mock_event *event)
{
	struct drm_file *file = &mock->files[number];
	struct drm_pending_event *pending;

	scoped_guard(spinlock_irq, &mock->qda->drm.event_lock) {
		pending = list_first_entry_or_null(&file->event_list,
						   struct drm_pending_event, link);
		if (!pending)
			return false;

		list_del(&pending->link);
		file->event_space += pending->event->length;
	}
	memcpy(event, pending->event, min(pending->event->length, sizeof(*event)));
	kfree(pending);

	return true;
}
