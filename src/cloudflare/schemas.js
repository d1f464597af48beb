/**
 * JSON Schema, for schemas.rs. The schemas are cores (protocol/input_schema): 2020-12, with none but local references, and
 * without annotations, so that this validator is asked nothing that another would read differently.
 */
import { validate } from "@cfworker/json-schema";

/** So many are told; the first are enough to mend a call. */
const MOST = 10;

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

export function wrongPattern(patterns) {
  return patterns.find((pattern) => {
    try {
      new RegExp(pattern, "u");
      return false;
    } catch {
      return true;
    }
  });
}

export function violations(schema, value) {
  const { errors } = validate(JSON.parse(value), JSON.parse(schema), "2020-12", undefined, false);
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
