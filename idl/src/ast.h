/* SPDX-License-Identifier: BSD-3-Clause */
/* The tree of an interface file, as the parser builds and the checks complete it. */
#ifndef IDL_AST_H
#define IDL_AST_H

#include "arena.h"
#include "source.h"

struct decl;

/* ---- Expressions ------------------------------------------------------- */

enum expr_kind {
	EXPR_VALUE,
	EXPR_NAME,
	EXPR_UNARY,
	EXPR_BINARY
};

enum value_kind {
	VALUE_ERROR, /* was reported */
	VALUE_INTEGER,
	VALUE_FLOAT,
	VALUE_STRING,
	VALUE_BOOLEAN,
};

/** The value of a constant. An integer is sign and magnitude. */
struct value {
	enum value_kind kind;
	bool negative;
	bool character; /* was written as one */
	uint64_t magnitude;
	double number;
	const char *bytes;
	size_t length;
};

struct expr {
	enum expr_kind kind;
	struct loc loc;
	struct value value;
	const char *name;      /* scoped, with "::" */
	uint32_t order;	       /* of its place among declarations */
	unsigned int operator; /* as in token.h */
	struct expr *left;
	struct expr *right;
};

/* ---- Types ------------------------------------------------------------- */

enum prim {
	PRIM_OCTET,
	PRIM_CHAR,
	PRIM_WCHAR,
	PRIM_BOOLEAN,
	PRIM_SHORT,
	PRIM_USHORT,
	PRIM_LONG,
	PRIM_ULONG,
	PRIM_LONGLONG,
	PRIM_ULONGLONG,
	PRIM_INT8,
	PRIM_UINT8,
	PRIM_INT16,
	PRIM_UINT16,
	PRIM_INT32,
	PRIM_UINT32,
	PRIM_INT64,
	PRIM_UINT64,
	PRIM_FLOAT,
	PRIM_DOUBLE,
	PRIM_COUNT
};

enum type_kind {
	TYPE_ERROR, /* was reported */
	TYPE_VOID,  /* a result only */
	TYPE_PRIM,
	TYPE_NAME, /* stands for @decl, once that is found */
	TYPE_STRING,
	TYPE_WSTRING,
	TYPE_SEQUENCE,
	TYPE_ARRAY,
	TYPE_DMAHANDLE,
	TYPE_INTERFACE, /* the keyword; no interface can be sent */
};

struct type {
	enum type_kind kind;
	struct loc loc;
	enum prim prim;
	const char *name;  /* TYPE_NAME: as it was written */
	struct decl *decl; /* what the name means: typedef, struct, enum... */
	struct type *element; /* of a sequence or an array */
	struct expr *bound; /* sequence<T, N>, string<N>, T name[N], or NULL */
	uint64_t count;	    /* its value; 0: no bound */

	/* set by the checks */
	bool checked;
	bool fixed;	/* its bytes are the same in C and on the wire */
	uint32_t size;	/* of a fixed type */
	uint32_t depth; /* of types inside of types */
	const struct source *owner; /* as decl.owner */
	uint32_t order;		    /* of its place among declarations */
	struct shape *shape;	    /* layout.c */
};

/* ---- Declarations ------------------------------------------------------ */

enum decl_kind {
	DECL_MODULE,
	DECL_CONST,
	DECL_TYPEDEF,
	DECL_STRUCT,
	DECL_UNION,
	DECL_ENUM,
	DECL_ENUMERATOR,
	DECL_INTERFACE,
	DECL_METHOD,
	DECL_PARAMETER,
	DECL_MEMBER,
};

enum mode {
	MODE_IN,
	MODE_ROUT,
	MODE_INROUT
};

struct decl {
	enum decl_kind kind;
	struct loc loc;	    /* of the name */
	const char *name;   /* interned */
	const char *c_name; /* what it is called in C */
	const char *doc;    /* documentation comment, or NULL */
	struct decl *parent;
	struct decl *next;  /* beside it */
	struct decl *first; /* inside: members, methods, parameters... */
	struct decl **last;
	struct map names; /* name → the declaration inside */
	/*
	 * The file whose header declares it: where the outermost declaration
	 * around it begins. Who includes a file inside of an interface declares
	 * what is in it.
	 */
	const struct source *owner;
	uint32_t order;	    /* counts all declarations as they are met */
	struct type *type;  /* const, typedef, member, parameter, result */
	struct expr *expr;  /* const */
	struct value value; /* const, enumerator */
	enum mode mode;	    /* parameter */

	/* interface */
	const char *base_name;
	struct loc base_loc;
	struct decl *base;
	bool handle64; /* derives from remote_handle64 */
	bool local;
	bool forward;		 /* has no body */
	struct decl *definition; /* the one with the body */

	/* method */
	bool async;
	bool attribute; /* made from one */
	uint32_t id;

	/* state of the checks */
	bool visiting;
	bool checked;
	bool broken;	       /* an error in it was reported */
	struct type *resolved; /* typedef: without other typedefs */
	bool fixed;	       /* struct: as in a type */
	uint32_t size;
	uint32_t alignment;
	uint32_t depth;
	struct shape *shape; /* struct */
};

#endif
