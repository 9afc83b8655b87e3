// SPDX-License-Identifier: BSD-3-Clause
/*
 * The layout that programs were compiled with, in stone. Compiled as 32 and as
 * 64 bit, never run.
 */
#include <stddef.h>

#include "qda_accel.h"

#define FIELD(type, field, offset)                               \
	_Static_assert(offsetof(struct type, field) == (offset), \
		       #type "." #field " moved")
#define SIZE(type, size) \
	_Static_assert(sizeof(struct type) == (size), #type " has another size")

SIZE(drm_qda_query, 16);
FIELD(drm_qda_query, type, 0);
FIELD(drm_qda_query, size, 4);
FIELD(drm_qda_query, data_ptr, 8);

SIZE(drm_qda_query_device, 32);
FIELD(drm_qda_query_device, domain, 0);
FIELD(drm_qda_query_device, sessions, 4);
FIELD(drm_qda_query_device, calls, 8);
FIELD(drm_qda_query_device, address_bits, 12);
FIELD(drm_qda_query_device, bo_size_max, 16);
FIELD(drm_qda_query_device, features, 24);
FIELD(drm_qda_query_device, maps, 28);

SIZE(drm_qda_query_session, 16);
FIELD(drm_qda_query_session, state, 0);
FIELD(drm_qda_query_session, process, 4);
FIELD(drm_qda_query_session, calls, 8);
FIELD(drm_qda_query_session, pad, 12);

SIZE(drm_qda_bo_create, 24);
FIELD(drm_qda_bo_create, size, 0);
FIELD(drm_qda_bo_create, flags, 8);
FIELD(drm_qda_bo_create, handle, 12);
FIELD(drm_qda_bo_create, mmap_offset, 16);

SIZE(drm_qda_bo_info, 24);
FIELD(drm_qda_bo_info, handle, 0);
FIELD(drm_qda_bo_info, flags, 4);
FIELD(drm_qda_bo_info, size, 8);
FIELD(drm_qda_bo_info, mmap_offset, 16);

SIZE(drm_qda_query_dsp, 1024);
FIELD(drm_qda_query_dsp, attributes, 0);

SIZE(drm_qda_remote_session_create, 72);
FIELD(drm_qda_remote_session_create, kind, 0);
FIELD(drm_qda_remote_session_create, flags, 4);
FIELD(drm_qda_remote_session_create, attributes, 8);
FIELD(drm_qda_remote_session_create, shell_handle, 12);
FIELD(drm_qda_remote_session_create, shell_offset, 16);
FIELD(drm_qda_remote_session_create, shell_length, 24);
FIELD(drm_qda_remote_session_create, result, 32);
FIELD(drm_qda_remote_session_create, signature_length, 36);
FIELD(drm_qda_remote_session_create, name, 40);

SIZE(drm_qda_remote_map, 48);
FIELD(drm_qda_remote_map, kind, 0);
FIELD(drm_qda_remote_map, flags, 4);
FIELD(drm_qda_remote_map, handle, 8);
FIELD(drm_qda_remote_map, tag, 12);
FIELD(drm_qda_remote_map, offset, 16);
FIELD(drm_qda_remote_map, length, 24);
FIELD(drm_qda_remote_map, address, 32);
FIELD(drm_qda_remote_map, map, 40);
FIELD(drm_qda_remote_map, result, 44);

SIZE(drm_qda_remote_unmap, 16);
FIELD(drm_qda_remote_unmap, map, 0);
FIELD(drm_qda_remote_unmap, flags, 4);
FIELD(drm_qda_remote_unmap, result, 8);
FIELD(drm_qda_remote_unmap, pad, 12);

SIZE(drm_qda_bo_sync, 24);
FIELD(drm_qda_bo_sync, handle, 0);
FIELD(drm_qda_bo_sync, flags, 4);
FIELD(drm_qda_bo_sync, offset, 8);
FIELD(drm_qda_bo_sync, length, 16);

SIZE(drm_qda_remote_arg, 32);
FIELD(drm_qda_remote_arg, handle, 0);
FIELD(drm_qda_remote_arg, flags, 4);
FIELD(drm_qda_remote_arg, offset, 8);
FIELD(drm_qda_remote_arg, length, 16);
FIELD(drm_qda_remote_arg, tag, 24);
FIELD(drm_qda_remote_arg, pad, 28);

SIZE(drm_qda_remote_invoke, 56);
FIELD(drm_qda_remote_invoke, remote_handle, 0);
FIELD(drm_qda_remote_invoke, scalars, 4);
FIELD(drm_qda_remote_invoke, args_ptr, 8);
FIELD(drm_qda_remote_invoke, args_count, 16);
FIELD(drm_qda_remote_invoke, args_stride, 20);
FIELD(drm_qda_remote_invoke, flags, 24);
FIELD(drm_qda_remote_invoke, result, 28);
FIELD(drm_qda_remote_invoke, deadline_ns, 32);
FIELD(drm_qda_remote_invoke, call, 40);
FIELD(drm_qda_remote_invoke, user_data, 48);

SIZE(drm_qda_remote_call, 24);
FIELD(drm_qda_remote_call, call, 0);
FIELD(drm_qda_remote_call, done, 8);
FIELD(drm_qda_remote_call, error, 12);
FIELD(drm_qda_remote_call, result, 16);
FIELD(drm_qda_remote_call, pad, 20);

SIZE(drm_qda_remote_wait, 32);
FIELD(drm_qda_remote_wait, calls_ptr, 0);
FIELD(drm_qda_remote_wait, calls_count, 8);
FIELD(drm_qda_remote_wait, calls_stride, 12);
FIELD(drm_qda_remote_wait, flags, 16);
FIELD(drm_qda_remote_wait, done, 20);
FIELD(drm_qda_remote_wait, deadline_ns, 24);

SIZE(drm_qda_remote_batch_call, 56);
FIELD(drm_qda_remote_batch_call, remote_handle, 0);
FIELD(drm_qda_remote_batch_call, scalars, 4);
FIELD(drm_qda_remote_batch_call, args_ptr, 8);
FIELD(drm_qda_remote_batch_call, args_count, 16);
FIELD(drm_qda_remote_batch_call, args_stride, 20);
FIELD(drm_qda_remote_batch_call, user_data, 24);
FIELD(drm_qda_remote_batch_call, flags, 32);
FIELD(drm_qda_remote_batch_call, done, 36);
FIELD(drm_qda_remote_batch_call, call, 40);
FIELD(drm_qda_remote_batch_call, error, 48);
FIELD(drm_qda_remote_batch_call, result, 52);

SIZE(drm_qda_remote_batch, 40);
FIELD(drm_qda_remote_batch, calls_ptr, 0);
FIELD(drm_qda_remote_batch, calls_count, 8);
FIELD(drm_qda_remote_batch, calls_stride, 12);
FIELD(drm_qda_remote_batch, flags, 16);
FIELD(drm_qda_remote_batch, sent, 20);
FIELD(drm_qda_remote_batch, failed, 24);
FIELD(drm_qda_remote_batch, pad, 28);
FIELD(drm_qda_remote_batch, deadline_ns, 32);

SIZE(drm_qda_event_call, 32);
FIELD(drm_qda_event_call, base, 0);
FIELD(drm_qda_event_call, call, 8);
FIELD(drm_qda_event_call, user_data, 16);
FIELD(drm_qda_event_call, error, 24);
FIELD(drm_qda_event_call, result, 28);

SIZE(drm_qda_event_session, 24);
FIELD(drm_qda_event_session, base, 0);
FIELD(drm_qda_event_session, what, 8);
FIELD(drm_qda_event_session, reason, 12);
FIELD(drm_qda_event_session, device, 16);
FIELD(drm_qda_event_session, pad, 20);

_Static_assert(DRM_QDA_EVENT_CALL == 0x80000000, "EVENT_CALL changed");
_Static_assert(DRM_QDA_EVENT_SESSION == 0x80000001, "EVENT_SESSION changed");

_Static_assert(DRM_IOCTL_QDA_QUERY == 0xc0106440, "QUERY changed");
_Static_assert(DRM_IOCTL_QDA_BO_CREATE == 0xc0186441, "BO_CREATE changed");
_Static_assert(DRM_IOCTL_QDA_BO_INFO == 0xc0186442, "BO_INFO changed");
_Static_assert(DRM_IOCTL_QDA_REMOTE_SESSION_CREATE == 0xc0486443,
	       "REMOTE_SESSION_CREATE changed");
_Static_assert(DRM_IOCTL_QDA_REMOTE_INVOKE == 0xc0386444,
	       "REMOTE_INVOKE changed");
_Static_assert(DRM_IOCTL_QDA_REMOTE_WAIT == 0xc0206445, "REMOTE_WAIT changed");
_Static_assert(DRM_IOCTL_QDA_REMOTE_MAP == 0xc0306447, "REMOTE_MAP changed");
_Static_assert(DRM_IOCTL_QDA_REMOTE_UNMAP == 0xc0106448,
	       "REMOTE_UNMAP changed");
_Static_assert(DRM_IOCTL_QDA_REMOTE_BATCH == 0xc0286449,
	       "REMOTE_BATCH changed");
_Static_assert(DRM_IOCTL_QDA_BO_SYNC == 0x40186446, "BO_SYNC changed");
