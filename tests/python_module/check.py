"""Reads modules as lines of JSON ({module, base, tools}), and fails with the first that is not what it must be."""

import ast
import builtins
import inspect
import json
import keyword
import sys
import unicodedata
from pathlib import Path

PROLOGUE = (Path(__file__).parents[2] / "src/protocol/python_module/prologue.py").read_text(encoding="utf-8")
HEAD = ast.parse(PROLOGUE).body
# All that an annotation may name.
TYPES = {"Any", "Literal", "Optional", "Union", "bool", "dict", "float", "int", "list", "str"}

HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"}


def names_used(tree):
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


# Names outside of functions that the head is built on: no function may take their place.
OWN = {node.name for node in HEAD if isinstance(node, (ast.FunctionDef, ast.ClassDef))} | {
    name for name in names_used(ast.parse(PROLOGUE)) if hasattr(builtins, name)
} | TYPES


def check(module, base, tools):
    tree = ast.parse(module)
    head, (built_in, *functions) = tree.body[: len(HEAD)], tree.body[len(HEAD) :]
    assert [ast.dump(node) for node in head] == [ast.dump(node) for node in HEAD]
    assert ast.dump(built_in) == ast.dump(ast.parse(f"_BUILT_IN_URL = {ascii(base)}").body[0])
    assert len(functions) == len(tools)
    assert len({function.name for function in functions}) == len(tools)
    if not tools:
        assert "/api/users/me/tools" in module.partition("_BUILT_IN_URL")[2]
    for function, tool in zip(functions, tools):
        check_form(function, tool)
    # Every letter shows itself, and there is no line end but the one. (Cn: letters younger than this Python.)
    assert all(unicodedata.category(letter) not in HIDDEN for letter in set(module) - {"\n", " "})
    space = {"__name__": "external_tool_agents"}
    exec(compile(module, "external_tool_agents.py", "exec"), space)
    for function, tool in zip(functions, tools):
        check_call(space, space[function.name], tool)


def check_form(function, tool):
    """One text and one call, of names and constants alone."""
    assert isinstance(function, ast.FunctionDef) and not function.decorator_list
    assert function.name not in OWN and not function.name.startswith("_") and not keyword.iskeyword(function.name)
    document, call = function.body
    assert isinstance(document, ast.Expr) and isinstance(document.value.value, str)
    assert isinstance(call, ast.Return) and isinstance(call.value, ast.Call) and call.value.func.id == "_call"
    name, required, optional = call.value.args
    assert name.value == tool["name"] and not call.value.keywords
    for arguments in (required, optional):
        for key, value in zip(arguments.keys, arguments.values):
            assert key is None or isinstance(key.value, str)
            assert isinstance(value, ast.Name)
    given = function.args
    assert not given.defaults and all(default.value is None for default in given.kw_defaults)
    parameters = given.args + given.kwonlyargs + ([given.kwarg] if given.kwarg else [])
    for annotation in [parameter.annotation for parameter in parameters] + [function.returns]:
        assert names_used(annotation) <= TYPES, ast.dump(annotation)
        allowed = (ast.Name, ast.Constant, ast.Subscript, ast.Tuple, ast.Index, ast.Load)
        assert all(isinstance(node, allowed) for node in ast.walk(annotation)), ast.dump(annotation)


def check_call(space, function, tool):
    """Called with a value for each parameter, it sends each property, each by its own name."""
    properties, required = properties_of(tool["schema"])
    sent = []
    space["_call"] = lambda *call: sent.append(call)
    signature = inspect.signature(function)
    open_ended = [p.name for p in signature.parameters.values() if p.kind == p.VAR_KEYWORD]
    names = [name for name in signature.parameters if name not in open_ended]
    function(**{name: number for number, name in enumerate(names)})
    [(name, first, second)] = sent
    assert name == tool["name"]
    assert list(first) == required and set(first) | set(second) == properties
    assert sorted([*first.values(), *second.values()]) == list(range(len(names)))
    words = "".join(tool["description"].split())
    assert words in "".join(function.__doc__.split()), (words, function.__doc__)


def properties_of(schema):
    declared, required = schema.get("properties"), schema.get("required")
    declared = declared if isinstance(declared, dict) else {}
    required = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    return set(declared) | set(required), list(dict.fromkeys(required))


cases = [json.loads(line) for line in sys.stdin]
for case in cases:
    try:
        check(**case)
    except Exception:
        print(case["module"].replace(PROLOGUE, ""), file=sys.stderr)
        raise
print(len(cases), "modules")
