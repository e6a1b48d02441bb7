import { unavailable } from "../../src/kube/errors.ts";

/** The server's end of a watch: lines are pushed, and the connection is closed or torn. */
export interface FakeStream {
  readonly lines: AsyncIterable<string>;
  readonly push: (line: string) => void;
  readonly close: () => void;
  readonly reset: () => void;
  /** From now on what is pushed gets lost: the connection stands, and nobody is at its other end. */
  readonly mute: () => void;
  readonly open: () => boolean;
}

/** A stream that the signal tears as well. */
export function fakeStream(signal: AbortSignal | undefined): FakeStream {
  const waiting: string[] = [];
  let state: "open" | "closed" | "reset" = "open";
  let muted = false;
  let wake = (): void => {};
  const finish = (how: "closed" | "reset"): void => {
    if (state === "open") state = how;
    wake();
  };
  signal?.addEventListener("abort", () => finish("reset"), { once: true });
  async function* lines(): AsyncGenerator<string, void> {
    try {
      for (;;) {
        const line = waiting.shift();
        if (line !== undefined) yield line;
        else if (state === "closed") return;
        else if (state === "reset") throw unavailable("WATCH broke off", new Error("other side closed"));
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      finish("closed");
    }
  }
  return {
    lines: lines(),
    push: (line) => {
      if (!muted) waiting.push(line);
      wake();
    },
    close: () => finish("closed"),
    reset: () => finish("reset"),
    mute: () => {
      muted = true;
    },
    open: () => state === "open",
  };
}
