# SPDX-License-Identifier: BSD-3-Clause
"""Types of interfaces: how each is spelled in IDL, in C, and as a table of the
oracle (../oracle/describe.h). Written from the rules of the language; nothing
here reads IDL or asks the compiler."""


class Type:
    """name is that in IDL, c that in C; a table is made once for each."""

    fixed = True        # nothing with a length inside
    has_length = False
    element = None

    def declaration(self):
        """IDL that comes before the first use, or None."""
        return None

    def parts(self):
        """Types that must be declared before."""
        return []

    def member(self, name):
        """IDL of a member or parameter."""
        return f'{self.name} {name}'


class Scalar(Type):
    def __init__(self, name, c, size, content='CONTENT_ANY'):
        self.name, self.c, self.size, self.content = name, c, size, content

    def table(self, tables):
        return (f'{{ .kind = KIND_SCALAR, .native_size = sizeof({self.c}), .size = {self.size}, '
                f'.content = {self.content} }}')


class Enum(Type):
    def __init__(self, name, enumerators, prefix=''):
        self.name, self.c = name, prefix + name
        self.enumerators = enumerators

    def declaration(self):
        return f'enum {self.name} {{ {", ".join(self.enumerators)} }};'

    def table(self, tables):
        return (f'{{ .kind = KIND_SCALAR, .native_size = sizeof({self.c}), .size = 4, .content = '
                f'CONTENT_ENUM, .enumerators = {len(self.enumerators)} }}')


class Text(Type):
    fixed = False
    has_length = True

    def __init__(self, wide=False):
        self.name = 'wstring' if wide else 'string'
        self.kind = 'KIND_WSTRING' if wide else 'KIND_STRING'
        self.c_element = '_wchar_t' if wide else 'char'
        self.c = '_wstring1_t' if wide else '_cstring1_t'

    def table(self, tables):
        return f'{{ .kind = {self.kind}, .native_size = sizeof({self.c}) }}'


class Sequence(Type):
    fixed = False
    has_length = True

    def __init__(self, element, bound=0, name=None, prefix=''):
        self.element, self.bound = element, bound
        self.alias = name
        spelled = f'sequence<{element.name}{f", {bound}" if bound else ""}>'
        self.spelled = spelled
        self.name = name or spelled
        self.c = prefix + name if name else None
        self.c_element = element.c

    def nest(self, base):
        """The C name that it has inside of another sequence of base.idl."""
        if not self.alias:
            self.c = f'{base}__seq_{self.element_word()}'
        return self

    def element_word(self):
        inner = self.element
        if isinstance(inner, Sequence) and not inner.alias:
            return 'seq_' + inner.element_word()
        return inner.c.replace(' ', '_')

    def declaration(self):
        return f'typedef {self.spelled} {self.alias};' if self.alias else None

    def parts(self):
        return [self.element]

    def table(self, tables):
        return (f'{{ .kind = KIND_SEQUENCE, .element = &{tables.of(self.element)}, '
                f'.bound = {self.bound} }}')


class Array(Type):
    def __init__(self, element, counts, name=None, prefix=''):
        self.element, self.counts, self.alias = element, counts, name
        self.name = name
        self.c = prefix + name if name else None

    def declaration(self):
        if not self.alias:
            return None
        return 'typedef ' + self.spelled(self.alias) + ';'

    def spelled(self, name):
        return f'{self.element.name} {name}' + ''.join(f'[{n}]' for n in self.counts)

    def member(self, name):
        return f'{self.alias} {name}' if self.alias else self.spelled(name)

    def parts(self):
        return [self.element]

    def c_declaration(self, name):
        if self.alias:
            return f'{self.c} {name}'
        return f'{self.element.c} {name}' + ''.join(f'[{n}]' for n in self.counts)

    def table(self, tables):
        inner = tables.of(self.element)
        size = f'sizeof({self.element.c})'
        for n in reversed(self.counts[1:]):
            size = f'{n} * {size}'
            inner = tables.add(f'{{ .kind = KIND_ARRAY, .native_size = {size}, .element = &{inner}, .count = {n} }}')
        n = self.counts[0]
        return f'{{ .kind = KIND_ARRAY, .native_size = {n} * {size}, .element = &{inner}, .count = {n} }}'


class Struct(Type):
    def __init__(self, name, members, prefix=''):
        self.name, self.c = name, prefix + name
        self.members = members          # (type, name)
        self.fixed = all(t.fixed for t, _ in members)

    def declaration(self):
        lines = [f'struct {self.name} {{']
        lines += [f'\t{t.member(n)};' for t, n in self.members]
        return '\n'.join(lines + ['};'])

    def parts(self):
        return [t for t, _ in self.members]

    def table(self, tables):
        rows = []
        for t, n in self.members:
            n = c_name(n)
            length = f', .length_offset = offsetof({self.c}, {n}Len)' if t.has_length else ''
            rows.append(f'\t{{ .type = &{tables.of(t)}, .offset = offsetof({self.c}, {n}){length} }},')
        members = tables.add_array('member', rows)
        return (f'{{ .kind = KIND_STRUCT, .native_size = sizeof({self.c}), .members = {members}, '
                f'.member_count = {len(self.members)} }}')


class Alias(Type):
    """A typedef of what is not a sequence or an array."""

    def __init__(self, name, target, prefix=''):
        self.name, self.target = name, target
        self.c = prefix + name
        self.fixed, self.has_length = target.fixed, target.has_length
        if target.has_length:
            self.c_element, self.c = target.c_element, target.c
        self.members = getattr(target, 'members', None)

    def declaration(self):
        return f'typedef {self.target.name} {self.name};'

    def parts(self):
        return [self.target]

    def table(self, tables):
        return self.target.table(tables)


class Dmahandle(Type):
    name = 'dmahandle'
    fixed = False

    def table(self, tables):
        return '{ .kind = KIND_DMAHANDLE }'


KEYWORDS = {'class', 'register', 'int', 'new', 'this', 'template', 'static', 'volatile', 'delete'}


def c_name(name):
    return '_cxx_' + name if name in KEYWORDS else name


def bare(t):
    while isinstance(t, Alias):
        t = t.target
    return t


class Tables:
    """C text of the tables that the oracle reads."""

    def __init__(self):
        self.text, self.names = [], {}

    def add(self, table):
        name = f'type_{len(self.text)}'
        self.text.append(f'static const struct type {name} = {table};')
        return name

    def add_array(self, kind, rows):
        name = f'{kind}s_{len(self.text)}'
        body = '\n'.join(rows)
        self.text.append(f'static const struct {kind} {name}[] = {{\n{body}\n}};')
        return name

    def of(self, t):
        if id(t) not in self.names:
            self.names[id(t)] = self.add(t.table(self))
            self.keep = getattr(self, 'keep', []) + [t]
        return self.names[id(t)]
