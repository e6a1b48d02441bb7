import type { Host } from "@domain-claims/crds/hostname";
import { secretKey } from "../world/tls.ts";
import type { SecretRef } from "../world/tls.ts";

/** Which hosts rest on what a Secret has, by the last plan of each: only those Secrets are read. */
export class SecretUsers {
  readonly #hosts = new Map<string, Set<Host>>();
  readonly #secrets = new Map<Host, readonly SecretRef[]>();

  /** Replaces the Secrets of a host; returns those that nobody needs any more. */
  set(host: Host, secrets: readonly SecretRef[]): readonly SecretRef[] {
    const before = this.#secrets.get(host) ?? [];
    for (const secret of before) this.#drop(secretKey(secret), host);
    for (const secret of secrets) {
      const key = secretKey(secret);
      this.#hosts.set(key, (this.#hosts.get(key) ?? new Set<Host>()).add(host));
    }
    if (secrets.length === 0) this.#secrets.delete(host);
    else this.#secrets.set(host, secrets);
    return before.filter((secret) => !this.has(secretKey(secret)));
  }

  /** True if some host rests on the Secret with that key. */
  has(key: string): boolean {
    return this.#hosts.has(key);
  }

  #drop(key: string, host: Host): void {
    const hosts = this.#hosts.get(key);
    hosts?.delete(host);
    if (hosts?.size === 0) this.#hosts.delete(key);
  }
}
