// SPDX-License-Identifier: BSD-3-Clause
#include "queue_rpc.h"

#include <stdio.h>

#include <qda.h>

#include "fastrpc.h"

#define URI                                                               \
	"file:///libdspqueue_rpc_skel.so?dspqueue_rpc_skel_handle_invoke" \
	"&_modver=1.0&_dom=%s&_session=%u"

enum method {
	INIT_PROCESS_STATE = 2,
	CREATE_QUEUE = 3,
	DESTROY_QUEUE = 4,
	IS_IMPORTED = 5,
	WAIT_SIGNAL = 6,
	CANCEL_WAIT = 7,
	SIGNAL = 8,
};

static int call(remote_handle64 rpc, enum method method, void *in,
		size_t in_size, void *out, size_t out_size)
{
	remote_arg args[2];
	unsigned int count = 0;

	if (in_size)
		args[count++].buf = (remote_buf){ in, in_size };
	if (out_size)
		args[count++].buf = (remote_buf){ out, out_size };
	return remote_handle64_invoke(
		rpc, REMOTE_SCALARS_MAKE(method, in_size != 0, out_size != 0),
		args);
}

int queue_rpc_open(unsigned int slot, remote_handle64 *rpc)
{
	char uri[sizeof(URI) + 16];

	snprintf(uri, sizeof(uri), URI, qda_domain_name((int)(slot % DOMAINS)),
		 slot / DOMAINS);
	return remote_handle64_open(uri, rpc);
}

int queue_rpc_init(remote_handle64 rpc, int signals_fd)
{
	int32_t in = signals_fd;

	return call(rpc, INIT_PROCESS_STATE, &in, sizeof(in), NULL, 0);
}

int queue_rpc_create(remote_handle64 rpc, uint32_t number, int fd,
		     uint32_t count, uint64_t *id)
{
	uint32_t in[] = { number, (uint32_t)fd, count };

	return call(rpc, CREATE_QUEUE, in, sizeof(in), id, sizeof(*id));
}

int queue_rpc_destroy(remote_handle64 rpc, uint64_t id)
{
	return call(rpc, DESTROY_QUEUE, &id, sizeof(id), NULL, 0);
}

int queue_rpc_is_imported(remote_handle64 rpc, uint64_t id, int32_t *imported)
{
	return call(rpc, IS_IMPORTED, &id, sizeof(id), imported,
		    sizeof(*imported));
}

int queue_rpc_wait(remote_handle64 rpc, int32_t *signal)
{
	return call(rpc, WAIT_SIGNAL, NULL, 0, signal, sizeof(*signal));
}

int queue_rpc_cancel(remote_handle64 rpc)
{
	return call(rpc, CANCEL_WAIT, NULL, 0, NULL, 0);
}

int queue_rpc_signal(remote_handle64 rpc)
{
	return call(rpc, SIGNAL, NULL, 0, NULL, 0);
}
