import type { RouteHost } from "@domain-claims/crds/hostname";

/** What the gateway is known to have shown of the routes that Kong has for a host (rule X3). */
export type ShownRoutes =
  /** It can't be asked: what Kong says is all there is to know. */
  | { readonly kind: "unasked" }
  /** Kong has none: some are to be written, or what had them removed has yet to be told. */
  | { readonly kind: "none" }
  /** Kong had them before the gateway could be asked in this term: what was told of them before holds. */
  | { readonly kind: "before" }
  /** Of the routes that Kong has by now `as` was shown last, or nothing; `late`: it was asked for what it did not show. */
  | { readonly kind: "since"; readonly as?: string; readonly late?: true };

/** The routes of one host, from when Kong has the first of them to when it has none. */
interface Routes {
  readonly since: number;
  readonly as?: string;
  readonly late?: true;
}

/**
 * Of which hosts the gateway has shown the routes. A host's routes are shown once, whatever becomes of some of them later, so that who
 * changes them all the time is not asked for again and again; when Kong has none any more it is forgotten.
 */
export class ShownRoutesByHost {
  readonly #routes = new Map<RouteHost, Routes>();
  #last = 0;
  /** The first routes for which the gateway could be asked; undefined while it can't be. */
  #askedSince: number | undefined;

  /** Says whether the gateway can be asked from now on. */
  setAsks(asks: boolean): void {
    if (asks) this.#askedSince ??= this.#last;
    else this.#askedSince = undefined;
  }

  /** Notes whether Kong has routes of ours for the host; true if that is news of what was shown. */
  note(host: RouteHost, has: boolean): boolean {
    if (has === this.#routes.has(host)) return false;
    if (has) this.#routes.set(host, { since: this.#last++ });
    else this.#routes.delete(host);
    return this.#askedSince !== undefined;
  }

  /** What is known of the host. */
  of(host: RouteHost): ShownRoutes {
    if (this.#askedSince === undefined) return { kind: "unasked" };
    const routes = this.#routes.get(host);
    if (routes === undefined) return { kind: "none" };
    const { since, ...shown } = routes;
    const isNew = since >= this.#askedSince || shown.as !== undefined || shown.late !== undefined;
    return isNew ? { kind: "since", ...shown } : { kind: "before" };
  }

  /** Which routes of the host Kong has now: others than before once it had none; undefined: it has none. */
  since(host: RouteHost): number | undefined {
    return this.#routes.get(host)?.since;
  }

  /** Notes as what the gateway has shown the routes, or that it has not when it was asked; true if that is news. */
  set(host: RouteHost, since: number, shown: { readonly as: string } | "late"): boolean {
    const before = this.#routes.get(host);
    if (before?.since !== since) return false;
    const now: Routes = shown === "late" ? { ...before, late: true } : { since, as: shown.as };
    if (before.as === now.as && before.late === now.late) return false;
    this.#routes.set(host, now);
    return true;
  }
}
