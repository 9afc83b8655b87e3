// SPDX-License-Identifier: BSD-3-Clause
/* The stub: what runs in the program that calls. */
#include <string.h>

#include "cname.h"
#include "emit.h"

/* As many elements as a length can say, or as the type allows. */
static unsigned long long most(const struct shape *shape, bool in)
{
	if (!in || !shape->bound)
		return INT32_MAX;
	return shape->bound + (shape->kind == SHAPE_STRING);
}

/* ---- Methods without complex types ------------------------------------- */

static void pack_in(struct idl *idl, struct text *out,
		    const struct wire_parameter *p)
{
	const char *name = p->decl->c_name;
	const struct shape *shape = p->shape;
	bool pointer = p->decl->mode == MODE_INROUT || is_struct(shape);
	const char *to;

	switch (shape->kind) {
	case SHAPE_FIXED:
		to = arena_format(&idl->arena, "_q_in + %u", p->in);
		emit_to_wire(idl, out, "\t", shape, to,
			     c_address(idl, shape, name, pointer));
		break;
	case SHAPE_STRING:
		if (p->decl->mode == MODE_INROUT)
			text_print(out,
				   "\tif (%sLen < 0 || _q_set(&_q_args[%u], "
				   "_q_in + %u, %s,\n\t\t\t_q_length(%s, %d, "
				   "(uint32_t)%sLen), %u, %lluU))\n"
				   "\t\treturn AEE_EBADPARM;\n",
				   name, p->in_buffer, p->in, name, name,
				   shape->wide, name, shape->wide + 1,
				   most(shape, true));
		else
			text_print(out,
				   "\tif (_q_set(&_q_args[%u], _q_in + %u, %s,"
				   "\n\t\t   _q_length(%s, %d, INT32_MAX), %u, "
				   "%lluU))\n\t\treturn AEE_EBADPARM;\n",
				   p->in_buffer, p->in, name, name, shape->wide,
				   shape->wide + 1, most(shape, true));
		break;
	case SHAPE_SEQUENCE:
		text_print(out,
			   "\tif (_q_set(&_q_args[%u], _q_in + %u, %s, %sLen, "
			   "%u, %lluU))\n\t\treturn AEE_EBADPARM;\n",
			   p->in_buffer, p->in, name, name,
			   shape->element->in.size, most(shape, true));
		break;
	default:
		break;
	}
}

static void pack_room(struct text *out, const struct wire_parameter *p)
{
	const char *name = p->decl->c_name;
	const struct shape *shape = p->shape;
	uint32_t unit = shape->kind == SHAPE_STRING ? shape->wide + 1U :
			shape->kind == SHAPE_SEQUENCE ?
						      shape->element->in.size :
						      0;

	if (unit)
		text_print(out,
			   "\tif (_q_set(&_q_args[%u], _q_in + %u, %s, %sLen, "
			   "%u, INT32_MAX))\n\t\treturn AEE_EBADPARM;\n",
			   p->out_buffer, p->capacity, name, name, unit);
}

/* @arg: an expression for the argument of the call. */
static void pack_handle(struct text *out, const struct wire_parameter *p,
			const char *arg)
{
	const char *name = p->decl->c_name;

	text_print(out,
		   "\t%s.dma.fd = %s;\n\t%s.dma.offset = %sOffset;\n"
		   "\t_q_err = __QAIC_REMOTE(remote_register_dma_handle)"
		   "(%s, %sLen);\n\tif (_q_err)\n\t\treturn _q_err;\n",
		   arg, name, arg, name, name, name);
}

static void unpack(struct text *out, const struct wire_parameter *p)
{
	const char *name = p->decl->c_name;

	if (!wire_back(p->decl))
		return;
	if (p->shape->kind == SHAPE_FIXED)
		text_print(out, "\tmemcpy(%s, _q_out + %u, %u);\n", name,
			   p->out, p->shape->out.size);
	if (p->shape->kind == SHAPE_STRING)
		text_print(out, "\t_q_end(%s, %sLen, %d);\n", name, name,
			   p->shape->wide);
}

/* The beginning of the call, up to the scalars. */
static const char *invocation(struct idl *idl,
			      const struct wire_interface *interface,
			      const struct wire_method *method)
{
	return arena_format(&idl->arena,
			    "__QAIC_REMOTE(remote_handle%s_invoke%s)(%s%s,",
			    interface->decl->handle64 ? "64" : "",
			    method->decl->async ? "_async" : "",
			    interface->decl->handle64 ? "_h" : "_q_handle",
			    method->decl->async ? ", asyncDesc" : "");
}

static uint32_t scalar_id(const struct wire_method *method)
{
	return method->id < METHOD_EXTENDED ? method->id : METHOD_EXTENDED;
}

static void declare_records(struct text *out, const struct wire_method *method)
{
	if (method->in.used)
		text_print(out, "\t_Alignas(8) uint8_t _q_in[%u] = { 0 };\n",
			   method->in.size);
	if (method->out.used)
		text_print(out, "\t_Alignas(8) uint8_t _q_out[%u] = { 0 };\n",
			   method->out.size);
	if (method->id >= METHOD_EXTENDED)
		text_print(out, "\tconst uint32_t _q_method = %u;\n",
			   method->id);
}

static void set_records(struct text *out, const struct wire_method *method)
{
	if (method->in.used)
		text_print(out, "\t_q_args[0].buf.pv = _q_in;\n"
				"\t_q_args[0].buf.nLen = sizeof(_q_in);\n");
	if (method->out.used)
		text_print(out,
			   "\t_q_args[%u].buf.pv = _q_out;\n"
			   "\t_q_args[%u].buf.nLen = sizeof(_q_out);\n",
			   method->in_buffers, method->in_buffers);
	if (method->id >= METHOD_EXTENDED)
		text_print(out, "\tmemcpy(_q_in, &_q_method, 4);\n");
}

static void simple_body(struct idl *idl, struct text *out,
			const struct wire_interface *interface,
			const struct wire_method *method)
{
	uint32_t args = method->in_buffers + method->out_buffers +
			method->in_handles + method->out_handles;

	declare_records(out, method);
	if (args)
		text_print(out, "\tremote_arg _q_args[%u];\n", args);
	text_print(out, "\tint _q_err;\n\n");
	set_records(out, method);
	for (uint32_t i = 0; i < method->parameter_count; i++) {
		const struct wire_parameter *p = &method->parameters[i];

		if (wire_in(p->decl))
			pack_in(idl, out, p);
		if (wire_back(p->decl))
			pack_room(out, p);
		if (p->shape->kind == SHAPE_DMA)
			pack_handle(out, p,
				    arena_format(&idl->arena, "_q_args[%u]",
						 p->handle));
	}
	text_print(out,
		   "\t_q_err = %s\n\t\tREMOTE_SCALARS_MAKEX(0, %u, %u, "
		   "%u, %u, %u), %s);\n\tif (_q_err)\n"
		   "\t\treturn _q_err;\n",
		   invocation(idl, interface, method), scalar_id(method),
		   method->in_buffers, method->out_buffers, method->in_handles,
		   method->out_handles, args ? "_q_args" : "NULL");
	for (uint32_t i = 0; i < method->parameter_count; i++)
		if (!method->decl->async)
			unpack(out, &method->parameters[i]);
	text_print(out, "\treturn 0;\n");
}

/* ---- Complex types ----------------------------------------------------- */

/* A statement that sends one value; "_q_r" is its block in the record. */
static void send_value(struct text *out, const char *indent,
		       const struct shape *shape, const char *record,
		       struct access value)
{
	switch (shape->kind) {
	case SHAPE_STRING:
		text_print(out, "%s_q_add_string(call, %s, %s, %d, %lluU);\n",
			   indent, record, value.data, shape->wide,
			   most(shape, true));
		break;
	case SHAPE_SEQUENCE:
		text_print(out, "%s_q_add(call, 0, %s, %s, %s, %u, %lluU);\n",
			   indent, record, value.data, value.length,
			   shape->element->in.size, most(shape, true));
		break;
	case SHAPE_RECORDS:
		text_print(out,
			   "%s_q_count(call, %s, %s, %s, %lluU);\n"
			   "%s_q_send_%u(call, %s, %s);\n",
			   indent, record, value.data, value.length,
			   most(shape, true), indent, shape->number, value.data,
			   value.length);
		break;
	default:
		text_print(out, "%s_q_send_%u(call, %s, %s);\n", indent,
			   shape->number, record, value.data);
		break;
	}
}

/* The same for a value that comes back: its capacities, and room for it. */
static void room_value(struct text *out, const char *indent,
		       const struct shape *shape, const char *record,
		       struct access value)
{
	switch (shape->kind) {
	case SHAPE_STRING:
		text_print(out, "%s_q_add_room(call, %s, %s, %s, %d);\n",
			   indent, record, value.data, value.length,
			   shape->wide);
		break;
	case SHAPE_SEQUENCE:
		text_print(out,
			   "%s_q_add(call, 1, %s, %s, %s, %u, INT32_MAX);\n",
			   indent, record, value.data, value.length,
			   shape->element->in.size);
		break;
	case SHAPE_RECORDS:
		text_print(out,
			   "%s_q_count(call, %s, %s, %s, INT32_MAX);\n"
			   "%s_q_room_%u(call, %s, %s);\n",
			   indent, record, value.data, value.length, indent,
			   shape->number, value.data, value.length);
		break;
	default:
		text_print(out, "%s_q_room_%u(call, %s, %s);\n", indent,
			   shape->number, record, value.data);
		break;
	}
}

static void declare_helper(struct idl *idl, struct text *out,
			   const struct shape *shape, const char *prefix)
{
	const char *quality = !strcmp(prefix, "send") ? "const " : "";

	if (shape->kind == SHAPE_RECORDS)
		text_print(out,
			   "/* A sequence of %s. */\n"
			   "_Q_HELPER void _q_%s_%u(struct _q_call *call, "
			   "%s%s, int _q_n)\n{\n",
			   c_type(idl, shape->type->element), prefix,
			   shape->number, quality,
			   c_declarator(idl, shape->type->element, "*",
					"_q_v"));
	else
		text_print(out,
			   "/* %s */\n_Q_HELPER void _q_%s_%u("
			   "struct _q_call *call, uint8_t *_q_r, "
			   "%s%s *_q_v)\n{\n",
			   c_type(idl, shape->type), prefix, shape->number,
			   quality, c_type(idl, shape->type));
}

static void send_helper(struct idl *idl, struct text *out,
			const struct shape *shape)
{
	declare_helper(idl, out, shape, "send");
	if (shape->kind == SHAPE_RECORDS) {
		text_print(out,
			   "\tuint8_t *_q_r = _q_records(call, 0, _q_n, %u);\n"
			   "\n\tfor (int _q_i = 0; !call->error && _q_i < "
			   "_q_n; _q_i++) {\n",
			   shape->element->in.size);
		send_value(out, "\t\t", shape->element, "_q_r",
			   access_element(shape->element));
		text_print(out, "\t\t_q_r += %u;\n\t}\n",
			   shape->element->in.size);
	}
	for (uint32_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];
		const char *record = arena_format(&idl->arena, "_q_r + %u",
						  field->in);
		struct access value = access_member(idl, field);

		if (field->shape->kind == SHAPE_FIXED)
			emit_to_wire(idl, out, "\t", field->shape, record,
				     c_address(idl, field->shape, value.data,
					       false));
		else
			send_value(out, "\t", field->shape, record, value);
	}
	text_print(out, "}\n\n");
}

/* Members of fixed size are copied when the function has run. */
static void got_helper(struct idl *idl, struct text *out,
		       const struct shape *shape)
{
	const char *name = c_type(idl, shape->type);

	text_print(out,
		   "_Q_HELPER void _q_got_%u(void *_q_to, "
		   "const void *_q_from)\n{\n"
		   "\tconst uint8_t *_q_r = _q_from;\n"
		   "\t%s *_q_v = _q_to;\n\n",
		   shape->number, name);
	for (uint32_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];
		const char *value = access_member(idl, field).data;

		if (field->shape->kind == SHAPE_FIXED)
			text_print(out, "\tmemcpy(%s, _q_r + %u, %u);\n",
				   c_address(idl, field->shape, value, false),
				   field->out, field->shape->out.size);
		else if (field->shape->kind == SHAPE_STRUCT &&
			 field->shape->out.size)
			text_print(out, "\t_q_got_%u(%s, _q_r + %u);\n",
				   field->shape->number, value, field->out);
	}
	text_print(out, "}\n\n");
}

static void room_helper(struct idl *idl, struct text *out,
			const struct shape *shape)
{
	const struct shape *element = shape->element;

	if (shape->kind == SHAPE_STRUCT && shape->out.size)
		got_helper(idl, out, shape);
	declare_helper(idl, out, shape, "room");
	if (shape->kind == SHAPE_RECORDS) {
		text_print(out,
			   "\tuint8_t *_q_r = _q_records(call, 0, _q_n, %u);\n",
			   element->capacity.size);
		if (element->out.size)
			text_print(out,
				   "\tuint8_t *_q_b = _q_records(call, 1, "
				   "_q_n, %u);\n",
				   element->out.size);
		text_print(out, "\n\tfor (int _q_i = 0; !call->error && _q_i < "
				"_q_n; _q_i++) {\n");
		room_value(out, "\t\t", element, "_q_r",
			   access_element(element));
		if (element->out.size)
			text_print(out,
				   "\t\t_q_do_later(call, _q_got_%u, %s, "
				   "_q_b);\n\t\t_q_b += %u;\n",
				   element->number,
				   access_element(element).data,
				   element->out.size);
		text_print(out, "\t\t_q_r += %u;\n\t}\n",
			   element->capacity.size);
	}
	for (uint32_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];

		if (field->shape->kind != SHAPE_FIXED)
			room_value(out, "\t", field->shape,
				   arena_format(&idl->arena, "_q_r + %u",
						field->capacity),
				   access_member(idl, field));
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
		if (shape->goes_in)
			send_helper(idl, out, shape);
		if (shape->comes_back)
			room_helper(idl, out, shape);
	}
}

static void complex_parameter(struct idl *idl, struct text *out,
			      const struct wire_parameter *p)
{
	struct access value = access_parameter(idl, p);
	const char *in = arena_format(&idl->arena, "_q_in + %u", p->in);
	const char *capacity = arena_format(&idl->arena, "_q_in + %u",
					    p->capacity);

	if (p->shape->kind == SHAPE_DMA)
		return;
	if (p->shape->kind == SHAPE_FIXED) {
		if (wire_in(p->decl))
			pack_in(idl, out, p);
		return;
	}
	if (wire_in(p->decl) && p->shape->kind == SHAPE_STRING &&
	    wire_back(p->decl))
		text_print(out,
			   "\t_q_add(call, 0, %s, %s, %s < 0 ? -1 :\n"
			   "\t\t_q_length(%s, %d, (uint32_t)%s), %d, "
			   "%lluU);\n",
			   in, value.data, value.length, value.data,
			   p->shape->wide, value.length, p->shape->wide + 1,
			   most(p->shape, true));
	else if (wire_in(p->decl))
		send_value(out, "\t", p->shape, in, value);
	if (!wire_back(p->decl))
		return;
	room_value(out, "\t", p->shape, capacity, value);
	if (p->shape->kind == SHAPE_STRUCT && p->shape->out.size)
		text_print(out,
			   "\t_q_do_later(call, _q_got_%u, %s, "
			   "_q_out + %u);\n",
			   p->shape->number, value.data, p->out);
}

/* A DMA handle is registered last: what fails before needs no undoing. */
static void complex_handles(struct text *out, const struct wire_method *method)
{
	uint32_t first = method->in_buffers + method->out_buffers;

	for (uint32_t i = 0; i < method->parameter_count; i++) {
		const struct wire_parameter *p = &method->parameters[i];
		const char *name = p->decl->c_name;

		if (p->shape->kind != SHAPE_DMA)
			continue;
		text_print(out,
			   "\t_q_handles[%u].dma.fd = %s;\n"
			   "\t_q_handles[%u].dma.offset = %sOffset;\n"
			   "\tif (!_q_err)\n\t\t_q_err = __QAIC_REMOTE("
			   "remote_register_dma_handle)(%s, %sLen);\n",
			   p->handle - first, name, p->handle - first, name,
			   name, name);
	}
}

static void complex_body(struct idl *idl, struct text *out,
			 const struct wire_interface *interface,
			 const struct wire_method *method)
{
	bool handles = method->in_handles || method->out_handles;

	declare_records(out, method);
	text_print(out, "\tstruct _q_call _q_call, *call = &_q_call;\n");
	if (handles)
		text_print(out, "\tremote_arg *_q_handles;\n");
	text_print(out,
		   "\tint _q_err;\n\n"
		   "\t_q_begin(call, _q_in, sizeof(_q_in), %s, %s);\n",
		   method->out.used ? "_q_out" : "NULL",
		   method->out.used ? "sizeof(_q_out)" : "0");
	if (method->id >= METHOD_EXTENDED)
		text_print(out, "\tmemcpy(_q_in, &_q_method, 4);\n");
	for (uint32_t i = 0; i < method->parameter_count; i++)
		complex_parameter(idl, out, &method->parameters[i]);
	text_print(out, "\t_q_err = call->error;\n\t%s_q_join(call);\n",
		   handles ? "_q_handles = " : "");
	complex_handles(out, method);
	text_print(out,
		   "\tif (!_q_err)\n\t\t_q_err = %s\n"
		   "\t\tREMOTE_SCALARS_MAKEX(0, %u, call->in_count, "
		   "call->out_count, %u, %u),\n\t\tcall->args);\n"
		   "\tif (_q_finish(call, _q_err))\n\t\treturn _q_err;\n",
		   invocation(idl, interface, method), scalar_id(method),
		   method->in_handles, method->out_handles);
	for (uint32_t i = 0; i < method->parameter_count; i++)
		if (method->parameters[i].shape->kind == SHAPE_FIXED)
			unpack(out, &method->parameters[i]);
	text_print(out, "\treturn 0;\n");
}

/* ---- The file ---------------------------------------------------------- */

static void print_handle64(struct text *out,
			   const struct wire_interface *interface)
{
	emit_open_prototype(out, interface, "__QAIC_STUB");
	text_print(out, "\n{\n\treturn __QAIC_REMOTE(remote_handle64_open)"
			"(uri, h);\n}\n\n");
	emit_close_prototype(out, interface, "__QAIC_STUB");
	text_print(out, "\n{\n\treturn __QAIC_REMOTE(remote_handle64_close)"
			"(h);\n}\n\n");
}

/* A plain interface has one handle for the program, opened when it is needed. */
static void print_plain(struct idl *idl, struct text *out,
			const struct wire_interface *interface)
{
	const char *name = !strcmp(interface->name, idl->base) ?
				   interface->name :
				   interface->uri;

	if (interface->handle) {
		text_print(out,
			   "static int _q_open_%s(remote_handle *handle)\n{\n"
			   "\t*handle = (remote_handle)%s;\n"
			   "\treturn 0;\n}\n\n",
			   interface->name, interface->handle->c_name);
		return;
	}
	text_print(out,
		   "static int _q_open_%s(remote_handle *handle)\n{\n"
		   "\tstatic _Atomic remote_handle known = (remote_handle)-1;\n"
		   "\tremote_handle nobody = (remote_handle)-1;\n"
		   "\tint error;\n\n"
		   "\t*handle = known;\n"
		   "\tif (*handle != nobody)\n\t\treturn 0;\n"
		   "\terror = __QAIC_REMOTE(remote_handle_open)(\"%s\", "
		   "handle);\n"
		   "\tif (error)\n\t\treturn error;\n"
		   "\t/* Another thread may have been faster. */\n"
		   "\tif (!atomic_compare_exchange_strong(&known, &nobody, "
		   "*handle)) {\n"
		   "\t\t(void)__QAIC_REMOTE(remote_handle_close)(*handle);\n"
		   "\t\t*handle = nobody;\n\t}\n"
		   "\treturn 0;\n}\n\n",
		   interface->name, name);
}

static void print_method(struct idl *idl, struct text *out,
			 const struct wire_interface *interface,
			 const struct wire_method *method)
{
	emit_prototype(idl, out, interface, method, "__QAIC_STUB");
	text_print(out, "\n{\n");
	if (!interface->decl->handle64)
		text_print(out,
			   "\tremote_handle _q_handle;\n"
			   "\tint _q_opened = _q_open_%s(&_q_handle);\n\n"
			   "\tif (_q_opened)\n\t\treturn _q_opened;\n",
			   interface->name);
	if (method->complex)
		complex_body(idl, out, interface, method);
	else
		simple_body(idl, out, interface, method);
	text_print(out, "}\n\n");
}

static bool opens_handles(const struct layout *layout)
{
	for (const struct wire_interface *i = layout->interfaces; i;
	     i = i->next)
		if (!i->decl->handle64 && !i->handle && i->method_count)
			return true;
	return false;
}

void emit_stub(struct idl *idl, const struct layout *layout, struct text *out)
{
	emit_banner(idl, out, "Stub");
	if (opens_handles(layout))
		text_print(out, "#include <stdatomic.h>\n");
	text_print(
		out,
		"#include <stddef.h>\n#include <stdint.h>\n#include <stdlib.h>\n"
		"#include <string.h>\n\n"
		"#include \"AEEStdErr.h\"\n#include \"remote.h\"\n"
		"#include \"%s.h\"\n\n",
		idl->base);
	emit_macro(out, "__QAIC_REMOTE", "(ff) ff");
	emit_macro(out, "__QAIC_STUB", "(ff) ff");
	emit_macro(out, "__QAIC_STUB_EXPORT", "");
	text_print(out, "\n");
	emit_asserts(idl, out);
	emit_stub_runtime(layout, out);
	emit_copies(idl, layout, out);
	print_helpers(idl, layout, out);
	for (const struct wire_interface *i = layout->interfaces; i;
	     i = i->next) {
		if (i->decl->local)
			continue;
		if (i->decl->handle64)
			print_handle64(out, i);
		else if (i->method_count)
			print_plain(idl, out, i);
		for (uint32_t m = 0; m < i->method_count; m++)
			print_method(idl, out, i, &i->methods[m]);
	}
}
