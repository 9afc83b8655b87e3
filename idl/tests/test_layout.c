// SPDX-License-Identifier: BSD-3-Clause
/*
 * The wire layout of small interfaces, from the rules in docs/idl.md. What
 * stubs and skels make of it is tested elsewhere, byte by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compile.h"

static struct idl idl;
static struct layout layout;

static bool compile_text(const char *text)
{
	idl_free(&idl);
	idl_init(&idl);
	return compile_memory(&idl, "test.idl", text, strlen(text), &layout);
}

/* The only method of an interface that has these declarations before it. */
static const struct wire_method *method(const char *before,
					const char *parameters)
{
	char text[4096];

	snprintf(text, sizeof(text), "%s interface i { long m(%s); };", before,
		 parameters);
	if (!compile_text(text))
		fail_msg("%s", idl.messages.data);
	return &layout.interfaces->methods[0];
}

static void check(const struct wire_method *m, uint32_t in_used,
		  uint32_t in_size, uint32_t out_used, uint32_t in_buffers,
		  uint32_t out_buffers)
{
	assert_int_equal(m->in.used, in_used);
	assert_int_equal(m->in.size, in_size);
	assert_int_equal(m->out.used, out_used);
	assert_int_equal(m->in_buffers, in_buffers);
	assert_int_equal(m->out_buffers, out_buffers);
}

static void numbers_are_aligned(void **state)
{
	static const uint32_t offsets[] = { 0, 4, 8, 16, 20, 24 };
	const struct wire_method *m;

	(void)state;
	m = method("enum e { A };", "in long a, in octet b, in long long c, "
				    "in short d, in e e1, in boolean f");
	check(m, 25, 32, 0, 1, 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(m->parameters[i].in, offsets[i]);
	m = method("", "rout octet a, rout long b, rout long long c");
	check(m, 0, 0, 16, 0, 1);
	assert_int_equal(m->parameters[1].out, 4);
	assert_int_equal(m->parameters[2].out, 8);
	check(method("", ""), 0, 0, 0, 0, 0);
	check(method("", "in wchar a, rout float b, in double c"), 16, 16, 4, 1,
	      1);
}

static void sequences_have_counts_and_buffers(void **state)
{
	const struct wire_method *m;

	(void)state;
	m = method("", "in sequence<long> v, rout long long r");
	check(m, 4, 4, 8, 2, 1);
	assert_int_equal(m->parameters[0].in_buffer, 1);
	check(method("", "rout sequence<octet> v"), 4, 4, 0, 1, 1);
	m = method("", "inrout long a, inrout sequence<short> s");
	check(m, 12, 12, 4, 2, 2);
	assert_int_equal(m->parameters[1].in, 4);
	assert_int_equal(m->parameters[1].capacity, 8);
	assert_int_equal(m->parameters[1].in_buffer, 1);
	assert_int_equal(m->parameters[1].out_buffer, 3);
	m = method("", "in string a, rout string b, inrout string c");
	check(m, 16, 16, 0, 3, 2);
	assert_int_equal(m->parameters[2].in, 8);
	assert_int_equal(m->parameters[2].capacity, 12);
}

static void structs_are_as_in_c(void **state)
{
	static const char structs[] =
		"struct pt { long x; long y; };"
		"struct mix { octet a; long long b; short c; };";
	const struct wire_method *m;

	(void)state;
	m = method(structs, "in pt a, rout mix b, inrout mix c");
	check(m, 32, 32, 48, 1, 1);
	assert_int_equal(m->parameters[2].in, 8);
	assert_int_equal(m->parameters[1].out, 0);
	assert_int_equal(m->parameters[2].out, 24);
	assert_true(m->parameters[1].shape->padded);
	assert_false(m->parameters[0].shape->padded);
	m = method(structs, "in octet a, in mix b[2], in sequence<mix> c");
	check(m, 60, 64, 0, 2, 0);
	assert_int_equal(m->parameters[1].in, 8);
	assert_int_equal(m->parameters[2].in, 56);
}

static void handles_are_beside_the_data(void **state)
{
	const struct wire_method *m;

	(void)state;
	m = method("", "in dmahandle a, rout dmahandle b, in long x");
	check(m, 4, 4, 0, 1, 0);
	assert_int_equal(m->in_handles, 1);
	assert_int_equal(m->out_handles, 1);
	assert_int_equal(m->parameters[0].handle, 1);
	assert_int_equal(m->parameters[1].handle, 2);
}

static void complex_types_have_blocks(void **state)
{
	static const char structs[] =
		"struct c { long n; sequence<long> l; string s; };"
		"struct d { octet o; double f; string s; };";
	const struct wire_method *m;

	(void)state;
	m = method("", "in sequence<string> v, rout long r");
	check(m, 4, 4, 4, 2, 1);
	assert_true(m->complex);
	m = method(structs, "in c a");
	check(m, 12, 12, 0, 3, 0);
	m = method(structs, "rout c a");
	check(m, 8, 8, 4, 1, 3);
	/* A block has an alignment of its own, and is padded to it. */
	m = method(structs, "in octet a, in d b, in octet c, rout d e");
	check(m, 40, 40, 16, 2, 2);
	assert_int_equal(m->parameters[1].in, 8);
	assert_int_equal(m->parameters[2].in, 32);
	assert_int_equal(m->parameters[3].capacity, 36);
	m = method(structs, "rout sequence<d> v");
	check(m, 4, 4, 0, 2, 1);
	assert_int_equal(m->parameters[0].shape->element->capacity.size, 4);
	assert_int_equal(m->parameters[0].shape->element->out.size, 16);
	assert_int_equal(m->parameters[0].shape->element->native64.size, 32);
	assert_int_equal(m->parameters[0].shape->element->native32.size, 24);
}

static void methods_are_numbered(void **state)
{
	char text[4096] = "interface b { long b0(); long b1(); };"
			  "interface p : b { long p0(); };"
			  "interface h : remote_handle64 { long h0(); };"
			  "interface g : h { readonly attribute long x;";
	const struct wire_interface *i;

	(void)state;
	for (int n = 0; n < 40; n++)
		snprintf(text + strlen(text), 64, "long m%d(in octet a);", n);
	strcat(text, "};");
	assert_true(compile_text(text));
	i = layout.interfaces->next;
	assert_int_equal(i->method_count, 3);
	assert_string_equal(i->methods[0].decl->name, "b0");
	assert_int_equal(i->methods[2].id, 2);
	assert_string_equal(i->uri, "file:///libtest_skel.so?p_skel_invoke");
	assert_null(i->handle);
	i = i->next->next;
	assert_int_equal(i->methods[0].id, 2);
	assert_string_equal(i->methods[1].decl->name, "Getx");
	assert_int_equal(i->methods[29].id, 31);
	/* From 31 on the number is the first of the record. */
	assert_int_equal(i->methods[28].parameters[0].in, 0);
	assert_int_equal(i->methods[29].parameters[0].in, 4);
	assert_int_equal(i->methods[29].in.used, 5);
	assert_string_equal(i->uri, "file:///libtest_skel.so?"
				    "g_skel_handle_invoke&_modver=1.0");
}

/* Interfaces that every DSP has, as their scalars are known from the wire. */
static void known_interfaces_are_as_known(void **state)
{
	const struct wire_method *m;

	(void)state;
	assert_true(compile_text(
		"const long _const_remotectl_handle = 0;"
		"interface remotectl {"
		"	long open(in string name, rout long handle,"
		"		rout sequence<char> dlerror, rout long nErr);"
		"	long close(in long handle, rout sequence<char> dlerror,"
		"		rout long nErr);"
		"	long grow_heap(in uint32 phyAddr, in uint32 nSize);"
		"	long set_param(in long reqID, in sequence<uint32> p);"
		"};"));
	m = layout.interfaces->methods;
	assert_non_null(layout.interfaces->handle);
	check(&m[0], 8, 8, 8, 2, 2);
	check(&m[1], 8, 8, 4, 1, 2);
	check(&m[2], 8, 8, 0, 1, 0);
	check(&m[3], 8, 8, 0, 2, 0);
}

static int64_t constant(const char *type, const char *expression)
{
	char text[256];
	struct decl *decl;

	snprintf(text, sizeof(text), "const long TWO = 2; const %s X = %s;",
		 type, expression);
	if (!compile_text(text))
		fail_msg("%s", idl.messages.data);
	decl = map_get(&idl.root->names, idl_name(&idl, "X"));
	return (int64_t)(decl->value.negative ? 0 - decl->value.magnitude :
						decl->value.magnitude);
}

static void constants_are_calculated(void **state)
{
	(void)state;
	assert_int_equal(constant("long", "1 + 2 * 3 - 8 / 4"), 5);
	assert_int_equal(constant("long", "(1 << 4 | 3) ^ 1 & TWO"), 19);
	assert_int_equal(constant("long", "-7 / 2"), -3);
	assert_int_equal(constant("long", "-7 % 2"), -1);
	assert_int_equal(constant("long", "~5"), -6);
	assert_int_equal(constant("unsigned long", "~5"), 0xfffffffa);
	assert_int_equal(constant("octet", "~0"), 255);
	assert_int_equal(constant("long", "-2147483648"), INT32_MIN);
	assert_int_equal(constant("long", "017 + 0x1F + 'A'"), 15 + 31 + 65);
	assert_int_equal(constant("char", "'\\x41'"), 'A');
	assert_int_equal(constant("boolean", "TRUE"), 1);
	assert_int_equal(constant("long long", "-0x8000000000000000"),
			 INT64_MIN);
	assert_int_equal(constant("unsigned long long", "0xffffffffffffffff"),
			 -1);
}

/* An error is at the place that it is about. */
static void errors_have_places(void **state)
{
	(void)state;
	assert_false(compile_text("interface i {\n\tlong m(in lnog a);\n};\n"));
	assert_string_equal(idl.messages.data,
			    "test.idl:2:12: error: there is no type \"lnog\"\n"
			    "  \tlong m(in lnog a);\n"
			    "  \t          ^~~~\n"
			    "  hint: did you mean \"long\"?\n");
	assert_false(compile_text(""
				  "const long A = 1\nconst long B = 2\n"));
	assert_int_equal(idl.errors, 2);
	assert_null(layout.interfaces);
}

static void too_much_is_refused(void **state)
{
	struct text text = { 0 };

	(void)state;
	for (uint32_t count = 254; count <= 255; count++) {
		text.length = 0;
		text_print(&text, "interface i { long m(in octet a");
		for (uint32_t i = 0; i < count; i++)
			text_print(&text, ", in sequence<octet> v%u", i);
		text_print(&text, "); };");
		assert_int_equal(compile_text(text.data), count == 254);
	}
	text_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_aligned),
		cmocka_unit_test(sequences_have_counts_and_buffers),
		cmocka_unit_test(structs_are_as_in_c),
		cmocka_unit_test(handles_are_beside_the_data),
		cmocka_unit_test(complex_types_have_blocks),
		cmocka_unit_test(methods_are_numbered),
		cmocka_unit_test(known_interfaces_are_as_known),
		cmocka_unit_test(constants_are_calculated),
		cmocka_unit_test(errors_have_places),
		cmocka_unit_test(too_much_is_refused),
	};
	int ret = cmocka_run_group_tests(tests, NULL, NULL);

	idl_free(&idl);
	return ret;
}
