/** The official MCP SDK for Python. */
import { join } from "node:path";
import { AgentProgram } from "../support/agent_program.ts";
import { tellAgentStory } from "../support/agent_story.ts";
import { pythonProgram } from "../support/python.ts";

const python = pythonProgram();
await tellAgentStory(
  {
    name: "The Python SDK of MCP",
    start: async (setup) =>
      new AgentProgram(python, [join(import.meta.dirname, "mcp_agent.py")], setup),
    // It asks to stay where the server knows how (`scopes_supported`).
    scope: "read:tools call:tools offline_access",
    versions: ["2025-11-25", "2026-07-28", "2025-06-18", "2025-03-26"],
  },
  ["none", "client_secret_basic", "client_secret_post", "metadata document"],
);
