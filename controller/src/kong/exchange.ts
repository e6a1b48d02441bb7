import type { Dispatcher } from "undici";

/** A whole answer, as text. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly bytes: number;
}

/** Why an exchange was ended whose answer is longer than is allowed. */
export class AnswerTooLong extends Error {
  override readonly name = "AnswerTooLong";
}

/** Why there is no whole answer; `sent` if the server may have seen the request. */
export class ExchangeFailed extends Error {
  override readonly name = "ExchangeFailed";
  readonly sent: boolean;

  constructor(sent: boolean, cause: unknown) {
    super("no whole answer", { cause });
    this.sent = sent;
  }
}

/**
 * Sends one request and collects the whole answer. `cancel` is given a function that ends the exchange with an error,
 * at once, also while the request waits for a connection. An answer of more than `maxBytes` is not read to its end. Throws
 * {@link ExchangeFailed}.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  maxBytes: number,
  cancel: (end: (reason: Error) => void) => void,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let connection: Dispatcher.DispatchController | undefined;
    let cancelled: Error | undefined;
    let answer: Omit<RawAnswer, "text" | "bytes"> | undefined;
    const chunks: Buffer[] = [];
    let length = 0;
    const fail = (cause: Error): void => {
      reject(new ExchangeFailed(connection !== undefined, cause));
    };
    cancel((reason) => {
      cancelled = reason;
      fail(reason);
      connection?.abort(reason);
    });
    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        // Thrown, not aborted: nothing is sent, and the connection stays good for the next request.
        if (cancelled !== undefined) throw cancelled;
        connection = controller;
      },
      onResponseStart(_, status, headers) {
        answer = { status, headers: flat(headers) };
      },
      onResponseData(controller, chunk) {
        length += chunk.length;
        if (length > maxBytes) controller.abort(new AnswerTooLong(`its answer is longer than ${maxBytes} bytes`));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        if (answer === undefined) fail(new Error("the answer has no status"));
        else resolve({ ...answer, text: Buffer.concat(chunks).toString("utf8"), bytes: length });
      },
      onResponseError(_, error) {
        fail(error);
      },
    });
  });
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
}
