/* SPDX-License-Identifier: BSD-3-Clause */
/* The machine's private directory and the processes that belong to it. */
#ifndef QDA_SIM_RUNTIME_H
#define QDA_SIM_RUNTIME_H

#include <sched.h>
#include <stdbool.h>
#include <sys/types.h>

struct runtime {
	char base[96]; /* directory for the machine's memory */
	char dir[128]; /* private directory below it */
	pid_t janitor;
	int janitor_pipe;
};

/*
 * runtime_open() - make the private directory, for a machine with @memory
 * bytes. It is removed when runtime_close() is called or this process dies,
 * however that happens. Returns 0, or -1 after saying what is wrong.
 */
int runtime_open(struct runtime *runtime, unsigned long long memory);

/* runtime_close() - remove the directory and wait until it is gone. */
void runtime_close(struct runtime *runtime);

/* What a child process gets. */
struct spawn {
	const char *path;
	char *const *argv;
	char *const *envp; /* NULL: that of this process */
	int in, out, err;  /* its standard streams */
	int keep;	   /* one more descriptor to leave open, or -1 */
	bool traceable;	   /* let any debugger of this user attach */
	const cpu_set_t *processors; /* NULL: those of this process */
};

/*
 * spawn() - start a process that dies when this one does, in a session of its
 * own. Returns its id, or -errno, also when @path cannot be executed.
 */
pid_t spawn(const struct spawn *spawn);

/* kill_group() - SIGKILL a process of ours and everything in its session. */
void kill_group(pid_t pid);

/*
 * kill_rest() - end every process below this one but @spare, also those whose
 * parents have died (bounded). Needs PR_SET_CHILD_SUBREAPER.
 */
void kill_rest(pid_t spare);

/* now_ms() - milliseconds of a clock that only goes forward. */
long long now_ms(void);

#endif
