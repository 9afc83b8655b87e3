// SPDX-License-Identifier: BSD-3-Clause
/*
 * The binary interface that programs were compiled against: numbers, sizes and
 * places of fields on 64-bit machines, written down from the documentation of
 * FastRPC and not from our headers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "AEEStdDef.h"
#include "AEEStdErr.h"
#include "HAP_farf.h"
#include "dspqueue.h"
#include "remote.h"
#include "rpcmem.h"

struct number {
	const char *name;
	long long is;
	long long expected;
};

#define NUMBER(name, expected)                     \
	{                                          \
#name, (long long)(name), expected \
	}
#define SIZE(type, expected)                            \
	{                                               \
		"sizeof " #type, sizeof(type), expected \
	}
#define AT(type, field, expected)                                 \
	{                                                         \
#type "." #field, offsetof(type, field), expected \
	}

static void check(const struct number *numbers, size_t count)
{
	bool ok = true;

	for (size_t i = 0; i < count; i++) {
		if (numbers[i].is == numbers[i].expected)
			continue;
		print_error("%s is %lld, not %lld\n", numbers[i].name,
			    numbers[i].is, numbers[i].expected);
		ok = false;
	}
	assert_true(ok);
}

#define CHECK(numbers) check(numbers, sizeof(numbers) / sizeof((numbers)[0]))

static void arguments(void **state)
{
	static const struct number numbers[] = {
		SIZE(remote_handle, 4),
		SIZE(remote_handle64, 8),
		SIZE(remote_buf, 16),
		AT(remote_buf, nLen, 8),
		SIZE(remote_buf64, 16),
		AT(remote_buf64, nLen, 8),
		SIZE(remote_dma_handle, 8),
		AT(remote_dma_handle, offset, 4),
		SIZE(remote_dma_handle64, 12),
		AT(remote_dma_handle64, len, 8),
		SIZE(remote_arg, 16),
		SIZE(remote_arg64, 16),
		NUMBER(REMOTE_SCALARS_MAKEX(5, 31, 255, 254, 15, 14),
		       0xbffffefe),
		NUMBER(REMOTE_SCALARS_MAKE(2, 2, 1), 0x02020100),
		NUMBER(REMOTE_SCALARS_METHOD_ATTR(0xbf030201), 5),
		NUMBER(REMOTE_SCALARS_METHOD(0xbf030201), 31),
		NUMBER(REMOTE_SCALARS_INBUFS(0xbf030201), 3),
		NUMBER(REMOTE_SCALARS_OUTBUFS(0xbf030201), 2),
		NUMBER(REMOTE_SCALARS_INHANDLES(0xbf030245), 4),
		NUMBER(REMOTE_SCALARS_OUTHANDLES(0xbf030245), 5),
		NUMBER(REMOTE_SCALARS_LENGTH(0xffffffff), 540),
	};

	(void)state;
	CHECK(numbers);
}

static void domains(void **state)
{
	static const struct number numbers[] = {
		NUMBER(ADSP_DOMAIN_ID, 0),  NUMBER(MDSP_DOMAIN_ID, 1),
		NUMBER(SDSP_DOMAIN_ID, 2),  NUMBER(CDSP_DOMAIN_ID, 3),
		NUMBER(CDSP1_DOMAIN_ID, 4), NUMBER(GDSP0_DOMAIN_ID, 5),
		NUMBER(GDSP1_DOMAIN_ID, 6), SIZE(domain_t, 16),
	};

	(void)state;
	CHECK(numbers);
	assert_string_equal(CDSP_DOMAIN, "&_dom=cdsp");
	assert_string_equal(GDSP1_DOMAIN, "&_dom=gdsp1");
	assert_string_equal(CDSP1_DOMAIN_NAME, "cdsp1");
	assert_string_equal(ITRANSPORT_PREFIX, "'\":;./\\");
}

static void requests(void **state)
{
	static const struct number numbers[] = {
		NUMBER(DSPRPC_CONTROL_LATENCY, 1),
		NUMBER(DSPRPC_GET_DSP_INFO, 2),
		NUMBER(DSPRPC_CONTROL_WAKELOCK, 3),
		NUMBER(DSPRPC_GET_DOMAIN, 4),
		NUMBER(DSPRPC_SET_PATH, 5),
		NUMBER(DSPRPC_GET_PATH, 6),
		NUMBER(DSPRPC_SMMU_SUPPORT, 7),
		NUMBER(DSPRPC_KALLOC_SUPPORT, 8),
		NUMBER(DSPRPC_PM, 9),
		NUMBER(DSPRPC_RPC_POLL, 10),
		NUMBER(DSPRPC_ASYNC_WAKE, 11),
		NUMBER(DSPRPC_NOTIF_WAKE, 12),
		NUMBER(DSPRPC_REMOTE_PROCESS_KILL, 13),
		NUMBER(DSPRPC_SET_MODE, 14),
		NUMBER(FASTRPC_THREAD_PARAMS, 1),
		NUMBER(DSPRPC_CONTROL_UNSIGNED_MODULE, 2),
		NUMBER(FASTRPC_RELATIVE_THREAD_PRIORITY, 4),
		NUMBER(FASTRPC_REMOTE_PROCESS_KILL, 6),
		NUMBER(FASTRPC_SESSION_CLOSE, 7),
		NUMBER(FASTRPC_CONTROL_PD_DUMP, 8),
		NUMBER(FASTRPC_REMOTE_PROCESS_EXCEPTION, 9),
		NUMBER(FASTRPC_REMOTE_PROCESS_TYPE, 10),
		NUMBER(FASTRPC_REGISTER_STATUS_NOTIFICATIONS, 11),
		NUMBER(FASTRPC_PD_INITMEM_SIZE, 12),
		NUMBER(FASTRPC_RESERVE_NEW_SESSION, 13),
		NUMBER(FASTRPC_GET_EFFECTIVE_DOMAIN_ID, 14),
		NUMBER(FASTRPC_GET_URI, 15),
		NUMBER(FASTRPC_MAX_THREAD_PARAM, 16),
		NUMBER(FASTRPC_CONTEXT_CREATE, 17),
		NUMBER(FASTRPC_CONTEXT_DESTROY, 18),
		NUMBER(RPC_DISABLE_QOS, 0),
		NUMBER(RPC_PM_QOS, 1),
		NUMBER(RPC_ADAPTIVE_QOS, 2),
		NUMBER(RPC_POLL_QOS, 3),
		NUMBER(FASTRPC_USER_PD_UP, 0),
		NUMBER(FASTRPC_USER_PD_EXIT, 1),
		NUMBER(FASTRPC_USER_PD_FORCE_KILL, 2),
		NUMBER(FASTRPC_USER_PD_EXCEPTION, 3),
		NUMBER(FASTRPC_DSP_SSR, 4),
		NUMBER(PROCESS_TYPE_SIGNED, 0),
		NUMBER(PROCESS_TYPE_UNSIGNED, 1),
		NUMBER(FASTRPC_ASYNC_NO_SYNC, 0),
		NUMBER(FASTRPC_ASYNC_CALLBACK, 1),
		NUMBER(FASTRPC_ASYNC_POLL, 2),
	};

	(void)state;
	CHECK(numbers);
}

static void capabilities(void **state)
{
	static const struct number numbers[] = {
		NUMBER(DOMAIN_SUPPORT, 0),
		NUMBER(UNSIGNED_PD_SUPPORT, 1),
		NUMBER(HVX_SUPPORT_64B, 2),
		NUMBER(HVX_SUPPORT_128B, 3),
		NUMBER(VTCM_PAGE, 4),
		NUMBER(VTCM_COUNT, 5),
		NUMBER(ARCH_VER, 6),
		NUMBER(HMX_SUPPORT_DEPTH, 7),
		NUMBER(HMX_SUPPORT_SPATIAL, 8),
		NUMBER(ASYNC_FASTRPC_SUPPORT, 9),
		NUMBER(STATUS_NOTIFICATION_SUPPORT, 10),
		NUMBER(MCID_MULTICAST, 11),
	};

	(void)state;
	CHECK(numbers);
}

static void request_structs(void **state)
{
	static const struct number numbers[] = {
		SIZE(struct remote_rpc_control_latency, 8),
		AT(struct remote_rpc_control_latency, latency, 4),
		SIZE(struct remote_dsp_capability, 12),
		AT(struct remote_dsp_capability, attribute_ID, 4),
		AT(struct remote_dsp_capability, capability, 8),
		SIZE(struct remote_rpc_control_wakelock, 4),
		SIZE(remote_rpc_get_domain_t, 4),
		SIZE(struct remote_control_custom_path, 24),
		AT(struct remote_control_custom_path, path, 8),
		AT(struct remote_control_custom_path, value, 16),
		SIZE(struct remote_rpc_thread_params, 12),
		AT(struct remote_rpc_thread_params, prio, 4),
		AT(struct remote_rpc_thread_params, stack_size, 8),
		SIZE(struct remote_rpc_control_unsigned_module, 8),
		AT(struct remote_rpc_control_unsigned_module, enable, 4),
		SIZE(struct remote_rpc_relative_thread_priority, 8),
		SIZE(struct remote_rpc_process_clean_params, 4),
		SIZE(struct remote_rpc_session_close, 4),
		SIZE(struct remote_rpc_control_pd_dump, 8),
		SIZE(remote_rpc_process_exception, 4),
		SIZE(struct remote_process_type, 8),
		SIZE(remote_rpc_notif_register_t, 24),
		AT(remote_rpc_notif_register_t, domain, 8),
		AT(remote_rpc_notif_register_t, notifier_fn, 16),
		SIZE(struct remote_rpc_pd_initmem_size, 8),
		SIZE(remote_rpc_reserve_new_session_t, 40),
		AT(remote_rpc_reserve_new_session_t, session_name, 16),
		AT(remote_rpc_reserve_new_session_t, session_name_len, 24),
		AT(remote_rpc_reserve_new_session_t, effective_domain_id, 28),
		AT(remote_rpc_reserve_new_session_t, session_id, 32),
		SIZE(remote_rpc_effective_domain_id_t, 24),
		AT(remote_rpc_effective_domain_id_t, session_id, 12),
		AT(remote_rpc_effective_domain_id_t, effective_domain_id, 16),
		SIZE(remote_rpc_get_uri_t, 48),
		AT(remote_rpc_get_uri_t, session_id, 12),
		AT(remote_rpc_get_uri_t, module_uri, 16),
		AT(remote_rpc_get_uri_t, module_uri_len, 24),
		AT(remote_rpc_get_uri_t, uri, 32),
		AT(remote_rpc_get_uri_t, uri_len, 40),
		SIZE(fastrpc_context_create, 32),
		AT(fastrpc_context_create, ctx, 24),
		SIZE(fastrpc_context_destroy, 16),
		SIZE(fastrpc_async_descriptor_t, 32),
		AT(fastrpc_async_descriptor_t, jobid, 8),
		AT(fastrpc_async_descriptor_t, cb, 16),
	};

	(void)state;
	CHECK(numbers);
}

static void memory(void **state)
{
	static const struct number numbers[] = {
		NUMBER(FASTRPC_MAP_STATIC, 0),
		NUMBER(FASTRPC_MAP_FD, 2),
		NUMBER(FASTRPC_MAP_FD_DELAYED, 3),
		NUMBER(FASTRPC_MAP_FD_NOMAP, 16),
		NUMBER(REMOTE_MAP_MEM_STATIC, 0),
		NUMBER(FASTRPC_ATTR_NON_COHERENT, 2),
		NUMBER(FASTRPC_ATTR_COHERENT, 4),
		NUMBER(FASTRPC_ATTR_KEEP_MAP, 8),
		NUMBER(FASTRPC_ATTR_NOMAP, 16),
		NUMBER(FASTRPC_ATTR_FORCE_NOFLUSH, 32),
		NUMBER(FASTRPC_ATTR_FORCE_NOINVALIDATE, 64),
		NUMBER(FASTRPC_ATTR_TRY_MAP_STATIC, 128),
		NUMBER(RPCMEM_HEAP_ID_SECURE, 9),
		NUMBER(RPCMEM_HEAP_ID_CONTIG, 22),
		NUMBER(RPCMEM_HEAP_ID_SYSTEM, 25),
		NUMBER(RPCMEM_FLAG_UNCACHED, 0),
		NUMBER(RPCMEM_DEFAULT_FLAGS, 1),
		NUMBER(RPCMEM_TRY_MAP_STATIC, 0x04000000),
		NUMBER(REMOTE_MODE_PARALLEL, 0),
		NUMBER(REMOTE_MODE_SERIAL, 1),
	};

	(void)state;
	CHECK(numbers);
}

static void queues(void **state)
{
	static const struct number numbers[] = {
		SIZE(struct dspqueue_buffer, 24),
		AT(struct dspqueue_buffer, size, 4),
		AT(struct dspqueue_buffer, offset, 8),
		AT(struct dspqueue_buffer, flags, 12),
		AT(struct dspqueue_buffer, ptr, 16),
		SIZE(struct dspqueue_create_req, 80),
		AT(struct dspqueue_create_req, packet_callback, 32),
		AT(struct dspqueue_create_req, queue, 56),
		AT(struct dspqueue_create_req, num_ids, 72),
		SIZE(struct dspqueue_request_payload, 88),
		NUMBER(DSPQUEUE_PACKET_FLAG_MESSAGE, 1),
		NUMBER(DSPQUEUE_PACKET_FLAG_BUFFERS, 2),
		NUMBER(DSPQUEUE_PACKET_FLAG_WAKEUP, 4),
		NUMBER(DSPQUEUE_PACKET_FLAG_DRIVER_READY, 8),
		NUMBER(DSPQUEUE_PACKET_FLAG_USER_READY, 0x10),
		NUMBER(DSPQUEUE_BUFFER_FLAG_REF, 4),
		NUMBER(DSPQUEUE_BUFFER_FLAG_DEREF, 8),
		NUMBER(DSPQUEUE_BUFFER_FLAG_FLUSH_SENDER, 0x10),
		NUMBER(DSPQUEUE_BUFFER_FLAG_INVALIDATE_SENDER, 0x20),
		NUMBER(DSPQUEUE_BUFFER_FLAG_FLUSH_RECIPIENT, 0x40),
		NUMBER(DSPQUEUE_BUFFER_FLAG_INVALIDATE_RECIPIENT, 0x80),
		NUMBER(DSPQUEUE_STAT_READ_QUEUE_PACKETS, 1),
		NUMBER(DSPQUEUE_STAT_SIGNALING_PERF, 7),
		NUMBER(DSPQUEUE_TIMEOUT_NONE, 0xffffffff),
	};

	(void)state;
	CHECK(numbers);
}

static void result_codes(void **state)
{
	static const struct number numbers[] = {
		NUMBER(AEE_EUNKNOWN, -1),
		NUMBER(AEE_EFAILED, 1),
		NUMBER(AEE_ENOMEMORY, 2),
		NUMBER(AEE_EUNABLETOLOAD, 6),
		NUMBER(AEE_EEXPIRED, 0xc),
		NUMBER(AEE_EBADSTATE, 0xd),
		NUMBER(AEE_EBADPARM, 0xe),
		NUMBER(AEE_EBADITEM, 0x10),
		NUMBER(AEE_EUNSUPPORTED, 0x14),
		NUMBER(AEE_EALREADY, 0x1a),
		NUMBER(AEE_EITEMBUSY, 0x20),
		NUMBER(AEE_EINVHANDLE, 0x2c),
		NUMBER(AEE_EBADHANDLE, 0x2c),
		NUMBER(AEE_EINTERRUPTED, 0x2e),
		NUMBER(AEE_ENOSUCH, 39),
		NUMBER(AEE_EINVALIDFD, 0x3a),
		NUMBER(AEE_ENOSUCHMOD, 0x3e),
		NUMBER(AEE_ENOSUCHSYMBOL, 0x42),
		NUMBER(AEE_ENOSUCHMAP, 0x48),
		NUMBER(AEE_EBADSIZE, 0x4d),
		NUMBER(AEE_EBADFD, 0x4f),
		NUMBER(AEE_ENORPCMEMORY, 0x68),
		NUMBER(AEE_ECONNRESET, 104),
		NUMBER(AEE_ECONNREFUSED, 0x72),
		NUMBER(AEE_EUNSIGNEDMOD, 0x81),
		NUMBER(AEE_EBADVA, 0x83),
		NUMBER(AEE_EQURTBADASID, 0x14f),
		NUMBER(AEE_EQURTWAIT, 0x163),
		NUMBER(AEE_EBUSY, 0x183),
		NUMBER(AEE_ESTUBSKELVERMISMATCH, 0x194),
		NUMBER(AEE_ERPC, 0x200),
		NUMBER(AEE_EFILE, 0x201),
		NUMBER(AEE_EWOULDBLOCK, 516),
		NUMBER(DSP_AEE_EOFFSET, 0x80000400),
	};

	(void)state;
	CHECK(numbers);
}

static void log_levels(void **state)
{
	static const struct number numbers[] = {
		NUMBER(HAP_LEVEL_LOW, 0),
		NUMBER(HAP_LEVEL_MEDIUM, 1),
		NUMBER(HAP_LEVEL_HIGH, 2),
		NUMBER(HAP_LEVEL_ERROR, 3),
		NUMBER(HAP_LEVEL_FATAL, 4),
		NUMBER(HAP_LEVEL_CRITICAL, 5),
		NUMBER(FARF_ALWAYS_LEVEL, 2),
		NUMBER(HAP_LEVEL_RUNTIME, 32),
		NUMBER(HAP_LEVEL_RPC_LOW, 16),
		NUMBER(FARF_RUNTIME_RPC_CRITICAL_LEVEL, 32 + 21),
	};

	(void)state;
	CHECK(numbers);
}

/* libqda's texts are for the codes of the public header, each once. */
#define RESULT(code, name, text, hint)	     { #name, name, code },
#define RESULT_FIXED(code, name, text, hint) { #name, name, code },
static void result_texts(void **state)
{
	static const struct number numbers[] = {
#include "result_codes.h"
	};

	(void)state;
	CHECK(numbers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments),
		cmocka_unit_test(domains),
		cmocka_unit_test(requests),
		cmocka_unit_test(capabilities),
		cmocka_unit_test(request_structs),
		cmocka_unit_test(memory),
		cmocka_unit_test(queues),
		cmocka_unit_test(result_codes),
		cmocka_unit_test(log_levels),
		cmocka_unit_test(result_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
