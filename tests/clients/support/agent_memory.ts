/** What the SDKs of MCP for TypeScript have kept for them (their `OAuthClientProvider`), and what they say. */
import type { AgentSetup, Held, Said } from "./agent.ts";

interface Information {
  client_id: string;
  client_secret?: string | undefined;
}

interface Tokens {
  access_token: string;
  token_type: string;
  refresh_token?: string | undefined;
}

/** What the SDK is to keep. Where it would open a browser, it remembers the address. */
export class Memory {
  readonly redirectUrl: string;
  readonly clientMetadata;
  readonly clientMetadataUrl?: string;
  information: Information | undefined;
  held: Tokens | undefined;
  asked: URL | undefined;
  #verifier = "";

  constructor({ redirectUri, method, metadataUrl }: AgentSetup) {
    this.redirectUrl = redirectUri;
    if (metadataUrl) this.clientMetadataUrl = metadataUrl;
    this.clientMetadata = {
      client_name: "Agent of the tests",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: method,
    };
  }

  clientInformation() {
    return this.information;
  }
  saveClientInformation(information: Information) {
    this.information = information;
  }
  tokens() {
    return this.held;
  }
  saveTokens(tokens: Tokens) {
    this.held = tokens;
  }
  redirectToAuthorization(url: URL) {
    this.asked = url;
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier;
  }
  codeVerifier() {
    return this.#verifier;
  }
  invalidateCredentials(scope: string) {
    if (scope === "tokens" || scope === "all") this.held = undefined;
    if (scope === "client" || scope === "all") this.information = undefined;
  }

  /** All that is held. */
  all(): Held {
    const { information, held } = this;
    const { client_id = "", client_secret } = information ?? {};
    const { access_token, refresh_token } = held ?? {};
    return { client_id, client_secret, access_token, refresh_token };
  }
}

/** A result of `tools/call`, of either SDK. */
interface Result {
  content: { type: string; text?: unknown }[];
  structuredContent?: unknown;
  isError?: boolean | undefined;
}

export function saidBy({ content, structuredContent, isError }: Result): Said {
  const text = content.map((block) => String(block.text)).join("\n");
  return { text, structured: structuredContent, isError: isError ?? false };
}
