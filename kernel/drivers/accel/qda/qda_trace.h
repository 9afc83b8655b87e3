/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the time of a call goes. For each call, in this order: qda_submit when
 * it is complete, qda_send when it is handed to the transport, qda_reply when
 * the DSP has answered, qda_done when it has ended for its caller. A call that
 * is not answered, because it was not sent, its process died or the DSP went
 * down, has no qda_reply before its qda_done.
 *
 * session is DRM's number of the file (drm-client-id in fdinfo), process the
 * number under which the DSP knows its process, context the number of the call.
 */
#if !defined(_QDA_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _QDA_TRACE_H_

#include <linux/ktime.h>
#include <linux/tracepoint.h>

#include "qda_call.h"
#include "qda_drv.h"
#include "qda_session.h"

#undef TRACE_SYSTEM
#define TRACE_SYSTEM qda
#define TRACE_INCLUDE_FILE qda_trace

DECLARE_EVENT_CLASS(qda_call_begins,
		    TP_PROTO(const struct qda_call *call),
		    TP_ARGS(call),
		    TP_STRUCT__entry(__field(u32, domain)
				     __field(u32, process)
				     __field(u64, session)
				     __field(u64, context)
				     __field(u32, handle)
				     __field(u32, scalars)
		    ),
		    TP_fast_assign(__entry->domain = call->session->qda->domain;
				   __entry->process = call->session->client_id;
				   __entry->session = call->session->id;
				   __entry->context = call->context;
				   __entry->handle = call->handle;
				   __entry->scalars = call->scalars;
		    ),
		    TP_printk("domain=%u session=%llu process=%u context=0x%llx handle=0x%x scalars=0x%08x",
			      __entry->domain, __entry->session, __entry->process,
			      __entry->context, __entry->handle, __entry->scalars)
);

DEFINE_EVENT(qda_call_begins, qda_submit,
	     TP_PROTO(const struct qda_call *call),
	     TP_ARGS(call)
);

DEFINE_EVENT(qda_call_begins, qda_send,
	     TP_PROTO(const struct qda_call *call),
	     TP_ARGS(call)
);

/* ns is since qda_send in qda_reply and since qda_submit in qda_done. */
DECLARE_EVENT_CLASS(qda_call_ends,
		    TP_PROTO(const struct qda_call *call, int error, s32 result, ktime_t since),
		    TP_ARGS(call, error, result, since),
		    TP_STRUCT__entry(__field(u32, domain)
				     __field(u32, process)
				     __field(u64, session)
				     __field(u64, context)
				     __field(u32, handle)
				     __field(u32, scalars)
				     __field(s32, error)
				     __field(s32, result)
				     __field(s64, ns)
		    ),
		    TP_fast_assign(__entry->domain = call->session->qda->domain;
				   __entry->process = call->session->client_id;
				   __entry->session = call->session->id;
				   __entry->context = call->context;
				   __entry->handle = call->handle;
				   __entry->scalars = call->scalars;
				   __entry->error = error;
				   __entry->result = result;
				   __entry->ns = ktime_to_ns(ktime_sub(ktime_get(), since));
		    ),
		    TP_printk("domain=%u session=%llu process=%u context=0x%llx handle=0x%x scalars=0x%08x error=%d result=%d ns=%lld",
			      __entry->domain, __entry->session, __entry->process,
			      __entry->context, __entry->handle, __entry->scalars,
			      __entry->error, __entry->result, __entry->ns)
);

DEFINE_EVENT(qda_call_ends, qda_reply,
	     TP_PROTO(const struct qda_call *call, int error, s32 result, ktime_t since),
	     TP_ARGS(call, error, result, since)
);

DEFINE_EVENT(qda_call_ends, qda_done,
	     TP_PROTO(const struct qda_call *call, int error, s32 result, ktime_t since),
	     TP_ARGS(call, error, result, since)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#include <trace/define_trace.h>
