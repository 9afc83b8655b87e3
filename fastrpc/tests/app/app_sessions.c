// SPDX-License-Identifier: BSD-3-Clause
/* Processes of a program on a DSP: how they are chosen, asked about and ended. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "kernel_text.h"

static int control(uint32_t req, void *data, uint32_t size)
{
	return api.remote_session_control(req, data, size);
}

#define CONTROL(req, data) control(req, &(data), sizeof(data))

static char name[] = "cdsp";

static int reserve(remote_rpc_reserve_new_session_t *session)
{
	*session = (remote_rpc_reserve_new_session_t){
		.domain_name = name,
		.domain_name_len = sizeof(name) - 1,
		.session_name = name,
		.session_name_len = 1,
	};
	return CONTROL(FASTRPC_RESERVE_NEW_SESSION, *session);
}

/* A session that was reserved has a process of its own. */
static void reserved_sessions(void)
{
	remote_rpc_reserve_new_session_t session[4];
	remote_rpc_effective_domain_id_t id = {
		.domain_name = name,
		.domain_name_len = 4,
	};
	remote_handle64 first, second;
	uint32_t out;

	api_begin();
	for (uint32_t i = 0; i < 3; i++) {
		check_equal(reserve(&session[i]), 0);
		check_equal(session[i].session_id, i + 1);
		check_equal(session[i].effective_domain_id,
			    CDSP_DOMAIN_ID + 8 * (i + 1));
	}
	check_equal(reserve(&session[3]), AEE_ENOSESSION);
	id.session_id = 2;
	check_equal(CONTROL(FASTRPC_GET_EFFECTIVE_DOMAIN_ID, id), 0);
	check_equal(id.effective_domain_id, 19);
	id.session_id = 4;
	check_equal(CONTROL(FASTRPC_GET_EFFECTIVE_DOMAIN_ID, id), AEE_EBADPARM);

	first = open_probe(0);
	second = open_probe(1);
	check_equal(probe_word(first, PROBE_COUNT, 0, &out), 0);
	check_equal(probe_word(first, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 2);
	check_equal(probe_word(second, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 1);
	api_end();
	check_equal(reserve(&session[0]), 0);
	check_equal(session[0].session_id, 1);
	api_end();
}

static void uris(void)
{
	char module[] = "file:///libx_skel.so?x_skel_handle_invoke&_modver=1.0";
	char uri[128];
	remote_rpc_get_uri_t request = {
		.domain_name = name,
		.domain_name_len = 4,
		.session_id = 1,
		.module_uri = module,
		.module_uri_len = sizeof(module) - 1,
		.uri = uri,
		.uri_len = sizeof(uri),
	};

	api_begin();
	check_equal(CONTROL(FASTRPC_GET_URI, request), 0);
	check(!strcmp(uri, "file:///libx_skel.so?x_skel_handle_invoke"
			   "&_modver=1.0&_dom=cdsp&_session=1"));
	request.uri_len = (uint32_t)strlen(uri) + 1;
	check_equal(CONTROL(FASTRPC_GET_URI, request), 0);
	request.uri_len--;
	check_equal(CONTROL(FASTRPC_GET_URI, request), AEE_EBADSIZE);
	request.domain_name = module;
	check_equal(CONTROL(FASTRPC_GET_URI, request), AEE_EINVALIDDOMAIN);
	api_end();
}

static void domains_of_handles(void)
{
	remote_rpc_get_domain_t domain = { -1 };
	remote_handle64 probe;

	api_begin();
	check_equal(api.remote_handle_control(DSPRPC_GET_DOMAIN, &domain,
					      sizeof(domain)),
		    0);
	check_equal(domain.domain, CDSP_DOMAIN_ID);
	probe = open_probe(2);
	check_equal(api.remote_handle64_control(probe, DSPRPC_GET_DOMAIN,
						&domain, sizeof(domain)),
		    0);
	check_equal(domain.domain, CDSP_DOMAIN_ID + 16);
	check_equal(api.remote_handle64_control(probe + 1, DSPRPC_GET_DOMAIN,
						&domain, sizeof(domain)),
		    AEE_EINVHANDLE);
	api_end();
}

static uint32_t capability(uint32_t domain, uint32_t attribute, int expected)
{
	fastrpc_capability about = { domain, attribute, 77 };

	check_equal(api.remote_handle_control(DSPRPC_GET_DSP_INFO, &about,
					      sizeof(about)),
		    expected);
	return about.capability;
}

static void capabilities(void)
{
	api_begin();
	check_equal(capability(CDSP_DOMAIN_ID, DOMAIN_SUPPORT, 0), 1);
	check_equal(capability(ADSP_DOMAIN_ID, DOMAIN_SUPPORT, 0), 0);
	check_equal(capability(CDSP_DOMAIN_ID, UNSIGNED_PD_SUPPORT, 0), 1);
	check_equal(capability(CDSP_DOMAIN_ID, HVX_SUPPORT_128B, 0), 1);
	check_equal(capability(CDSP_DOMAIN_ID, ARCH_VER, 0), 0x68);
	check_equal(capability(CDSP_DOMAIN_ID, HMX_SUPPORT_DEPTH, 0), 0);
	check_equal(capability(CDSP_DOMAIN_ID, STATUS_NOTIFICATION_SUPPORT, 0),
		    !on_mainline());
	capability(ADSP_DOMAIN_ID, ARCH_VER, AEE_ENOSUCHDEVICE);
	capability(99, ARCH_VER, AEE_EINVALIDDOMAIN);
	api_end();
}

static int process_type(void)
{
	struct remote_process_type type = { CDSP_DOMAIN_ID, -1 };

	check_equal(CONTROL(FASTRPC_REMOTE_PROCESS_TYPE, type), 0);
	return type.process_type;
}

static void unsigned_and_signed(void)
{
	struct remote_rpc_control_unsigned_module params = { CDSP_DOMAIN_ID,
							     0 };

	api_begin();
	check_equal(process_type(), PROCESS_TYPE_UNSIGNED);
	check_equal(CONTROL(DSPRPC_CONTROL_UNSIGNED_MODULE, params), 0);
	check_equal(process_type(), PROCESS_TYPE_SIGNED);
	params.enable = 1;
	check_equal(CONTROL(DSPRPC_CONTROL_UNSIGNED_MODULE, params), 0);
	open_probe(0);
	check_equal(CONTROL(DSPRPC_CONTROL_UNSIGNED_MODULE, params), 0);
	params.enable = 0;
	check_equal(CONTROL(DSPRPC_CONTROL_UNSIGNED_MODULE, params),
		    AEE_EBADSTATE);
	check_equal(process_type(), PROCESS_TYPE_UNSIGNED);
	params.domain = 32;
	check_equal(CONTROL(DSPRPC_CONTROL_UNSIGNED_MODULE, params),
		    AEE_EINVALIDDOMAIN);
	api_end();
}

static void threads_of_the_process(void)
{
	struct remote_rpc_thread_params params = { CDSP_DOMAIN_ID, 100,
						   64 * 1024 };
	struct remote_rpc_relative_thread_priority relative = { CDSP_DOMAIN_ID,
								-10 };

	api_begin();
	check_equal(CONTROL(FASTRPC_THREAD_PARAMS, params), 0);
	check_equal(CONTROL(FASTRPC_RELATIVE_THREAD_PRIORITY, relative), 0);
	relative.relative_thread_priority = 64;
	check_equal(CONTROL(FASTRPC_RELATIVE_THREAD_PRIORITY, relative),
		    AEE_EBADPARM);
	params.prio = 0;
	check_equal(CONTROL(FASTRPC_THREAD_PARAMS, params), AEE_EBADPARM);
	params.prio = -1;
	params.stack_size = 16 * 1024 - 1;
	check_equal(CONTROL(FASTRPC_THREAD_PARAMS, params), AEE_EBADPARM);
	params.stack_size = 1024 * 1024;
	check_equal(CONTROL(FASTRPC_THREAD_PARAMS, params), 0);
	open_probe(0);
	check_equal(CONTROL(FASTRPC_THREAD_PARAMS, params), AEE_EBADSTATE);
	api_end();
}

static void closing_a_session(void)
{
	struct remote_rpc_session_close close = { CDSP_DOMAIN_ID + 8 };
	remote_handle64 first, second;
	uint32_t out;

	api_begin();
	first = open_probe(0);
	second = open_probe(1);
	check_equal(CONTROL(FASTRPC_SESSION_CLOSE, close), 0);
	check_equal(probe_word(second, PROBE_COUNT, 0, &out), AEE_EINVHANDLE);
	check_equal(probe_word(first, PROBE_COUNT, 0, &out), 0);
	second = open_probe(1);
	check_equal(probe_word(second, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 1);
	close.domain = 77;
	check_equal(CONTROL(FASTRPC_SESSION_CLOSE, close), AEE_EINVALIDDOMAIN);
	api_end();
}

static void *block(void *data)
{
	static int result;

	result = probe_word(*(remote_handle64 *)data, PROBE_BLOCK, 0, NULL);
	return &result;
}

/* A call that does not return comes back when its process is killed. */
static void killing_a_process(void)
{
	struct remote_rpc_process_clean_params kill = { CDSP_DOMAIN_ID };
	remote_handle64 probe, next;
	pthread_t thread;
	void *result;
	uint32_t out;

	api_begin();
	check_equal(CONTROL(FASTRPC_REMOTE_PROCESS_KILL, kill), AEE_ENOSUCH);
	probe = open_probe(0);
	check_equal(pthread_create(&thread, NULL, block, &probe), 0);
	sleep_ms(100);
	check_equal(CONTROL(FASTRPC_REMOTE_PROCESS_KILL, kill), 0);
	pthread_join(thread, &result);
	check_equal(*(int *)result, DSP_ERROR(AEE_EBADSTATE));
	/* Handles are closed one by one; a new session is there meanwhile. */
	next = open_probe(0);
	check_equal(probe_word(next, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 1);
	check_equal(api.remote_handle64_close(probe), 0);
	api_end();
}

/* The process dies: calls say so, and the next open starts another one. */
static void a_process_that_crashes(void)
{
	remote_handle64 probe;
	uint32_t out;

	api_begin();
	probe = open_probe(0);
	check_equal(probe_word(probe, PROBE_CRASH, PROBE_CRASH_ABORT, NULL),
		    DSP_ERROR(AEE_EBADSTATE));
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out),
		    DSP_ERROR(AEE_EBADSTATE));
	api.remote_handle64_close(probe);
	probe = open_probe(0);
	check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
	check_equal(out, 1);
	api_end();
}

static int poll_qos(remote_handle64 probe)
{
	struct remote_rpc_control_latency latency = { RPC_POLL_QOS, 1000 };

	return probe ? api.remote_handle64_control(probe,
						   DSPRPC_CONTROL_LATENCY,
						   &latency, sizeof(latency)) :
		       api.remote_handle_control(DSPRPC_CONTROL_LATENCY,
						 &latency, sizeof(latency));
}

/* Whose end QDA's driver has seen in memory so far; others do not count. */
static uint64_t polled_calls(void)
{
	return on_mainline() ? 0 : counter_read("calls_polled");
}

/*
 * On the machine the DSP writes the word that is looked at. Some ends are seen
 * there, and others by the answer, when that is as quick.
 */
static void polling(void)
{
	remote_handle64 probe;
	uint64_t before;
	uint32_t out;

	api_begin();
	check_equal(poll_qos(open_probe(0)),
		    on_mainline() ? 0 : AEE_EUNSUPPORTED);
	api_end();
	check_equal(poll_qos(0), 0);
	before = polled_calls();
	probe = open_probe(0);
	check_equal(poll_qos(probe), 0);
	for (uint32_t i = 1; i <= 5000; i++) {
		check_equal(probe_word(probe, PROBE_COUNT, 0, &out), 0);
		check_equal(out, i);
		if (i % 50 == 0 && (on_mainline() || polled_calls() > before))
			break;
	}
	check(on_mainline() || polled_calls() > before);
	api_end();
}

/* Each is done, or refused: nothing is passed over in silence. */
static void requests_that_are_refused(void)
{
	struct remote_rpc_pd_initmem_size memory = { CDSP_DOMAIN_ID, 4 << 20 };
	struct remote_rpc_control_wakelock lock = { 1 };
	struct remote_rpc_control_latency latency = { 77, 100 };
	char none[64] = "";

	api_begin();
	check_equal(CONTROL(FASTRPC_PD_INITMEM_SIZE, memory), AEE_EUNSUPPORTED);
	memory.pd_initmem_size = 1;
	check_equal(CONTROL(FASTRPC_PD_INITMEM_SIZE, memory), AEE_EBADPARM);
	check_equal(CONTROL(FASTRPC_MAX_THREAD_PARAM, none), AEE_EUNSUPPORTED);
	check_equal(CONTROL(FASTRPC_CONTEXT_CREATE, none), AEE_EUNSUPPORTED);
	check_equal(CONTROL(FASTRPC_CONTEXT_DESTROY, none), AEE_EUNSUPPORTED);
	check_equal(CONTROL(FASTRPC_RESERVED_2, none), AEE_EUNSUPPORTED);
	check_equal(CONTROL(19, none), AEE_EUNSUPPORTEDAPI);
	check_equal(control(FASTRPC_GET_URI, NULL, 48), AEE_EBADPARM);
	check_equal(control(FASTRPC_GET_URI, none, 47), AEE_EBADPARM);

	check_equal(api.remote_handle_control(DSPRPC_CONTROL_WAKELOCK, &lock,
					      sizeof(lock)),
		    AEE_EUNSUPPORTED);
	check_equal(api.remote_handle_control(DSPRPC_CONTROL_LATENCY, &latency,
					      sizeof(latency)),
		    AEE_EBADPARM);
	latency.enable = RPC_POLL_QOS;
	latency.latency = 10001;
	check_equal(api.remote_handle_control(DSPRPC_CONTROL_LATENCY, &latency,
					      sizeof(latency)),
		    AEE_EBADPARM);
	latency.enable = RPC_ADAPTIVE_QOS;
	check_equal(api.remote_handle_control(DSPRPC_CONTROL_LATENCY, &latency,
					      sizeof(latency)),
		    AEE_EUNSUPPORTED);
	for (uint32_t req = DSPRPC_SET_PATH; req <= DSPRPC_SET_MODE; req++)
		check_equal(api.remote_handle_control(req, none, sizeof(none)),
			    AEE_EUNSUPPORTED);
	check_equal(api.remote_handle_control(99, none, sizeof(none)),
		    AEE_EUNSUPPORTEDAPI);
	api_end();
}

static const struct subtest tests[] = {
	SUBTEST(reserved_sessions),	    SUBTEST(uris),
	SUBTEST(domains_of_handles),	    SUBTEST(capabilities),
	SUBTEST(unsigned_and_signed),	    SUBTEST(threads_of_the_process),
	SUBTEST(closing_a_session),	    SUBTEST(killing_a_process),
	SUBTEST(a_process_that_crashes),    SUBTEST(polling),
	SUBTEST(requests_that_are_refused),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
