// SPDX-License-Identifier: BSD-3-Clause
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path.h"
#include "remote.h"

#define SHELL_MAX (4 * 1024 * 1024)

/* remotectl, and its method that sets the parameters of a process. */
#define REMOTECTL     0
#define SET_PARAM     REMOTE_SCALARS_MAKE(3, 2, 0)
#define PARAM_THREADS 1

/* The process's own method that ends it. */
#define PROCESS_EXIT_SC REMOTE_SCALARS_MAKE(2, 0, 0)

static int read_all(int fd, char *to, size_t size)
{
	while (size) {
		ssize_t n = read(fd, to, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		to += n;
		size -= (size_t)n;
	}
	return 0;
}

static int load(int fd, struct process_options *options)
{
	struct stat st;
	char *memory;
	int ret;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_size <= 0 || st.st_size > SHELL_MAX)
		return -EFBIG;
	memory = malloc((size_t)st.st_size);
	if (!memory)
		return -ENOMEM;
	ret = read_all(fd, memory, (size_t)st.st_size);
	if (ret) {
		free(memory);
		return ret;
	}
	options->shell = memory;
	options->shell_length = (size_t)st.st_size;
	return 0;
}

/* Where there is none in the search path, the DSP has one itself. */
static int load_shell(struct session *session, struct process_options *options)
{
	char name[64];
	int fd, ret;

	snprintf(name, sizeof(name), "fastrpc_shell%s_%u",
		 options->is_unsigned ? "_unsigned" : "",
		 session->slot % DOMAINS);
	fd = path_open(name, O_RDONLY);
	if (fd < 0)
		return 0;
	ret = load(fd, options);
	if (ret)
		log_failure(ret, 0, "cannot read the shell %s", name);
	close(fd);
	return ret;
}

int process_start(struct session *session, struct process_options *options,
		  int32_t *result)
{
	int ret = 0;

	if (options->kind == PROCESS_DYNAMIC)
		ret = load_shell(session, options);
	if (!ret)
		ret = session->backend->start(session->inner, options, result);
	free((void *)options->shell);
	options->shell = NULL;
	return ret;
}

void process_set_threads(struct session *session, int priority, int stack_size)
{
	uint32_t head[] = { PARAM_THREADS, 2 };
	uint32_t values[] = { (uint32_t)priority, (uint32_t)stack_size };
	struct argument args[] = {
		{ .pointer = head, .length = sizeof(head), .fd = -1 },
		{ .pointer = values, .length = sizeof(values), .fd = -1 },
	};
	int32_t result = 0;
	int ret;

	ret = session->backend->invoke(session->inner, REMOTECTL, SET_PARAM,
				       args, ARRAY_SIZE(args), &result);
	if (ret || result)
		log_failure(ret, result,
			    "the DSP does not take parameters of "
			    "threads");
}

static void *ask_to_exit(void *data)
{
	struct session *session = data;
	int32_t result;

	session->backend->invoke(session->inner, CURRENT_PROCESS,
				 PROCESS_EXIT_SC, NULL, 0, &result);
	session_put(session);
	return NULL;
}

void process_end(struct session *session)
{
	session_get_again(session);
	run_for_a_while(ask_to_exit, session);
}
