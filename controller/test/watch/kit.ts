import type { KubeRequest } from "../../src/kube/calls.ts";
import type { WorldEvent } from "../../src/world/event.ts";
import type { Watch } from "../../src/watch/kinds.ts";
import { Reflector } from "../../src/watch/reflector.ts";
import { fakeApi } from "../kube/fake-api.ts";
import type { FakeApi } from "../kube/fake-api.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { EventLoop } from "../../src/time/event-loop.ts";
import { fakeLog } from "../kube/fake-log.ts";

/** Where Services are listed. */
export const services = "/api/v1/services";

/** A Service's JSON; `port` tells versions apart. */
export function service(name: string, port = 80): { metadata: { name: string; namespace: string }; spec: object } {
  return { metadata: { name, namespace: "shop" }, spec: { type: "ClusterIP", ports: [{ port }] } };
}

/** A Service watch against the fake API server. */
export interface Followed {
  readonly api: FakeApi;
  readonly clock: FakeClock;
  readonly log: ReturnType<typeof fakeLog>;
  readonly reflector: Reflector;
  /** What was passed on since the last call, as "set a:80" and "delete a". */
  readonly told: () => readonly string[];
  /** Numbers of lists begun and watches opened so far; a list that is streamed is both. */
  readonly counts: () => { readonly lists: number; readonly watches: number };
}

/** The two ways in which a kind is listed, by what the API server knows. */
export const ways = [
  { way: "streamed", streamsLists: true },
  { way: "in pages", streamsLists: false },
] as const;

/** True for the request that begins a list. */
export function beginsList({ query = {} }: KubeRequest): boolean {
  return query["sendInitialEvents"] === "true" || (query["watch"] === undefined && query["continue"] === undefined);
}

/** Starts a reflector for Services with `random` always one half; `prepare` sees the API server before it starts. */
export async function follow(
  prepare: (api: FakeApi) => void = () => {},
  onEvent: (event: WorldEvent) => void = () => {},
  options: Partial<Watch> & { readonly streamsLists?: boolean; readonly eventLoop?: EventLoop } = {},
): Promise<Followed> {
  const { streamsLists = true, eventLoop, ...watch } = options;
  const api = fakeApi();
  api.streamsLists = streamsLists;
  const clock = new FakeClock();
  const log = fakeLog();
  let told: string[] = [];
  prepare(api);
  const reflector = new Reflector({
    ...{ transport: api, clock, eventLoop: eventLoop ?? new EventLoop(clock), log, random: () => 0.5 },
    watch: { kind: "Service", path: services, absent: "there are no Services here", ...watch },
    onListed: () => told.push("listed"),
    onEvent: (event) => {
      told.push(wordOf(event));
      onEvent(event);
    },
  });
  reflector.start();
  await clock.pass(0);
  return {
    ...{ api, clock, log, reflector },
    told: () => {
      const since = told;
      told = [];
      return since;
    },
    counts: () => {
      // A server that does not stream lists refuses to once.
      const asked = api.requests.filter(({ query }) => api.streamsLists || query?.["sendInitialEvents"] === undefined);
      return {
        lists: asked.filter(beginsList).length,
        watches: asked.filter(({ query }) => query?.["watch"] === "true").length,
      };
    },
  };
}

function wordOf(event: WorldEvent): string {
  if (event.type === "delete") return `delete ${event.name}`;
  const ports = event.kind === "Service" ? `:${event.object.ports.map(({ port }) => port).join()}` : "";
  return `set ${event.object.name}${ports}`;
}
