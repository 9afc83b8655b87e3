// SPDX-License-Identifier: BSD-3-Clause
/* The skel: what runs on the DSP and calls the function. */
#include <string.h>

#include "check.h"
#include "cname.h"
#include "emit.h"

/* As many elements as a length can say, or as the type allows. */
static unsigned long long most(const struct shape *shape, bool in)
{
	if (!in || !shape->bound)
		return INT32_MAX;
	return shape->bound + (shape->kind == SHAPE_STRING);
}

/* The C type of an element of a sequence or a string. */
static const char *element_type(struct idl *idl, const struct shape *shape)
{
	if (shape->kind == SHAPE_STRING)
		return shape->wide ? "_wchar_t" : "char";
	return c_type(idl, shape->type->element);
}

static uint32_t element_size(const struct shape *shape)
{
	if (shape->kind == SHAPE_STRING)
		return shape->wide ? 2 : 1;
	return shape->element->in.size;
}

static bool has_length(const struct shape *shape)
{
	return shape->kind == SHAPE_STRING || shape->kind == SHAPE_SEQUENCE ||
	       shape->kind == SHAPE_RECORDS;
}

/* ---- Complex types ----------------------------------------------------- */

/* A statement that takes a value that came in, or room for one. */
static void take_value(struct idl *idl, struct text *out, const char *indent,
		       const struct shape *shape, bool in, const char *record,
		       struct access value)
{
	const char *type = element_type(idl, shape);

	if (shape->kind == SHAPE_STRING && in)
		text_print(out,
			   "%s%s = _q_take_string(call, %s, %d, %lluU, "
			   "&%s);\n",
			   indent, value.data, record, shape->wide,
			   most(shape, true), value.length);
	else if (shape->kind == SHAPE_RECORDS)
		text_print(out,
			   "%s%s = _q_number(call, %s, %lluU);\n"
			   "%s%s = _q_%s_%u(call, %s);\n",
			   indent, value.length, record, most(shape, in),
			   indent, value.data, in ? "receive" : "room",
			   shape->number, value.length);
	else
		text_print(out,
			   "%s%s = _q_take(call, %d, %s, %u, "
			   "_Alignof(%s), %lluU, &%s);\n",
			   indent, value.data, !in, record, element_size(shape),
			   type, most(shape, in), value.length);
}

static void take_any(struct idl *idl, struct text *out, const char *indent,
		     const struct shape *shape, bool in, const char *record,
		     struct access value)
{
	if (shape->kind == SHAPE_STRUCT)
		text_print(out, "%s_q_%s_%u(call, %s, %s);\n", indent,
			   in ? "receive" : "room", shape->number, record,
			   value.data);
	else
		take_value(idl, out, indent, shape, in, record, value);
}

/* The elements are made here: the wire has no pointers. */
static void sequence_helper(struct idl *idl, struct text *out,
			    const struct shape *shape, bool in)
{
	const struct shape *element = shape->element;
	uint32_t size = in ? element->in.size : element->capacity.size;
	const char *type = c_type(idl, shape->type->element);

	text_print(out,
		   "/* A sequence of %s. */\n"
		   "_Q_HELPER %s *_q_%s_%u(struct _q_call *call, int "
		   "_q_n)\n{\n"
		   "\tconst uint8_t *_q_r = _q_records(call, 0, _q_n, "
		   "%u);\n",
		   type, type, in ? "receive" : "room", shape->number, size);
	if (!in && element->out.size)
		text_print(out,
			   "\tuint8_t *_q_b = _q_records(call, 1, _q_n, "
			   "%u);\n",
			   element->out.size);
	text_print(out,
		   "\t%s *_q_v = _q_allocate(call, (size_t)_q_n, "
		   "sizeof(*_q_v));\n\n"
		   "\tfor (int _q_i = 0; !call->error && _q_i < _q_n; "
		   "_q_i++) {\n",
		   type);
	take_any(idl, out, "\t\t", element, in, "_q_r",
		 access_element(element));
	if (!in && element->out.size)
		text_print(out,
			   "\t\tmemset(_q_b, 0, %u);\n"
			   "\t\t_q_do_later(call, _q_answer_%u, _q_b, "
			   "&_q_v[_q_i]);\n\t\t_q_b += %u;\n",
			   element->out.size, element->number,
			   element->out.size);
	text_print(out, "\t\t_q_r += %u;\n\t}\n\treturn _q_v;\n}\n\n", size);
}

static void struct_helper(struct idl *idl, struct text *out,
			  const struct shape *shape, bool in)
{
	const char *type = c_type(idl, shape->type);

	text_print(out,
		   "/* %s */\n_Q_HELPER void _q_%s_%u(struct _q_call "
		   "*call, const uint8_t *_q_r, %s *_q_v)\n{\n",
		   type, in ? "receive" : "room", shape->number, type);
	for (uint32_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];
		struct access value = access_member(idl, field);

		if (field->shape->kind != SHAPE_FIXED)
			take_any(idl, out, "\t", field->shape, in,
				 arena_format(&idl->arena, "_q_r + %u",
					      in ? field->in : field->capacity),
				 value);
		else if (in)
			text_print(out, "\tmemcpy(%s, _q_r + %u, %u);\n",
				   c_address(idl, field->shape, value.data,
					     false),
				   field->in, field->shape->in.size);
	}
	text_print(out, "}\n\n");
}

/* Members of fixed size go back when the function has run. */
static void answer_helper(struct idl *idl, struct text *out,
			  const struct shape *shape)
{
	text_print(out,
		   "_Q_HELPER void _q_answer_%u(void *_q_to, const void "
		   "*_q_from)\n{\n\tuint8_t *_q_r = _q_to;\n"
		   "\tconst %s *_q_v = _q_from;\n\n",
		   shape->number, c_type(idl, shape->type));
	for (uint32_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];
		const char *value = access_member(idl, field).data;
		const char *to = arena_format(&idl->arena, "_q_r + %u",
					      field->out);

		if (field->shape->kind == SHAPE_FIXED)
			emit_to_wire(idl, out, "\t", field->shape, to,
				     c_address(idl, field->shape, value,
					       false));
		else if (field->shape->kind == SHAPE_STRUCT &&
			 field->shape->out.size)
			text_print(out, "\t_q_answer_%u(%s, %s);\n",
				   field->shape->number, to, value);
	}
	text_print(out, "}\n\n");
}

static void print_helpers(struct idl *idl, const struct layout *layout,
			  struct text *out)
{
	for (const struct shape *shape = layout->shapes; shape;
	     shape = shape->next) {
		if (!shape->number)
			continue;
		if (shape->kind == SHAPE_STRUCT && shape->comes_back &&
		    shape->out.size)
			answer_helper(idl, out, shape);
		for (int in = 0; in < 2; in++) {
			if (in ? !shape->goes_in : !shape->comes_back)
				continue;
			if (shape->kind == SHAPE_STRUCT)
				struct_helper(idl, out, shape, in);
			else
				sequence_helper(idl, out, shape, in);
		}
	}
}

/* ---- Parameters -------------------------------------------------------- */

static void declare(struct idl *idl, struct text *out,
		    const struct wire_parameter *p)
{
	const struct shape *shape = p->shape;
	const char *name = p->decl->c_name;

	if (shape->kind == SHAPE_DMA) {
		text_print(out,
			   "\tint %s;\n\tuint32_t %sOffset;\n"
			   "\tuint32_t %sLen = 0;\n",
			   name, name, name);
	} else if (has_length(shape)) {
		const char *pointer =
			shape->kind == SHAPE_STRING ?
				arena_format(&idl->arena, "%s *%s",
					     element_type(idl, shape), name) :
				c_declarator(idl, shape->type->element, "*",
					     name);

		text_print(out, "\t%s;\n\tint %sLen;\n", pointer, name);
	} else {
		text_print(out, "\t%s;\n",
			   c_declarator(idl, p->decl->type, "", name));
	}
}

static void get_fixed(struct idl *idl, struct text *out,
		      const struct wire_parameter *p)
{
	const char *name = p->decl->c_name;
	const struct type *type = type_strip(p->decl->type);

	if (!wire_in(p->decl))
		text_print(out, "\tmemset(&%s, 0, sizeof(%s));\n", name, name);
	else if (type->kind == TYPE_PRIM && type->prim == PRIM_BOOLEAN &&
		 idl->standard_types)
		/* A bool that is neither 0 nor 1 must not exist. */
		text_print(out, "\t%s = _q_in[%u] != 0;\n", name, p->in);
	else
		text_print(out, "\tmemcpy(&%s, _q_in + %u, %u);\n", name, p->in,
			   p->shape->in.size);
}

static void get_handle(struct text *out, const struct wire_parameter *p,
		       const char *arg)
{
	const char *name = p->decl->c_name;

	text_print(out,
		   "\t%s = %s.dma.fd;\n\t%sOffset = %s.dma.offset;\n"
		   "\tif (adsp_mmap_fd_getinfo &&\n"
		   "\t    adsp_mmap_fd_getinfo(%s, &%sLen))\n"
		   "\t\treturn AEE_EBADPARM;\n",
		   name, arg, name, arg, name, name);
}

static void get_buffer(struct idl *idl, struct text *out,
		       const struct wire_parameter *p, bool in)
{
	const struct shape *shape = p->shape;
	const char *name = p->decl->c_name;
	bool both = p->decl->mode == MODE_INROUT;
	const char *data = in && both ? "_q_from" : "_q_data";
	const char *length = in && both ?
				     "_q_fromLen" :
				     arena_format(&idl->arena, "%sLen", name);
	uint32_t arg = in ? p->in_buffer : p->out_buffer;
	uint32_t count = in ? p->in : p->capacity;

	if (in && shape->kind == SHAPE_STRING)
		text_print(out,
			   "\tif (_q_get_string(&_q_args[%u], _q_in + %u, "
			   "%d, %lluU, &%s, &%s))\n"
			   "\t\treturn AEE_EBADPARM;\n",
			   arg, count, shape->wide, most(shape, true), data,
			   length);
	else
		text_print(out,
			   "\tif (_q_get(&_q_args[%u], _q_in + %u, %u, "
			   "_Alignof(%s), %lluU,\n\t\t   &%s, &%s))\n"
			   "\t\treturn AEE_EBADPARM;\n",
			   arg, count, element_size(shape),
			   element_type(idl, shape), most(shape, in), data,
			   length);
	if (in && both)
		return;
	text_print(out, "\t%s = _q_data;\n", name);
	/* What came in is where the function finds it and leaves its answer. */
	if (both)
		text_print(out,
			   "\tif (%sLen < _q_fromLen)\n"
			   "\t\treturn AEE_EBADPARM;\n"
			   "\tif (_q_fromLen)\n\t\tmemmove(%s, _q_from, "
			   "(size_t)_q_fromLen * %u);\n",
			   name, name, element_size(shape));
	if (in && shape->kind == SHAPE_STRING)
		text_print(out, "\t(void)%sLen;\n", name);
}

static void call_function(struct text *out,
			  const struct wire_interface *interface,
			  const struct wire_method *method)
{
	const char *separator = "";

	text_print(out, "__QAIC_IMPL(%s_%s)(", interface->name,
		   method->decl->name);
	if (interface->decl->handle64) {
		text_print(out, "_h");
		separator = ", ";
	}
	if (method->decl->async) {
		text_print(out, "%sNULL", separator);
		separator = ", ";
	}
	for (uint32_t i = 0; i < method->parameter_count; i++) {
		const struct wire_parameter *p = &method->parameters[i];
		const char *name = p->decl->c_name;
		bool address = p->shape->kind == SHAPE_STRUCT ||
			       (p->shape->kind == SHAPE_FIXED &&
				!is_array(p->decl->type) &&
				(is_struct(p->shape) || wire_back(p->decl)));

		text_print(out, "%s%s%s", separator, address ? "&" : "", name);
		if (p->shape->kind == SHAPE_DMA)
			text_print(out, ", %sOffset, %sLen", name, name);
		else if (has_length(p->shape) &&
			 (p->shape->kind != SHAPE_STRING || wire_back(p->decl)))
			text_print(out, ", %sLen", name);
		separator = ", ";
	}
	text_print(out, ");\n");
}

static void write_back(struct idl *idl, struct text *out,
		       const struct wire_method *method, const char *arg)
{
	if (!method->out.used)
		return;
	text_print(out, "\t_q_out = _q_clear(%s, %u);\n", arg,
		   method->out.size);
	for (uint32_t i = 0; i < method->parameter_count; i++) {
		const struct wire_parameter *p = &method->parameters[i];

		if (wire_back(p->decl) && p->shape->kind == SHAPE_FIXED)
			emit_to_wire(idl, out, "\t", p->shape,
				     arena_format(&idl->arena, "_q_out + %u",
						  p->out),
				     c_address(idl, p->shape, p->decl->c_name,
					       false));
	}
}

/* ---- Methods ----------------------------------------------------------- */

static void begin_method(struct idl *idl, struct text *out,
			 const struct wire_interface *interface,
			 const struct wire_method *method)
{
	text_print(out,
		   "static int _q_skel_%s_%s(%suint32_t _q_sc, remote_arg "
		   "*_q_args)\n{\n",
		   interface->name, method->decl->name,
		   interface->decl->handle64 ? "remote_handle64 _h, " : "");
	for (uint32_t i = 0; i < method->parameter_count; i++)
		declare(idl, out, &method->parameters[i]);
	if (method->in.used)
		text_print(out, "\tconst uint8_t *_q_in;\n");
	if (method->out.used)
		text_print(out, "\tuint8_t *_q_out;\n");
	text_print(out, "\tint _q_err;\n");
}

static void declare_data(struct text *out, const struct wire_method *method)
{
	bool data = false, both = false;

	for (uint32_t i = 0; i < method->parameter_count; i++) {
		const struct wire_parameter *p = &method->parameters[i];

		if (!has_length(p->shape) || p->shape->kind == SHAPE_RECORDS)
			continue;
		/* In a complex method only inrout needs it. */
		both |= p->decl->mode == MODE_INROUT;
		data |= !method->complex;
	}
	if (data)
		text_print(out, "\tvoid *_q_data;\n");
	if (both)
		text_print(out, "\tvoid *_q_from;\n\tint _q_fromLen;\n");
}

static void simple_body(struct idl *idl, struct text *out,
			const struct wire_interface *interface,
			const struct wire_method *method)
{
	declare_data(out, method);
	text_print(out,
		   "\n\tif ((_q_sc & 0xffffff) != REMOTE_SCALARS_MAKEX("
		   "0, 0, %u, %u, %u, %u))\n\t\treturn AEE_EBADPARM;\n",
		   method->in_buffers, method->out_buffers, method->in_handles,
		   method->out_handles);
	if (method->in.used)
		text_print(out,
			   "\tif (_q_args[0].buf.nLen < %u)\n"
			   "\t\treturn AEE_EBADPARM;\n"
			   "\t_q_in = _q_args[0].buf.pv;\n",
			   method->in.used);
	if (method->out.used)
		text_print(out,
			   "\tif (_q_args[%u].buf.nLen < %u)\n"
			   "\t\treturn AEE_EBADPARM;\n",
			   method->in_buffers, method->out.used);
	for (uint32_t i = 0; i < method->parameter_count; i++) {
		const struct wire_parameter *p = &method->parameters[i];

		if (p->shape->kind == SHAPE_FIXED)
			get_fixed(idl, out, p);
		else if (p->shape->kind == SHAPE_DMA)
			get_handle(out, p,
				   arena_format(&idl->arena, "_q_args[%u]",
						p->handle));
		if (!has_length(p->shape))
			continue;
		if (wire_in(p->decl))
			get_buffer(idl, out, p, true);
		if (wire_back(p->decl))
			get_buffer(idl, out, p, false);
	}
	text_print(out, "\t_q_err = ");
	call_function(out, interface, method);
	text_print(out, "\tif (_q_err)\n\t\treturn _q_err;\n");
	write_back(idl, out, method,
		   arena_format(&idl->arena, "&_q_args[%u]",
				method->in_buffers));
	if (!method->in_buffers && !method->out_buffers &&
	    !method->in_handles && !method->out_handles)
		text_print(out, "\t(void)_q_args;\n");
	if (method->id >= METHOD_EXTENDED)
		text_print(out, "\t(void)_q_in;\n");
	text_print(out, "\treturn 0;\n");
}

/* inrout strings and sequences: taken, then moved to where they go back. */
static void take_both(struct idl *idl, struct text *out,
		      const struct wire_parameter *p)
{
	const struct shape *shape = p->shape;
	const char *name = p->decl->c_name;
	struct access in = { "_q_from", "_q_fromLen" };

	take_value(idl, out, "\t", shape, true,
		   arena_format(&idl->arena, "_q_in + %u", p->in), in);
	take_value(idl, out, "\t", shape, false,
		   arena_format(&idl->arena, "_q_in + %u", p->capacity),
		   access_parameter(idl, p));
	text_print(out,
		   "\tif (!_q_call.error && %sLen < _q_fromLen)\n"
		   "\t\t_q_call.error = AEE_EBADPARM;\n"
		   "\tif (!_q_call.error && _q_fromLen)\n\t\tmemmove(%s, "
		   "_q_from, (size_t)_q_fromLen * %u);\n",
		   name, name, element_size(shape));
}

static void take_parameter(struct idl *idl, struct text *out,
			   const struct wire_parameter *p)
{
	const struct shape *shape = p->shape;
	const char *name = p->decl->c_name;
	struct access value = access_parameter(idl, p);
	bool in = wire_in(p->decl);

	if (shape->kind == SHAPE_FIXED) {
		get_fixed(idl, out, p);
		return;
	}
	if (p->decl->mode == MODE_INROUT) {
		take_both(idl, out, p);
		return;
	}
	if (shape->kind == SHAPE_STRUCT) {
		value.data = arena_format(&idl->arena, "&%s", name);
		text_print(out, "\tmemset(&%s, 0, sizeof(%s));\n", name, name);
	}
	take_any(idl, out, "\t", shape, in,
		 arena_format(&idl->arena, "_q_in + %u",
			      in ? p->in : p->capacity),
		 value);
	if (in && shape->kind == SHAPE_STRING)
		text_print(out, "\t(void)%sLen;\n", name);
	if (!in && shape->kind == SHAPE_STRUCT && shape->out.size)
		text_print(out,
			   "\tif (!_q_call.error)\n"
			   "\t\t_q_do_later(call, _q_answer_%u, _q_out + "
			   "%u, &%s);\n",
			   shape->number, p->out, name);
}

/* "call" is what the helpers call it as well. */
static void complex_body(struct idl *idl, struct text *out,
			 const struct wire_interface *interface,
			 const struct wire_method *method)
{
	uint32_t first = method->in_buffers + method->out_buffers;

	declare_data(out, method);
	text_print(out, "\tstruct _q_call _q_call, *call = &_q_call;\n");
	if (method->out.used)
		text_print(out, "\tconst remote_arg *_q_record;\n");
	text_print(out,
		   "\n\tif ((_q_sc & 0xff) != 0x%02x ||\n"
		   "\t    !REMOTE_SCALARS_INBUFS(_q_sc) || "
		   "_q_args[0].buf.nLen < %u)\n"
		   "\t\treturn AEE_EBADPARM;\n"
		   "\t_q_begin(call, _q_sc, _q_args);\n"
		   "\t_q_in = _q_next(call, 0, %u)->buf.pv;\n",
		   method->in_handles << 4 | method->out_handles,
		   method->in.used, method->in.used);
	if (method->out.used)
		text_print(out,
			   "\t_q_record = _q_next(call, 1, %u);\n"
			   "\tif (!_q_record)\n\t\treturn AEE_EBADPARM;\n"
			   "\t_q_out = _q_record->buf.pv;\n",
			   method->out.used);
	for (uint32_t i = 0; i < method->parameter_count; i++) {
		const struct wire_parameter *p = &method->parameters[i];

		if (p->shape->kind == SHAPE_DMA)
			get_handle(out, p,
				   arena_format(&idl->arena,
						"call->out_end[%u]",
						p->handle - first));
	}
	for (uint32_t i = 0; i < method->parameter_count; i++)
		if (method->parameters[i].shape->kind != SHAPE_DMA)
			take_parameter(idl, out, &method->parameters[i]);
	text_print(out, "\t/* Whatever else there is, no stub sends it. */\n"
			"\tif (!call->error && (call->in != call->in_end || "
			"call->out != call->out_end))\n"
			"\t\tcall->error = AEE_EBADPARM;\n"
			"\t_q_err = call->error;\n"
			"\tif (!_q_err)\n\t\t_q_err = ");
	call_function(out, interface, method);
	if (method->out.used)
		text_print(out, "\tif (_q_err)\n"
				"\t\treturn _q_finish(call, _q_err);\n");
	write_back(idl, out, method, "_q_record");
	text_print(out, "\treturn _q_finish(call, _q_err);\n");
}

static void print_method(struct idl *idl, struct text *out,
			 const struct wire_interface *interface,
			 const struct wire_method *method)
{
	begin_method(idl, out, interface, method);
	if (method->complex)
		complex_body(idl, out, interface, method);
	else
		simple_body(idl, out, interface, method);
	text_print(out, "}\n\n");
}

/* ---- Interfaces -------------------------------------------------------- */

/* The stub may be as old as it likes, but not newer than the skel. */
static const char version_text[] =
	"/* Up to three numbers with dots; 0 where the text is something else. */\n"
	"static int _q_read_version(const char *text, unsigned long *version)\n"
	"{\n"
	"\t*version = 0;\n"
	"\tfor (int part = 0; part < 3; part++) {\n"
	"\t\tunsigned long number = 0;\n"
	"\t\tint digits = 0;\n"
	"\n"
	"\t\tfor (; *text >= '0' && *text <= '9' && digits < 4; digits++)\n"
	"\t\t\tnumber = number * 10 + (unsigned long)(*text++ - '0');\n"
	"\t\tif (!digits || digits > 3)\n"
	"\t\t\treturn 0;\n"
	"\t\t*version += number * (part == 0 ? 1000000 : part == 1 ? 1000 : 1);\n"
	"\t\tif (!*text || *text == '&')\n"
	"\t\t\treturn 1;\n"
	"\t\tif (*text++ != '.')\n"
	"\t\t\treturn 0;\n"
	"\t}\n"
	"\treturn 0;\n"
	"}\n"
	"\n"
	"static int _q_check_version(const char *uri)\n"
	"{\n"
	"\tconst char *option = strstr(uri, \"_idlver=\");\n"
	"\tunsigned long stub, skel;\n"
	"\n"
	"\tif (!option || !_q_read_version(option + 8, &stub) ||\n"
	"\t    !_q_read_version(_Q_VERSION, &skel) || stub > skel)\n"
	"\t\treturn AEE_ESTUBSKELVERMISMATCH;\n"
	"\treturn 0;\n"
	"}\n"
	"\n";

static void print_open(struct idl *idl, struct text *out,
		       const struct wire_interface *interface)
{
	const char *name = interface->name;

	text_print(out,
		   "static int _q_skel_%s_open(uint32_t _q_sc, remote_arg "
		   "*_q_args)\n{\n"
		   "\tremote_handle64 _q_opened = 0;\n"
		   "\tvoid *_q_uri;\n\tint _q_length, _q_err;\n\n"
		   "\tif ((_q_sc & 0xffffff) != REMOTE_SCALARS_MAKEX(0, 0, 2, "
		   "0, 0, 1) ||\n\t    _q_args[0].buf.nLen < 4)\n"
		   "\t\treturn AEE_EBADPARM;\n"
		   "\tif (_q_get(&_q_args[1], _q_args[0].buf.pv, 1, 1, "
		   "INT32_MAX, &_q_uri,\n\t\t   &_q_length) || !_q_length ||\n"
		   "\t    ((const char *)_q_uri)[_q_length - 1])\n"
		   "\t\treturn AEE_EBADPARM;\n",
		   name);
	if (idl->version)
		text_print(out, "\t_q_err = _q_check_version(_q_uri);\n"
				"\tif (_q_err)\n\t\treturn _q_err;\n");
	text_print(out,
		   "\t_q_err = __QAIC_IMPL(%s_open)(_q_uri, &_q_opened);\n"
		   "\tif (!_q_err)\n\t\t_q_args[2].h64 = _q_opened;\n"
		   "\treturn _q_err;\n}\n\n",
		   name);
	/* The handle is given twice, or once: hosts differ. */
	text_print(out,
		   "static int _q_skel_%s_close(remote_handle64 _h, uint32_t "
		   "_q_sc, remote_arg *_q_args)\n{\n"
		   "\tif ((_q_sc & 0xffffff) == REMOTE_SCALARS_MAKEX(0, 0, 0, "
		   "0, 1, 0))\n\t\t_h = _q_args[0].h64;\n"
		   "\telse if (_q_sc & 0xffffff)\n\t\treturn AEE_EBADPARM;\n"
		   "\treturn __QAIC_IMPL(%s_close)(_h);\n}\n\n",
		   name, name);
}

static void declare_functions(struct idl *idl, struct text *out,
			      const struct wire_interface *interface)
{
	if (interface->decl->handle64) {
		emit_open_prototype(out, interface, "__QAIC_IMPL");
		text_print(out, " __QAIC_IMPL_ATTRIBUTE;\n");
		emit_close_prototype(out, interface, "__QAIC_IMPL");
		text_print(out, " __QAIC_IMPL_ATTRIBUTE;\n");
	}
	for (uint32_t i = 0; i < interface->method_count; i++) {
		emit_prototype(idl, out, interface, &interface->methods[i],
			       "__QAIC_IMPL");
		text_print(out, " __QAIC_IMPL_ATTRIBUTE;\n");
	}
	text_print(out, "\n");
}

static void print_entry(struct text *out,
			const struct wire_interface *interface, const char *end)
{
	text_print(out,
		   "__QAIC_SKEL_EXPORT int __QAIC_SKEL(%s)(%suint32_t "
		   "_q_sc, remote_arg *_q_args)%s",
		   interface->symbol,
		   interface->decl->handle64 ? "remote_handle64 _h, " : "",
		   end);
}

static void print_dispatch(struct text *out,
			   const struct wire_interface *interface)
{
	const char *handle = interface->decl->handle64 ? "_h, " : "";
	bool extended = false;

	for (uint32_t i = 0; i < interface->method_count; i++)
		extended |= interface->methods[i].id >= METHOD_EXTENDED;
	print_entry(out, interface, " __QAIC_SKEL_ATTRIBUTE;\n");
	print_entry(out, interface, "\n{\n");
	text_print(out, "\tuint32_t _q_method = REMOTE_SCALARS_METHOD(_q_sc);"
			"\n\n");
	if (extended)
		text_print(out, "\tif (_q_method == 31) {\n"
				"\t\tif (!REMOTE_SCALARS_INBUFS(_q_sc) || "
				"_q_args[0].buf.nLen < 4)\n"
				"\t\t\treturn AEE_EBADPARM;\n"
				"\t\tmemcpy(&_q_method, _q_args[0].buf.pv, 4);"
				"\n\t\tif (_q_method < 31)\n"
				"\t\t\treturn AEE_EUNSUPPORTED;\n\t}\n");
	text_print(out, "\tswitch (_q_method) {\n");
	if (interface->decl->handle64)
		text_print(out,
			   "\tcase 0:\n\t\treturn _q_skel_%s_open(_q_sc, "
			   "_q_args);\n\tcase 1:\n\t\treturn "
			   "_q_skel_%s_close(_h, _q_sc, _q_args);\n",
			   interface->name, interface->name);
	for (uint32_t i = 0; i < interface->method_count; i++)
		text_print(out,
			   "\tcase %u:\n\t\treturn _q_skel_%s_%s(%s_q_sc, "
			   "_q_args);\n",
			   interface->methods[i].id, interface->name,
			   interface->methods[i].decl->name, handle);
	if (!interface->method_count && !interface->decl->handle64)
		text_print(out, "\t/* The interface has no methods. */\n");
	text_print(out, "\tdefault:\n%s\t\treturn AEE_EUNSUPPORTED;\n\t}\n}\n",
		   interface->method_count || interface->decl->handle64 ?
			   "" :
			   "\t\t(void)_q_args;\n");
}

static void print_interface(struct idl *idl, struct text *out,
			    const struct wire_interface *interface)
{
	declare_functions(idl, out, interface);
	text_print(out,
		   "__QAIC_SKEL_EXPORT extern const char %s_uri[];\n"
		   "const char %s_uri[] =\n\t\"%s\";\n\n",
		   interface->symbol, interface->symbol, interface->uri);
	if (interface->decl->handle64)
		print_open(idl, out, interface);
	for (uint32_t i = 0; i < interface->method_count; i++)
		print_method(idl, out, interface, &interface->methods[i]);
	print_dispatch(out, interface);
	text_print(out, "\n");
}

static bool has_handles(const struct layout *layout)
{
	for (const struct wire_interface *i = layout->interfaces; i;
	     i = i->next)
		for (uint32_t m = 0; m < i->method_count; m++)
			if (i->methods[m].in_handles ||
			    i->methods[m].out_handles)
				return true;
	return false;
}

static void print_macros(struct text *out)
{
	emit_macro(out, "__QAIC_IMPL", "(ff) ff");
	emit_macro(out, "__QAIC_IMPL_EXPORT", "");
	emit_macro(out, "__QAIC_IMPL_ATTRIBUTE", "");
	emit_macro(out, "__QAIC_SKEL", "(ff) ff");
	emit_macro(out, "__QAIC_SKEL_EXPORT",
		   " __attribute__((visibility(\"default\")))");
	emit_macro(out, "__QAIC_SKEL_ATTRIBUTE", "");
	text_print(out, "\n");
}

void emit_skel(struct idl *idl, const struct layout *layout, struct text *out)
{
	emit_banner(idl, out, "Skel");
	text_print(out,
		   "#include <stddef.h>\n#include <stdint.h>\n"
		   "#include <stdlib.h>\n#include <string.h>\n\n"
		   "#include \"AEEStdErr.h\"\n#include \"remote.h\"\n"
		   "#include \"%s.h\"\n\n",
		   idl->base);
	print_macros(out);
	if (has_handles(layout))
		text_print(out, "/* The run time's: the size of a mapped "
				"buffer. Not every run time has it. */\n"
				"extern int adsp_mmap_fd_getinfo(int fd, "
				"uint32_t *size) __attribute__((weak));\n\n");
	emit_asserts(idl, out);
	emit_skel_runtime(layout, out);
	if (idl->version)
		text_print(out, "#define _Q_VERSION \"%s\"\n\n%s", idl->version,
			   version_text);
	emit_copies(idl, layout, out);
	print_helpers(idl, layout, out);
	for (const struct wire_interface *i = layout->interfaces; i;
	     i = i->next)
		if (!i->decl->local)
			print_interface(idl, out, i);
}
