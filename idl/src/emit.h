/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing the outputs: each prints the tables of layout.h. */
#ifndef IDL_EMIT_H
#define IDL_EMIT_H

#include "idl.h"
#include "layout.h"

void emit_header(struct idl *idl, const struct layout *layout,
		 struct text *out);
void emit_stub(struct idl *idl, const struct layout *layout, struct text *out);
void emit_skel(struct idl *idl, const struct layout *layout, struct text *out);
void emit_json(struct idl *idl, const struct layout *layout, struct text *out);
void emit_doc(struct idl *idl, const struct layout *layout, struct text *out);

/* ---- Shared ------------------------------------------------------------ */

/** emit_banner - the first lines: what made this of what */
void emit_banner(struct idl *idl, struct text *out, const char *what);

/** emit_macro - a name of QAIC's that may be defined to rename functions */
void emit_macro(struct text *out, const char *macro, const char *parameter);

/**
 * emit_prototype - "MACRO_EXPORT int MACRO(if_method)(parameters)"
 * @macro: "__QAIC_HEADER" and so on; MACRO_ATTRIBUTE may follow a declaration
 */
void emit_prototype(struct idl *idl, struct text *out,
		    const struct wire_interface *interface,
		    const struct wire_method *method, const char *macro);
void emit_open_prototype(struct text *out,
			 const struct wire_interface *interface,
			 const char *macro);
void emit_close_prototype(struct text *out,
			  const struct wire_interface *interface,
			  const char *macro);

/** emit_asserts - that structs in C are laid out as on the wire */
void emit_asserts(struct idl *idl, struct text *out);

/** emit_copies - functions that copy padded structs without their padding */
void emit_copies(struct idl *idl, const struct layout *layout,
		 struct text *out);

/**
 * emit_to_wire - a statement that copies a value of fixed size into a record
 * @to: the address in the record
 * @from: the address of the value
 */
void emit_to_wire(struct idl *idl, struct text *out, const char *indent,
		  const struct shape *shape, const char *to, const char *from);

/** c_address - the address of a parameter's or a member's value */
const char *c_address(struct idl *idl, const struct shape *shape,
		      const char *value, bool is_pointer);

/** is_struct - whether C code passes it by pointer in both ways */
bool is_struct(const struct shape *shape);
bool is_array(const struct type *type);

/** whether some method needs functions for complex types, for strings */
bool layout_has_complex(const struct layout *layout);
bool layout_has_strings(const struct layout *layout);

/* The functions that stubs and skels bring along. */
void emit_stub_runtime(const struct layout *layout, struct text *out);
void emit_skel_runtime(const struct layout *layout, struct text *out);

/* A path in a struct: "v->member". */
struct access {
	const char *data;   /* the pointer, or the address of a struct */
	const char *length; /* of what has one */
};

struct access access_parameter(struct idl *idl,
			       const struct wire_parameter *parameter);
struct access access_member(struct idl *idl, const struct field *field);
struct access access_element(const struct shape *shape);

#endif
