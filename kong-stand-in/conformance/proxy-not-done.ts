/**
 * Why the stand-in does not do what a scenario's request or Admin call needs; undefined where it does. Nothing of
 * this is used by the controller.
 */
export function notDone(scenario: string, name: string): string | undefined {
  return NOT_DONE[`${scenario}: ${name}`];
}

const NO_UPSTREAM_ENTITIES = "the stand-in keeps no upstreams and targets: a service's host is an address or a name";

const NOT_DONE: Readonly<Record<string, string>> = {
  "services: /upstreams/0b000000-0000-4000-8000-000000000001": NO_UPSTREAM_ENTITIES,
  "services: /upstreams/0b000000-0000-4000-8000-000000000002": NO_UPSTREAM_ENTITIES,
  "services: /upstreams/0b000000-0000-4000-8000-000000000002/targets": NO_UPSTREAM_ENTITIES,
  "services: notgt.test": NO_UPSTREAM_ENTITIES,
  "services: tgt.test": NO_UPSTREAM_ENTITIES,
  "services: tgtp.test": NO_UPSTREAM_ENTITIES,
  "certificates-alt: RSA only client": "Node serves one certificate for a server name, so of a pair not the RSA one",
  "methods: FROB": "Node's HTTP parser takes only methods that it knows, so one of one's own is a bad request",
};
