/** One field of the matrix: a request, a binding, its trouble. Plays it at one Worker and says what was wrong. */
import assert from "node:assert/strict";
import { eventually } from "../support/flow.ts";
import type { Prepared, Server } from "../support/ostiary.ts";
import { nextTry, type Outcome, whileItLasts } from "./outcomes.ts";
import type { Answer, Binding, Request } from "./requests.ts";
import { ANSWER_MS, faultOf, type Trouble } from "./troubles.ts";
import type { World } from "./world.ts";

/** What is sent there is sent after the answer. */
const QUEUES: Binding[] = ["EVENTS", "LOGOUTS"];

/** Whether the request called the binding so often that it met the trouble. */
export async function play(
  world: World,
  lane: Server,
  request: Request,
  binding: Binding,
  trouble: Trouble,
): Promise<boolean> {
  const prepared = await request.prepare(world);
  await knowKeys(lane);
  await lane.faults(faultOf(binding, trouble));
  const answer = await answerOf(lane, prepared);
  const met = await wasMet(lane, binding, trouble);
  await lane.faults();
  if (!met) {
    check(request, answer, "success", "it met no trouble");
    return false;
  }
  const due = whileItLasts(request.name, binding, trouble);
  check(request, answer, due.outcome, due.why);
  if (!request.success(answer)) {
    const next = nextTry(request.name, binding, trouble);
    const again = await answerOf(lane, prepared);
    check(request, again, next.outcome, `next try: ${next.why}`);
    if (!request.success(again)) await works(world, lane, request);
  }
  return true;
}

/**
 * All bindings that the request does not ask may be down. The Queues are left out: what the request before sent it after its
 * answer may still be on its way.
 */
export async function playWithout(
  world: World,
  lane: Server,
  request: Request,
  bindings: Binding[],
): Promise<void> {
  const prepared = await request.prepare(world);
  const down = bindings.filter((binding) => !QUEUES.includes(binding));
  await knowKeys(lane);
  await lane.faults(...down.map((binding) => ({ binding, mode: "fail" as const })));
  check(request, await answerOf(lane, prepared), "success", "it asks none of them");
  const asked = Object.keys(await lane.calls()).filter((call) =>
    down.some((binding) => call.startsWith(`${binding}.`)),
  );
  assert.deepEqual(asked, [], "it asks none of them");
  await lane.faults();
}

/**
 * An isolate reads the signing keys every half minute, in whatever request comes, and the providers that the login page offers;
 * here that is never the one that is played.
 */
async function knowKeys(lane: Server): Promise<void> {
  for (const path of ["/.well-known/jwks.json", "/login"])
    assert.equal((await lane.fetch(path)).status, 200);
}

/** Begun anew, it works. */
async function works(world: World, lane: Server, request: Request): Promise<void> {
  const answer = await answerOf(lane, await request.prepare(world));
  check(request, answer, "success", "begun anew");
}

async function answerOf(lane: Server, { path, init }: Prepared): Promise<Answer> {
  const answer = await lane.fetch(path, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
  const location = answer.headers.get("Location") ?? "";
  const { status, headers } = answer;
  return { status, location, headers, body: await answer.text() };
}

/** Events are sent after the answer, so they get a moment; what comes after the calls there are can't be waited for. */
async function wasMet(lane: Server, binding: Binding, { from }: Trouble): Promise<boolean> {
  const met = async () => (await lane.disturbances()) > 0 || undefined;
  if (QUEUES.includes(binding) && from === 0) return eventually(`a call of ${binding}`, met);
  return (await met()) ?? false;
}

function check(request: Request, answer: Answer, outcome: Outcome, why: string): void {
  const said = `${answer.status} ${answer.location} ${answer.body.slice(0, 400)}`;
  assert.ok(
    is(request, answer, outcome),
    `${JSON.stringify(outcome)} is due (${why}), not ${said}`,
  );
}

function is(request: Request, answer: Answer, outcome: Outcome): boolean {
  switch (outcome) {
    case "success":
      return request.success(answer);
    case "unavailable":
      return isUnavailable(request, answer);
    case "either":
      return request.success(answer) || isUnavailable(request, answer);
    default:
      return (
        answer.status === outcome.refused || (outcome.orSuccess === true && request.success(answer))
      );
  }
}

/** In the form that the request is due, with nothing of the inside, and nobody signed in. */
function isUnavailable(request: Request, answer: Answer): boolean {
  const { status, headers, body, location } = answer;
  if (/fault: |fault after|D1_|SQLITE|\.rs:/.test(body + location)) return false;
  if (/ostiary_(session|admin)/.test(headers.get("Set-Cookie") ?? "")) return false;
  if (request.fails === "client" && status === 303) return isToldToTheClient(location);
  const told =
    request.fails === "json"
      ? JSON.parse(body).error === "temporarily_unavailable"
      : body.includes('id="error-code">temporarily_unavailable<');
  return status === 503 && told && Number(headers.get("Retry-After")) > 0;
}

/** The destination was proven, so the failure travels there, with everything an answer has (RFC 6749 4.1.2.1, RFC 9207). */
function isToldToTheClient(location: string): boolean {
  const { origin, searchParams } = new URL(location);
  return (
    origin === "https://app.example" &&
    searchParams.get("error") === "temporarily_unavailable" &&
    ["state", "iss"].every((name) => searchParams.has(name)) &&
    !searchParams.has("code")
  );
}
