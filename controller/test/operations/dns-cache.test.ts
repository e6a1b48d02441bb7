import { expect, test } from "vitest";
import { dnsCache } from "../../src/operations/dns-cache.ts";
import { fakeLog } from "../kube/fake-log.ts";

const told =
  "Kong may send requests to an address for 3630 s after its Service has given it up, when somebody else may have it: set dns_valid_ttl = 1 and dns_stale_ttl = 4 in all Kong nodes (with new_dns_client: resolver_valid_ttl, resolver_stale_ttl)";

test("nothing is said before Kong has said it", () => {
  expect(dnsCache(fakeLog()).state()).toBeUndefined();
});

test("X4: a Kong that uses an address for long is warned of when that is new, with the settings that help", () => {
  const log = fakeLog();
  const dns = dnsCache(log);
  dns.note(3_630_000);
  dns.note(3_630_000);
  expect(dns.state()).toEqual({ long: true, detail: told });
  expect(log.lines).toEqual([{ level: "warn", fields: {}, message: told }]);
  dns.note(5_000);
  expect(dns.state()).toEqual({ long: false, detail: "Kong uses an address for 5 s at most after DNS has another" });
  expect(log.lines).toHaveLength(1);
});

test.each([
  [10_000, false],
  [10_001, true],
])("%i ms are too long: %s", (cacheMs, long) => {
  const dns = dnsCache(fakeLog());
  dns.note(cacheMs);
  expect(dns.state()?.long).toBe(long);
});

test("the sentence is not cut off in a Lease", () => {
  expect(told.length).toBeLessThanOrEqual(300);
});
