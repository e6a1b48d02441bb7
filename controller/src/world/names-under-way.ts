import type { OthersSpending } from "./certificate-group.ts";
import type { DomainCertificate } from "./domain-certificate.ts";
import { Groups } from "./groups.ts";
import { objectKey } from "./keys.ts";

/** What a group has under way. */
interface UnderWay {
  readonly names: number;
  /** True for a group that has no certificate yet. */
  readonly isNewcomer: boolean;
  /** When the newest of its orders was made, in milliseconds since the epoch. */
  readonly orderedAt: number;
}

/** How many names are under way, by group. */
export class NamesUnderWay {
  readonly #ofNamespaces = new Groups<string, string, UnderWay>();
  /** Of those that are not too old to count. */
  readonly #recent = new Map<string, UnderWay & { readonly namespace: string }>();

  /** Takes in a group that has orders under way. */
  set({ group, name, namespace }: DomainCertificate): void {
    const running = group.certificates.filter((certificate) => certificate.running);
    const names = running.reduce((sum, certificate) => sum + certificate.names.length, 0);
    const orderedAt = Math.max(...running.map((certificate) => certificate.orderedAt));
    const isNewcomer = group.certificates.every(({ issued }) => issued.length === 0);
    this.#ofNamespaces.put(namespace, name, { names, isNewcomer, orderedAt });
    this.#recent.set(objectKey(namespace, name), { names, namespace, isNewcomer, orderedAt });
  }

  /** Forgets a group. */
  remove({ name, namespace }: DomainCertificate): void {
    this.#ofNamespaces.drop(namespace, name);
    this.#recent.delete(objectKey(namespace, name));
  }

  /**
   * What others than the group have under way: the other groups of its namespace, and all other namespaces, of which nothing
   * counts from before `since` (milliseconds since the epoch), which is never earlier than in the call before.
   */
  beside(namespace: string, domain: string, since: number): OthersSpending["underWay"] {
    let others = 0;
    let newcomers = 0;
    for (const [key, one] of this.#recent) {
      if (one.orderedAt <= since) this.#recent.delete(key);
      else if (one.namespace !== namespace) {
        others += one.names;
        if (one.isNewcomer) newcomers += one.names;
      }
    }
    const all = this.#ofNamespaces.of(namespace).reduce((sum, { names }) => sum + names, 0);
    return { namespace: all - (this.#ofNamespaces.get(namespace, domain)?.names ?? 0), others, newcomers };
  }
}
