import type { Translate } from "../translate/translate.ts";
import { fieldsOf, textOf } from "../translate/raw.ts";
import type { Watched, WatchedKind } from "../world/types.ts";
import { unavailable } from "./errors.ts";

/** The incarnation and version of an object. */
export interface AnsweredMetadata {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** The metadata of an object that the API server answered with. Throws KubeError where there is none. */
export function metadataOf(call: string, body: unknown): AnsweredMetadata {
  const metadata = fieldsOf(fieldsOf(body)["metadata"]);
  const uid = textOf(metadata["uid"]);
  const resourceVersion = textOf(metadata["resourceVersion"]);
  if (uid === undefined || resourceVersion === undefined) throw unavailable(`${call} was answered without metadata`);
  return { uid, resourceVersion };
}

/** The whole object that the API server answered with. Throws KubeError where that can't be understood. */
export function objectOf<K extends WatchedKind>(
  translate: Translate,
  kind: K,
  call: string,
  body: unknown,
): Watched[K] {
  try {
    return translate[kind](fieldsOf(body));
  } catch (error) {
    throw unavailable(`${call} was answered with a ${kind} that can't be understood`, error);
  }
}
