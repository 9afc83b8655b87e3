# SPDX-License-Identifier: BSD-3-Clause
"""Writes an interface as IDL, and the C that lets the harness call its stub and
serve its skel."""

from idl_types import (Alias, Array, Dmahandle, Struct, Tables, bare)


class Parameter:
    def __init__(self, mode, type_, name):
        self.mode, self.type, self.name = mode, type_, name


class Method:
    """idl is its text where that is not a method's: an attribute stands for two."""

    def __init__(self, name, parameters, is_async=False, idl=None):
        self.name, self.parameters = name, parameters
        self.is_async, self.idl = is_async, idl


def attribute(t, name, readonly=False):
    """The methods that read and write it."""
    text = f'{"readonly " if readonly else ""}attribute {t.name} {name};'
    methods = [Method('Get' + name, [Parameter('rout', t, 'value')], idl=text)]
    if not readonly:
        methods.append(Method('Set' + name, [Parameter('in', t, 'value')], idl=''))
    return methods


class Interface:
    """base is a list of methods that come first, of an interface base_name."""

    def __init__(self, name, methods, handle, base=None, base_name=None, module=None):
        self.name, self.own, self.handle = name, methods, handle
        self.base, self.base_name = base or [], base_name
        self.module = module
        self.c = f'{module}_{name}' if module else name

    def methods(self):
        return self.base + self.own

    def first_index(self):
        return 2 if self.handle else 0


def declarations(types):
    """Each declaration once, after those of its parts."""
    done, lines = set(), []

    def visit(t):
        if id(t) in done:
            return
        done.add(id(t))
        for part in t.parts():
            visit(part)
        text = t.declaration()
        if text:
            lines.append(text)

    for t in types:
        visit(t)
    return lines


def types_of(methods):
    return [p.type for m in methods for p in m.parameters]


def idl_method(method):
    if method.idl is not None:
        return method.idl
    pars = ', '.join(f'{p.mode} {p.type.member(p.name)}' for p in method.parameters)
    return f'{"async " if method.is_async else ""}long {method.name}({pars});'


def idl_interface(interface, inner=()):
    base = interface.base_name or ('remote_handle64' if interface.handle else None)
    lines = [f'interface {interface.name}{f" : {base}" if base else ""} {{']
    lines += ['\t' + line for text in inner for line in text.split('\n')]
    lines += ['\t' + idl_method(m) for m in interface.own]
    return '\n'.join(lines + ['};'])


def c_parameters(p):
    """Declarations of the C parameters that stand for a parameter."""
    t, name = bare(p.type), p.name
    if isinstance(t, Dmahandle):
        return ['int a', 'uint32_t b', 'uint32_t c']
    if t.has_length:
        element, const = c_element(t), 'const ' if p.mode == 'in' else ''
        if t.element is None and p.mode == 'in':
            return [f'const {element} *a']
        return [f'{const}{element} *a', 'int b']
    if isinstance(t, Array):
        const = 'const ' if p.mode == 'in' else ''
        return [const + t.c_declaration('a')]
    if isinstance(t, Struct):
        return [f'const {p.type.c} *a' if p.mode == 'in' else f'{p.type.c} *a']
    return [f'{p.type.c} a' if p.mode == 'in' else f'{p.type.c} *a']


def c_element(t):
    return t.c_element


def prototype(interface, method, name, suffix):
    parts = ['remote_handle64 h'] if interface.handle else []
    if method.is_async:
        parts.append('struct fastrpc_async_descriptor *desc')
    for i, p in enumerate(method.parameters):
        for text in c_parameters(p):
            # each is called a, b or c; make it this parameter's own
            parts.append(rename(text, i))
    return f'int {name}{suffix}({", ".join(parts) or "void"})'


def rename(text, index):
    head, dim, tail = text.partition('[')
    return f'{head}{index}{dim}{tail}'


def call_arguments(interface, method):
    parts = ['handle'] if interface.handle else []
    if method.is_async:
        parts.append('NULL')
    for i, p in enumerate(method.parameters):
        t, s = bare(p.type), f's[{i}]'
        if isinstance(t, Dmahandle):
            parts += [f'{s}.fd', f'{s}.offset', f'{s}.size']
        elif t.has_length:
            parts.append(f'{s}.data')
            if not (t.element is None and p.mode == 'in'):
                parts.append(f'{s}.length')
        elif isinstance(t, (Array, Struct)) or p.mode != 'in':
            parts.append(f'{s}.data')
        else:
            parts.append(f'*({p.type.c} *){s}.data')
    return ', '.join(parts)


def slots(method):
    rows = []
    for i, p in enumerate(method.parameters):
        t = bare(p.type)
        if isinstance(t, Dmahandle):
            rows.append(f'\t\t{{ .fd = a{i}, .offset = b{i}, .size = c{i} }},')
        elif t.has_length:
            length = '' if t.element is None and p.mode == 'in' else f', .length = b{i}'
            rows.append(f'\t\t{{ .data = (void *)a{i}{length} }},')
        elif isinstance(t, (Array, Struct)) or p.mode != 'in':
            rows.append(f'\t\t{{ .data = (void *)a{i} }},')
        else:
            rows.append(f'\t\t{{ .data = &a{i} }},')
    return rows or ['\t\t{ 0 },']


class Unit:
    """What is compiled of one IDL file: a stub side and a skel side."""

    def __init__(self, base, interfaces, indices=None):
        self.base, self.interfaces = base, interfaces
        self.indices = indices or {}

    def stub_side(self):
        out = ['#ifdef NO_STUB', f'#include "{self.base}.h"', '#else',
               f'#include "{self.base}_stub.c"', '#endif', '#include "harness.h"', '']
        tables = Tables()
        body = []
        for interface in self.interfaces:
            body += self.stub_interface(interface, tables)
        return '\n'.join(out + tables.text + body) + '\n'

    def stub_interface(self, interface, tables):
        c, body, rows = interface.c, [], []
        for i, m in enumerate(interface.methods()):
            pars = [f'\t{{ "{p.name}", MODE_{p.mode.upper()}, &{tables.of(p.type)} }},'
                    for p in m.parameters]
            name = f'{c}_parameters_{i}'
            if pars:
                body += [f'static const struct parameter {name}[] = {{'] + pars + ['};']
            body += ['#ifdef NO_STUB', f'#define {c}_call_{i} NULL', '#else',
                     f'static int {c}_call_{i}(uint64_t handle, const struct slot *s)', '{',
                     '\t(void)handle;', '\t(void)s;',
                     f'\treturn {c}_{m.name}({call_arguments(interface, m)});', '}',
                     '#endif']
            index = i + interface.first_index()
            rows.append(f'\t{{ "{m.name}", {index}, {name if pars else "NULL"}, '
                        f'{len(pars)}, {c}_call_{i} }},')
        body += [f'extern const struct method {c}_methods[];',
                 f'const struct method {c}_methods[] = {{'] + (rows or ['\t{ 0 },']) + ['};']
        kind = ('skel_handle_invoke(remote_handle64, uint32_t, remote_arg *)' if interface.handle
                else 'skel_invoke(uint32_t, remote_arg *)')
        body += [f'int {c}_{kind};', f'extern const struct interface {c}_interface;',
                 f'const struct interface {c}_interface = {{',
                 f'\t"{c}", {c}_methods, {len(rows)}, {int(interface.handle)},']
        skel = (f'\t.skel64 = {c}_skel_handle_invoke,' if interface.handle
                else f'\t.skel = {c}_skel_invoke,')
        body += ['#ifndef NO_SKEL', skel, '#endif']
        if interface.handle:
            body += [f'\t.uri = {c}_URI,', '#ifndef NO_STUB', f'\t.open = {c}_open,',
                     f'\t.close = {c}_close,', '#endif']
        return body + ['};', '']

    def skel_side(self):
        out = ['#define __QAIC_IMPL(f) f##_impl', f'#include "{self.base}_skel.c"',
               '#include "harness.h"', '']
        for interface in self.interfaces:
            c = interface.c
            out += [f'extern const struct method {c}_methods[];']
            if interface.handle:
                out += [f'int {c}_open_impl(const char *uri, remote_handle64 *handle)',
                        '{', '\treturn serve_open(uri, handle);', '}',
                        f'int {c}_close_impl(remote_handle64 handle)',
                        '{', '\treturn serve_close(handle);', '}']
            for i, m in enumerate(interface.methods()):
                handle = 'h' if interface.handle else '0'
                out += [prototype(interface, m, f'{c}_{m.name}', '_impl'), '{',
                        '\tstruct slot s[] = {'] + slots(m) + ['\t};', '']
                if m.is_async:
                    out += ['\t(void)desc;']
                out += [f'\treturn serve(&{c}_methods[{i}], {handle}, s);', '}']
        return '\n'.join(out) + '\n'


def interface_list(interfaces):
    """C text that names all interfaces of a program."""
    out = ['#include "harness.h"', '']
    out += [f'extern const struct interface {i.c}_interface;' for i in interfaces]
    out += ['const struct interface *const interfaces[] = {']
    out += [f'\t&{i.c}_interface,' for i in interfaces]
    out += ['};', f'const unsigned int interface_count = {len(interfaces)};']
    return '\n'.join(out) + '\n'
