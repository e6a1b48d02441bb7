import { carries } from "./project.ts";

/** What is kept of a route in Kong that is not ours. */
export interface ForeignRoute {
  readonly id: string;
  /** Empty if it has none; no longer than {@link longestName}. */
  readonly name: string;
  /** Without those that are longer than any host and its port. */
  readonly hosts: readonly string[];
  /** As many as {@link mostTags}. */
  readonly tags: readonly string[];
}

const longestName = 200;
const mostTags = 20;
const longestHost = 253 + ":65535".length;

/** The routes of a page that do not carry the tag. */
export function foreignRoutes(
  tag: string,
  page: readonly Readonly<Record<string, unknown>>[],
): readonly ForeignRoute[] {
  return page
    .filter((answer) => !carries(tag, answer))
    .map(({ id, name, hosts, tags }) => ({
      id: String(id),
      name: typeof name === "string" ? name.slice(0, longestName) : "",
      hosts: texts(hosts).filter((host) => host.length <= longestHost),
      tags: texts(tags).slice(0, mostTags),
    }));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
