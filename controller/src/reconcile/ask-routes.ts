import type { RouteHost } from "@domain-claims/crds/hostname";
import type { Pieces } from "../world/pieces.ts";
import type { AskedRoutes, Context } from "./context.ts";

/** What has to be known to ask. */
type AskingContext = Pick<Context, "answeredRoutes" | "asksRoutes" | "eventLoop" | "state"> & {
  readonly proof: Pick<Context["proof"], "whenProved">;
};

/**
 * Has the gateway show that it answers, as `as` says, for the routes that Kong has for the host; what comes of it has the host's
 * claim decided again. A host is asked for once at a time, however often its routes come and go meanwhile: for those that it has
 * then it is asked after that.
 */
export function askRoutes(context: AskingContext, host: RouteHost, as: string): void {
  const { asksRoutes, state } = context;
  const since = state.routesSince(host);
  if (since === undefined) return;
  const wanted = { since, as };
  const isAsked = asksRoutes.has(host);
  asksRoutes.set(host, wanted);
  if (!isAsked) ask(context, host, wanted);
}

function ask(context: AskingContext, host: RouteHost, asked: AskedRoutes): void {
  const { asksRoutes, proof, state } = context;
  const proved = (): void => {
    state.setShownRoutes(host, asked.since, { as: asked.as });
    const wanted = asksRoutes.get(host) ?? asked;
    if (wanted.since === asked.since && wanted.as === asked.as) asksRoutes.delete(host);
    else ask(context, host, wanted);
  };
  const failed = (): void => {
    const { since } = asksRoutes.get(host) ?? asked;
    state.setShownRoutes(host, since, "late");
  };
  proof.whenProved(
    `routes ${host}`,
    () => note(context, proved),
    () => note(context, failed),
  );
}

/** Answers that are noted before others may have their turn: one proof may be that of very many hosts. */
const piece = 100;

/** Notes what came of a question, with all that have been answered meanwhile. */
function note({ answeredRoutes, eventLoop }: AskingContext, answer: () => void): void {
  answeredRoutes.push(answer);
  if (answeredRoutes.length === 1) void eventLoop.inPieces(noted(answeredRoutes));
}

function* noted(answers: (() => void)[]): Pieces<void> {
  for (const [index, answer] of answers.entries()) {
    if (index > 0 && index % piece === 0) yield;
    answer();
  }
  answers.length = 0;
}
