// SPDX-License-Identifier: BSD-3-Clause
/*
 * Kinds of sessions, each on the DSPs that have it and on one that has not. A
 * subtest is named after the domain of the machine it has to be run on.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dsp_map.h"
#include "platform.h"

#define PAGE	   4096ULL
#define TAG	   55
#define RESTART_MS 20000

static struct drm_qda_remote_session_create of_kind(uint32_t kind)
{
	return (struct drm_qda_remote_session_create){ .kind = kind };
}

static struct drm_qda_remote_session_create named(const char *name)
{
	struct drm_qda_remote_session_create create = of_kind(
		DRM_QDA_SESSION_STATIC);

	memcpy(create.name, name, strlen(name));
	return create;
}

static int send_create(int fd, struct drm_qda_remote_session_create *create)
{
	return request(fd, DRM_IOCTL_QDA_REMOTE_SESSION_CREATE, create);
}

/* A session of the kind, with the probe open in it. */
static void join(struct probe *probe,
		 struct drm_qda_remote_session_create create)
{
	struct remote_opened opened;

	probe->fd = node_open_within(RESTART_MS);
	check(probe->fd >= 0);
	check_ok(send_create(probe->fd, &create));
	check_equal(create.result, 0);
	check_equal(session_query(probe->fd).state,
		    DRM_QDA_SESSION_STATE_RUNNING);
	check_ok(remote_open_uri(probe->fd, PROBE_URI_HANDLE, &opened));
	check_equal(opened.result, 0);
	check_equal(opened.error, 0);
	probe->handle = opened.handle;
	bo_create(probe->fd, PAGE, &probe->bo);
}

/* Calls, maps and heap, as in any session. */
static void use(struct probe *probe)
{
	struct call call;
	uint32_t map;
	struct bo bo;

	probe_return_call(probe, &call, 0, 1234);
	check_ok(call_run(probe->fd, &call));
	check_equal(call.invoke.result, 1234);
	bo_create(probe->fd, PAGE, &bo);
	pattern_fill(bo.map, PAGE, 1);
	map = map_create(probe->fd, DRM_QDA_MAP_TAG, &bo, TAG);
	check_equal(tag_sum(probe, TAG), pattern_sum(0, PAGE, 1));
	check_ok(map_remove(probe->fd, map, NULL));
	map = map_create(probe->fd, DRM_QDA_MAP_HEAP, &bo, 0);
	check_ok(map_remove(probe->fd, map, NULL));
	bo_destroy(&bo);
}

/* Left and joined again, and by two sessions at once. */
static void works(struct drm_qda_remote_session_create create)
{
	struct probe first, second;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		join(&first, create);
		use(&first);
		probe_close(&first);
	}
	join(&first, create);
	join(&second, create);
	check(session_query(first.fd).process !=
	      session_query(second.fd).process);
	use(&second);
	use(&first);
	check_errno(send_create(first.fd, &create), -EEXIST);
	probe_close(&first);
	use(&second);
	probe_close(&second);
}

/* Refused before anything was sent: the file may have another. */
static void is_not_there(struct drm_qda_remote_session_create create)
{
	int fd = file_open();

	check_errno(send_create(fd, &create), -EOPNOTSUPP);
	check_equal(create.result, 0);
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_NONE);
	check_ok(process_create(fd));
	close(fd);
}

/* The DSP does not know the name: the session is dead, and says why. */
static void is_refused(struct drm_qda_remote_session_create create)
{
	int fd = file_open();

	check_errno(send_create(fd, &create), -EREMOTEIO);
	check(create.result != 0);
	check_equal(session_query(fd).state, DRM_QDA_SESSION_STATE_DEAD);
	check_equal(session_query(fd).process, 0);
	check_errno(process_create(fd), -EEXIST);
	close(fd);
}

static void adsp_dynamic(void)
{
	struct drm_qda_remote_session_create create = of_kind(
		DRM_QDA_SESSION_DYNAMIC);

	create.attributes = DRM_QDA_PROCESS_UNSIGNED;
	works(create);
}

static void adsp_root(void)
{
	works(of_kind(DRM_QDA_SESSION_ROOT));
}

static void adsp_sensors(void)
{
	works(of_kind(DRM_QDA_SESSION_SENSORS));
}

/* The DSP refuses a second heap, and an audio process without the first. */
static void adsp_audio(void)
{
	works(named("audiopd"));
}

/* A name that has no heap goes before and after one that has. */
static void adsp_other_static(void)
{
	works(named("oispd"));
	works(named("audiopd"));
	works(named("oispd"));
}

static void adsp_unknown_static(void)
{
	is_refused(named("nosuchpd"));
	works(named("audiopd"));
}

/* What is new for the DSP gets the heap again. */
static void adsp_audio_after_the_driver_was_bound_again(void)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		works(named("audiopd"));
		check_ok(driver_unbind());
	}
	works(named("audiopd"));
}

static void adsp_audio_dies(void)
{
	struct probe probe;
	struct call call;

	join(&probe, named("audiopd"));
	probe_crash_call(&probe, &call, PROBE_CRASH_ABORT);
	check_errno(call_run(probe.fd, &call), -ECONNRESET);
	probe_abandon(&probe);
	works(named("audiopd"));
}

/* With --fault crash-dsp:1: the whole DSP starts again, and has no heap. */
static void adsp_audio_after_a_restart(void)
{
	struct probe probe;
	struct call call;

	join(&probe, named("audiopd"));
	probe_return_call(&probe, &call, 0, 1);
	check_errno(call_run(probe.fd, &call), -EPIPE);
	probe_abandon(&probe);
	works(named("audiopd"));
}

static void adsp_domain(void)
{
	int fd = file_open();

	check_equal(device_query(fd).domain, DRM_QDA_DOMAIN_ADSP);
	close(fd);
}

static void cdsp_root(void)
{
	works(of_kind(DRM_QDA_SESSION_ROOT));
}

static void cdsp_static(void)
{
	works(named("securepd"));
	is_refused(named("audiopd"));
}

static void cdsp_sensors(void)
{
	is_not_there(of_kind(DRM_QDA_SESSION_SENSORS));
}

static void sdsp_root(void)
{
	works(of_kind(DRM_QDA_SESSION_ROOT));
}

static void sdsp_sensors(void)
{
	works(of_kind(DRM_QDA_SESSION_SENSORS));
}

static void sdsp_static(void)
{
	is_not_there(named("audiopd"));
}

static const struct subtest tests[] = {
	SUBTEST(adsp_domain),
	SUBTEST(adsp_dynamic),
	SUBTEST(adsp_root),
	SUBTEST(adsp_sensors),
	SUBTEST(adsp_audio),
	SUBTEST(adsp_other_static),
	SUBTEST(adsp_unknown_static),
	SUBTEST(adsp_audio_dies),
	LONG(adsp_audio_after_the_driver_was_bound_again),
	LONG(adsp_audio_after_a_restart),
	SUBTEST(cdsp_root),
	SUBTEST(cdsp_static),
	SUBTEST(cdsp_sensors),
	SUBTEST(sdsp_root),
	SUBTEST(sdsp_sensors),
	SUBTEST(sdsp_static),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
