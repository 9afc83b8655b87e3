# SPDX-License-Identifier: BSD-3-Clause
# Prints the code blocks of a page of the kernel's documentation:
#	-v language=c	those of that language
#	-v caption=X	only the one with that caption
function indent_of(line) {
	match(line, /^ */)
	return RLENGTH
}

/^\.\. code-block:: / {
	block = $3 == language
	named = caption == ""
	started = 0
	next
}
block && !started && /^   :caption: / {
	named = $2 == caption
	next
}
block && !started && /^$/ { next }
block && /^[^ ]/ {
	block = 0
	next
}
block && named {
	started = 1
	sub(/^   /, "")
	print
}
