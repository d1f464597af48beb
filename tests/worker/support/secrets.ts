/**
 * Every secret that passed through a test: in what it asked and was answered, and in what the Worker and other providers told each
 * other. None of them may be in the log.
 */

/** Members of forms, queries and JSON that hold one. */
const NAMES = new Set([
  "access_token",
  "admin_token",
  "assertion",
  "authorization_code",
  "client_assertion",
  "client_secret",
  "code",
  "code_verifier",
  "csrf_token",
  "current_password",
  "id_token",
  "id_token_hint",
  "interaction",
  "logout_token",
  "new_password",
  "password",
  "refresh_token",
  "registration_access_token",
  "repeat_password",
  "secret",
  "ticket",
  "token",
]);
/** Of these only what was issued counts: what a test sends may be cut or forged, of parts that are no secrets. */
const ISSUED_ONLY = new Set([
  "authorization_code",
  "code",
  "id_token_hint",
  "refresh_token",
  "token",
]);
/** Private members of JSON Web Keys. */
const OF_KEYS = new Set(["d", "p", "q", "dp", "dq", "qi", "k"]);
/** Fields of our pages: hidden ones, and what is shown once. */
const ON_PAGES = [
  /name="([a-z_]+)"[^>]*value="([^"]+)"/g,
  /data-copy="[^"]*(?:secret|token|password)"()>([^<]+)</gi,
];
/** One-time links. */
const LINKS = [/\/password\/([\w-]{20,})/g, /[?&]ticket=([\w-]{20,})/g];
/** Shorter ones could be anything. */
const SHORTEST = 12;
/** So much of each is looked up for each place of a line. */
const BEGINNING = 8;
/** Longer than any body of a test takes: the slowest come piece by piece, for some twelve seconds. */
const LAST_BODY_MS = 30_000;

export class Secrets {
  readonly #byBeginning = new Map<string, Set<string>>();
  readonly #underWay = new Set<Promise<void>>();
  /** Whether what is read was issued by somebody. */
  #issued = true;

  /** What somebody asks. */
  ofRequest(url: string | URL, init: RequestInit = {}): void {
    this.#issued = false;
    this.#ofAddress(String(url));
    this.#ofHeaders(new Headers(init.headers));
    if (init.body instanceof URLSearchParams) this.#ofPairs(init.body);
    else if (typeof init.body === "string") this.#ofText(init.body);
    this.#issued = true;
  }

  /** What was asked or answered, whose body is read as soon as there is one. */
  of(message: Request | Response): void {
    if ("url" in message && message.url) this.#ofAddress(message.url);
    this.#ofHeaders(message.headers);
    if (!message.body || message.bodyUsed) return;
    const read = message
      .clone()
      .text()
      .then((text) => this.#ofText(text))
      .catch(() => {}) // it broke off
      .finally(() => this.#underWay.delete(read));
    this.#underWay.add(read);
  }

  /** Keys of the settings. */
  ofKeys(set: string): void {
    for (const key of (JSON.parse(set) as { keys: Record<string, string>[] }).keys)
      for (const [name, value] of Object.entries(key)) if (OF_KEYS.has(name)) this.add(value);
  }

  add(secret: string): void {
    if (secret.length < SHORTEST) return;
    const beginning = secret.slice(0, BEGINNING);
    const others = this.#byBeginning.get(beginning) ?? new Set();
    this.#byBeginning.set(beginning, others.add(secret));
    // A code and a refresh token name their grant, which is no secret; nor is what a JWT says, without its signature.
    const last = secret.lastIndexOf(".");
    if (last > 0 && this.#issued) this.add(secret.slice(last + 1));
  }

  /** The lines that hold one of them. Fails when there is a body that was not read by then, which may hold more. */
  async foundIn(lines: string[]): Promise<string[]> {
    await this.#readAll();
    return lines.flatMap((line) => {
      const secret = this.#in(line);
      return secret === undefined ? [] : [`${secret} in ${line}`];
    });
  }

  async #readAll(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, LAST_BODY_MS);
    });
    await Promise.race([Promise.all(this.#underWay), late]);
    clearTimeout(timer);
    if (this.#underWay.size > 0)
      throw new Error(`${this.#underWay.size} bodies do not end, so not all secrets are known`);
  }

  #in(line: string): string | undefined {
    for (let at = 0; at + SHORTEST <= line.length; at += 1)
      for (const secret of this.#byBeginning.get(line.slice(at, at + BEGINNING)) ?? [])
        if (line.startsWith(secret, at)) return secret;
    return undefined;
  }

  #ofAddress(address: string): void {
    const [, query] = address.split("?", 2);
    if (query) this.#ofPairs(new URLSearchParams(query.split("#")[0]));
    const [, fragment] = address.split("#", 2);
    if (fragment) this.#ofPairs(new URLSearchParams(fragment));
    this.#ofMatches(LINKS, address);
  }

  #ofHeaders(headers: Headers): void {
    const [scheme = "", credentials] = (headers.get("authorization") ?? "").split(" ", 2);
    if (credentials && scheme.toLowerCase() === "basic") {
      const pair = Buffer.from(credentials, "base64").toString();
      this.add(pair.slice(pair.indexOf(":") + 1));
    } else if (credentials) this.add(credentials);
    this.add(headers.get("x-admin-token") ?? "");
    const cookies = [...(headers.get("cookie") ?? "").split("; "), ...headers.getSetCookie()];
    for (const cookie of cookies) this.add(/^[^=;]+=([^;]*)/.exec(cookie)?.[1] ?? "");
    const location = headers.get("location");
    if (location) this.#ofAddress(location);
  }

  #ofText(text: string): void {
    this.#ofMatches(LINKS, text);
    if (/^\s*[[{]/.test(text)) {
      try {
        this.#ofJson(JSON.parse(text));
        return;
      } catch {
        // It only looks like JSON.
      }
    }
    if (text.includes("<form") || text.includes("data-copy"))
      for (const pattern of ON_PAGES)
        for (const [, name, value = ""] of text.matchAll(pattern))
          if (!name || NAMES.has(name)) this.add(value);
    if (/^[\w.~%+-]+=/.test(text)) this.#ofPairs(new URLSearchParams(text));
  }

  #ofMatches(patterns: RegExp[], text: string): void {
    for (const pattern of patterns)
      for (const [, secret = ""] of text.matchAll(pattern)) this.add(secret);
  }

  #ofPairs(pairs: URLSearchParams): void {
    for (const [name, value] of pairs)
      if (NAMES.has(name) && (this.#issued || !ISSUED_ONLY.has(name))) this.add(value);
  }

  #ofJson(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === "string" && NAMES.has(name)) this.add(member);
      else this.#ofJson(member);
    }
  }
}
