/** What may be answered while a binding misbehaves, and what the next try gets: the first line that fits decides. */

import type { Binding } from "./requests.ts";
import { LIMITERS, type Trouble } from "./troubles.ts";

/** As if nothing had happened; 503 `temporarily_unavailable` in the request's form; either; or this refusal. */
export type Outcome =
  | "success"
  | "unavailable"
  | "either"
  | { refused: number; orSuccess?: boolean };

interface Rule {
  /** How the request's name begins; any, if missing. */
  request?: string;
  bindings?: Binding[];
  /** Which troubles; any, if missing. */
  when?: (trouble: Trouble) => boolean;
  outcome: Outcome;
  why: string;
}

/** Whether the call did what it was asked, and only its answer was lost. */
const tookEffect = ({ mode }: Trouble) => mode === "failAfter" || mode === "delayAfter";
const brokeOnce = ({ mode, once }: Trouble) => once && (mode === "fail" || mode === "failAfter");

const WHILE_IT_LASTS: Rule[] = [
  {
    bindings: ["CODES"],
    outcome: "success",
    why: "KV may lag or fail: the grant's row knows the code, too",
  },
  {
    bindings: ["EVENTS", "LOGOUTS"],
    outcome: "success",
    why: "no request waits for its log or for other servers, or fails because of them",
  },
  {
    bindings: LIMITERS,
    outcome: "success",
    why: "the rate limit is approximate; guesses at one account are slowed by its guard",
  },
  {
    bindings: ["GRANTS", "LOGIN_GUARD", "CONNECTIONS"],
    when: brokeOnce,
    outcome: "success",
    why: "a call that broke is made once more, and every command may come twice",
  },
  {
    request: "account page",
    bindings: ["DB"],
    outcome: "either",
    why: "that a session's use cannot be written down turns nobody away",
  },
  {
    request: "account: remove an agent",
    bindings: ["DB"],
    outcome: "either",
    why: "the agent is gone; that its tokens cannot be given back is in the log",
  },
  {
    request: "account",
    bindings: ["GRANTS"],
    outcome: "success",
    why: "the list knows the apps, and that they are removed; it is asked wherever a grant is used",
  },
  {
    request: "account: disconnect",
    bindings: ["DB"],
    outcome: "either",
    why: "that tokens cannot be given back keeps nobody from forgetting them",
  },
  {
    request: "call: ",
    bindings: ["DB"],
    outcome: "either",
    why: "that a use cannot be noted turns nobody away",
  },
  {
    request: "users page: make",
    bindings: ["DB"],
    outcome: "either",
    why: "the secret is shown this once, whether or not the new user becomes the current one",
  },
  {
    request: "revoke: refresh",
    bindings: ["DB"],
    outcome: "either",
    why: "once the object has ended the grant, it does not matter that the list cannot be told",
  },
  {
    request: "client's logout",
    bindings: ["GRANTS"],
    outcome: "success",
    why: "the list has the grants of a session as ended; that their objects cannot be told changes nothing",
  },
  {
    request: "keys page: promote",
    bindings: ["DB"],
    outcome: "either",
    why: "a choice that is written down holds; what follows from it is, by whoever needs the keys next",
  },
  { outcome: "unavailable", why: "what decides something must answer" },
];

const NEXT_TRY: Rule[] = [
  {
    request: "token: code",
    bindings: ["GRANTS"],
    when: tookEffect,
    outcome: { refused: 400 },
    why: "the object says yes once; nobody heard it, so the client starts over",
  },
  {
    request: "account: password",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 303, orSuccess: true },
    why: "the password is changed, and the session made anew: nobody knows its cookie",
  },
  {
    request: "password link",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 410, orSuccess: true },
    why: "the password is set, and the link used up",
  },
  {
    request: "agents: token",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 400, orSuccess: true },
    why: "the token was given, and is given once",
  },
  {
    request: "users: make",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 409 },
    why: "the user is there; the secret that nobody has seen is made anew",
  },
  {
    request: "tools: make",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 409 },
    why: "the tool is there",
  },
  {
    request: "tool groups: make",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 409 },
    why: "the group is there",
  },
  {
    request: "clients: make",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 409 },
    why: "the client is there; the secret that nobody has seen is made anew",
  },
  {
    request: "scopes: make",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 409, orSuccess: true },
    why: "the scope is there",
  },
  {
    request: "users page: make",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 409, orSuccess: true },
    why: "the user is there; the secret that nobody has seen is made anew",
  },
  {
    request: "clients: guarded edit",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 412, orSuccess: true },
    why: "it was changed, and is no longer what the change rests on",
  },
  {
    request: "users: remove",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 404, orSuccess: true },
    why: "the user is gone",
  },
  {
    request: "nouns: remove",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 404, orSuccess: true },
    why: "the scope is gone",
  },
  {
    request: "provider's answer",
    bindings: ["DB"],
    outcome: { refused: 400, orSuccess: true },
    why: "an answer of a provider counts once, and its code would be of no use again",
  },
  {
    request: "elsewhere: back",
    bindings: ["DB"],
    outcome: { refused: 400, orSuccess: true },
    why: "an answer of a provider counts once",
  },
  {
    request: "registered: remove",
    bindings: ["DB"],
    when: tookEffect,
    outcome: { refused: 401, orSuccess: true },
    why: "the client is gone",
  },
  {
    request: "consent",
    bindings: ["DB"],
    when: ({ mode }) => mode === "delayAfter",
    outcome: { refused: 409, orSuccess: true },
    why: "the first answer stands, and is repeated within 5 s only; the app begins anew",
  },
  { outcome: "success", why: "the same request works when all is well again" },
];

export function whileItLasts(request: string, binding: Binding, trouble: Trouble): Rule {
  return first(WHILE_IT_LASTS, request, binding, trouble);
}

export function nextTry(request: string, binding: Binding, trouble: Trouble): Rule {
  return first(NEXT_TRY, request, binding, trouble);
}

function first(rules: Rule[], request: string, binding: Binding, trouble: Trouble): Rule {
  const rule = rules.find(
    (one) =>
      request.startsWith(one.request ?? "") &&
      (one.bindings?.includes(binding) ?? true) &&
      (one.when?.(trouble) ?? true),
  );
  if (!rule) throw new Error("the last rule fits all");
  return rule;
}
