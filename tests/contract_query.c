// SPDX-License-Identifier: BSD-3-Clause
/* DRM_IOCTL_QDA_QUERY, field by field */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

static int query(int fd, uint32_t type, uint32_t size, void *data)
{
	struct drm_qda_query query = {
		.type = type,
		.size = size,
		.data_ptr = (uintptr_t)data,
	};
	int ret = request(fd, DRM_IOCTL_QDA_QUERY, &query);

	return ret ? ret : (int)query.size;
}

static void device_constants(void)
{
	int fd = file_open();
	struct drm_qda_query_device device = device_query(fd);

	check_equal(device.domain, DRM_QDA_DOMAIN_CDSP);
	check(device.sessions >= 4);
	/* Four sessions have 65536 calls in flight. */
	check(device.calls >= 65536 / 4);
	check(device.features & DRM_QDA_FEATURE_POLL);
	check_equal(device.features &
			    ~(DRM_QDA_FEATURE_POLL | DRM_QDA_FEATURE_COHERENT),
		    0);
	check(device.address_bits >= 32 && device.address_bits <= 40);
	check(device.bo_size_max >= 16 << 20);
	check(device.bo_size_max <= 1ULL << device.address_bits);
	check(device.maps >= 64);
	close(fd);
}

static void size_only(void)
{
	int fd = file_open();

	check_equal(query(fd, DRM_QDA_QUERY_DEVICE, 0, NULL),
		    sizeof(struct drm_qda_query_device));
	check_equal(query(fd, DRM_QDA_QUERY_SESSION, 0, NULL),
		    sizeof(struct drm_qda_query_session));
	check_equal(query(fd, DRM_QDA_QUERY_DSP, 0, NULL),
		    sizeof(struct drm_qda_query_dsp));
	close(fd);
}

static void short_struct_gets_what_fits(void)
{
	uint32_t words[sizeof(struct drm_qda_query_device) / 4];
	int fd = file_open();

	memset(words, 0x5a, sizeof(words));
	check_equal(query(fd, DRM_QDA_QUERY_DEVICE, 8, words),
		    sizeof(struct drm_qda_query_device));
	check_equal(words[0], DRM_QDA_DOMAIN_CDSP);
	check_equal(words[2], 0x5a5a5a5a);
	close(fd);
}

static void long_struct_is_filled_with_zeroes(void)
{
	uint8_t bytes[sizeof(struct drm_qda_query_device) + 64];
	int fd = file_open();
	size_t i;

	memset(bytes, 0x5a, sizeof(bytes));
	check_equal(query(fd, DRM_QDA_QUERY_DEVICE, sizeof(bytes), bytes),
		    sizeof(struct drm_qda_query_device));
	for (i = sizeof(struct drm_qda_query_device); i < sizeof(bytes); i++)
		check_equal(bytes[i], 0);
	close(fd);
}

/* A size that no struct has: the kernel stops where the memory does. */
static void huge_size(void)
{
	uint8_t *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = file_open();

	check(pages != MAP_FAILED);
	munmap(pages + 4096, 4096);
	check_errno(query(fd, DRM_QDA_QUERY_DEVICE, UINT32_MAX, pages + 4000),
		    -EFAULT);
	munmap(pages, 4096);
	close(fd);
}

static void unknown_type(void)
{
	uint8_t bytes[64];
	int fd = file_open();

	check_errno(query(fd, 3, sizeof(bytes), bytes), -EINVAL);
	check_errno(query(fd, UINT32_MAX, 0, NULL), -EINVAL);
	close(fd);
}

static void bad_pointer(void)
{
	int fd = file_open();

	check_errno(query(fd, DRM_QDA_QUERY_DEVICE, 64, (void *)8), -EFAULT);
	check_errno(query(fd, DRM_QDA_QUERY_SESSION, 16, (void *)-4096L),
		    -EFAULT);
	close(fd);
}

static void session_state(void)
{
	struct drm_qda_query_session session;
	int fd = file_open();

	session = session_query(fd);
	check_equal(session.state, DRM_QDA_SESSION_STATE_NONE);
	check_equal(session.process, 0);
	check_equal(session.calls, 0);
	check_equal(session.pad, 0);
	check_ok(process_create(fd));
	session = session_query(fd);
	check_equal(session.state, DRM_QDA_SESSION_STATE_RUNNING);
	check(session.process != 0);
	check_equal(session.calls, 0);
	check_equal(session.pad, 0);
	close(fd);
}

static struct drm_qda_query_dsp dsp_query(int fd)
{
	struct drm_qda_query_dsp dsp;

	memset(&dsp, 0x5a, sizeof(dsp));
	check_equal(query(fd, DRM_QDA_QUERY_DSP, sizeof(dsp), &dsp),
		    sizeof(dsp));
	return dsp;
}

/* What the simulated DSP says (dsp/src/utilities.c). */
static void dsp_attributes(void)
{
	struct drm_qda_query_dsp dsp;
	int fd = file_open();
	size_t i;

	dsp = dsp_query(fd);
	check_equal(dsp.attributes[0], 0);
	check_equal(dsp.attributes[DRM_QDA_DSP_UNSIGNED], 1);
	check_equal(dsp.attributes[DRM_QDA_DSP_HVX_64B], 0);
	check_equal(dsp.attributes[DRM_QDA_DSP_HVX_128B], 1);
	check_equal(dsp.attributes[DRM_QDA_DSP_VTCM_PAGE], 0x40000);
	check_equal(dsp.attributes[DRM_QDA_DSP_VTCM_COUNT], 16);
	check_equal(dsp.attributes[DRM_QDA_DSP_ARCH], 0x68);
	check_equal(dsp.attributes[DRM_QDA_DSP_STATUS], 1);
	for (i = DRM_QDA_DSP_STATUS + 1; i < DRM_QDA_DSP_ATTRIBUTES; i++)
		check_equal(dsp.attributes[i], 0);
	close(fd);
}

/* No process is needed, and none is started. */
static void dsp_attributes_in_each_state(void)
{
	struct drm_qda_query_dsp before, after;
	int fd = file_open();

	before = dsp_query(fd);
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_NONE);
	check_ok(process_create(fd));
	after = dsp_query(fd);
	check_bytes(&after, &before, sizeof(after));
	check_equal(session_query(fd).calls, 0);
	close(fd);
}

static void dsp_attributes_short_and_long(void)
{
	uint32_t words[DRM_QDA_DSP_ATTRIBUTES + 16];
	int fd = file_open();
	size_t i;

	memset(words, 0x5a, sizeof(words));
	check_equal(query(fd, DRM_QDA_QUERY_DSP, 8, words),
		    sizeof(struct drm_qda_query_dsp));
	check_equal(words[DRM_QDA_DSP_UNSIGNED], 1);
	check_equal(words[2], 0x5a5a5a5a);
	check_equal(query(fd, DRM_QDA_QUERY_DSP, sizeof(words), words),
		    sizeof(struct drm_qda_query_dsp));
	for (i = DRM_QDA_DSP_ATTRIBUTES; i < ARRAY_SIZE(words); i++)
		check_equal(words[i], 0);
	check_errno(query(fd, DRM_QDA_QUERY_DSP, 1024, (void *)8), -EFAULT);
	close(fd);
}

#define ASKERS 8

static void *ask(void *argument)
{
	struct drm_qda_query_dsp *dsp = argument;
	int fd = file_open();

	*dsp = dsp_query(fd);
	close(fd);
	return NULL;
}

static void dsp_attributes_for_many(void)
{
	struct drm_qda_query_dsp dsp[ASKERS];
	pthread_t threads[ASKERS];
	size_t i;

	for (i = 0; i < ASKERS; i++)
		check(!pthread_create(&threads[i], NULL, ask, &dsp[i]));
	for (i = 0; i < ASKERS; i++) {
		pthread_join(threads[i], NULL);
		check_bytes(&dsp[i], &dsp[0], sizeof(dsp[0]));
	}
	check_equal(dsp[0].attributes[DRM_QDA_DSP_ARCH], 0x68);
}

/* Ioctl structs may be shorter or longer than the kernel knows them. */
static void ioctl_struct_sizes(void)
{
	struct {
		struct drm_qda_query query;
		uint64_t more;
	} longer = { .query.type = DRM_QDA_QUERY_DEVICE };
	struct {
		uint32_t type;
		uint32_t size;
	} shorter = { DRM_QDA_QUERY_DEVICE, 0 };
	int fd = file_open();

	check_ok(request(fd,
			 DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_QUERY, shorter),
			 &shorter));
	check_equal(shorter.size, sizeof(struct drm_qda_query_device));
	check_ok(request(fd, DRM_IOWR(DRM_COMMAND_BASE + DRM_QDA_QUERY, longer),
			 &longer));
	check_equal(longer.query.size, sizeof(struct drm_qda_query_device));
	close(fd);
}

static void unknown_ioctl(void)
{
	uint64_t argument = 0;
	int fd = file_open();

	check_errno(request(fd, DRM_IOWR(DRM_COMMAND_END - 1, argument),
			    &argument),
		    -EINVAL);
	close(fd);
}

static void driver_version(void)
{
	char name[16] = "";
	struct drm_version version = {
		.name = name,
		.name_len = sizeof(name) - 1,
	};
	int fd = file_open();

	check_ok(request(fd, DRM_IOCTL_VERSION, &version));
	check_equal(strcmp(name, "qda"), 0);
	close(fd);
}

static const struct subtest tests[] = {
	SUBTEST(device_constants),
	SUBTEST(size_only),
	SUBTEST(short_struct_gets_what_fits),
	SUBTEST(long_struct_is_filled_with_zeroes),
	SUBTEST(huge_size),
	SUBTEST(unknown_type),
	SUBTEST(bad_pointer),
	SUBTEST(session_state),
	SUBTEST(dsp_attributes_for_many),
	SUBTEST(dsp_attributes),
	SUBTEST(dsp_attributes_in_each_state),
	SUBTEST(dsp_attributes_short_and_long),
	SUBTEST(ioctl_struct_sizes),
	SUBTEST(unknown_ioctl),
	SUBTEST(driver_version),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
