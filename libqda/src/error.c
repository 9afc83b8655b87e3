// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct entry {
	int code;
	const char *name;
	const char *text;
	const char *hint;
};

#define ERRNO(name, text, hint)         \
	{                               \
		name, #name, text, hint \
	}

/* The meanings are those that qda_accel.h gives; the second part is libqda's. */
static const struct entry errors[] = {
	ERRNO(EINVAL, "a value that is never right was given",
	      "do the scalars say as many arguments as there are, and is the "
	      "method below 32?"),
	ERRNO(ENOENT, "there is no such buffer, call or file",
	      "was it freed or waited for already?"),
	ERRNO(ERANGE, "offset and length do not lie within the buffer",
	      "compare them with qda_buffer_size()"),
	ERRNO(E2BIG,
	      "more arguments than a call can have, or options of a "
	      "newer library",
	      "a call has at most 255 inputs, 255 outputs and 15 DMA handles "
	      "each way"),
	ERRNO(EFAULT, "a pointer does not point to accessible memory", ""),
	ERRNO(EPERM, "the caller has not the right to do this",
	      "signed processes, and those of the DSP itself, need "
	      "CAP_SYS_ADMIN; remote handles 1 and 2 are the kernel's own"),
	ERRNO(ENOTCONN, "the session has no process on the DSP yet", ""),
	ERRNO(EEXIST, "the session has, or had, its process on the DSP",
	      "open another session"),
	ERRNO(EBUSY, "every context bank of the DSP is taken",
	      "close a session of this or another program first"),
	ERRNO(ENOSPC,
	      "too many calls in flight, or no room left in the "
	      "session's DSP address space",
	      "wait for calls, or free buffers"),
	ERRNO(EOPNOTSUPP,
	      "the imported memory is not contiguous for the DSP, "
	      "or the DSP does not know the request",
	      "copy to a buffer made by qda_buffer_create()"),
	ERRNO(EREMOTEIO, "the DSP refused the request", ""),
	ERRNO(ETIME, "the deadline passed; the call is still in flight", ""),
	ERRNO(ETIMEDOUT, "the DSP did not answer the kernel in time",
	      "the DSP may hang: look at its log and at dmesg"),
	ERRNO(ECONNRESET, "the session's process on the DSP has died",
	      "look for the fault in the DSP's log, then open a new session"),
	ERRNO(EPIPE, "the DSP went down while the call was in flight",
	      "open a new session when it is up again"),
	ERRNO(ENODEV, "the DSP is down, or the device is gone",
	      "has the remoteproc been started? (cat "
	      "/sys/class/remoteproc/*/state)"),
	ERRNO(EINTR, "a signal arrived", ""),
	ERRNO(ENOMEM, "out of memory; nothing was done", ""),

	ERRNO(ENXIO, "there is no QDA device for that DSP",
	      "is the qda module loaded? (ls /sys/class/accel) Is QDA_DEVICE "
	      "set?"),
	ERRNO(EACCES, "the device node may not be opened",
	      "is the user in the node's group? (ls -l /dev/accel)"),
	ERRNO(ENOTTY, "the file is not a QDA device",
	      "QDA_DEVICE must name a node such as /dev/accel/accel0"),
	ERRNO(EXDEV, "the buffer belongs to another session",
	      "export it there and import it here"),
	ERRNO(EOVERFLOW, "an argument, or all of them together, are too large",
	      "an argument is below 4 GiB; large ones belong in buffers"),
	ERRNO(EOWNERDEAD,
	      "the session belongs to the process that this one "
	      "was forked from",
	      "open a session of one's own after fork()"),
	ERRNO(ENAMETOOLONG, "the name is too long",
	      "a module's URI has less than 4096 bytes"),
	ERRNO(EPROTO, "the DSP broke the protocol", "look at its log"),
	ERRNO(EMFILE, "the program has too many files open", ""),
	ERRNO(ENFILE, "the system has too many files open", ""),
	ERRNO(EBADF, "the file descriptor is not open", ""),
};

#define RESULT(code, name, text, hint) { code, #name, text, hint },
#define RESULT_FIXED(code, name, text, hint)
static const struct entry results[] = {
#include "result_codes.h"
};
#undef RESULT
#undef RESULT_FIXED

/* Looked at first: 104 is one thing from the host, another from the DSP. */
#define RESULT(code, name, text, hint)
#define RESULT_FIXED(code, name, text, hint) { code, #name, text, hint },
static const struct entry fixed_results[] = {
#include "result_codes.h"
};

static const struct entry unknown_result = {
	.name = "unknown",
	.text = "a value of the function's own",
	.hint = "",
};

#define RESULT_OFFSET 0x80000400u
#define RESULT_CODES  0x400u

static const struct entry *find(const struct entry *entries, size_t count,
				int code)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].code == code)
			return &entries[i];
	return NULL;
}

#define FIND(entries, code) \
	find(entries, sizeof(entries) / sizeof((entries)[0]), code)

/* INT_MIN has no positive counterpart, and is no errno. */
static int positive(int error)
{
	return error < 0 && error >= -4095 ? -error : error;
}

static const struct entry *find_error(int error)
{
	return FIND(errors, positive(error));
}

QDA_EXPORT const char *qda_error_name(int error)
{
	const struct entry *entry = find_error(error);
	const char *name = entry ? entry->name :
				   strerrorname_np(positive(error));

	if (!error)
		return "0";
	return name ? name : "unknown";
}

QDA_EXPORT const char *qda_error_text(int error)
{
	const struct entry *entry = find_error(error);
	const char *text = entry ? entry->text :
				   strerrordesc_np(positive(error));

	if (!error)
		return "success";
	return text ? text : "not an errno";
}

QDA_EXPORT const char *qda_error_hint(int error)
{
	const struct entry *entry = find_error(error);

	return entry ? entry->hint : "";
}

static const struct entry *find_result(int32_t result)
{
	uint32_t code = (uint32_t)result;
	const struct entry *entry = FIND(fixed_results, result);

	if (code > RESULT_OFFSET && code - RESULT_OFFSET < RESULT_CODES)
		code -= RESULT_OFFSET;
	if (!entry)
		entry = FIND(results, (int)code);
	if (!entry)
		entry = FIND(fixed_results, (int)code);
	return entry ? entry : &unknown_result;
}

QDA_EXPORT const char *qda_result_name(int32_t result)
{
	return find_result(result)->name;
}

QDA_EXPORT const char *qda_result_text(int32_t result)
{
	return find_result(result)->text;
}

QDA_EXPORT const char *qda_result_hint(int32_t result)
{
	return find_result(result)->hint;
}

/* "text (hint) [NAME]" */
static int format(char *text, size_t size, const struct entry *entry)
{
	if (*entry->hint)
		return snprintf(text, size, "%s (%s) [%s]", entry->text,
				entry->hint, entry->name);
	return snprintf(text, size, "%s [%s]", entry->text, entry->name);
}

QDA_EXPORT int qda_error_format(char *text, size_t size, int error,
				int32_t result)
{
	struct entry entry = {
		.name = qda_error_name(error),
		.text = qda_error_text(error),
		.hint = qda_error_hint(error),
	};
	char name[48];

	if (error && (positive(error) != EREMOTEIO || !result))
		return format(text, size, &entry);
	entry = *find_result(result);
	snprintf(name, sizeof(name), "%s, DSP result 0x%x", entry.name,
		 (uint32_t)result);
	entry.name = name;
	return format(text, size, &entry);
}
