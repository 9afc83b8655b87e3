// SPDX-License-Identifier: BSD-3-Clause
/*
 * Kinds of processes, by the names that are the library's own. The first word of
 * a subtest is the domain of the machine it has to be run on.
 */
#include <linux/capability.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "api.h"

#define ANSWER 1234

static int open_uri(const char *uri, const char *domain, unsigned int session,
		    remote_handle64 *handle)
{
	char text[256];

	snprintf(text, sizeof(text), "%s&_dom=%s&_session=%u", uri, domain,
		 session);
	return api.remote_handle64_open(text, handle);
}

static int attach(const char *name, const char *domain, unsigned int session)
{
	remote_handle64 handle = ~0ull;
	char uri[128];
	int ret;

	snprintf(uri, sizeof(uri), ITRANSPORT_PREFIX "%s", name);
	ret = open_uri(uri, domain, session, &handle);
	/* The constant handles are what it can be called by. */
	check(ret || !handle);
	return ret;
}

static void call_probe(const char *domain, unsigned int session)
{
	remote_handle64 probe;

	check_equal(open_uri(PROBE_URI_HANDLE, domain, session, &probe), 0);
	check_equal(probe_word(probe, PROBE_RESULT, ANSWER, NULL), ANSWER);
	check_equal(api.remote_handle64_close(probe), 0);
}

/* Joined, left and joined again, and by two sessions at once. */
static void works(const char *name, const char *domain)
{
	api_begin();
	for (unsigned int i = 0; i < 2; i++) {
		check_equal(attach(name, domain, 0), 0);
		call_probe(domain, 0);
		check_equal(attach(name, domain, 1), 0);
		call_probe(domain, 1);
		call_probe(domain, 0);
		check_equal(api.remote_handle64_close(0), 0);
		api_end();
	}
}

/* A process of another kind runs there already. */
static void comes_too_late(const char *name, const char *domain)
{
	api_begin();
	call_probe(domain, 0);
	check_equal(attach("attachuserpd", domain, 0), 0);
	check_equal(attach(name, domain, 0), AEE_EBADPARM);
	call_probe(domain, 0);
	api_end();
}

static void is_refused(const char *name, const char *domain)
{
	api_begin();
	check_equal(attach(name, domain, 0), DSP_ERROR(AEE_ENOSUCH));
	/* What was refused is no session: another kind may follow. */
	check_equal(attach("attachuserpd", domain, 0), 0);
	call_probe(domain, 0);
	api_end();
}

static void adsp_root(void)
{
	works("attachguestos", "adsp");
}

static void adsp_audio(void)
{
	works("createstaticpd:audiopd", "adsp");
}

static void adsp_other_static(void)
{
	works("createstaticpd:oispd", "adsp");
}

static void adsp_sensors(void)
{
	works("createstaticpd:sensorspd", "adsp");
}

static void adsp_user(void)
{
	works("attachuserpd", "adsp");
}

static void adsp_unknown_static(void)
{
	is_refused("createstaticpd:nosuchpd", "adsp");
}

static void cdsp_root(void)
{
	works("attachguestos", "cdsp");
	comes_too_late("attachguestos", "cdsp");
}

static void cdsp_static(void)
{
	if (on_mainline())
		subtest_skip("mainline's driver wants a heap for each of them, "
			     "which the machine has for the audio DSP");
	works("createstaticpd:securepd", "cdsp");
	is_refused("createstaticpd:audiopd", "cdsp");
}

static void cdsp_sensors(void)
{
	if (on_mainline())
		subtest_skip("mainline's driver does not know which DSPs have "
			     "them");
	api_begin();
	check_equal(attach("createstaticpd:sensorspd", "cdsp", 0),
		    AEE_EUNSUPPORTED);
	api_end();
}

static void cdsp_names(void)
{
	char longest[80] = "createstaticpd:";

	api_begin();
	check_equal(attach("geteventfd", "cdsp", 0), AEE_EUNSUPPORTED);
	check_equal(attach("", "cdsp", 0), AEE_EUNSUPPORTED);
	check_equal(attach("createstaticpd:", "cdsp", 0), AEE_EINVALIDPROCNAME);
	for (size_t i = 15; i < sizeof(longest) - 1; i++)
		longest[i] = 'x';
	check_equal(attach(longest, "cdsp", 0), AEE_EINVALIDPROCNAME);
	check_equal(attach("attachguestos", "nosuch", 0), AEE_EINVALIDDOMAIN);
	check_equal(attach("attachguestos", "cdsp", 4), AEE_EINVALIDDOMAIN);
	check_equal(attach("attachguestos", "adsp", 0), AEE_ENOSUCHDEVICE);
	/* Nothing of that was a process. */
	check_equal(attach("attachuserpd", "cdsp", 0), 0);
	call_probe("cdsp", 0);
	api_end();
}

static void give_up_rights(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = { 0 };

	check_equal(syscall(SYS_capset, &head, none), 0);
}

static void cdsp_without_rights(void)
{
	if (on_mainline())
		subtest_skip("mainline's driver lets everybody attach");
	api_begin();
	give_up_rights();
	check_equal(attach("attachguestos", "cdsp", 0), AEE_ECONNREFUSED);
	check_equal(attach("createstaticpd:securepd", "cdsp", 1),
		    AEE_ECONNREFUSED);
	check_equal(attach("attachuserpd", "cdsp", 0), 0);
	call_probe("cdsp", 0);
	api_end();
}

static const struct subtest tests[] = {
	SUBTEST(adsp_root),	      SUBTEST(adsp_audio),
	SUBTEST(adsp_other_static),   SUBTEST(adsp_sensors),
	SUBTEST(adsp_user),	      SUBTEST(adsp_unknown_static),
	SUBTEST(cdsp_root),	      SUBTEST(cdsp_static),
	SUBTEST(cdsp_sensors),	      SUBTEST(cdsp_names),
	SUBTEST(cdsp_without_rights),
};

int main(int argc, char **argv)
{
	return harness_main(argc, argv, tests, ARRAY_SIZE(tests));
}
