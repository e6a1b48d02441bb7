import { KubeError } from "../kube/errors.ts";
import { parsedInPieces } from "../kube/long-json.ts";
import { fieldsOf, textOf } from "../translate/raw.ts";
import type { Pieces } from "../world/pieces.ts";

/** One line of a watch. */
export type WatchEvent =
  | {
      readonly type: "ADDED" | "MODIFIED" | "DELETED";
      readonly object: unknown;
      readonly resourceVersion: string;
    }
  | {
      readonly type: "BOOKMARK";
      readonly resourceVersion: string;
      /** True if everything that was there when the watch began has been sent. */
      readonly initialEventsEnd: boolean;
    }
  | { readonly type: "ERROR"; readonly object: unknown };

/** Reads a line, in pieces. Throws KubeError where it is no event that can be understood: then something was missed. */
export function* parsedEvent(call: string, line: string): Pieces<WatchEvent> {
  let event: unknown;
  try {
    event = yield* parsedInPieces(line);
  } catch {
    throw malformed(call, "a line that is no JSON");
  }
  const { type, object } = fieldsOf(event);
  if (type === "ERROR") return { type, object };
  if (type !== "ADDED" && type !== "MODIFIED" && type !== "DELETED" && type !== "BOOKMARK") {
    throw malformed(call, "an event of unknown type");
  }
  const metadata = fieldsOf(fieldsOf(object)["metadata"]);
  const resourceVersion = textOf(metadata["resourceVersion"]);
  if (resourceVersion === undefined) throw malformed(call, "an event without resourceVersion");
  if (type === "BOOKMARK") {
    const initialEventsEnd = fieldsOf(metadata["annotations"])["k8s.io/initial-events-end"] === "true";
    return { type, resourceVersion, initialEventsEnd };
  }
  if (textOf(metadata["name"]) === undefined) throw malformed(call, "an event without name");
  return { type, object, resourceVersion };
}

/** `Malformed` as reason marks the answers after which what is known may have a gap. */
export function malformed(call: string, what: string): KubeError {
  return new KubeError(`${call} brought ${what}`, { status: 200, reason: "Malformed", kind: "unavailable" });
}
