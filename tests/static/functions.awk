# SPDX-License-Identifier: BSD-3-Clause
# Length of each function of C files in kernel style, where the opening and
# the closing brace of a function are the only ones in the first column.
# Prints what is above the limit; then one line with count and mean.
# Variables: limit (lines a function may have), file_limit (lines a file).

FNR == 1 {
	if (file_lines > file_limit) {
		printf "%s: %d lines, more than %d\n", file, file_lines, file_limit
		bad = 1
	}
	file = FILENAME
	start = 0
}

{ file_lines = FNR }

/^[A-Za-z_].*\(/ && !/;$/ && !/^#/ { head = FNR; name = $0 }

/^{/ { start = head }

/^}/ && start {
	length_now = FNR - start + 1
	count++
	total += length_now
	if (length_now > longest)
		longest = length_now
	if (length_now > limit) {
		printf "%s:%d: %d lines, more than %d: %s\n", FILENAME, start,
			length_now, limit, name
		bad = 1
	}
	start = 0
}

END {
	if (file_lines > file_limit) {
		printf "%s: %d lines, more than %d\n", file, file_lines, file_limit
		bad = 1
	}
	if (count)
		printf "%d functions, mean %.1f lines, longest %d\n", count,
			total / count, longest
	exit bad
}
