/** A person whose browser is no more than cookies and forms, as our pages need it without JavaScript. */
import assert from "node:assert/strict";
import type { Prepared, Server } from "./ostiary.ts";

/** An answer with its body read. */
export interface Page {
  status: number;
  /** Where it redirects to; empty when it doesn't. */
  location: string;
  headers: Headers;
  html: string;
}

export class Person {
  readonly #server: Server;
  readonly #address: string | undefined;
  readonly #cookies = new Map<string, string>();

  /** `address`: the network address that the edge says the browser has. */
  constructor(server: Server, address?: string) {
    this.#server = server;
    this.#address = address;
  }

  /** The values of the cookies, which nobody else may ever see. */
  get cookies(): string[] {
    return [...this.#cookies.values()];
  }

  /** All of them, as the browser sends them. */
  get cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  get(path: string): Promise<Page> {
    return this.#send(path, {});
  }

  /** Sends the form of `page` with these fields filled in, and the button that `action` names pressed. */
  submit(page: Page, fields: Record<string, string>): Promise<Page> {
    const { path, init } = filledIn(page, fields);
    return this.#send(path, init);
  }

  /** The same, to be sent as often as one likes. */
  prepareForm(page: Page, fields: Record<string, string>): Prepared {
    const { path, init } = filledIn(page, fields);
    return this.prepare(path, init);
  }

  /** A request as this browser sends it now. */
  prepare(path: string, init: RequestInit = {}): Prepared {
    const headers = new Headers();
    if (this.#cookies.size > 0) headers.set("Cookie", this.cookieHeader);
    if (this.#address) headers.set("CF-Connecting-IP", this.#address);
    return { path, init: { ...init, headers } };
  }

  /** Signs in by the login page on its own. Whether that went well, the answer says: then it leads to /account. */
  async signIn(name: string, password = name): Promise<Page> {
    const page = await this.get("/login");
    assert.equal(page.status, 200, page.html);
    return this.submit(page, { username: name, password, action: "sign_in" });
  }

  /** Follows a client's authorization request, says yes if asked, and comes back with the answer for the client. */
  async approve(path: string): Promise<URL> {
    let page = await this.get(path);
    if (page.status === 200) page = await this.submit(page, { action: "approve" });
    assert.equal(page.status, 303, page.html);
    return new URL(page.location, this.#server.url);
  }

  async #send(path: string, init: RequestInit): Promise<Page> {
    const answer = await this.#server.send(this.prepare(path, init));
    for (const cookie of answer.headers.getSetCookie()) this.#keep(cookie);
    const location = answer.headers.get("Location") ?? "";
    return { status: answer.status, location, headers: answer.headers, html: await answer.text() };
  }

  #keep(cookie: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (/; *Max-Age=0/i.test(cookie)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

/** The form of `page`, filled in. */
function filledIn(page: Page, fields: Record<string, string>): Prepared {
  const form = /<form method="post" action="([^"]+)"/;
  // Above the page itself there may be the button that signs out.
  const main = page.html.slice(page.html.indexOf("<main"));
  const action = (form.exec(main) ?? form.exec(page.html))?.[1];
  assert.ok(action, `there is no form on the page:\n${page.html}`);
  const body = new URLSearchParams({ ...hiddenFields(page.html), ...fields });
  return { path: action, init: { method: "POST", body } };
}

/** Nothing in them needs unescaping: they are sealed values and tokens in base64url. */
function hiddenFields(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name, value]) => [name, value]));
}
