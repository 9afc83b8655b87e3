// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake.h"
#include "fake_internal.h"

#define FILES			 16
#define HANDLES			 512
#define CALLS			 256
#define MAPS			 64
#define EVENTS			 64
#define MAX_BO			 (1ULL << 32)
#define OFFSET_OF_HANDLE(handle) ((uint64_t)(handle) << 40)

struct fake_bo {
	int memory;
	uint64_t size;
	bool imported;
};

struct fake_map {
	uint32_t number;
	int32_t tag;
};

struct fake_file {
	int fd;
	const struct fake_node *node;
	bool running;
	struct fake_bo bos[HANDLES];
	struct fake_call calls[CALLS];
	struct fake_map maps[MAPS];
};

struct fake fake;

static struct fake_file files[FILES];
static uint64_t last_call;
static uint32_t last_map;

static struct fake_event {
	uint8_t bytes[32];
	size_t size;
} events[EVENTS];
static unsigned int events_first, events_count;
static char class_dir[64];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct fake_file *file_of(int fd)
{
	for (unsigned int i = 0; i < FILES; i++)
		if (files[i].node && files[i].fd == fd)
			return &files[i];
	return NULL;
}

static const struct fake_node *node_at(const char *path)
{
	const char *name = strrchr(path, '/') + 1;

	for (unsigned int i = 0; i < fake.nodes_count; i++)
		if (!strcmp(fake.nodes[i].name, name))
			return &fake.nodes[i];
	return NULL;
}

static int fake_open(const char *path)
{
	const struct fake_node *node = node_at(path);
	struct fake_file *file = files;

	if (!node)
		return -ENOENT;
	if (node->open_error)
		return node->open_error;
	pthread_mutex_lock(&lock);
	while (file->node)
		file++;
	*file = (struct fake_file){ .node = node };
	file->fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	fake.files++;
	pthread_mutex_unlock(&lock);
	return file->fd;
}

static void close_bo(struct fake_bo *bo)
{
	close(bo->memory);
	*bo = (struct fake_bo){ 0 };
	fake.bos--;
}

static void fake_close(int fd)
{
	struct fake_file *file = file_of(fd);

	pthread_mutex_lock(&lock);
	for (unsigned int i = 0; i < HANDLES; i++)
		if (file->bos[i].size)
			close_bo(&file->bos[i]);
	file->node = NULL;
	fake.files--;
	close(fd);
	pthread_mutex_unlock(&lock);
}

static int add_bo(struct fake_file *file, int memory, uint64_t size,
		  bool imported)
{
	for (int handle = 1; handle < HANDLES; handle++) {
		if (file->bos[handle].size)
			continue;
		file->bos[handle] = (struct fake_bo){ memory, size, imported };
		fake.bos++;
		return handle;
	}
	return -ENOSPC;
}

static struct fake_bo *bo_at(struct fake_file *file, uint32_t handle)
{
	if (!handle || handle >= HANDLES || !file->bos[handle].size)
		return NULL;
	return &file->bos[handle];
}

static int do_version(struct fake_file *file, struct drm_version *version)
{
	size_t length = strlen(file->node->driver);

	if (version->name_len < length)
		length = version->name_len;
	memcpy(version->name, file->node->driver, length);
	version->name_len = strlen(file->node->driver);
	version->version_major = 1;
	version->version_minor = fake.minor;
	return 0;
}

static int do_query(struct fake_file *file, struct drm_qda_query *query)
{
	void *data = (void *)(uintptr_t)query->data_ptr;

	if (query->type == DRM_QDA_QUERY_DEVICE) {
		*(struct drm_qda_query_device *)data =
			(struct drm_qda_query_device){
				.domain = file->node->domain,
				.sessions = 4,
				.calls = 64,
				.address_bits = 32,
				.bo_size_max = MAX_BO,
				.features = DRM_QDA_FEATURE_POLL,
			};
		return 0;
	}
	if (query->type == DRM_QDA_QUERY_DSP) {
		struct drm_qda_query_dsp *dsp = data;

		for (unsigned int i = 0; i < DRM_QDA_DSP_ATTRIBUTES; i++)
			dsp->attributes[i] = 3 * i;
		return 0;
	}
	*(struct drm_qda_query_session *)data = (struct drm_qda_query_session){
		.state = file->running ? DRM_QDA_SESSION_STATE_RUNNING : 0,
		.process = file->running ? 7 : 0,
	};
	return 0;
}

static int do_bo_create(struct fake_file *file, struct drm_qda_bo_create *arg)
{
	uint64_t size = (arg->size + 4095) & ~4095ULL;
	int memory, handle;

	if (fake.bo_error)
		return fake.bo_error;
	if (!arg->size || arg->flags || arg->handle)
		return -EINVAL;
	memory = memfd_create("bo", MFD_CLOEXEC);
	if (memory < 0 || ftruncate(memory, (off_t)size))
		return -ENOMEM;
	handle = add_bo(file, memory, size, false);
	if (handle < 0) {
		close(memory);
		return handle;
	}
	arg->size = size;
	arg->handle = (uint32_t)handle;
	arg->mmap_offset = OFFSET_OF_HANDLE(handle);
	return 0;
}

static int do_bo_info(struct fake_file *file, struct drm_qda_bo_info *info)
{
	struct fake_bo *bo = bo_at(file, info->handle);

	if (!bo)
		return -ENOENT;
	info->size = bo->size;
	info->flags = bo->imported ? DRM_QDA_BO_IMPORTED : 0;
	info->mmap_offset = bo->imported ? 0 : OFFSET_OF_HANDLE(info->handle);
	return 0;
}

static int do_gem_close(struct fake_file *file, struct drm_gem_close *arg)
{
	struct fake_bo *bo = bo_at(file, arg->handle);

	if (!bo)
		return -EINVAL;
	close_bo(bo);
	return 0;
}

static bool same_memory(int a, int b)
{
	struct stat one, other;

	return !fstat(a, &one) && !fstat(b, &other) &&
	       one.st_ino == other.st_ino && one.st_dev == other.st_dev;
}

static int do_import(struct fake_file *file, struct drm_prime_handle *prime)
{
	struct stat st;
	int memory, handle;

	if (fstat(prime->fd, &st) || !st.st_size)
		return -EBADF;
	for (uint32_t i = 1; i < HANDLES; i++) {
		struct fake_bo *bo = bo_at(file, i);

		if (bo && same_memory(bo->memory, prime->fd)) {
			prime->handle = i;
			return 0;
		}
	}
	memory = fcntl(prime->fd, F_DUPFD_CLOEXEC, 0);
	handle = add_bo(file, memory, (uint64_t)st.st_size, true);
	if (handle < 0)
		return handle;
	prime->handle = (uint32_t)handle;
	return 0;
}

static int do_export(struct fake_file *file, struct drm_prime_handle *prime)
{
	struct fake_bo *bo = bo_at(file, prime->handle);

	if (!bo)
		return -ENOENT;
	prime->fd = fcntl(bo->memory, F_DUPFD_CLOEXEC, 0);
	return 0;
}

static int do_session_create(struct fake_file *file,
			     struct drm_qda_remote_session_create *create)
{
	struct fake_bo *shell = bo_at(file, create->shell_handle);

	if (create->kind > DRM_QDA_SESSION_SENSORS ||
	    (create->name[0] != 0) != (create->kind == DRM_QDA_SESSION_STATIC))
		return -EINVAL;
	if (create->shell_handle &&
	    (!shell || create->shell_length > shell->size))
		return -ERANGE;
	fake.created = *create;
	create->result = fake.create_result;
	if (fake.create_error)
		return fake.create_error;
	file->running = true;
	return 0;
}

static int check_arg(struct fake_file *file, bool dma,
		     const struct drm_qda_remote_arg *arg)
{
	struct fake_bo *bo = bo_at(file, arg->handle);

	if (arg->flags || arg->pad || (!dma && arg->tag) ||
	    (dma && (!arg->tag || arg->tag == -1)))
		return -EINVAL;
	if (!arg->length)
		return arg->handle || arg->offset ? -EINVAL : 0;
	if (!bo)
		return -ENOENT;
	if (arg->offset > bo->size || arg->length > bo->size - arg->offset)
		return -ERANGE;
	return 0;
}

static int map_arg(struct fake_file *file, const struct drm_qda_remote_arg *raw,
		   struct fake_arg *arg)
{
	struct fake_bo *bo = bo_at(file, raw->handle);
	char *map;

	*arg = (struct fake_arg){ .length = raw->length, .raw = *raw };
	if (!raw->length)
		return 0;
	map = mmap(NULL, bo->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   bo->memory, 0);
	if (map == MAP_FAILED)
		return -ENOMEM;
	arg->pointer = map + raw->offset;
	return 0;
}

static void unmap_args(struct fake_file *file, struct fake_arg *args,
		       unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (args[i].pointer)
			munmap((char *)args[i].pointer - args[i].raw.offset,
			       bo_at(file, args[i].raw.handle)->size);
}

/* A descriptor as the kernel reads it: what is not there is 0. */
static struct drm_qda_remote_arg arg_at(
	const struct drm_qda_remote_invoke *invoke, unsigned int index)
{
	const char *args = (const void *)(uintptr_t)invoke->args_ptr;
	struct drm_qda_remote_arg arg = { 0 };

	memcpy(&arg, args + (size_t)index * invoke->args_stride,
	       invoke->args_stride);
	return arg;
}

static bool is_stride(const struct drm_qda_remote_invoke *invoke)
{
	if (!invoke->args_count)
		return !invoke->args_stride;
	return invoke->args_stride == 24 || invoke->args_stride == 32;
}

int fake_check_invoke(struct fake_file *file,
		      const struct drm_qda_remote_invoke *invoke)
{
	struct drm_qda_remote_arg raw;
	uint32_t sc = invoke->scalars;
	unsigned int buffers = DRM_QDA_SCALARS_IN_BUFFERS(sc) +
			       DRM_QDA_SCALARS_OUT_BUFFERS(sc);
	int ret = 0;

	if (sc >> 29 ||
	    invoke->flags & ~(DRM_QDA_INVOKE_NOWAIT | DRM_QDA_INVOKE_EVENT) ||
	    invoke->flags == DRM_QDA_INVOKE_EVENT ||
	    !(invoke->flags & DRM_QDA_INVOKE_EVENT) != !invoke->user_data ||
	    (invoke->flags && invoke->deadline_ns) || invoke->result ||
	    invoke->args_count != buffers + DRM_QDA_SCALARS_IN_HANDLES(sc) +
					  DRM_QDA_SCALARS_OUT_HANDLES(sc) ||
	    !is_stride(invoke))
		return -EINVAL;
	if (invoke->remote_handle == 1 || invoke->remote_handle == 2)
		return -EPERM;
	if (!file->running)
		return -ENOTCONN;
	fake.args_stride = invoke->args_stride;
	for (unsigned int i = 0; !ret && i < invoke->args_count; i++) {
		raw = arg_at(invoke, i);
		ret = check_arg(file, i >= buffers, &raw);
	}
	return ret;
}

/* Runs the function with the lock released, as calls do not exclude others. */
static int run(struct fake_file *file, struct drm_qda_remote_invoke *invoke,
	       struct fake_call *call)
{
	struct fake_arg args[DRM_QDA_ARGS_MAX];
	struct drm_qda_remote_arg raw;
	int ret = 0;

	for (unsigned int i = 0; !ret && i < invoke->args_count; i++) {
		raw = arg_at(invoke, i);
		ret = map_arg(file, &raw, &args[i]);
	}
	if (ret)
		return ret;
	fake.runs++;
	pthread_mutex_unlock(&lock);
	call->result = fake.function(invoke->remote_handle, invoke->scalars,
				     args, invoke->args_count);
	pthread_mutex_lock(&lock);
	unmap_args(file, args, invoke->args_count);
	return 0;
}

void fake_event(const void *event, size_t size)
{
	struct fake_event *new =
		&events[(events_first + events_count++) % EVENTS];

	memcpy(new->bytes, event, size);
	new->size = size;
}

static void call_event(uint64_t user_data, const struct fake_call *call)
{
	struct drm_qda_event_call event = {
		.base = { DRM_QDA_EVENT_CALL, sizeof(event) },
		.call = call->id,
		.user_data = user_data,
		.error = (uint32_t)call->error,
		.result = call->result,
	};

	fake_event(&event, sizeof(event));
}

static int32_t map_at(struct fake_file *file, uint32_t number)
{
	for (unsigned int i = 0; i < MAPS; i++)
		if (file->maps[i].number == number)
			return (int32_t)i;
	return -1;
}

static int do_remote_map(struct fake_file *file,
			 struct drm_qda_remote_map *request)
{
	struct fake_bo *bo = bo_at(file, request->handle);
	bool heap = request->kind == DRM_QDA_MAP_HEAP;
	int32_t at = map_at(file, 0);

	if (request->kind > DRM_QDA_MAP_HEAP || request->flags ||
	    !request->length || (request->length | request->offset) % 4096 ||
	    (heap ? request->tag : !request->tag || request->tag == -1))
		return -EINVAL;
	if (!bo)
		return -ENOENT;
	if (request->offset > bo->size ||
	    request->length > bo->size - request->offset)
		return -ERANGE;
	for (unsigned int i = 0; !heap && i < MAPS; i++)
		if (file->maps[i].number && file->maps[i].tag == request->tag)
			return -EBUSY;
	if (fake.remote_map_error) {
		request->result = fake.remote_map_result;
		return fake.remote_map_error;
	}
	request->map = ++last_map;
	request->address = 0x10000 + request->offset;
	if (request->kind == DRM_QDA_MAP_TAG_DELAYED)
		request->address = 0;
	file->maps[at] = (struct fake_map){ request->map, request->tag };
	fake.maps++;
	fake.mapped = *request;
	return 0;
}

static int do_remote_unmap(struct fake_file *file,
			   struct drm_qda_remote_unmap *request)
{
	int32_t at = request->map ? map_at(file, request->map) : -1;

	if (request->flags || request->pad)
		return -EINVAL;
	if (at < 0)
		return -ENOENT;
	if (fake.remote_map_error) {
		request->result = fake.remote_map_result;
		return fake.remote_map_error;
	}
	file->maps[at] = (struct fake_map){ 0 };
	fake.maps--;
	return 0;
}

struct fake_call *fake_call_at(struct fake_file *file, uint64_t id)
{
	for (unsigned int i = 0; i < CALLS; i++)
		if (file->calls[i].id == id)
			return &file->calls[i];
	return NULL;
}

int fake_start(struct fake_file *file, struct drm_qda_remote_invoke *invoke)
{
	struct fake_call *call = fake_call_at(file, 0);
	int ret = fake_check_invoke(file, invoke);

	if (ret)
		return ret;
	if (!call)
		return -ENOSPC;
	*call = (struct fake_call){ .id = ++last_call };
	invoke->call = call->id;
	fake.deadline_ns = invoke->deadline_ns;
	call->error = -fake.invoke_error;
	ret = call->error ? 0 : run(file, invoke, call);
	if (!ret && invoke->flags & DRM_QDA_INVOKE_EVENT) {
		call_event(invoke->user_data, call);
		call->id = 0;
	}
	return ret;
}

static bool take(unsigned int *counter)
{
	if (!*counter)
		return false;
	--*counter;
	return true;
}

int fake_not_yet(void)
{
	if (take(&fake.interrupts))
		return -EINTR;
	if (take(&fake.late))
		return -ETIME;
	return 0;
}

static int do_invoke(struct fake_file *file,
		     struct drm_qda_remote_invoke *invoke)
{
	struct fake_call *call;
	int ret = 0;

	if (!invoke->call)
		ret = fake_start(file, invoke);
	if (ret || invoke->flags & DRM_QDA_INVOKE_NOWAIT)
		return ret;
	ret = fake_not_yet();
	if (ret)
		return ret;
	call = fake_call_at(file, invoke->call);
	if (!call)
		return -ENOENT;
	call->id = 0;
	invoke->result = call->result;
	return -call->error;
}

static int do_wait(struct fake_file *file, struct drm_qda_remote_wait *wait)
{
	struct drm_qda_remote_call *wanted = (void *)(uintptr_t)wait->calls_ptr;
	int ret = fake_not_yet();

	if (wait->calls_stride != sizeof(*wanted) || !wait->calls_count)
		return -EINVAL;
	if (ret)
		return ret;
	for (uint32_t i = 0; i < wait->calls_count; i++) {
		struct fake_call *call = fake_call_at(file, wanted[i].call);

		if (!wanted[i].call || !call)
			return -ENOENT;
		call->id = 0;
		wanted[i].done = 1;
		wanted[i].error = (uint32_t)call->error;
		wanted[i].result = call->result;
	}
	wait->done = wait->calls_count;
	return 0;
}

static int dispatch(struct fake_file *file, unsigned long request, void *arg)
{
	switch (request) {
	case DRM_IOCTL_VERSION:
		return do_version(file, arg);
	case DRM_IOCTL_GEM_CLOSE:
		return do_gem_close(file, arg);
	case DRM_IOCTL_PRIME_FD_TO_HANDLE:
		return do_import(file, arg);
	case DRM_IOCTL_PRIME_HANDLE_TO_FD:
		return do_export(file, arg);
	case DRM_IOCTL_QDA_QUERY:
		return do_query(file, arg);
	case DRM_IOCTL_QDA_BO_CREATE:
		return do_bo_create(file, arg);
	case DRM_IOCTL_QDA_BO_INFO:
		return do_bo_info(file, arg);
	case DRM_IOCTL_QDA_REMOTE_SESSION_CREATE:
		return do_session_create(file, arg);
	case DRM_IOCTL_QDA_REMOTE_INVOKE:
		return do_invoke(file, arg);
	case DRM_IOCTL_QDA_REMOTE_MAP:
		return do_remote_map(file, arg);
	case DRM_IOCTL_QDA_REMOTE_UNMAP:
		return do_remote_unmap(file, arg);
	case DRM_IOCTL_QDA_REMOTE_WAIT:
		return do_wait(file, arg);
	case DRM_IOCTL_QDA_REMOTE_BATCH:
		return fake_batch(file, arg);
	default:
		return -ENOTTY;
	}
}

static int fake_ioctl(int fd, unsigned long request, void *arg)
{
	struct fake_file *file;
	int ret;

	pthread_mutex_lock(&lock);
	fake.ioctls++;
	file = file_of(fd);
	ret = file ? dispatch(file, request, arg) : -EBADF;
	pthread_mutex_unlock(&lock);
	return ret;
}

static int fake_map(int fd, size_t size, uint64_t offset, void **address)
{
	struct fake_file *file;
	void *map;

	if (fake.map_error)
		return fake.map_error;
	pthread_mutex_lock(&lock);
	file = file_of(fd);
	if (file)
		fd = bo_at(file, (uint32_t)(offset >> 40))->memory;
	pthread_mutex_unlock(&lock);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	*address = map;
	return 0;
}

static void fake_unmap(void *address, size_t size)
{
	munmap(address, size);
}

static bool event_is_there(void)
{
	return events_count && !fake.hold_events;
}

static int fake_wait(int fd, int64_t deadline_ns)
{
	(void)fd;
	(void)deadline_ns;
	return event_is_there() ? 0 : -ETIME;
}

static long fake_read(int fd, void *data, size_t size)
{
	long ret = -EAGAIN;

	(void)fd;
	pthread_mutex_lock(&lock);
	if (event_is_there()) {
		const struct fake_event *event = &events[events_first];

		ret = event->size <= size ? (long)event->size : -EINVAL;
		if (ret > 0) {
			memcpy(data, event->bytes, event->size);
			events_first = (events_first + 1) % EVENTS;
			events_count--;
		}
	}
	pthread_mutex_unlock(&lock);
	return ret;
}

static struct qda_sys fake_sys = {
	.class_dir = class_dir,
	.node_dir = "/fake",
	.open = fake_open,
	.close = fake_close,
	.ioctl = fake_ioctl,
	.map = fake_map,
	.unmap = fake_unmap,
	.wait = fake_wait,
	.read = fake_read,
};

unsigned int fake_files(void)
{
	unsigned int count;

	pthread_mutex_lock(&lock);
	count = fake.files;
	pthread_mutex_unlock(&lock);
	return count;
}

static int32_t do_nothing(uint32_t handle, uint32_t scalars,
			  struct fake_arg *args, unsigned int count)
{
	(void)handle;
	(void)scalars;
	(void)args;
	(void)count;
	return 0;
}

static void list_class(void (*each)(const char *path))
{
	char path[128];

	for (int i = 0; i < 12; i++) {
		snprintf(path, sizeof(path), "%s/accel%d", class_dir, i);
		each(path);
	}
}

static void make_entry(const char *path)
{
	close(open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600));
}

static void remove_entry(const char *path)
{
	unlink(path);
}

static void remove_class(void)
{
	list_class(remove_entry);
	rmdir(class_dir);
}

static void take_lock(void)
{
	pthread_mutex_lock(&lock);
}

static void give_lock(void)
{
	pthread_mutex_unlock(&lock);
}

/* A child may use the device, and before that the library does: so it is first. */
__attribute__((constructor(101))) static void be_whole_in_children(void)
{
	pthread_atfork(take_lock, give_lock, give_lock);
}

static void make_class(void)
{
	strcpy(class_dir, "/tmp/qda-fake-XXXXXX");
	if (!mkdtemp(class_dir))
		abort();
	list_class(make_entry);
	atexit(remove_class);
}

void fake_reset(void)
{
	static const struct fake_node node = { "accel0", "qda", QDA_DOMAIN_CDSP,
					       0 };

	if (!*class_dir)
		make_class();
	fake = (struct fake){
		.nodes = &node,
		.nodes_count = 1,
		.function = do_nothing,
		.minor = 2,
	};
	events_first = 0;
	events_count = 0;
	qda_sys = &fake_sys;
	unsetenv("QDA_DEVICE");
}

struct qda_session *fake_session(void)
{
	struct qda_session *session = NULL;
	struct qda_device *device;

	if (qda_device_open(QDA_DOMAIN_CDSP, &device))
		return NULL;
	if (qda_session_open(device, NULL, &session, NULL))
		session = NULL;
	qda_device_close(device);
	return session;
}
