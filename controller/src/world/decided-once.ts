import type { FactChanges } from "./fact-changes.ts";
import type { Reads } from "./reads.ts";

/** What was decided, and the facts on which that rests. */
export interface DecidedOnce<T> {
  readonly decided: T;
  readonly reads: Reads;
}

/** What was decided, when it was known last to hold, and what it was decided from beside the facts. */
interface Known extends DecidedOnce<unknown> {
  readonly given: unknown;
  revision: number;
}

/** How many answers outlive a change, of all questions together: a host at work finds its own. */
const mostAcross = 500;

/** How many there are between two changes: many sources may name the same thousand hosts. */
const mostBetween = 2_500;

/** Answers, by question and subject. */
type Answers = Map<symbol, Map<string, Known>>;

/**
 * What several decisions ask alike: each answer holds until one of the facts that it rests on changes, or it is forgotten. So
 * many that were asked for last are kept, and at most twice as many: whoever asks about a thousand hosts has others' forgotten
 * only when nobody has asked for these meanwhile.
 */
export class DecidedOnceMemo {
  readonly #changes: FactChanges;
  #recent: Answers = new Map();
  #before: Answers = new Map();
  #size = 0;
  #revision = 0;

  constructor(changes: FactChanges) {
    this.#changes = changes;
  }

  /**
   * The answer to the question about the subject. It is decided anew where it does not hold any more, or `given` is another; `decide`
   * is told what was decided before, if that is still known.
   */
  get<T>(
    question: symbol,
    subject: string,
    given: unknown,
    decide: (before: T | undefined) => DecidedOnce<T>,
  ): DecidedOnce<T> {
    const { revision } = this.#changes;
    const known = this.#recent.get(question)?.get(subject) ?? this.#before.get(question)?.get(subject);
    if (known !== undefined && known.given === given && !this.#changes.haveTouched(known.reads, known.revision)) {
      known.revision = revision;
      this.#keep(question, subject, known);
      return known as DecidedOnce<T>;
    }
    const { decided, reads } = decide(known?.decided as T | undefined);
    this.#keep(question, subject, { decided, reads, given, revision });
    return { decided, reads };
  }

  #keep(question: symbol, subject: string, known: Known): void {
    const most = this.#revision === known.revision ? mostBetween : mostAcross;
    this.#revision = known.revision;
    if (this.#size >= most && this.#recent.get(question)?.has(subject) !== true) {
      this.#before = this.#recent;
      this.#recent = new Map();
      this.#size = 0;
    }
    const answers = this.#recent.get(question) ?? new Map<string, Known>();
    this.#recent.set(question, answers);
    if (!answers.has(subject)) this.#size += 1;
    answers.set(subject, known);
  }
}
