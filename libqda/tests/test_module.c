// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#define URI \
	"file:///libcalculator_skel.so?calculator_skel_handle_invoke&_modver=1.0"

static struct {
	uint32_t scalars;
	uint32_t in[2];
	char name[128];
	size_t text_length;
} seen;

static struct {
	uint32_t handle;
	int32_t error;
	const char *text;
	int32_t result;
} reply;

/* The loader of the DSP, byte by byte as the wire has it. */
static int32_t remotectl(uint32_t handle, uint32_t scalars,
			 struct fake_arg *args, unsigned int count)
{
	bool opens = scalars == 0x00020200;
	struct fake_arg *out = &args[opens ? 2 : 1];
	char *text = args[count - 1].pointer;

	if (handle)
		return 0;
	seen.scalars = scalars;
	assert_int_equal(args[0].length, 8);
	memcpy(seen.in, args[0].pointer, 8);
	if (opens)
		memcpy(seen.name, args[1].pointer, args[1].length);
	seen.text_length = args[count - 1].length;
	if (opens)
		memcpy(out->pointer, &reply.handle, 4);
	memcpy((char *)out->pointer + (opens ? 4 : 0), &reply.error, 4);
	assert_int_equal(out->length, opens ? 8 : 4);
	memcpy(text, reply.text, strnlen(reply.text, seen.text_length));
	return reply.result;
}

static int setup(void **state)
{
	memset(&seen, 0, sizeof(seen));
	reply.handle = 0x1234;
	reply.error = 0;
	reply.result = 0;
	reply.text = "";
	return session_setup(state, remotectl);
}

static void speaks_as_the_loader_expects(void **state)
{
	struct qda_module *module;

	assert_int_equal(qda_module_open(*state, URI, &module, NULL), 0);
	assert_int_equal(seen.scalars, 0x00020200);
	assert_int_equal(seen.in[0], sizeof(URI));
	assert_int_equal(seen.in[1], 255);
	assert_int_equal(seen.text_length, 255);
	assert_string_equal(seen.name, URI);
	assert_int_equal(qda_module_handle(module), 0x1234);
	assert_ptr_equal(qda_module_session(module), *state);
	assert_int_equal(qda_module_invoke(module, 0, NULL, 0, NULL), 0);
	assert_int_equal(qda_module_close(module, NULL), 0);
	assert_int_equal(seen.scalars, 0x01010200);
	assert_int_equal(seen.in[0], 0x1234);
	assert_int_equal(seen.in[1], 255);
}

static void tells_what_the_loader_says(void **state)
{
	struct qda_module *module = NULL;
	char text[256], cut[4];
	int32_t result;

	reply.error = (int32_t)0x80000406;
	reply.text = "libcalculator_skel.so: not found";
	assert_int_equal(qda_module_open(*state, URI, &module, &result),
			 -EREMOTEIO);
	assert_int_equal(result, (int32_t)0x80000406);
	assert_null(module);
	assert_int_equal(qda_session_detail(*state, text, sizeof(text)), 0);
	assert_string_equal(text, reply.text);
	assert_int_equal(qda_session_detail(*state, cut, sizeof(cut)), 0);
	assert_string_equal(cut, "lib");
	assert_int_equal(qda_session_detail(*state, cut, 0), -EINVAL);
	reply.error = 0;
	assert_int_equal(qda_module_open(*state, URI, &module, &result), 0);
	assert_int_equal(qda_session_detail(*state, text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

static void survives_a_text_without_an_end(void **state)
{
	static char endless[300];
	struct qda_module *module;
	char text[512];

	memset(endless, 'x', sizeof(endless) - 1);
	reply.error = 1;
	reply.text = endless;
	assert_int_equal(qda_module_open(*state, URI, &module, NULL),
			 -EREMOTEIO);
	assert_int_equal(qda_session_detail(*state, text, sizeof(text)), 0);
	assert_int_equal(strlen(text), 255);
}

static void passes_the_result_of_the_call(void **state)
{
	struct qda_module *module;
	int32_t result;

	reply.result = (int32_t)0x8000040d;
	assert_int_equal(qda_module_open(*state, URI, &module, &result),
			 -EREMOTEIO);
	assert_int_equal(result, (int32_t)0x8000040d);
	fake.invoke_error = -ECONNRESET;
	assert_int_equal(qda_module_open(*state, URI, &module, &result),
			 -ECONNRESET);
	assert_int_equal(result, 0);
}

static void does_not_trust_the_handle(void **state)
{
	struct qda_module *module;

	for (reply.handle = 0; reply.handle < 3; reply.handle++)
		assert_int_equal(qda_module_open(*state, URI, &module, NULL),
				 -EPROTO);
}

static void closing_may_fail_and_frees(void **state)
{
	struct qda_module *one, *other;
	int32_t result;

	assert_int_equal(qda_module_open(*state, URI, &one, NULL), 0);
	assert_int_equal(qda_module_open(*state, URI, &other, NULL), 0);
	reply.error = 0x2c;
	assert_int_equal(qda_module_close(one, &result), -EREMOTEIO);
	assert_int_equal(result, 0x2c);
	assert_int_equal(qda_module_close(NULL, &result), 0);
}

static void refuses_a_name_without_end(void **state)
{
	struct qda_module *module;
	char *uri = malloc(5000);

	memset(uri, 'a', 4999);
	uri[4999] = '\0';
	assert_int_equal(qda_module_open(*state, uri, &module, NULL),
			 -ENAMETOOLONG);
	uri[4095] = '\0';
	reply.error = 1;
	fake.function = NULL;
	fake.invoke_error = -EPIPE;
	assert_int_equal(qda_module_open(*state, uri, &module, NULL), -EPIPE);
	free(uri);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SESSION_TEST(speaks_as_the_loader_expects),
		SESSION_TEST(tells_what_the_loader_says),
		SESSION_TEST(survives_a_text_without_an_end),
		SESSION_TEST(passes_the_result_of_the_call),
		SESSION_TEST(does_not_trust_the_handle),
		SESSION_TEST(closing_may_fail_and_frees),
		SESSION_TEST(refuses_a_name_without_end),
	};

	return RUN(tests);
}
