import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { decode, encode } from "dns-packet";
import type { Answer, Question } from "dns-packet";

/** The names of Services: `<service>.<namespace>.svc`, with or without the cluster's domain. */
const SERVICE = /^[^.]+\.[^.]+\.svc(\.cluster\.local)?\.?$/i;

/** For how many seconds an answer may be kept. */
const TTL_SECONDS = 60;

/** The addresses of a name as a cluster's DNS has them, where every Service is this machine; undefined if there is no such name. */
function answersTo({ name, type }: Pick<Question, "name" | "type">): readonly Answer[] | undefined {
  if (!SERVICE.test(name)) return undefined;
  return type === "A" ? [{ name, type, ttl: TTL_SECONDS, data: "127.0.0.1" }] : [];
}

/**
 * Answers to a Kong in the place of the cluster's DNS (RFC 1035, over UDP alone) on a port of 127.0.0.1.
 *
 * @returns the socket, which listens
 * @throws Error if the port is taken
 */
export function serveServiceNames(port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (message, { port: asker, address }) => {
    const reply = replyTo(message);
    if (reply !== undefined) socket.send(reply, asker, address);
  });
  return new Promise((resolve, reject) => {
    socket.once("error", reject).bind(port, "127.0.0.1", () => resolve(socket));
  });
}

/** Flags of a reply (RFC 1035, section 4.1.1): authoritative, recursion available. */
const AUTHORITATIVE = 1 << 10;
const RECURSION_AVAILABLE = 1 << 7;
const NAME_ERROR = 3;

/** The reply to a message, or undefined where it is no query. */
function replyTo(message: Buffer): Buffer | undefined {
  const { id, type, flags = 0, questions = [] } = decodedOrNothing(message) ?? {};
  const [question] = questions;
  if (type !== "query" || question === undefined) return undefined;
  const answers = answersTo(question);
  return encode({
    ...(id === undefined ? {} : { id }),
    type: "response",
    flags: flags | AUTHORITATIVE | RECURSION_AVAILABLE | (answers === undefined ? NAME_ERROR : 0),
    questions: [question],
    answers: [...(answers ?? [])],
  });
}

function decodedOrNothing(message: Buffer): ReturnType<typeof decode> | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}
