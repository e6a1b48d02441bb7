import { UserError } from "../user-error.ts";
import type { Overrides } from "./overrides.ts";
import type { View } from "./kubeconfig.ts";
import type { Env } from "./program.ts";
import { Session } from "./session.ts";
import { chooseTarget } from "./target.ts";

/** The values of kubectl's global flags, by name, as far as they were given. */
export type GlobalValues = Readonly<Record<string, unknown>>;

/** What opening a session needs of the process. */
export interface OpenParts {
  readonly env: Env;
  readonly readFile: (path: string) => string | undefined;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly err: (text: string) => void;
  /** Undefined where nobody can be asked. */
  readonly ask: unknown;
  /** kubectl's merged kubeconfig; the argument is `--kubeconfig`. */
  readonly view: (kubeconfig: string | undefined) => Promise<View>;
}

/** A session with the cluster that kubectl would reach with these flags. Nothing is sent yet. Throws UserError where there is no such cluster. */
export async function openSession(
  flags: GlobalValues,
  { env, readFile, sleep, err, ask, view }: OpenParts,
): Promise<Session> {
  const overrides = overridesOf(flags);
  // `kubectl config view` takes a file that is not there for an empty one, every other kubectl command does not
  if (overrides.kubeconfig !== undefined && isMissingFile(overrides.kubeconfig, readFile))
    throw new UserError(`stat ${overrides.kubeconfig}: no such file or directory`);
  const target = chooseTarget(await view(overrides.kubeconfig), overrides, { env, readFile });
  const trace = Number(flags["v"] ?? 0) >= 6 ? err : undefined;
  const terminal = ask !== undefined;
  const warn = (text: string): void => err(`Warning: ${text}`);
  return new Session(target, { env, terminal, sleep, requestTimeout: overrides.requestTimeout ?? 0, warn, trace });
}

/** True for a file that is not there; of one that can't be read kubectl says why. */
function isMissingFile(path: string, readFile: OpenParts["readFile"]): boolean {
  try {
    return readFile(path) === undefined;
  } catch {
    return false;
  }
}

function overridesOf(flags: GlobalValues): Overrides {
  const text = (name: string): string | undefined => {
    const value = flags[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const groups = flags["as-group"];
  const timeout = flags["request-timeout"];
  return {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    cluster: text("cluster"),
    user: text("user"),
    namespace: text("namespace"),
    server: text("server"),
    token: text("token"),
    tlsServerName: text("tls-server-name"),
    insecure: flags["insecure-skip-tls-verify"] === true ? true : undefined,
    certificateAuthority: text("certificate-authority"),
    clientCertificate: text("client-certificate"),
    clientKey: text("client-key"),
    as: text("as"),
    asUid: text("as-uid"),
    asGroups: Array.isArray(groups) ? groups.map(String) : undefined,
    requestTimeout: typeof timeout === "number" ? timeout : undefined,
  };
}
