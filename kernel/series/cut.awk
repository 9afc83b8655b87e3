# SPDX-License-Identifier: GPL-2.0-only
# Takes functions out of kernel C code; read by ./export. Code is seen as
# blocks that stand between blank lines at the outermost level: a function with
# the comment above it, a struct, a group of declarations.
#
#	-v mode=names		prints the names of the functions that are defined
#	-v mode=without -v names="A B"	prints the code without these functions
#	-v mode=declare -v names="A B"	prints a header without the declarations
#				of qda_ functions other than these
#
# With -v headers="A B", includes of the driver's headers other than these are
# left out too.

# The name before the first parenthesis of a line, or "".
function name_of(line,   name) {
	if (!match(line, /[A-Za-z_][A-Za-z0-9_]*\(/))
		return ""
	name = substr(line, RSTART, RLENGTH - 1)
	return name
}

# The function that the block defines, or "".
function defined(   i, name) {
	name = ""
	for (i = 1; i <= count; i++) {
		if (in_comment[i])
			continue
		if (block[i] == "{")
			return name
		if (name == "" && block[i] ~ /^[A-Za-z_]/)
			name = name_of(block[i])
	}
	return ""
}

function put_line(line) {
	if (line == "" && last_blank)
		return
	last_blank = line == ""
	print line
}

# A header's block without the declarations of what is not defined.
function put_declarations(   i, name, statement, skip) {
	statement = 0
	for (i = 1; i <= count; i++) {
		if (!statement) {
			name = ""
			if (!in_comment[i] && block[i] ~ /^[a-z]/)
				name = name_of(block[i])
			if (name == "" && block[i] ~ /^[a-z].*\*$/)
				name = name_of(block[i + 1])
			statement = name ~ /^qda_/
			skip = statement && !(name in wanted)
		}
		if (!(statement && skip))
			put_line(block[i])
		if (block[i] ~ /;$/)
			statement = 0
	}
}

function end_block(   name, i) {
	if (!count)
		return
	name = defined()
	if (mode == "names" && name != "")
		print name
	if (mode == "without" && name != "" && (name in wanted))
		found[name] = 1
	else if (mode == "without")
		for (i = 1; i <= count; i++)
			put_line(block[i])
	if (mode == "declare" && name == "")
		put_declarations()
	else if (mode == "declare")
		for (i = 1; i <= count; i++)
			put_line(block[i])
	count = 0
}

# An include of a header that is not there?
function is_early(line,   part) {
	if (headers == "" || line !~ /^#include ".*qda_/)
		return 0
	split(line, part, "\"")
	sub(/.*\//, "", part[2])
	return !(part[2] in there)
}

BEGIN {
	split(names, list, " ")
	for (i in list)
		wanted[list[i]] = 1
	split(headers, list, " ")
	for (i in list)
		there[list[i]] = 1
	last_blank = 1
}

is_early($0) { next }

{
	if ($0 ~ /^\/\*/)
		comment = 1
	if ($0 == "" && !comment && !body) {
		end_block()
		if (mode != "names")
			put_line("")
		next
	}
	block[++count] = $0
	in_comment[count] = comment
	if (comment) {
		if ($0 ~ /\*\/[ \t]*$/)
			comment = 0
	} else if ($0 ~ /^[^ \t#].*\{$/ || $0 == "{") {
		body = 1
	} else if ($0 ~ /^\}/) {
		body = 0
	}
}

END {
	end_block()
	if (mode != "without")
		exit
	for (name in wanted) {
		if (name in found)
			continue
		printf "%s defines no function %s\n", FILENAME, name >"/dev/stderr"
		exit 1
	}
}
