/** What a Worker says to others on this machine: passed on, and written down. For `Options.outbound`. */

/** One request of the Worker's, and what it was answered. */
export interface Exchange {
  url: string;
  authorization: string;
  form: URLSearchParams;
  status: number;
  answer: string;
}

/** What is a secret in a form that is sent, and in what is answered. */
const SENT = ["client_secret", "code", "code_verifier", "refresh_token", "token"];
const ANSWERED = ["access_token", "id_token", "refresh_token"];
/** Of one connection, and of the text as it was sent: `fetch` has read that already. */
const OF_THE_WAY = ["connection", "content-encoding", "content-length", "transfer-encoding"];

export class Wire {
  readonly exchanges: Exchange[] = [];

  readonly outbound = async (request: Request): Promise<Response> => {
    const { url, method } = request;
    if (!["localhost", "127.0.0.1"].includes(new URL(url).hostname))
      return new Response(`${url} is not on this machine`, { status: 502 });
    const headers = new Headers([...request.headers].filter(([name]) => name !== "host"));
    const sent = method === "GET" ? "" : await request.text();
    const answer = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      ...(method !== "GET" && { body: sent }),
    });
    const text = await answer.text();
    this.exchanges.push({
      url,
      authorization: headers.get("authorization") ?? "",
      form: new URLSearchParams(sent),
      status: answer.status,
      answer: text,
    });
    const kept = [...answer.headers].filter(([name]) => !OF_THE_WAY.includes(name));
    return new Response(text || null, { status: answer.status, headers: kept });
  };

  /** The refresh tokens that were shown to anybody, in order. */
  get refreshed(): string[] {
    return this.exchanges.flatMap(({ form }) =>
      form.get("grant_type") === "refresh_token" ? [form.get("refresh_token") ?? ""] : [],
    );
  }

  /** The tokens that were given back, with how that was answered. */
  get givenBack(): [token: string, status: number][] {
    return this.exchanges.flatMap(({ form, status }): [string, number][] =>
      form.has("token") ? [[form.get("token") ?? "", status]] : [],
    );
  }

  /** Everything that went over it and that nobody else may ever read, and what it first was. */
  secrets(): Map<string, string> {
    const secrets = new Map<string, string>();
    for (const [secret, kind] of this.exchanges.flatMap(secretsOf))
      if (secret !== "" && !secrets.has(secret)) secrets.set(secret, kind);
    return secrets;
  }
}

function secretsOf({ authorization, form, answer }: Exchange): [string, string][] {
  const sent = SENT.map((name): [string, string] => [form.get(name) ?? "", name]);
  const answered = fieldsOf(answer);
  const given = ANSWERED.map((name): [string, string] => [String(answered[name] ?? ""), name]);
  const [scheme = "", credentials = ""] = authorization.split(" ");
  const shown: [string, string][] = [[credentials, `credentials of ${scheme}`]];
  if (scheme === "Basic") {
    const [, secret = ""] = Buffer.from(credentials, "base64").toString().split(":");
    shown.push([decodeURIComponent(secret), "client_secret"]);
  }
  return [...sent, ...given, ...shown];
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    const fields: unknown = JSON.parse(text);
    return typeof fields === "object" && fields !== null ? { ...fields } : {};
  } catch {
    return {};
  }
}
