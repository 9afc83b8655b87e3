// SPDX-License-Identifier: GPL-2.0-only
/*
 * What there is at the moment, for debugfs: sessions, calls, mappings. Each row
 * is copied under a lock of its own and printed without, so that a table of any
 * length holds nobody up; rows that come and go meanwhile may be missed.
 */
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string_choices.h>

#include <drm/qda_accel.h>

#include "qda_call.h"
#include "qda_context_bank.h"
#include "qda_drv.h"
#include "qda_gem.h"
#include "qda_session.h"
#include "qda_state.h"

struct qda_session_row {
	u64 id;
	u32 state;
	u32 process;
	int bank;
	unsigned int in_flight;
	unsigned int uncollected;
	unsigned int idle;
	u64 total;
};

struct qda_call_row {
	u64 context;
	u64 session;
	u32 process;
	u32 handle;
	u32 scalars;
	bool in_flight;
	bool done;
	s64 age_us;
};

struct qda_mapping_row {
	u64 session;
	u64 size;
	int bank;
	bool imported;
	bool cached;
	unsigned int handles;
	unsigned int uses;
};

/**
 * struct qda_rows - an open table
 * @qda: the device
 * @table: which table
 * @session: the row that is printed next, of sessions
 * @call: the same of calls
 * @mapping: the same of mappings
 */
struct qda_rows {
	struct qda_device *qda;
	const struct qda_table *table;
	union {
		struct qda_session_row session;
		struct qda_call_row call;
		struct qda_mapping_row mapping;
	};
};

/**
 * struct qda_table - a kind of table
 * @header: its first line
 * @fetch: copies the first row from @index on and sets @index to its own;
 *	false if there is none
 * @show: prints the row that was copied
 */
struct qda_table {
	const char *header;
	bool (*fetch)(struct qda_rows *rows, unsigned long *index);
	void (*show)(struct seq_file *seq, const struct qda_rows *rows);
};

static int qda_bank_index(struct qda_device *qda, const struct qda_context_bank *bank)
{
	for (unsigned int i = 0; i < qda->num_banks; i++)
		if (qda->banks[i] == bank)
			return i;

	return -1;
}

static bool qda_sessions_fetch(struct qda_rows *rows, unsigned long *index)
{
	struct qda_session_row *row = &rows->session;
	struct qda_session *session;

	/* It cannot be freed meanwhile. That begins while it stands here. */
	guard(spinlock)(&rows->qda->all_sessions.xa_lock);

	session = xa_find(&rows->qda->all_sessions, index, ULONG_MAX, XA_PRESENT);
	if (!session)
		return false;

	scoped_guard(spinlock_irq, qda_calls_lock(rows->qda)) {
		row->state = session->state;
		row->process = session->process ? session->client_id : 0;
		row->in_flight = session->usage.in_flight;
		row->total = session->usage.total;
		row->uncollected = session->uncollected;
		row->idle = 0;
		for (unsigned int i = 0; i < QDA_CALL_SIZES; i++)
			row->idle += session->pools[i].num_idle;
	}
	row->id = session->id;
	row->bank = qda_bank_index(rows->qda, READ_ONCE(session->bank));

	return true;
}

static void qda_sessions_show(struct seq_file *seq, const struct qda_rows *rows)
{
	const struct qda_session_row *row = &rows->session;

	seq_printf(seq, "%7llu  %-8s  %7u  %4d  %9u  %11u  %10llu  %5u\n", row->id,
		   qda_session_state_name(row->state), row->process, row->bank,
		   row->in_flight, row->uncollected, row->total, row->idle);
}

static const struct qda_table qda_table_sessions = {
	.header = "session  state     process  bank  in_flight  uncollected  calls        idle\n",
	.fetch = qda_sessions_fetch,
	.show = qda_sessions_show,
};

/* Copies the call with the next index; 0, or -EAGAIN if nobody refers to it. */
static int qda_call_copy(struct qda_rows *rows, unsigned long *index)
{
	struct qda_call_row *row = &rows->call;
	struct qda_call *call;

	guard(spinlock_irq)(qda_calls_lock(rows->qda));

	call = xa_find(&rows->qda->calls, index, ULONG_MAX, XA_PRESENT);
	if (!call)
		return -ENOENT;
	if (!kref_read(&call->ref))
		return -EAGAIN;

	row->context = call->context;
	row->session = call->session->id;
	row->process = call->session->client_id;
	row->handle = call->handle;
	row->scalars = call->scalars;
	row->in_flight = call->in_flight;
	row->done = call->done;
	row->age_us = ktime_us_delta(ktime_get(), call->submitted);

	return 0;
}

static bool qda_calls_fetch(struct qda_rows *rows, unsigned long *index)
{
	int ret;

	while ((ret = qda_call_copy(rows, index)) == -EAGAIN)
		++*index;

	return !ret;
}

/* An abandoned call has ended for its caller, but the DSP may work on it. */
static const char *qda_call_state_name(const struct qda_call_row *row)
{
	if (row->in_flight)
		return row->done ? "abandoned" : "in-flight";

	return row->done ? "ended" : "unsent";
}

static void qda_calls_show(struct seq_file *seq, const struct qda_rows *rows)
{
	const struct qda_call_row *row = &rows->call;

	seq_printf(seq, "0x%016llx  %7llu  %7u  0x%08x  %6u  %12lld  %s\n",
		   row->context, row->session, row->process, row->handle,
		   DRM_QDA_SCALARS_METHOD(row->scalars), row->age_us,
		   qda_call_state_name(row));
}

static const struct qda_table qda_table_calls = {
	.header = "context             session  process  handle      method  age_us        state\n",
	.fetch = qda_calls_fetch,
	.show = qda_calls_show,
};

static bool qda_mappings_fetch(struct qda_rows *rows, unsigned long *index)
{
	struct qda_mapping_row *row = &rows->mapping;
	struct qda_mapping *mapping;

	guard(spinlock)(&rows->qda->mappings.xa_lock);

	mapping = xa_find(&rows->qda->mappings, index, ULONG_MAX, XA_PRESENT);
	if (!mapping)
		return false;

	row->session = mapping->session_id;
	row->size = mapping->size;
	row->bank = qda_bank_index(rows->qda, mapping->bank);
	row->imported = mapping->bo->import;
	row->cached = mapping->bo->cached;
	row->handles = READ_ONCE(mapping->handles);
	row->uses = kref_read(&mapping->ref) - !!row->handles;

	return true;
}

static void qda_mappings_show(struct seq_file *seq, const struct qda_rows *rows)
{
	const struct qda_mapping_row *row = &rows->mapping;

	seq_printf(seq, "%7llu  %4d  %10llu  %8s  %6s  %7u  %4u\n", row->session,
		   row->bank, row->size, str_yes_no(row->imported),
		   str_yes_no(row->cached), row->handles, row->uses);
}

static const struct qda_table qda_table_mappings = {
	.header = "session  bank  size        imported  cached  handles  uses\n",
	.fetch = qda_mappings_fetch,
	.show = qda_mappings_show,
};

/* Position 0 is the header; no xarray here has an index 0. */
static void *qda_rows_at(struct seq_file *seq, loff_t *pos)
{
	struct qda_rows *rows = seq->private;
	unsigned long index = *pos;

	if (!index)
		return SEQ_START_TOKEN;
	if (!rows->table->fetch(rows, &index))
		return NULL;

	*pos = index;
	return rows;
}

static void *qda_rows_start(struct seq_file *seq, loff_t *pos)
{
	return qda_rows_at(seq, pos);
}

static void *qda_rows_next(struct seq_file *seq, void *row, loff_t *pos)
{
	cond_resched();
	++*pos;
	return qda_rows_at(seq, pos);
}

static void qda_rows_stop(struct seq_file *seq, void *row)
{
}

static int qda_rows_show(struct seq_file *seq, void *row)
{
	struct qda_rows *rows = seq->private;

	if (row == SEQ_START_TOKEN)
		seq_puts(seq, rows->table->header);
	else
		rows->table->show(seq, rows);

	return 0;
}

static const struct seq_operations qda_rows_ops = {
	.start = qda_rows_start,
	.next = qda_rows_next,
	.stop = qda_rows_stop,
	.show = qda_rows_show,
};

static int qda_table_open(struct inode *inode, struct file *file,
			  const struct qda_table *table)
{
	struct qda_rows *rows;

	rows = __seq_open_private(file, &qda_rows_ops, sizeof(*rows));
	if (!rows)
		return -ENOMEM;

	rows->qda = inode->i_private;
	rows->table = table;

	return 0;
}

#define QDA_TABLE(name)								\
	static int qda_##name##_open(struct inode *inode, struct file *file)	\
	{									\
		return qda_table_open(inode, file, &qda_table_##name);		\
	}									\
										\
	static const struct file_operations qda_##name##_fops = {		\
		.owner = THIS_MODULE,						\
		.open = qda_##name##_open,					\
		.read = seq_read,						\
		.llseek = seq_lseek,						\
		.release = seq_release_private,					\
	}

QDA_TABLE(sessions);
QDA_TABLE(calls);
QDA_TABLE(mappings);

/**
 * qda_state_init - set up what the tables are made from
 * @qda: device
 *
 * Not in one function with &qda_device.calls: lockdep would take their locks,
 * which are not used in interrupt context, for the same.
 */
void qda_state_init(struct qda_device *qda)
{
	xa_init_flags(&qda->all_sessions, XA_FLAGS_ALLOC1);
	xa_init_flags(&qda->mappings, XA_FLAGS_ALLOC1);
}

/**
 * qda_state_debugfs - create the tables of debugfs
 * @qda: device, not registered yet
 */
void qda_state_debugfs(struct qda_device *qda)
{
	struct dentry *root = qda->drm.debugfs_root;

	debugfs_create_file("sessions", 0444, root, qda, &qda_sessions_fops);
	debugfs_create_file("calls", 0444, root, qda, &qda_calls_fops);
	debugfs_create_file("mappings", 0444, root, qda, &qda_mappings_fops);
}
