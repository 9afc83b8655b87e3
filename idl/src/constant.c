// SPDX-License-Identifier: BSD-3-Clause
#include "constant.h"

#include "check.h"
#include "idl.h"
#include "parser.h"
#include "token.h"

/* Integers are from -2^63 to 2^64 - 1. */
#define NEGATIVE_MAX ((uint64_t)1 << 63)

static struct value integer(bool negative, uint64_t magnitude)
{
	return (struct value){
		.kind = VALUE_INTEGER,
		.negative = negative && magnitude,
		.magnitude = magnitude,
	};
}

static struct value fail(struct idl *idl, struct loc loc, const char *what)
{
	diag_error(idl, loc, NULL, "%s", what);
	return (struct value){ .kind = VALUE_ERROR };
}

static struct value overflow(struct idl *idl, struct loc loc)
{
	return fail(idl, loc, "the value does not fit into 64 bits");
}

static struct value add(struct idl *idl, struct loc loc, struct value a,
			struct value b)
{
	uint64_t sum;

	if (a.negative == b.negative) {
		if (__builtin_add_overflow(a.magnitude, b.magnitude, &sum) ||
		    (a.negative && sum > NEGATIVE_MAX))
			return overflow(idl, loc);
		return integer(a.negative, sum);
	}
	if (a.magnitude >= b.magnitude)
		sum = a.magnitude - b.magnitude;
	else
		sum = b.magnitude - a.magnitude;
	a.negative = a.magnitude >= b.magnitude ? a.negative : b.negative;
	if (a.negative && sum > NEGATIVE_MAX)
		return overflow(idl, loc);
	return integer(a.negative, sum);
}

static struct value multiply(struct idl *idl, struct loc loc, struct value a,
			     struct value b)
{
	bool negative = a.negative != b.negative;
	uint64_t product;

	if (__builtin_mul_overflow(a.magnitude, b.magnitude, &product) ||
	    (negative && product > NEGATIVE_MAX))
		return overflow(idl, loc);
	return integer(negative, product);
}

static struct value negate(struct value a)
{
	return integer(!a.negative, a.magnitude);
}

static uint64_t bits(struct value a)
{
	return a.negative ? 0 - a.magnitude : a.magnitude;
}

/* Bits of which the highest is a sign where one of the operands had one. */
static struct value from_bits(uint64_t value, bool is_signed)
{
	if (is_signed && value >> 63)
		return integer(true, 0 - value);
	return integer(false, value);
}

static struct value shift(struct idl *idl, const struct expr *expr,
			  struct value a, struct value b)
{
	if (b.negative || b.magnitude > 63)
		return fail(idl, expr->right->loc,
			    "a shift is by 0 to 63 bits");
	if (expr->operator== PUNCT_RIGHT) {
		if (a.negative)
			return fail(idl, expr->left->loc,
				    "a negative value cannot be shifted right");
		return integer(false, a.magnitude >> b.magnitude);
	}
	return multiply(idl, expr->loc, a,
			integer(false, (uint64_t)1 << b.magnitude));
}

static struct value divide(struct idl *idl, const struct expr *expr,
			   struct value a, struct value b)
{
	if (!b.magnitude)
		return fail(idl, expr->right->loc, "division by zero");
	if (expr->operator== '%')
		return integer(a.negative, a.magnitude % b.magnitude);
	a.negative = a.negative != b.negative;
	if (a.negative && a.magnitude / b.magnitude > NEGATIVE_MAX)
		return overflow(idl, expr->loc);
	return integer(a.negative, a.magnitude / b.magnitude);
}

static struct value integer_binary(struct idl *idl, const struct expr *expr,
				   struct value a, struct value b)
{
	bool is_signed = a.negative || b.negative;

	switch (expr->operator) {
	case '+':
		return add(idl, expr->loc, a, b);
	case '-':
		/* -(2^64 - 1) is no integer, but half of a difference. */
		return add(idl, expr->loc, a, negate(b));
	case '*':
		return multiply(idl, expr->loc, a, b);
	case '/':
	case '%':
		return divide(idl, expr, a, b);
	case PUNCT_LEFT:
	case PUNCT_RIGHT:
		return shift(idl, expr, a, b);
	case '&':
		return from_bits(bits(a) & bits(b), is_signed);
	case '|':
		return from_bits(bits(a) | bits(b), is_signed);
	default:
		return from_bits(bits(a) ^ bits(b), is_signed);
	}
}

static double as_number(struct value a)
{
	if (a.kind == VALUE_FLOAT)
		return a.number;
	return a.negative ? -(double)a.magnitude : (double)a.magnitude;
}

static struct value float_binary(struct idl *idl, const struct expr *expr,
				 double a, double b)
{
	struct value value = { .kind = VALUE_FLOAT };

	switch (expr->operator) {
	case '+':
		value.number = a + b;
		break;
	case '-':
		value.number = a - b;
		break;
	case '*':
		value.number = a * b;
		break;
	case '/':
		if (b == 0)
			return fail(idl, expr->right->loc, "division by zero");
		value.number = a / b;
		break;
	default:
		return fail(idl, expr->loc,
			    "this operator is for integers only");
	}
	if (value.number - value.number != 0)
		return fail(idl, expr->loc,
			    "the value does not fit into a double");
	return value;
}

static bool is_numeric(struct value value)
{
	return value.kind == VALUE_INTEGER || value.kind == VALUE_FLOAT;
}

static struct value binary(struct idl *idl, struct decl *scope,
			   const struct expr *expr)
{
	struct value a = constant_evaluate(idl, scope, expr->left);
	struct value b = constant_evaluate(idl, scope, expr->right);

	if (a.kind == VALUE_ERROR || b.kind == VALUE_ERROR)
		return (struct value){ .kind = VALUE_ERROR };
	if (!is_numeric(a) || !is_numeric(b))
		return fail(idl,
			    is_numeric(a) ? expr->right->loc : expr->left->loc,
			    "the operator needs numbers");
	if (a.kind == VALUE_FLOAT || b.kind == VALUE_FLOAT)
		return float_binary(idl, expr, as_number(a), as_number(b));
	return integer_binary(idl, expr, a, b);
}

static struct value unary(struct idl *idl, struct decl *scope,
			  const struct expr *expr)
{
	struct value a = constant_evaluate(idl, scope, expr->left);

	if (a.kind == VALUE_ERROR)
		return a;
	if (!is_numeric(a) || (expr->operator== '~' && a.kind == VALUE_FLOAT))
		return fail(idl, expr->left->loc,
			    "the operator needs a number");
	if (a.kind == VALUE_FLOAT) {
		a.number = expr->operator== '-' ? -a.number : a.number;
		return a;
	}
	if (expr->operator== '+')
		return a;
	if (expr->operator== '~')
		return add(idl, expr->loc, negate(a), integer(true, 1));
	if (!a.negative && a.magnitude > NEGATIVE_MAX)
		return overflow(idl, expr->loc);
	return negate(a);
}

static struct value named(struct idl *idl, struct decl *scope,
			  const struct expr *expr)
{
	struct decl *decl = check_lookup(idl, scope, expr->name, expr->loc,
					 expr->order, "value");

	if (!decl)
		return (struct value){ .kind = VALUE_ERROR };
	if (decl->kind == DECL_ENUMERATOR)
		return decl->value;
	if (decl->kind != DECL_CONST) {
		struct value value = fail(idl, expr->loc,
					  "this is not the name of a value");

		diag_note(idl, decl->loc, "\"%s\" is declared here",
			  decl->name);
		return value;
	}
	if (decl->visiting) {
		diag_error(idl, expr->loc, NULL,
			   "the value of \"%s\" depends on itself", decl->name);
		return (struct value){ .kind = VALUE_ERROR };
	}
	constant_check(idl, decl);
	return decl->value;
}

struct value constant_evaluate(struct idl *idl, struct decl *scope,
			       const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_VALUE:
		return expr->value;
	case EXPR_NAME:
		return named(idl, scope, expr);
	case EXPR_UNARY:
		return unary(idl, scope, expr);
	default:
		return binary(idl, scope, expr);
	}
}

/* ---- Into a type ------------------------------------------------------- */

/* Bits, and whether there is a sign; 0 bits for what is no integer. */
static unsigned int integer_bits(enum prim prim, bool *is_signed)
{
	*is_signed = prim == PRIM_SHORT || prim == PRIM_LONG ||
		     prim == PRIM_LONGLONG || prim == PRIM_INT8 ||
		     prim == PRIM_INT16 || prim == PRIM_INT32 ||
		     prim == PRIM_INT64;
	switch (prim) {
	case PRIM_OCTET:
	case PRIM_CHAR:
	case PRIM_INT8:
	case PRIM_UINT8:
		return 8;
	case PRIM_WCHAR:
	case PRIM_SHORT:
	case PRIM_USHORT:
	case PRIM_INT16:
	case PRIM_UINT16:
		return 16;
	case PRIM_LONG:
	case PRIM_ULONG:
	case PRIM_INT32:
	case PRIM_UINT32:
		return 32;
	case PRIM_LONGLONG:
	case PRIM_ULONGLONG:
	case PRIM_INT64:
	case PRIM_UINT64:
		return 64;
	default:
		return 0;
	}
}

static bool fit_integer(struct value *value, unsigned int size, bool is_signed)
{
	uint64_t sign = (uint64_t)1 << (size - 1);

	if (is_signed)
		return value->magnitude < sign + value->negative;
	/* ~0 is every bit of the type. */
	if (value->negative && value->magnitude <= sign) {
		*value = integer(false,
				 (0 - value->magnitude) & (sign | (sign - 1)));
		return true;
	}
	return !value->negative && (size == 64 || !(value->magnitude >> size));
}

static bool has_inversion(const struct expr *expr)
{
	if (expr->kind == EXPR_UNARY)
		return expr->operator== '~' || has_inversion(expr->left);
	if (expr->kind == EXPR_BINARY)
		return has_inversion(expr->left) || has_inversion(expr->right);
	return false;
}

/* A number out of range, or something else than the type has. */
static void complain(struct idl *idl, struct decl *decl, const char *type,
		     bool number)
{
	static const char *const kinds[] = {
		[VALUE_INTEGER] = "an integer",
		[VALUE_FLOAT] = "a number with a fraction",
		[VALUE_STRING] = "a string",
		[VALUE_BOOLEAN] = "a boolean",
	};

	if (number && decl->value.kind == VALUE_INTEGER)
		diag_error(idl, decl->expr->loc, NULL,
			   "the value does not fit into the type \"%s\"", type);
	else
		diag_error(idl, decl->expr->loc, NULL,
			   "%s cannot be the value of a constant of type "
			   "\"%s\"",
			   kinds[decl->value.kind], type);
	decl->value.kind = VALUE_ERROR;
}

static void fit_prim(struct idl *idl, struct decl *decl, enum prim prim)
{
	struct value *value = &decl->value;
	bool is_signed;
	unsigned int size = integer_bits(prim, &is_signed);
	bool fits = true;

	if (prim == PRIM_BOOLEAN) {
		if (value->kind == VALUE_INTEGER && value->magnitude <= 1 &&
		    !value->negative)
			value->kind = VALUE_BOOLEAN;
		fits = value->kind == VALUE_BOOLEAN;
	} else if (prim == PRIM_FLOAT || prim == PRIM_DOUBLE) {
		fits = is_numeric(*value);
		if (value->kind == VALUE_INTEGER)
			*value = (struct value){ .kind = VALUE_FLOAT,
						 .number = as_number(*value) };
	} else {
		fits = value->kind == VALUE_INTEGER &&
		       (is_signed || !value->negative ||
			has_inversion(decl->expr)) &&
		       fit_integer(value, size, is_signed);
	}
	if (!fits)
		complain(idl, decl, prim_names[prim], size > 0);
}

static void fit(struct idl *idl, struct decl *decl)
{
	struct type *type = check_resolve(idl, decl->parent, decl->type);

	if (type->kind == TYPE_PRIM) {
		fit_prim(idl, decl, type->prim);
	} else if (type->kind == TYPE_STRING || type->kind == TYPE_WSTRING) {
		if (decl->value.kind == VALUE_STRING)
			return;
		complain(idl, decl, "string", false);
	} else if (type->kind == TYPE_NAME && type->decl &&
		   type->decl->kind == DECL_ENUM &&
		   decl->value.kind == VALUE_INTEGER) {
		return;
	} else {
		if (type->kind != TYPE_ERROR)
			diag_error(idl, decl->type->loc,
				   "a constant is a number, a character, a "
				   "boolean or a string",
				   "a constant cannot have this type");
		decl->value.kind = VALUE_ERROR;
	}
}

void constant_check(struct idl *idl, struct decl *decl)
{
	if (decl->checked || decl->visiting)
		return;
	decl->visiting = true;
	decl->value.kind = VALUE_ERROR;
	if (decl->expr)
		decl->value = constant_evaluate(idl, decl->parent, decl->expr);
	if (decl->value.kind != VALUE_ERROR)
		fit(idl, decl);
	decl->visiting = false;
	decl->checked = true;
}

uint64_t constant_count(struct idl *idl, struct decl *scope,
			const struct expr *expr, const char *what)
{
	struct value value = constant_evaluate(idl, scope, expr);

	if (value.kind == VALUE_ERROR)
		return 0;
	if (value.kind == VALUE_INTEGER && !value.negative && value.magnitude &&
	    value.magnitude <= INT32_MAX)
		return value.magnitude;
	diag_error(idl, expr->loc, NULL, "%s is a number from 1 to %d", what,
		   INT32_MAX);
	return 0;
}
