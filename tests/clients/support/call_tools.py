"""Imports the module external_tool_agents of its folder, and makes the calls that stand in lines of JSON on its standard
input: [function, arguments], each answered by a line, {"answer": ...} or {"raised": ...}."""

import json
import sys

import external_tool_agents as tools

for line in sys.stdin:
    function, arguments = json.loads(line)
    try:
        print(json.dumps({"answer": getattr(tools, function)(**arguments)}))
    except tools.ToolError as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        assert "ToolError" in kinds
        said = {"status": error.status, "violations": list(error.violations), "message": str(error)}
        print(json.dumps({"raised": type(error).__name__, **said}))
