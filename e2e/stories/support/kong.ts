import type { Story } from "./story.ts";

/** An entity of the Admin API with the fields that the stories look at. */
export interface Entity {
  readonly id: string;
  readonly name: string | null;
  readonly tags: readonly string[] | null;
  readonly hosts?: readonly string[] | null;
  readonly paths?: readonly string[] | null;
  readonly host?: string;
  readonly service?: { readonly id: string } | null;
  readonly updated_at: number;
}

const collections = ["services", "plugins", "routes", "certificates", "snis"] as const;
type Collection = (typeof collections)[number];

/** The Admin API as an administrator of Kong uses it. */
export interface KongAdmin {
  /** The answer's body; throws where the status is not 2xx. */
  readonly call: (method: string, path: string, body?: object) => Promise<unknown>;
  /** Everything that carries our tag, or any other, sorted by id. */
  readonly tagged: (collection: Collection, tag?: string) => Promise<readonly Entity[]>;
  /** Our routes that carry the host. */
  readonly routesOf: (host: string) => Promise<readonly Entity[]>;
  /** Everything of ours in Kong, to be compared. */
  readonly everything: () => Promise<readonly Entity[]>;
}

/** The Admin API of the story's Kong. */
export function kongAdmin(story: Story): KongAdmin {
  const call: KongAdmin["call"] = async (method, path, body) => {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const answer = await fetch(`${story.adminUrl}${path}`, { method, ...json });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  };
  const tagged: KongAdmin["tagged"] = async (collection, tag = "managed-by-domain-claims") => {
    const found: Entity[] = [];
    let next: string | null = `/${collection}?size=1000&tags=${tag}`;
    while (next !== null) {
      const page = (await call("GET", next)) as { readonly data: readonly Entity[]; readonly next: string | null };
      found.push(...page.data);
      next = page.next;
    }
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  };
  return {
    call,
    tagged,
    routesOf: async (host) => (await tagged("routes")).filter(({ hosts }) => hosts?.includes(host)),
    everything: async () => (await Promise.all(collections.map((collection) => tagged(collection)))).flat(),
  };
}
