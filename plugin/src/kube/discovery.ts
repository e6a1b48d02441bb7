import { apiError } from "./errors.ts";
import { domains } from "./resources.ts";
import type { Resource } from "./resources.ts";
import type { Session } from "./session.ts";

/** What a server says of itself, and of what the caller may do. Every method rejects with ApiError. */
export class Discovery {
  readonly #session: Pick<Session, "send">;

  constructor(session: Pick<Session, "send">) {
    this.#session = session;
  }

  /** The server's version (`v1.34.4`), and its clock in milliseconds since 1970, to the second; NaN where it does not tell. */
  async version(): Promise<{ readonly version: string; readonly time: number }> {
    const { body, time } = await this.#get<{ gitVersion: string }>("/version");
    return { version: body?.gitVersion ?? "", time };
  }

  /** The versions of an API group that the server serves; none where it does not know the group. */
  async versionsOf(group: string): Promise<readonly string[]> {
    const { body } = await this.#get<{ versions?: readonly { version: string }[] }>(`/apis/${group}`);
    return (body?.versions ?? []).map(({ version }) => version);
  }

  /** The plural names of the kinds in a version of an API group that the server serves; none where it does not. */
  async kindsOf(group: string, version: string): Promise<readonly string[]> {
    const { body } = await this.#get<{ resources?: readonly { name: string }[] }>(`/apis/${group}/${version}`);
    return (body?.resources ?? []).map(({ name }) => name).filter((name) => !name.includes("/"));
  }

  /**
   * Whether the caller may do that, as `kubectl auth can-i` asks; undefined where the server does not say.
   * https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
   */
  async may(verb: string, resource: Resource, namespace?: string, name?: string): Promise<boolean | undefined> {
    const resourceAttributes = { verb, group: resource.group, resource: resource.plural, namespace, name };
    const reply = await this.#session.send({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes },
      }),
    });
    const text = await reply.text();
    return reply.status < 300 ? (JSON.parse(text) as { status?: { allowed?: boolean } }).status?.allowed : undefined;
  }

  async #get<T>(path: string): Promise<{ readonly body: T | undefined; readonly time: number }> {
    const reply = await this.#session.send({ method: "GET", path, headers: { accept: "application/json" } });
    const text = await reply.text();
    if (reply.status === 404) return { body: undefined, time: reply.time };
    const request = { verb: "get", resource: domains, namespace: undefined, name: undefined };
    if (reply.status >= 400) throw apiError(reply.status, text, request, reply.status === 403);
    return { body: JSON.parse(text) as T, time: reply.time };
  }
}
