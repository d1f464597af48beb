/**
 * JSON Schema, for schemas.rs. The schemas are cores (protocol/input_schema): 2020-12, with none but local references, and
 * without annotations, so that this validator is asked nothing that another would read differently.
 */
import { validate } from "@cfworker/json-schema";

/** The runtime's own. */
const Native = globalThis.RegExp;

/** So many are told; the first are enough to mend a call. */
const MOST = 10;

/** The largest pattern, in states: some letters and signs each. */
const MOST_STATES = 5000;

/** So many states times letters are looked at, which takes a second at most; a longer text fits no pattern. */
const MOST_STEPS = 8_000_000;

/** Units that only say that a unit further in says something. */
const OUTER = new Set([
  "$ref",
  "additionalProperties",
  "allOf",
  "dependentSchemas",
  "if",
  "items",
  "patternProperties",
  "prefixItems",
  "properties",
  "propertyNames",
]);

/** Units that say all there is to say: none of what they tried must have fitted. */
const WHOLE = { anyOf: "anyOf", oneOf: "oneOf", contains: "contains", minContains: "contains" };

/**
 * A regular expression of ECMAScript (with the flag `u`) that is matched in one pass over the text, in all its states at once
 * (Thompson 1968), so that none that an administrator wrote takes exponential time for what a stranger sends. What only going
 * back over the text can tell, groups that look ahead, look behind or are referred back to, was refused before
 * (protocol/input_schema/patterns.rs). Each letter, class or escape is still asked of the runtime's own expression.
 */
class Pattern {
  /** What each state does, by the number of the state. */
  #states = [];
  #source;
  #at = 0;

  constructor(source) {
    new Native(source, "u"); // throws where it is none
    this.#source = source;
    this.#read();
    this.#add({ is: "end" });
  }

  get size() {
    return this.#states.length;
  }

  test(text) {
    const letters = [...text];
    if (letters.length * this.#states.length > MOST_STEPS) return false;
    let now = new Set();
    for (let place = 0; ; place += 1) {
      if (this.#enter(now, 0, letters, place)) return true;
      if (place === letters.length) return false;
      const next = new Set();
      for (const state of now)
        if (
          this.#states[state].fits?.(letters[place]) &&
          this.#enter(next, state + 1, letters, place + 1)
        )
          return true;
      now = next;
    }
  }

  /** Adds a state, and those that follow without a letter; whether one of them is the end. */
  #enter(set, first, letters, place) {
    const open = [first];
    while (open.length > 0) {
      const at = open.pop();
      if (set.has(at)) continue;
      set.add(at);
      const state = this.#states[at];
      if (state.is === "end") return true;
      if (state.is === "go") open.push(...state.to);
      else if (state.holds?.(letters, place)) open.push(at + 1);
    }
    return false;
  }

  #add(state) {
    if (this.#states.length === MOST_STATES) throw new RangeError("a pattern is too large");
    return this.#states.push(state) - 1;
  }

  /** Alternatives, up to the end or the group's. */
  #read() {
    const ends = [];
    for (;;) {
      const fork = this.#add({ is: "go", to: [this.#states.length + 1] });
      while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at]))
        this.#readTerm();
      if (this.#source[this.#at] !== "|") break;
      this.#at += 1;
      ends.push(this.#add({ is: "go", to: [] }));
      this.#states[fork].to.push(this.#states.length);
    }
    for (const end of ends) this.#states[end].to = [this.#states.length];
  }

  /** Something, and how often. */
  #readTerm() {
    const from = this.#at;
    const start = this.#states.length;
    this.#readAtom();
    const end = this.#at;
    const often = this.#readQuantifier();
    if (!often) return;
    const [least, most] = often;
    const after = this.#at;
    this.#states.length = start;
    const again = () => {
      this.#at = from;
      this.#readAtom();
    };
    for (let count = 0; count < least; count += 1) again();
    const exits = [];
    for (let count = least; count < (most ?? least + 1); count += 1) {
      exits.push(this.#add({ is: "go", to: [this.#states.length + 1] }));
      again();
    }
    if (most === undefined) this.#add({ is: "go", to: [exits[0]] });
    for (const exit of exits) this.#states[exit].to.push(this.#states.length);
    this.#at = Math.max(after, end);
  }

  /** The least and the most; nothing: it is there once. */
  #readQuantifier() {
    const [whole, sign, least, comma, most] =
      /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(this.#source.slice(this.#at)) ?? [];
    if (!whole) return undefined;
    this.#at += whole.length;
    if (sign) return { "*": [0], "+": [1], "?": [0, 1] }[sign];
    return [Number(least), comma ? (most ? Number(most) : undefined) : Number(least)];
  }

  #readAtom() {
    const [whole] = ATOM.exec(this.#source.slice(this.#at));
    this.#at += whole.length;
    if (whole.startsWith("(")) {
      this.#read();
      this.#at += 1;
    } else if (Object.hasOwn(ASSERTIONS, whole)) {
      this.#add({ is: "assertion", holds: ASSERTIONS[whole] });
    } else {
      const one = new Native(`^${whole}$`, "u");
      const known = new Map();
      const fits = (letter) => {
        if (!known.has(letter)) known.set(letter, one.test(letter));
        return known.get(letter);
      };
      this.#add({ is: "letter", fits });
    }
  }
}

const isWord = (letter) => letter !== undefined && /^\w$/.test(letter);
const isEdge = (letters, place) => isWord(letters[place - 1]) !== isWord(letters[place]);

/** What holds between letters. */
const ASSERTIONS = {
  "^": (_letters, place) => place === 0,
  $: (letters, place) => place === letters.length,
  "\\b": isEdge,
  "\\B": (letters, place) => !isEdge(letters, place),
};

/** The beginning of a group, a class, an escape, or a letter as it is. */
const ATOM =
  /^(?:\((?:\?:|\?<[^>]+>)?|\[(?:\\.|[^\]\\])*\]|\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]+\}|[pP]\{[^}]*\}|x[\da-fA-F]{2}|c[a-zA-Z]|.)|.)/su;

/** The first of these patterns that is none, or too large. */
export function wrongPattern(patterns) {
  return patterns.find((pattern) => {
    try {
      return new Pattern(pattern).size === 0;
    } catch {
      return true;
    }
  });
}

export function violations(schema, value) {
  const { errors } = inOnePass(() =>
    validate(JSON.parse(value), JSON.parse(schema), "2020-12", undefined, false),
  );
  const tried = errors
    .filter(({ keyword }) => Object.hasOwn(WHOLE, keyword))
    .map(({ keyword, keywordLocation }) => within(keywordLocation, WHOLE[keyword]));
  const told = errors
    .filter(({ keyword }) => !OUTER.has(keyword))
    .filter(({ keywordLocation }) => !tried.some((outer) => keywordLocation.startsWith(outer)))
    .slice(0, MOST)
    .map((unit) => [pointer(unit.instanceLocation), message(unit)]);
  // Whatever is not told is no less wrong.
  if (errors.length > 0 && told.length === 0) told.push(["", "does not fit the schema"]);
  return JSON.stringify(told);
}

/** The validator makes its expressions by the name `RegExp`, and waits for nothing. */
function inOnePass(task) {
  try {
    globalThis.RegExp = Pattern;
    return task();
  } finally {
    globalThis.RegExp = Native;
  }
}

function within(location, keyword) {
  return `${location.slice(0, location.lastIndexOf("/"))}/${keyword}/`;
}

/** The validator writes pointers as fragments of a URI (RFC 6901 section 6). */
function pointer(fragment) {
  return decodeURIComponent(fragment.slice(1));
}

function message({ keyword, error }) {
  return keyword === "false" ? "is not allowed here" : error;
}
