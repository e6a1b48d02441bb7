import type { SourcesSummary } from "../world/kong-state.ts";
import type { PathRefusal, SourceStatus } from "../world/claim-status.ts";

const mostSources = 10;
const mostRefusals = 5;
const longestMessage = 300;

/** Bytes that the refusals of all sources may take in a status. */
const mostBytes = 6_000;

/**
 * As much of it as a status has room for: those of which something is refused first, then in their order. What is cut is
 * still counted.
 */
export function bounded(sources: readonly SourceStatus[]): SourcesSummary {
  const ordered = [...sources.filter(isPartlyRefused), ...sources.filter((source) => !isPartlyRefused(source))];
  let room = mostBytes;
  const shown = ordered.slice(0, mostSources).map((source): SourceStatus => {
    const refusals: PathRefusal[] = [];
    for (const refusal of source.refusals.slice(0, mostRefusals).map(shortened)) {
      const size = bytes(JSON.stringify(refusal));
      if (size > room) break;
      room -= size;
      refusals.push(refusal);
    }
    return { ...source, refusals };
  });
  const first = shown[0]?.refusals[0];
  return {
    shown,
    more: sources.length - shown.length,
    refused: sources.reduce((sum, { refused }) => sum + refused, 0),
    ...(first === undefined ? {} : { first }),
  };
}

function isPartlyRefused({ refused, refusals }: SourceStatus): boolean {
  return refused > 0 || refusals.length > 0;
}

function shortened(refusal: PathRefusal): PathRefusal {
  const { message } = refusal;
  if (message.length <= longestMessage) return refusal;
  return { ...refusal, message: `${Array.from(message).slice(0, longestMessage).join("")}...` };
}

/** At most so many bytes in UTF-8. */
function bytes(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    sum += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
  }
  return sum;
}
