import { expect, test } from "vitest";
import type { Host } from "@domain-claims/crds/hostname";
import { covers } from "../../src/world/tls.ts";

test.each([
  ["*.acme.org", "www.acme.org", true],
  ["*.acme.org", "a.www.acme.org", false],
  ["*.acme.org", "acme.org", false],
  ["*.acme.org", "*.acme.org", true],
  ["*.org", "acme.org", false],
  ["www.acme.org", "*.acme.org", false],
  ["*.www.acme.org", "www.acme.org", false],
])(
  "a certificate for %s is for %s: %s, as a wildcard stands for one label (RFC 6125, section 6.4.3)",
  (name, host, is) => {
    expect(covers({ names: [name] }, host as Host)).toBe(is);
  },
);
