/**
 * An agent that is told nothing but the address of an MCP server, on the official SDK.
 *
 *     node agent.mjs http://localhost:8787/mcp                              # lists the tools
 *     node agent.mjs http://localhost:8787/mcp forecast '{"city": "Rome"}'  # calls one
 *
 * The SDK finds the authorization server, registers a client, sends a person to consent, and gets a token.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, tool, args = "{}"] = process.argv.slice(2);
if (!url) throw new Error("usage: node agent.mjs URL [TOOL [ARGUMENTS]]");

/** Waits on a port of this machine for the person to come back from the browser (RFC 8252). */
const listener = createServer().listen(0, "127.0.0.1");
await once(listener, "listening");
const redirectUrl = `http://127.0.0.1:${listener.address().port}/callback`;
const state = crypto.randomUUID();
const answer = new Promise((resolve) => {
  listener.on("request", (request, response) => {
    const [, query] = request.url.split("?");
    const searchParams = new URLSearchParams(query);
    response.setHeader("Content-Type", "text/html");
    response.end('<link rel="icon" href="data:,"><p>Thank you. You can close this window.</p>');
    if (searchParams.get("state") === state) resolve(searchParams);
  });
});

/** What the SDK has to keep. An agent that runs again without asking its person keeps it in a file. */
const memory = {
  redirectUrl,
  clientMetadata: {
    client_name: "Example agent in JavaScript",
    redirect_uris: [redirectUrl],
    token_endpoint_auth_method: "none",
  },
  state: () => state,
  clientInformation: () => memory.client,
  saveClientInformation: (client) => {
    memory.client = client;
  },
  tokens: () => memory.held,
  saveTokens: (tokens) => {
    memory.held = tokens;
  },
  codeVerifier: () => memory.verifier,
  saveCodeVerifier: (verifier) => {
    memory.verifier = verifier;
  },
  redirectToAuthorization: (address) => {
    const opener = { darwin: "open", win32: "explorer" }[process.platform] ?? "xdg-open";
    spawn(process.env.BROWSER ?? opener, [address.href], { stdio: "inherit" });
  },
};

async function connect() {
  const client = new Client({ name: "example-agent", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: memory }));
  return client;
}

/** Asks the person where the server wants it, and goes on. */
async function connectAsPerson() {
  try {
    return await connect();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
  }
  const said = await answer;
  const code = said.get("code");
  if (!code) throw new Error(`The person said no: ${said.get("error")}`);
  await new StreamableHTTPClientTransport(new URL(url), { authProvider: memory }).finishAuth(code);
  return connect();
}

const client = await connectAsPerson();
listener.close();
if (tool) {
  const { content, isError } = await client.callTool({ name: tool, arguments: JSON.parse(args) });
  for (const part of content) if (part.type === "text") console.log(part.text);
  process.exitCode = isError ? 1 : 0;
} else {
  for (const { name, description } of (await client.listTools()).tools)
    console.log(`${name}: ${description}`);
}
await client.close();
