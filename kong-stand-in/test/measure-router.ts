import { Router, type RoutingRequest } from "../src/proxy/router.ts";
import { routeEntity } from "./gateway-entities.ts";
import { uuid } from "./proxy-bench.ts";

const ROUTES = 100_000;
const WILDCARDS = 1_000;
const TRIES = 300_000;
const CHANGES = 20_000;

/** Prints how fast the router is with 100,000 routes: `node kong-stand-in/test/measure-router.ts`. */
function measureRouter(): void {
  const router = new Router();
  const put = (number: number, tags: readonly string[] | null = null): void =>
    router.put(routeEntity({ id: uuid(number), hosts: [`h${number}.app.test`], paths: ["/"], tags }));
  const match = (hostHeader: string): void => void router.match(request(hostHeader), () => true);

  report("a route is added", ROUTES, put);
  for (let i = 0; i < WILDCARDS; i++) {
    const wildcard = { hosts: [`*.w${i}.test`], paths: ["~/"], regex_priority: 1025 };
    router.put(routeEntity({ id: uuid(ROUTES + i), ...wildcard }));
  }
  report("an exact host is found", TRIES, (i) => match(`h${spread(i)}.app.test`));
  report("a wildcard is found", TRIES, (i) => match(`a.w${i % WILDCARDS}.test`));
  report("nothing is found", TRIES, (i) => match(`a.none${i % WILDCARDS}.test`));
  report("a route is changed", CHANGES, (i) => put(spread(i), ["changed"]));
}

/** Places all over the routes, so that no cache of the processor flatters. */
function spread(number: number): number {
  return (number * 7919) % ROUTES;
}

function request(hostHeader: string): RoutingRequest {
  const none = (): readonly string[] => [];
  return { scheme: "http", method: "GET", hostHeader, port: 80, path: "/x/y", sni: undefined, header: none };
}

function report(what: string, times: number, act: (number: number) => void): void {
  const started = performance.now();
  for (let i = 0; i < times; i++) act(i);
  console.log(`${what}: ${(((performance.now() - started) / times) * 1000).toFixed(2)} µs`);
}

measureRouter();
