#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Random legal interfaces from a seed: for each an IDL file and the C that the
harness needs to call its stub and serve its skel.

usage: generate.py SEED COUNT DIRECTORY
"""

import os
import random
import sys

from emit import (Interface, Method, Parameter, Unit, declarations, idl_interface,
                  interface_list, types_of)
from idl_types import (Alias, Array, Dmahandle, Enum, Scalar, Sequence, Struct, Text, bare)

SCALARS = [Scalar(*row) for row in (
    ('octet', 'unsigned char', 1), ('char', 'char', 1),
    ('boolean', 'unsigned char', 1, 'CONTENT_BOOLEAN'),
    ('wchar', '_wchar_t', 2), ('short', 'short', 2), ('unsigned short', 'unsigned short', 2),
    ('long', 'int', 4), ('unsigned long', 'unsigned int', 4),
    ('long long', 'int64_t', 8), ('unsigned long long', 'uint64_t', 8),
    ('int8', 'int8_t', 1), ('uint8', 'uint8_t', 1), ('int16', 'int16_t', 2),
    ('uint16', 'uint16_t', 2), ('int32', 'int32_t', 4), ('uint32', 'uint32_t', 4),
    ('int64', 'int64_t', 8), ('uint64', 'uint64_t', 8),
    ('int8_t', 'int8_t', 1), ('uint8_t', 'uint8_t', 1), ('int16_t', 'int16_t', 2),
    ('uint16_t', 'uint16_t', 2), ('int32_t', 'int32_t', 4), ('uint32_t', 'uint32_t', 4),
    ('int64_t', 'int64_t', 8), ('uint64_t', 'uint64_t', 8),
    ('float', 'float', 4, 'CONTENT_FLOAT'), ('double', 'double', 8, 'CONTENT_DOUBLE'),
)]

# Names that a careless compiler uses for itself.
NASTY = ['h', 'handle', 'sc', '_sc', 'pra', '_pra', 'args', 'arg', 'i', 'j', 'n', 'len',
         'size', 'data', 'datalen', 'err', 'nErr', 'ret', 'result', 'prim', 'primIn', 'primROut',
         'buf', 'pv', 'count', 'uri', 'error',
         'offset', 'fd', 'self', 'index', 'in_', 'out', 'class', 'register', 'int', 'this', 'a', 'b']


class Maker:
    def __init__(self, rng, tag):
        self.rng, self.tag, self.serial = rng, tag, 0
        self.known = []         # named types so far
        self.prefix = ''

    def name(self, kind):
        self.serial += 1
        return f'{kind}{self.tag}_{self.serial}'

    def chance(self, probability):
        return self.rng.random() < probability

    def keep(self, t):
        self.known.append(t)
        return t

    def enum(self):
        values = [self.name('E') for _ in range(self.rng.randint(1, 5))]
        return self.keep(Enum(self.name('enum'), values, self.prefix))

    def member_names(self, count):
        names = self.rng.sample(NASTY, min(count, len(NASTY)))
        return [n if self.chance(0.3) else self.name('m') for n in names]

    def struct(self, fixed, depth):
        count = self.rng.randint(1, 6)
        members = [self.fixed(depth + 1) for _ in range(count)]
        if not fixed:
            for i in self.rng.sample(range(count), self.rng.randint(1, min(3, count))):
                members[i] = self.variable(depth + 1, 0.3)
        return self.keep(Struct(self.name('struct'), list(zip(members, self.member_names(count))),
                                self.prefix))

    def array(self, depth):
        element = self.fixed(depth + 1)
        while isinstance(bare(element), Array):
            element = self.rng.choice(SCALARS)
        counts = [self.rng.randint(1, 5) for _ in range(1 + self.chance(0.2))]
        if self.chance(0.5):
            return self.keep(Array(element, counts, self.name('array'), self.prefix))
        return Array(element, counts)

    def again(self, test):
        """A type that was used before, or None."""
        fit = [t for t in self.known if test(t)]
        return self.rng.choice(fit) if fit and self.chance(0.3) else None

    def fixed(self, depth=0):
        old = self.again(lambda t: t.fixed)
        if old:
            return old
        kind = self.rng.random()
        if depth > 3 or kind < 0.6:
            scalar = self.rng.choice(SCALARS)
            if self.chance(0.1):
                return self.keep(Alias(self.name('alias'), scalar, self.prefix))
            return scalar
        if kind < 0.7:
            return self.enum()
        if kind < 0.82:
            return self.array(depth)
        return self.struct(True, depth)

    def element(self, depth, complexity):
        """Of a sequence: named, as an anonymous array cannot be one."""
        if self.chance(complexity):
            return self.complex(depth)
        t = self.fixed(depth)
        while isinstance(t, Array) and not t.alias:
            t = self.fixed(depth)
        return t

    def sequence(self, depth, complexity):
        element = self.element(depth + 1, complexity)
        bound = self.rng.randint(3, 40) if self.chance(0.15) else 0
        if self.chance(0.4):
            return self.keep(Sequence(element, bound, self.name('seq'), self.prefix))
        return Sequence(element, bound)

    def variable(self, depth, complexity=0.0):
        """What has a length."""
        kind = self.rng.random()
        if kind < 0.3:
            return Text(wide=self.chance(0.2))
        return self.sequence(depth, complexity if depth < 3 else 0)

    def complex(self, depth):
        """A legal element that is not fixed."""
        old = self.again(lambda t: not t.fixed)
        if old:
            return old
        kind = self.rng.random()
        if kind < 0.4:
            return Text(wide=self.chance(0.2))
        if kind < 0.6:
            return self.sequence(depth, 0.2 if depth < 3 else 0).nest(f'i{self.tag}')
        return self.struct(False, depth)

    def parameter_type(self, mode):
        kind = self.rng.random()
        if kind < 0.45:
            return self.fixed()
        if mode == 'inrout':
            return self.variable(1, 0.0)
        if kind < 0.5:
            return Dmahandle()
        if kind < 0.75:
            return self.variable(1)
        return self.struct(False, 1) if self.chance(0.5) else self.sequence(1, 0.8)

    def parameter_names(self, count):
        nasty = self.rng.sample(NASTY, min(count, len(NASTY)))
        return [nasty[i] if i < len(nasty) and self.chance(0.3) else f'p{i}' for i in range(count)]

    def method(self):
        count = self.rng.choice([0, 1, 1, 2, 2, 3, 3, 4, 5, 7])
        parameters = []
        for name in self.parameter_names(count):
            mode = self.rng.choice(['in', 'in', 'rout', 'inrout'])
            parameters.append(Parameter(mode, self.parameter_type(mode), name))
        return Method(self.name('f'), parameters)


def is_async_legal(method):
    for p in method.parameters:
        t = bare(p.type)
        if p.mode == 'inrout':
            return False
        if p.mode == 'rout' and not isinstance(t, Dmahandle) and not (
                isinstance(t, Sequence) and t.element.fixed):
            return False
    return True


def has_room(method):
    """No more handles than the wire has, and names that do not collide in C."""
    for mode in ('in', 'rout'):
        if sum(isinstance(p.type, Dmahandle) and p.mode == mode for p in method.parameters) > 15:
            return False
    return True


def make_methods(maker, count):
    methods = []
    while len(methods) < count:
        method = maker.method()
        if not has_room(method):
            continue
        if is_async_legal(method) and maker.chance(0.1):
            method.is_async = True
        methods.append(method)
    return methods


def make_unit(seed, number):
    """One IDL file; some hold two interfaces, one derived from the other."""
    rng = random.Random(f'{seed}/{number}')
    base = f'i{number}'
    maker = Maker(rng, number)
    handle = rng.random() < 0.7
    count = 40 if number % 20 == 7 else rng.randint(1, 5)
    if rng.random() < 0.3:
        # types inside the interface carry its name
        inside, maker.prefix = True, f'face{number}_'
    else:
        inside = False
    methods = make_methods(maker, count)
    types = declarations(types_of(methods))
    first = Interface(f'face{number}', methods, handle)
    interfaces = [first]
    text = [f'// interfaces of seed {seed}', '#include "AEEStdDef.idl"', '#include "remote.idl"', '']
    text += ([] if inside else types) + [idl_interface(first, types if inside else ())]
    if not inside and rng.random() < 0.25:
        maker.known = []
        more = make_methods(maker, rng.randint(1, 3))
        done = set(types)
        text += [line for line in declarations(types_of(more)) if line not in done]
        second = Interface(f'derived{number}', more, handle, methods, first.name)
        text += [idl_interface(second)]
        interfaces.append(second)
    return Unit(base, interfaces), '\n'.join(text) + '\n'


def write(path, text):
    with open(path, 'w', encoding='ascii') as file:
        file.write(text)


def main():
    seed, count, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    os.makedirs(directory, exist_ok=True)
    interfaces = []
    for number in range(count):
        unit, text = make_unit(seed, number)
        path = os.path.join(directory, unit.base)
        write(path + '.idl', text)
        write(path + '.stub_side.c', unit.stub_side())
        write(path + '.skel_side.c', unit.skel_side())
        interfaces += unit.interfaces
    write(os.path.join(directory, 'interfaces.c'), interface_list(interfaces))


if __name__ == '__main__':
    main()
