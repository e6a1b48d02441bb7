import type { Host } from "@domain-claims/crds/hostname";
import { expect, test } from "vitest";
import { ActualState } from "../../src/apply/kong/actual-state.ts";
import { kongClient } from "../../src/kong/client.ts";
import type { KongRequest } from "../../src/kong/calls.ts";
import { collectionTable, inOrder } from "../../src/plan/kong/collections.ts";
import type { CollectionRow, CollectionTable } from "../../src/plan/kong/collections.ts";
import type { Collection, KongCertificate } from "../../src/plan/kong/entities.ts";
import { plain, reference, secret, set } from "../../src/plan/kong/fields.ts";
import { atOnce } from "../../src/world/pieces.ts";
import { secretHash } from "../../src/x509/secret-hash.ts";
import { tag } from "./examples.ts";
import { answered, fakeTransport } from "./fake-transport.ts";

/** An entity of a collection of Kong's to which we don't write. */
interface Upstream {
  readonly id: string;
  readonly name: string;
  readonly client_certificate: { readonly id: string };
  readonly hash_on_cookie: string | null;
  readonly tags: readonly string[];
}

const row: CollectionRow<Upstream> = {
  one: "an upstream",
  fields: {
    ...{ id: plain, name: plain, hash_on_cookie: secret, tags: set },
    client_certificate: reference("certificates", { goesWithIt: true }),
  },
  hosts: ({ name }) => [name as Host],
};

/** The collections with that one, of which the types of what we write know nothing. */
const table = { upstreams: row, ...collectionTable } as CollectionTable;
const upstreams = "upstreams" as Collection;

const certificate: KongCertificate = { id: "c", cert: "#", key: "#", cert_alt: null, key_alt: null, tags: [tag] };
const upstream: Upstream = {
  ...{ id: "u", name: "acme.org", client_certificate: { id: "c" } },
  ...{ hash_on_cookie: secretHash("hidden"), tags: ["a", tag] },
};

test("a row is all that a collection needs to be read, written, indexed by host and removed with what it refers to", async () => {
  const answer = { ...upstream, hash_on_cookie: "hidden", tags: [tag, "a"], slots: 10_000 };
  const requests: string[] = [];
  const transport = fakeTransport(({ method, path, body }: KongRequest) => {
    requests.push(`${method} ${path}`);
    if (method === "DELETE") return answered(204);
    return method === "GET" ? answered(200, { data: [answer] }) : answered(method === "POST" ? 201 : 200, body);
  });
  const kong = kongClient(transport, { tag, table });
  const actual = new ActualState(table);
  const of = { collection: "certificates" as const, id: "c" };

  expect(inOrder(table).indexOf("certificates")).toBeLessThan(inOrder(table).indexOf(upstreams));
  const since = actual.beginListing();
  for await (const page of kong.list(upstreams)) {
    expect(page).toEqual([upstream]);
    const [touched] = atOnce(actual.takeListing(upstreams, [page], since));
    const changed = [{ collection: "upstreams", id: "u" }, of];
    expect(touched).toMatchObject({ hosts: ["acme.org"], changed });
  }
  actual.set("certificates", certificate);
  expect(actual.forHost(upstreams, "acme.org" as Host)).toEqual([upstream]);
  expect(actual.referrers(upstreams, of)).toEqual(["u"]);

  await kong.create(upstreams, upstream as never);
  await kong.update(upstreams, "u", { ...upstream });
  await kong.remove(upstreams, "u");
  expect(requests).toEqual(["GET /upstreams", "POST /upstreams", "PATCH /upstreams/u", "DELETE /upstreams/u"]);
  actual.delete("certificates", "c");
  expect(actual.forHost(upstreams, "acme.org" as Host)).toEqual([]);
});
