// SPDX-License-Identifier: BSD-3-Clause
/* Declarations. After an error parsing goes on behind the next ";" or "}". */
#include "parser.h"

#include <string.h>

#include "parse.h"

/* Modules inside of each other. */
#define MODULES_MAX 32

static void parse_declarations(struct parser *p, struct decl *parent);

/* ---- The tree ---------------------------------------------------------- */

static struct decl *new_decl(struct parser *p, enum decl_kind kind,
			     const char *name, struct loc loc)
{
	struct decl *decl = arena_alloc(&p->idl->arena, sizeof(*decl));

	decl->kind = kind;
	decl->name = name;
	decl->loc = loc;
	decl->last = &decl->first;
	return decl;
}

static void append(struct parser *p, struct decl *parent, struct decl *decl)
{
	decl->parent = parent;
	decl->owner = p->outermost;
	decl->order = ++p->order;
	*parent->last = decl;
	parent->last = &decl->next;
}

static const char *kind_name(enum decl_kind kind)
{
	static const char *const names[] = {
		[DECL_MODULE] = "module",
		[DECL_CONST] = "constant",
		[DECL_TYPEDEF] = "type",
		[DECL_STRUCT] = "struct",
		[DECL_UNION] = "union",
		[DECL_ENUM] = "enum",
		[DECL_ENUMERATOR] = "enumerator",
		[DECL_INTERFACE] = "interface",
		[DECL_METHOD] = "method",
		[DECL_PARAMETER] = "parameter",
		[DECL_MEMBER] = "member",
	};

	return names[kind];
}

/* Makes the name known in @parent; false where it was. */
static bool declare(struct parser *p, struct decl *parent, struct decl *decl)
{
	struct decl *known = map_get(&parent->names, decl->name);

	if (!known) {
		map_put(&p->idl->arena, &parent->names, decl->name, decl);
		return true;
	}
	if (known == decl)
		return true;
	p->idl->name_errors++;
	diag_error(p->idl, decl->loc, NULL, "%s \"%s\" is declared twice",
		   kind_name(decl->kind), decl->name);
	diag_note(p->idl, known->loc, "%s \"%s\" is declared here",
		  kind_name(known->kind), known->name);
	return false;
}

static struct decl *add(struct parser *p, struct decl *parent,
			enum decl_kind kind, const char *name, struct loc loc)
{
	struct decl *decl = new_decl(p, kind, name, loc);

	append(p, parent, decl);
	declare(p, parent, decl);
	return decl;
}

/* ---- Recovery ---------------------------------------------------------- */

/* Goes behind the next ";" that is outside of braces, or before a "}". */
static void skip_declaration(struct parser *p)
{
	unsigned int depth = 0;

	while (p->token.kind != TOKEN_END) {
		if (parse_is(p, '{')) {
			depth++;
		} else if (parse_is(p, '}')) {
			if (!depth)
				return;
			depth--;
		} else if (!depth && parse_is(p, ';')) {
			parse_advance(p);
			return;
		}
		parse_advance(p);
	}
}

/* The same after a "{" that is missing. */
static void skip_body(struct parser *p)
{
	if (parse_is(p, ';')) {
		parse_advance(p);
		return;
	}
	while (p->token.kind != TOKEN_END && !parse_is(p, '}'))
		skip_declaration(p);
	parse_accept(p, '}');
	parse_accept(p, ';');
}

static void end_declaration(struct parser *p, const char *where)
{
	if (!parse_expect(p, ';', where)) {
		static const char *const starts[] = {
			"const",  "typedef", "struct", "enum", "interface",
			"module", "union",   "local",  NULL
		};

		/* Where the next one begins nothing needs skipping. */
		for (int i = 0; starts[i]; i++)
			if (parse_is_word(p, starts[i]) && p->token.starts_line)
				return;
		skip_declaration(p);
	}
}

/* ---- Types ------------------------------------------------------------- */

static void parse_const(struct parser *p, struct decl *parent)
{
	const char *doc = p->token.doc;
	struct type *type;
	const char *name;
	struct decl *decl;
	struct loc loc;

	parse_advance(p);
	type = parse_type(p);
	name = type->kind == TYPE_ERROR ?
		       NULL :
		       parse_identifier(p, "the name of the constant", &loc);
	if (!name || !parse_expect(p, '=', "after the name of the constant")) {
		skip_declaration(p);
		return;
	}
	decl = add(p, parent, DECL_CONST, name, loc);
	decl->doc = doc;
	decl->type = type;
	decl->expr = parse_expression(p);
	if (decl->expr)
		end_declaration(p, "after the constant");
	else
		skip_declaration(p);
}

static void parse_enumerators(struct parser *p, struct decl *decl)
{
	uint64_t number = 0;

	while (!parse_is(p, '}')) {
		const char *doc = p->token.doc;
		struct decl *enumerator;
		struct loc loc;
		const char *name = parse_identifier(p, "an enumerator", &loc);

		if (!name)
			break;
		enumerator = new_decl(p, DECL_ENUMERATOR, name, loc);
		append(p, decl, enumerator);
		/* Known beside the enum, as in C. */
		declare(p, decl->parent, enumerator);
		enumerator->doc = doc;
		enumerator->value.kind = VALUE_INTEGER;
		enumerator->value.magnitude = number++;
		if (parse_is(p, '=')) {
			parse_error(p,
				    "enumerators count from 0; use a const "
				    "for another value",
				    "\",\" or \"}\" after the enumerator");
			parse_advance(p);
			parse_expression(p);
		}
		if (!parse_accept(p, ','))
			break;
	}
	if (!decl->first && parse_is(p, '}'))
		diag_error(p->idl, p->token.loc, NULL,
			   "the enum has no enumerators");
}

static void parse_enum(struct parser *p, struct decl *parent)
{
	const char *doc = p->token.doc;
	struct decl *decl;
	const char *name;
	struct loc loc;

	parse_advance(p);
	name = parse_identifier(p, "the name of the enum", &loc);
	if (!name || !parse_expect(p, '{', "after the name of the enum")) {
		skip_body(p);
		return;
	}
	decl = add(p, parent, DECL_ENUM, name, loc);
	decl->doc = doc;
	parse_enumerators(p, decl);
	if (parse_is(p, '}') ||
	    !parse_expect(p, '}', "after the last enumerator")) {
		while (!parse_is(p, '}') && p->token.kind != TOKEN_END)
			parse_advance(p);
		parse_advance(p);
	}
	end_declaration(p, "after the enum");
}

static void add_members(struct parser *p, struct decl *decl)
{
	const char *doc = p->token.doc;
	struct type *type;

	if (parse_is_word(p, "struct") || parse_is_word(p, "enum") ||
	    parse_is_word(p, "union")) {
		diag_error(p->idl, p->token.loc,
			   "declare it before, and use its name here",
			   "a type cannot be declared inside of a struct");
		skip_declaration(p);
		return;
	}
	type = parse_type(p);
	if (type->kind == TYPE_ERROR) {
		skip_declaration(p);
		return;
	}
	do {
		struct loc loc;
		const char *name = parse_identifier(p, "the name of a member",
						    &loc);
		struct decl *member;

		if (!name) {
			skip_declaration(p);
			return;
		}
		member = add(p, decl, DECL_MEMBER, name, loc);
		member->doc = doc;
		member->type = parse_dimensions(p, type);
		if (member->type->kind == TYPE_ERROR) {
			skip_declaration(p);
			return;
		}
	} while (parse_accept(p, ','));
	end_declaration(p, "after the member");
}

static void parse_struct(struct parser *p, struct decl *parent)
{
	const char *doc = p->token.doc;
	struct decl *decl;
	const char *name;
	struct loc loc;

	parse_advance(p);
	name = parse_identifier(p, "the name of the struct", &loc);
	if (!name || !parse_expect(p, '{', "after the name of the struct")) {
		skip_body(p);
		return;
	}
	decl = add(p, parent, DECL_STRUCT, name, loc);
	decl->doc = doc;
	if (parse_is(p, '}'))
		diag_error(p->idl, p->token.loc,
			   "an empty struct has no layout",
			   "the struct has no members");
	while (!parse_is(p, '}') && p->token.kind != TOKEN_END)
		add_members(p, decl);
	if (parse_expect(p, '}', "after the members"))
		end_declaration(p, "after the struct");
}

/* Cases are read over: nothing can be done with them. */
static void parse_union(struct parser *p, struct decl *parent)
{
	const char *name;
	struct loc loc;

	parse_advance(p);
	name = parse_identifier(p, "the name of the union", &loc);
	if (name) {
		add(p, parent, DECL_UNION, name, loc);
		diag_error(p->idl, loc,
			   "use a struct with all members and a number that "
			   "says which is valid",
			   "union \"%s\" cannot be sent: FastRPC defines no "
			   "layout for unions",
			   name);
	}
	while (!parse_is(p, '{') && !parse_is(p, ';') &&
	       p->token.kind != TOKEN_END)
		parse_advance(p);
	skip_declaration(p);
}

static void parse_typedef(struct parser *p, struct decl *parent)
{
	const char *doc = p->token.doc;
	struct type *type;

	parse_advance(p);
	if (parse_is_word(p, "struct") || parse_is_word(p, "enum") ||
	    parse_is_word(p, "union")) {
		diag_error(p->idl, p->token.loc,
			   "struct name { ... }; declares the type \"name\"",
			   "a typedef cannot declare a struct, an enum or a "
			   "union");
		skip_declaration(p);
		return;
	}
	type = parse_type(p);
	if (type->kind == TYPE_ERROR) {
		skip_declaration(p);
		return;
	}
	do {
		struct loc loc;
		const char *name = parse_identifier(p, "the name of the type",
						    &loc);
		struct decl *decl;

		if (!name) {
			skip_declaration(p);
			return;
		}
		decl = add(p, parent, DECL_TYPEDEF, name, loc);
		decl->doc = doc;
		decl->type = parse_dimensions(p, type);
		if (decl->type->kind == TYPE_ERROR) {
			skip_declaration(p);
			return;
		}
	} while (parse_accept(p, ','));
	end_declaration(p, "after the type");
}

/* ---- Interfaces -------------------------------------------------------- */

static bool parse_mode(struct parser *p, enum mode *mode)
{
	if (parse_accept_word(p, "in")) {
		*mode = MODE_IN;
	} else if (parse_accept_word(p, "rout")) {
		*mode = MODE_ROUT;
	} else if (parse_accept_word(p, "inrout")) {
		*mode = MODE_INROUT;
	} else {
		parse_error(
			p,
			parse_is_word(p, "out") ?
				"the caller provides the memory: use rout" :
			parse_is_word(p, "inout") ?
				"the caller provides the memory: use inrout" :
				"a parameter is: in, rout or inrout, a type and a "
				"name",
			"\"in\", \"rout\" or \"inrout\"");
		return false;
	}
	return true;
}

static bool parse_parameter(struct parser *p, struct decl *method)
{
	struct decl *parameter;
	struct type *type;
	enum mode mode;
	const char *name;
	struct loc loc;

	if (!parse_mode(p, &mode))
		return false;
	type = parse_type(p);
	if (type->kind == TYPE_ERROR)
		return false;
	name = parse_identifier(p, "the name of the parameter", &loc);
	if (!name)
		return false;
	parameter = add(p, method, DECL_PARAMETER, name, loc);
	parameter->mode = mode;
	parameter->type = parse_dimensions(p, type);
	return parameter->type->kind != TYPE_ERROR;
}

static bool parse_parameters(struct parser *p, struct decl *method)
{
	if (!parse_expect(p, '(', "after the name of the method"))
		return false;
	if (parse_accept(p, ')'))
		return true;
	do {
		if (!parse_parameter(p, method))
			return false;
	} while (parse_accept(p, ','));
	return parse_expect(p, ')', "after the parameters");
}

/* [name], before a result or an interface; none means anything here. */
static void parse_attributes(struct parser *p)
{
	while (parse_accept(p, '[')) {
		diag_warning(p->idl, p->token.loc, NULL,
			     "the attribute has no effect");
		while (!parse_is(p, ']') && !parse_is(p, ';') &&
		       !parse_is(p, '}') && p->token.kind != TOKEN_END)
			parse_advance(p);
		parse_expect(p, ']', "after the attribute");
	}
}

static void parse_method(struct parser *p, struct decl *parent)
{
	const char *doc = p->token.doc;
	struct decl *method;
	struct type *result;
	const char *name;
	struct loc loc;
	bool async;

	parse_attributes(p);
	async = parse_accept_word(p, "async");
	parse_attributes(p);
	if (parse_accept_word(p, "oneway"))
		diag_error(p->idl, p->before.loc, "use async",
			   "every method has a result: oneway is not known");
	result = parse_type(p);
	name = result->kind == TYPE_ERROR ?
		       NULL :
		       parse_identifier(p, "the name of the method", &loc);
	if (!name) {
		skip_declaration(p);
		return;
	}
	method = add(p, parent, DECL_METHOD, name, loc);
	method->doc = doc;
	method->type = result;
	method->async = async;
	if (!parse_parameters(p, method)) {
		skip_declaration(p);
		return;
	}
	if (parse_is_word(p, "raises") || parse_is_word(p, "context")) {
		diag_error(p->idl, p->token.loc,
			   "a method says by its result what went wrong",
			   "FastRPC has no exceptions and no contexts");
		skip_declaration(p);
		return;
	}
	end_declaration(p, "after the method");
}

static void add_accessor(struct parser *p, struct decl *parent,
			 const char *prefix, const struct decl *attribute,
			 enum mode mode)
{
	struct type *result = arena_alloc(&p->idl->arena, sizeof(*result));
	struct decl *method, *parameter;
	const char *name = idl_name(p->idl,
				    arena_format(&p->idl->arena, "%s%s", prefix,
						 attribute->name));

	method = add(p, parent, DECL_METHOD, name, attribute->loc);
	*result = (struct type){
		.kind = TYPE_PRIM,
		.prim = PRIM_LONG,
		.loc = attribute->loc,
	};
	method->type = result;
	method->doc = attribute->doc;
	method->attribute = true;
	parameter = add(p, method, DECL_PARAMETER, idl_name(p->idl, "value"),
			attribute->loc);
	parameter->type = attribute->type;
	parameter->mode = mode;
}

/* An attribute is a method that reads it, and one that writes it. */
static void parse_attribute(struct parser *p, struct decl *parent)
{
	struct decl attribute = { .doc = p->token.doc };
	bool readonly = parse_accept_word(p, "readonly");

	if (!parse_accept_word(p, "attribute")) {
		parse_error(p, NULL, "\"attribute\" after \"readonly\"");
		skip_declaration(p);
		return;
	}
	attribute.type = parse_type(p);
	do {
		attribute.name = attribute.type->kind == TYPE_ERROR ?
					 NULL :
					 parse_identifier(
						 p, "the name of the attribute",
						 &attribute.loc);
		if (!attribute.name) {
			skip_declaration(p);
			return;
		}
		add_accessor(p, parent, "Get", &attribute, MODE_ROUT);
		if (!readonly)
			add_accessor(p, parent, "Set", &attribute, MODE_IN);
	} while (parse_accept(p, ','));
	end_declaration(p, "after the attribute");
}

static bool parse_type_declaration(struct parser *p, struct decl *parent)
{
	if (parse_is_word(p, "const"))
		parse_const(p, parent);
	else if (parse_is_word(p, "typedef"))
		parse_typedef(p, parent);
	else if (parse_is_word(p, "struct"))
		parse_struct(p, parent);
	else if (parse_is_word(p, "enum"))
		parse_enum(p, parent);
	else if (parse_is_word(p, "union"))
		parse_union(p, parent);
	else
		return false;
	return true;
}

static void parse_interface_body(struct parser *p, struct decl *interface)
{
	while (!parse_is(p, '}') && p->token.kind != TOKEN_END) {
		if (parse_accept(p, ';') ||
		    parse_type_declaration(p, interface))
			continue;
		if (parse_is_word(p, "readonly") ||
		    parse_is_word(p, "attribute"))
			parse_attribute(p, interface);
		else if (parse_is_word(p, "interface") ||
			 parse_is_word(p, "module")) {
			diag_error(p->idl, p->token.loc, NULL,
				   "an interface cannot contain a%s \"%s\"",
				   parse_is_word(p, "module") ? "" : "n",
				   p->token.name);
			skip_declaration(p);
		} else {
			parse_method(p, interface);
		}
	}
}

/* A declaration without a body comes before the one with it, or after. */
static struct decl *find_interface(struct parser *p, struct decl *parent,
				   const char *name, struct loc loc)
{
	struct decl *known = map_get(&parent->names, name);
	struct decl *decl;

	if (known && known->kind == DECL_INTERFACE && parse_is(p, ';'))
		return known;
	if (known && known->kind == DECL_INTERFACE && known->forward) {
		decl = new_decl(p, DECL_INTERFACE, name, loc);
		append(p, parent, decl);
		map_put(&p->idl->arena, &parent->names, name, decl);
		known->definition = decl;
	} else {
		decl = add(p, parent, DECL_INTERFACE, name, loc);
	}
	decl->forward = true;
	return decl;
}

static bool parse_base(struct parser *p, struct decl *decl)
{
	decl->base_name = parse_scoped_name(p, "the interface it derives from",
					    &decl->base_loc);
	if (!decl->base_name)
		return false;
	if (!parse_is(p, ','))
		return true;
	diag_error(p->idl, p->token.loc,
		   "let the other interface derive from it first",
		   "an interface derives from one interface only");
	while (!parse_is(p, '{') && !parse_is(p, ';') &&
	       p->token.kind != TOKEN_END)
		parse_advance(p);
	return true;
}

static bool parse_interface_prefix(struct parser *p, bool *local)
{
	parse_attributes(p);
	*local = parse_accept_word(p, "local");
	if (parse_is_word(p, "ext_params"))
		diag_error(p->idl, p->token.loc,
			   "leave it out: a method has up to 255 buffers each "
			   "way",
			   "ext_params needs functions that no FastRPC library "
			   "has");
	parse_accept_word(p, "ext_params");
	if (parse_accept_word(p, "interface"))
		return true;
	parse_error(p, NULL, "\"interface\"");
	return false;
}

static void parse_interface(struct parser *p, struct decl *parent)
{
	const char *doc = p->token.doc;
	struct decl *decl;
	const char *name;
	struct loc loc;
	bool local;

	name = parse_interface_prefix(p, &local) ?
		       parse_identifier(p, "the name of the interface", &loc) :
		       NULL;
	if (!name) {
		skip_declaration(p);
		return;
	}
	decl = find_interface(p, parent, name, loc);
	if (parse_accept(p, ';'))
		return;
	decl->doc = doc;
	decl->local = local;
	if (parse_accept(p, ':') && !parse_base(p, decl)) {
		skip_declaration(p);
		return;
	}
	decl->forward = false;
	if (!parse_expect(p, '{', "before the methods")) {
		skip_body(p);
		return;
	}
	parse_interface_body(p, decl);
	if (parse_expect(p, '}', "after the methods"))
		end_declaration(p, "after the interface");
}

static struct decl *find_module(struct parser *p, struct decl *parent,
				const char *name, struct loc loc)
{
	struct decl *known = map_get(&parent->names, name);

	if (known && known->kind == DECL_MODULE)
		return known;
	return add(p, parent, DECL_MODULE, name, loc);
}

static void parse_module(struct parser *p, struct decl *parent)
{
	unsigned int depth = 0;
	struct decl *decl;
	const char *name;
	struct loc loc;

	parse_advance(p);
	for (decl = parent; decl; decl = decl->parent)
		depth++;
	name = parse_identifier(p, "the name of the module", &loc);
	if (depth > MODULES_MAX) {
		diag_error(p->idl, loc, NULL,
			   "modules are nested more than %d deep", MODULES_MAX);
		name = NULL;
	}
	if (!name || !parse_expect(p, '{', "after the name of the module")) {
		skip_body(p);
		return;
	}
	decl = find_module(p, parent, name, loc);
	parse_declarations(p, decl);
	if (parse_expect(p, '}', "after the declarations"))
		end_declaration(p, "after the module");
}

/* ---- The file ---------------------------------------------------------- */

static void complain_top(struct parser *p)
{
	static const char *const known[] = { "const",	"enum",	  "interface",
					     "local",	"module", "struct",
					     "typedef", NULL };
	const char *near = p->token.kind == TOKEN_NAME ?
				   diag_nearest(p->token.name, known) :
				   NULL;
	const char *hint =
		near ? arena_format(&p->idl->arena, "did you mean \"%s\"?",
				    near) :
		       "methods are declared inside of an interface: interface name { "
		       "... };";

	parse_error(p, parse_is(p, '}') ? NULL : hint,
		    "a declaration (interface, module, struct, enum, typedef "
		    "or const)");
	/* A "}" too many would not be skipped. */
	if (parse_is(p, '}'))
		parse_advance(p);
	else
		skip_declaration(p);
}

static void parse_declarations(struct parser *p, struct decl *parent)
{
	while (p->token.kind != TOKEN_END) {
		if (parse_is(p, '}') && parent->parent)
			return;
		if (parse_accept(p, ';'))
			continue;
		if (!parent->parent)
			p->outermost = p->token.loc.source;
		if (parse_type_declaration(p, parent))
			continue;
		if (parse_is_word(p, "interface") ||
		    parse_is_word(p, "local") ||
		    parse_is_word(p, "ext_params") || parse_is(p, '['))
			parse_interface(p, parent);
		else if (parse_is_word(p, "module"))
			parse_module(p, parent);
		else
			complain_top(p);
	}
}

static struct decl *parse_source(struct idl *idl, const struct source *source)
{
	struct parser p = {
		.idl = idl,
		.preprocessor = preprocessor_new(idl, source),
	};
	struct decl *root = new_decl(&p, DECL_MODULE, "", (struct loc){ 0 });

	parse_advance(&p);
	parse_declarations(&p, root);
	return root;
}

void parser_run(struct idl *idl)
{
	struct strings defines = idl->defines;
	struct decl *remote, *names;

	/* What the standard includes declare is known without them. */
	idl->defines.count = 0;
	remote = parse_source(idl, source_builtin(idl, "remote.idl"));
	names = parse_source(idl, source_builtin(idl, "AEEStdDef.idl"));
	idl->defines = defines;
	idl->builtin = names;
	map_put(&idl->arena, &names->names, remote->first->name, remote->first);
	idl->root = parse_source(idl, idl->main);
}
