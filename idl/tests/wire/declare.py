#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes of the declarations in vectors.txt what the harness needs: an IDL file
for each interface (derived ones share that of their base), and the C of
../random/emit.py.

usage: declare.py VECTORS DIRECTORY
"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'random'))

from emit import (Interface, Method, Parameter, Unit, attribute, declarations, idl_interface,
                  interface_list, types_of)
from generate import SCALARS, write
from idl_types import Alias, Array, Dmahandle, Enum, Sequence, Struct, Text

MEMBER = re.compile(r'(?P<type>.+?)\s+(?P<name>\w+)(?P<dims>(\[\d+\])*)$')


class Reader:
    def __init__(self):
        self.types = {t.name: t for t in SCALARS}
        self.types.update({'string': Text(), 'wstring': Text(wide=True), 'dmahandle': Dmahandle()})
        self.units, self.by_name = [], {}

    def type(self, text):
        text = text.strip()
        found = re.fullmatch(r'sequence<(.+?)(?:,\s*(\d+))?>', text)
        if found:
            return Sequence(self.type(found[1]), int(found[2] or 0))
        return self.types[text]

    def member(self, text):
        found = MEMBER.fullmatch(text.strip())
        t = self.type(found['type'])
        if found['dims']:
            t = Array(t, [int(n) for n in re.findall(r'\d+', found['dims'])])
        return t, found['name']

    def members(self, text):
        """Split at commas that are outside of <>."""
        parts = re.split(r',\s*(?![^<]*>)', text.strip())
        return [self.member(part) for part in parts if part]

    def read_type(self, text):
        kind, rest = text.split(' ', 1)
        if kind == 'struct':
            name, body = re.fullmatch(r'(\w+)\((.*)\)', rest).groups()
            self.types[name] = Struct(name, self.members(body))
            return
        name, *words = rest.split(' ')
        if kind == 'enum':
            self.types[name] = Enum(name, words)
        elif kind == 'alias':
            self.types[name] = Alias(name, self.type(' '.join(words)))
        elif kind == 'sequence':
            self.types[name] = Sequence(self.type(' '.join(words)), 0, name)
        elif kind == 'array':
            counts = [int(w) for w in words if w.isdigit()]
            element = ' '.join(w for w in words if not w.isdigit())
            self.types[name] = Array(self.type(element), counts, name)

    def read_interface(self, text):
        name, kind, *base = text.split()
        if kind == 'derived':
            unit, parent = self.by_name[base[0]]
            interface = Interface(name, [], parent.handle, parent.own, parent.name)
            unit.interfaces.append(interface)
        else:
            interface = Interface(name, [], kind == 'handle')
            unit = Unit(name, [interface])
            self.units.append(unit)
        self.by_name[name] = unit, interface
        self.interface = interface

    def read_method(self, text, is_async):
        name, body = re.fullmatch(r'(\w+)\((.*)\)', text).groups()
        parameters = []
        for part in re.split(r',\s*(?=in |rout |inrout )', body):
            if part:
                mode, rest = part.split(' ', 1)
                parameters.append(Parameter(mode, *self.member(rest)))
        self.interface.own.append(Method(name, parameters, is_async))

    def read_line(self, line):
        word, _, rest = line.strip().partition(' ')
        if word == 'type':
            self.read_type(rest)
        elif word == 'interface':
            self.read_interface(rest)
        elif word in ('method', 'async'):
            self.read_method(rest, word == 'async')
        elif word in ('attribute', 'readonly'):
            t, name = self.member(rest)
            self.interface.own += attribute(t, name, word == 'readonly')
        elif word == 'fill':
            own = self.interface.own
            own += [Method(f'fill{len(own) + i}', []) for i in range(int(rest))]


def main():
    reader = Reader()
    with open(sys.argv[1], encoding='ascii') as file:
        for line in file:
            reader.read_line(line)
    os.makedirs(sys.argv[2], exist_ok=True)
    interfaces = []
    for unit in reader.units:
        methods = [m for i in unit.interfaces for m in i.own]
        idl = ['#include "AEEStdDef.idl"', '#include "remote.idl"']
        idl += declarations(types_of(methods)) + [idl_interface(i) for i in unit.interfaces]
        path = os.path.join(sys.argv[2], unit.base)
        write(path + '.idl', '\n'.join(idl) + '\n')
        write(path + '.stub_side.c', unit.stub_side())
        write(path + '.skel_side.c', unit.skel_side())
        interfaces += unit.interfaces
    write(os.path.join(sys.argv[2], 'interfaces.c'), interface_list(interfaces))


if __name__ == '__main__':
    main()
