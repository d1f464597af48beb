/** What the camera sees. There is none, so it is drawn: the sky as the hour has it, and the house of the person. */
import { createHash } from "node:crypto";

const NIGHT = { sky: "#16213e", light: "#f4f1de", hills: "#22344f", meadow: "#1c2b3a" };
const DAY = { sky: "#9bd1f0", light: "#ffd23f", hills: "#7fa87c", meadow: "#47763f" };

/** An SVG of 640 to 360. */
export function draw(sub, now) {
  const hour = now.getHours() + now.getMinutes() / 60;
  const { sky, light, hills, meadow } = hour > 6 && hour < 20 ? DAY : NIGHT;
  // Rises in the east at 6 and 18 o'clock: the sun by day, the moon by night.
  const way = ((hour + 6) % 12) / 12;
  const [x, y] = [40 + 560 * way, 230 - 180 * Math.sin(Math.PI * way)].map(Math.round);
  const hue = createHash("sha256").update(sub).digest().readUInt16BE() % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360">
<rect width="640" height="360" fill="${sky}"/>
<circle cx="${x}" cy="${y}" r="34" fill="${light}"/>
<path d="M0 260 Q120 170 260 240 T520 215 T640 235 V360 H0Z" fill="${hills}"/>
<path d="M0 300 Q200 255 380 295 T640 285 V360 H0Z" fill="${meadow}"/>
<path d="M420 240h110v75h-110z" fill="hsl(${hue} 55% 55%)"/>
<path d="M408 244l67-52 67 52z" fill="hsl(${hue} 45% 32%)"/>
<path d="M440 258h24v24h-24z M486 272h26v43h-26z" fill="${light}"/>
<text x="16" y="344" font-family="monospace" font-size="18" fill="#fff">CAM 1 ${now.toISOString().slice(0, 19)}Z</text>
</svg>`;
}
