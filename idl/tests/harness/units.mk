# SPDX-License-Identifier: BSD-3-Clause
# Builds one program of all interfaces of a directory, where *.idl lie with the
# C that generate.py or declare.py made for them; IDL is the compiler, TOP the
# top of the clone.
#
#	make -f units.mk -C DIRECTORY IDL=... TOP=... program-64 program-32
#	make -f units.mk -C DIRECTORY IDL=... TOP=... other-compiler
#
# 32 bit is as on a Hexagon DSP, as far as this processor can: pointers of four
# bytes, alignment of eight for 64-bit types, short enums, unsigned char.

UNITS := $(basename $(wildcard *.idl))
TESTS := $(TOP)/idl/tests
SUPPORT := $(wildcard $(TESTS)/oracle/*.c $(TESTS)/harness/*.c) interfaces.c
HEADERS := $(wildcard $(TESTS)/oracle/*.h $(TESTS)/harness/*.h)

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined
WARN := -Wall -Wextra -Werror
FLAGS := -std=c11 -D_GNU_SOURCE -g1 $(WARN) $(SANITIZE) -I. \
	-I$(TESTS)/oracle -I$(TESTS)/harness -I$(TESTS)/harness/api \
	-I$(TOP)/dsp/include -I$(TOP)/fastrpc/include
# (The kernel's headers, which both ABIs share, are in the 64-bit one's place.)
FLAGS_32 := -m32 -malign-double -fshort-enums -funsigned-char \
	-idirafter /usr/include/$(shell $(CC) -print-multiarch)

OTHER_CC := clang

all: program-64

.SECONDARY:

%_stub.c %_skel.c %.h: %.idl
	$(IDL) -o . $<

# side COMPILER_FLAGS SUFFIX
define program
%.stub.$(2).o: %.stub_side.c %_stub.c %.h $(HEADERS)
	$(CC) $(FLAGS) $(1) -c -o $$@ $$<

%.skel.$(2).o: %.skel_side.c %_skel.c %.h $(HEADERS)
	$(CC) $(FLAGS) $(1) -c -o $$@ $$<

support-$(2).a: $(SUPPORT) $(HEADERS)
	rm -rf support-$(2)
	mkdir support-$(2)
	cd support-$(2) && $(CC) $(FLAGS) $(1) -c $(abspath $(SUPPORT))
	ar rcs $$@ support-$(2)/*.o

program-$(2): support-$(2).a $(UNITS:%=%.stub.$(2).o) $(UNITS:%=%.skel.$(2).o)
	$(CC) $(FLAGS) $(1) -o $$@ $$(filter-out %.a,$$^) support-$(2).a
endef

$(eval $(call program,,64))
$(eval $(call program,$(FLAGS_32),32))

# What another compiler has to say about what is generated; the header is C++ too.
%.other: %.stub_side.c %.skel_side.c %_stub.c %_skel.c %.h
	$(OTHER_CC) -std=c11 -D_GNU_SOURCE $(WARN) -I. \
		-I$(TESTS)/oracle -I$(TESTS)/harness -I$(TESTS)/harness/api -I$(TOP)/dsp/include -I$(TOP)/fastrpc/include -fsyntax-only \
		$*.stub_side.c $*.skel_side.c
	touch $@

other-compiler: $(UNITS:%=%.other)

.PHONY: all other-compiler
