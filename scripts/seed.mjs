// seed.mjs URL PID: waits until the server at URL is well, then makes the development users and clients in it.
// Gives up when the process PID, which is to serve it, has ended.
const [url, pid] = process.argv.slice(2);
const LIMIT_MS = 60_000;

function alive() {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

async function isWell() {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

function giveUp(message) {
  console.error(message);
  process.exit(1);
}

const end = Date.now() + LIMIT_MS;
while (!(await isWell())) {
  if (!alive()) giveUp("the server ended before it answered; the lines above say why");
  if (Date.now() > end) giveUp(`no answer from ${url}/healthz within ${LIMIT_MS / 1000} s`);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
const answer = await fetch(`${url}/dev/seed`, { method: "POST" });
if (!answer.ok) giveUp(`POST ${url}/dev/seed answered ${answer.status}: ${await answer.text()}`);
