/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The wire layout: what FastRPC carries for each method. The emitters print
 * what is written here and decide nothing.
 *
 * A call has buffers to the DSP, buffers back, and DMA handles each way. The
 * first buffer each way is a record of what has a fixed size (prim in, prim
 * out), if there is such; each sequence and string is a buffer of its own. A
 * count of elements stands in the in-record at the place of the parameter.
 *
 * What holds sequences or strings itself ("complex") has a block in the record,
 * and its buffers follow depth first. A sequence of such things has a buffer of
 * blocks, one for each element, before the elements' own buffers. On the way
 * back there are two kinds of blocks: capacities, which go to the DSP, and what
 * has a fixed size, which comes back.
 *
 * All of this is the same for hosts of 32 and 64 bits. What differs is the C
 * struct of a complex value, for it contains pointers.
 */
#ifndef IDL_LAYOUT_H
#define IDL_LAYOUT_H

#include "ast.h"

struct idl;

/* Buffers each way, and DMA handles each way. */
#define BUFFERS_MAX 255
#define HANDLES_MAX 15

/* This id in the scalars says that the real one is in the in-record. */
#define METHOD_EXTENDED 31

enum shape_kind {
	SHAPE_FIXED,	/* numbers, enums, arrays and structs of them */
	SHAPE_STRING,	/* bytes with a NUL; wide: of 2 bytes */
	SHAPE_SEQUENCE, /* of fixed elements */
	SHAPE_RECORDS,	/* a sequence of complex elements */
	SHAPE_STRUCT,	/* a struct with a member that is not fixed */
	SHAPE_DMA,
};

struct extent {
	uint32_t size; /* 0: there is nothing */
	uint32_t alignment;
};

/** How a type is laid out. There is one for each type that occurs. */
struct shape {
	enum shape_kind kind;
	const struct type *type;
	uint32_t number;    /* of RECORDS and STRUCT, for names of helpers */
	struct shape *next; /* in layout.shapes */
	bool goes_in;	    /* some method uses it in this way */
	bool comes_back;
	bool wide;
	bool padded;		/* FIXED: has bytes that belong to no member */
	struct extent in;	/* on the way in: the value, or the count */
	struct extent capacity; /* on the way back: what the record in holds */
	struct extent out;	/* on the way back: what the record out holds */
	struct extent native32; /* in C, on hosts of 32 and 64 bits */
	struct extent native64;
	uint32_t in_buffers;   /* that a value has at least, on the way in */
	uint32_t room_buffers; /* on the way back: to the DSP */
	uint32_t out_buffers;  /* on the way back: from the DSP */
	uint64_t bound;	       /* most elements, 0: any number */
	struct shape *element; /* SEQUENCE, RECORDS */
	struct field *fields;  /* STRUCT, and FIXED structs */
	uint32_t field_count;
};

/** A member of a struct: where its part of each block begins. */
struct field {
	const struct decl *member;
	struct shape *shape;
	uint32_t in;
	uint32_t capacity;
	uint32_t out;
};

/** A parameter of a method. */
struct wire_parameter {
	const struct decl *decl;
	struct shape *shape;
	uint32_t in;	   /* offset in the in-record: value or count */
	uint32_t capacity; /* offset in the in-record */
	uint32_t out;	   /* offset in the out-record */
	/* Of methods that are not complex: which argument of the call. */
	uint32_t in_buffer;
	uint32_t out_buffer;
	uint32_t handle;
};

/** A record, the first buffer of its way. */
struct record {
	uint32_t used; /* bytes; what a skel asks for at least */
	uint32_t alignment;
	uint32_t size; /* rounded up to it; what a stub sends */
};

/** The layout of a method. */
struct wire_method {
	const struct decl *decl;
	uint32_t id;
	struct record in;
	struct record out;
	struct wire_parameter *parameters;
	uint32_t parameter_count;
	/* Counts; for complex methods buffers at least, with empty sequences. */
	uint32_t in_buffers;
	uint32_t out_buffers;
	uint32_t in_handles;
	uint32_t out_handles;
	bool complex; /* how many buffers depends on the values */
};

struct wire_interface {
	struct wire_interface *next;
	const struct decl *decl;
	const char *name;    /* in C */
	const char *library; /* "lib<file>_skel.so" */
	const char *symbol;  /* of the skel: "<if>_skel_handle_invoke" */
	const char *uri;
	const struct decl
		*handle; /* constant of a handle that is always open */
	struct wire_method *methods;
	uint32_t method_count;
};

/** The layout of all that the main file declares. */
struct layout {
	struct wire_interface *interfaces;
	/*
	 * What needs helpers: RECORDS, STRUCT and FIXED structs with padding,
	 * inner before outer.
	 */
	struct shape *shapes;
	struct shape **last_shape;
	uint32_t shape_count;
	struct map sequences; /* equal ones share a shape */
};

/**
 * layout_run - lay out what check_run() passed
 *
 * What does not fit into a call is reported.
 */
void layout_run(struct idl *idl, struct layout *layout);

/** layout_shape - of one type */
struct shape *layout_shape(struct idl *idl, struct layout *layout,
			   struct type *type);

/** wire_in, wire_back - whether something of it goes that way */
static inline bool wire_in(const struct decl *parameter)
{
	return parameter->mode != MODE_ROUT;
}

static inline bool wire_back(const struct decl *parameter)
{
	return parameter->mode != MODE_IN;
}

#endif
