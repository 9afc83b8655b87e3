#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A naive reader of IDL as it is written in this directory (no expressions but
CELLS, no modules): what it reads, ../random/emit.py makes tables and functions
of. It knows nothing of the compiler.

usage: describe.py FILE.idl DIRECTORY
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'random'), os.path.join(HERE, '..', 'wire')]

from declare import Reader
from emit import Interface, Method, Parameter, Unit, interface_list
from generate import write
from idl_types import Alias, Array, Enum, Sequence, Struct

STATEMENT = re.compile(r'''
    const\s.*?; | typedef\s+(?P<typedef>.*?); |
    enum\s+(?P<enum>\w+)\s*\{(?P<enumerators>.*?)\}\s*; |
    struct\s+(?P<struct>\w+)\s*\{(?P<members>.*?)\}\s*; |
    interface\s+(?P<interface>\w+)\s*(?::\s*(?P<base>\w+))?\s*\{(?P<methods>.*?)\}\s*;
    ''', re.S | re.X)
METHOD = re.compile(r'(async\s+)?long\s+(\w+)\s*\((.*?)\)\s*;', re.S)


class IdlReader(Reader):
    def member(self, text):
        return super().member(' '.join(text.replace('[CELLS]', '[3]').split()))

    def read_file(self, path):
        with open(path, encoding='ascii') as file:
            text = re.sub(r'//[^\n]*|/\*.*?\*/', '', file.read(), flags=re.S)
        for name in re.findall(r'#include "(.*?)"', text):
            if os.path.exists(os.path.join(HERE, name)):
                self.read_file(os.path.join(HERE, name))
        for found in STATEMENT.finditer(text):
            self.read_statement(found)

    def read_statement(self, found):
        if found['typedef']:
            t, name = self.member(found['typedef'])
            if isinstance(t, Array):
                t = Array(t.element, t.counts, name)
            elif isinstance(t, Sequence):
                t = Sequence(t.element, t.bound, name)
            else:
                t = Alias(name, t)
            self.types[name] = t
        elif found['enum']:
            names = [n.strip() for n in found['enumerators'].split(',')]
            self.types[found['enum']] = Enum(found['enum'], names)
        elif found['struct']:
            members = [self.member(m) for m in found['members'].split(';') if m.strip()]
            self.types[found['struct']] = Struct(found['struct'], members)
        elif found['interface']:
            self.read_methods(found['interface'], bool(found['base']), found['methods'])

    def read_methods(self, name, handle, text):
        interface = Interface(name, [], handle)
        for is_async, method, body in METHOD.findall(text):
            parameters = []
            for part in re.split(r',\s*(?=in\s|rout\s|inrout\s)', body):
                if part.strip():
                    mode, rest = part.strip().split(None, 1)
                    parameters.append(Parameter(mode, *self.member(rest)))
            interface.own.append(Method(method, parameters, bool(is_async)))
        self.units.append(interface)


def main():
    path, directory = sys.argv[1:]
    reader = IdlReader()
    reader.read_file(path)
    base = os.path.splitext(os.path.basename(path))[0]
    unit = Unit(base, reader.units)
    write(os.path.join(directory, base + '.stub_side.c'), unit.stub_side())
    write(os.path.join(directory, base + '.skel_side.c'), unit.skel_side())
    write(os.path.join(directory, base + '.interfaces.c'), interface_list(reader.units))


if __name__ == '__main__':
    main()
