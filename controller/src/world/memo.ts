/** Answers to questions, each asked about many subjects. */
export class Memo {
  readonly #answers = new Map<symbol, Map<string, unknown>>();

  /** The answer to the question about the subject, found by `answer` unless it is known. */
  get<T>(question: symbol, subject: string, answer: () => T): T {
    const known = this.#answers.get(question) ?? new Map<string, unknown>();
    this.#answers.set(question, known);
    if (!known.has(subject)) known.set(subject, answer());
    return known.get(subject) as T;
  }
}
