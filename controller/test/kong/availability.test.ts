import { expect, test } from "vitest";
import { KongAvailability } from "../../src/kong/availability.ts";
import { KongError } from "../../src/kong/errors.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { fakeLog } from "../kube/fake-log.ts";

const silence = new KongError("Kong's Admin API did not serve GET /status: nothing listens at its address", {
  kind: "unavailable",
});

/** A Kong that answers as it is told, and somebody who watches it. */
function watched() {
  const [clock, log] = [new FakeClock(), fakeLog()];
  const state: { answer: () => Promise<boolean>; asked: number } = { answer: async () => true, asked: 0 };
  const ready = async (): Promise<boolean> => {
    state.asked += 1;
    return state.answer();
  };
  const availability = new KongAvailability({ kong: { ready }, clock, log });
  const told: string[] = [];
  const unobserve = availability.observe((away) => told.push(away ? "away" : "back"));
  const goes = (answer: () => Promise<boolean>): void => {
    state.answer = answer;
  };
  return { availability, clock, log, state, told, unobserve, goes };
}

const answers = async (): Promise<boolean> => true;
const noDatabase = async (): Promise<boolean> => false;
const isSilent = (): Promise<boolean> => Promise.reject(silence);

test("Kong is asked every two seconds, and it is no news that it answers", async () => {
  const { availability, clock, state, told } = watched();
  expect(availability.problem).toBe("Kong has not been asked yet");
  availability.start();
  await clock.pass(0);
  expect([availability.problem, availability.away]).toEqual([undefined, false]);
  await clock.pass(10_000);
  expect(state.asked).toBe(6);
  expect(told).toEqual([]);
});

test("a Kong that goes away is noticed, asked every second, and its return is told", async () => {
  const { availability, clock, log, state, told, goes } = watched();
  availability.start();
  await clock.pass(0);
  goes(isSilent);
  await clock.pass(2_000);
  expect([availability.problem, availability.away]).toEqual([silence.message, true]);
  const asked = state.asked;
  await clock.pass(5_000);
  expect(state.asked).toBe(asked + 5);
  goes(answers);
  await clock.pass(1_000);
  expect([availability.problem, availability.away]).toEqual([undefined, false]);
  expect(told).toEqual(["away", "back"]);
  expect(log.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    "warn Kong is away; waiting for its return",
    "info Kong is back",
  ]);
});

test("a Kong that was away from the start is told of when it comes", async () => {
  const { availability, clock, told, goes } = watched();
  goes(noDatabase);
  availability.start();
  await clock.pass(0);
  expect(availability.problem).toBe("Kong's database is not reachable");
  goes(answers);
  await clock.pass(1_000);
  expect(told).toEqual(["away", "back"]);
});

test("a failed call has Kong asked at once", async () => {
  const { availability, clock, state, goes } = watched();
  availability.start();
  await clock.pass(500);
  goes(isSilent);
  availability.suspect();
  availability.suspect();
  await clock.pass(0);
  expect([availability.away, state.asked]).toEqual([true, 2]);
});

test("a Kong that is away is not asked more often because calls fail", async () => {
  const { availability, clock, state, goes } = watched();
  goes(isSilent);
  availability.start();
  await clock.pass(0);
  for (let call = 0; call < 100; call += 1) availability.suspect();
  await clock.pass(900);
  expect(state.asked).toBe(1);
});

test("what keeps Kong away now is what is said, though it was something else before", async () => {
  const { availability, clock, told, goes } = watched();
  goes(isSilent);
  availability.start();
  await clock.pass(0);
  goes(noDatabase);
  await clock.pass(1_000);
  expect(availability.problem).toBe("Kong's database is not reachable");
  expect(told).toEqual(["away"]);
});

test("before it has been started, a suspicion is followed until Kong answers, and no further", async () => {
  const { availability, clock, state, told, goes } = watched();
  goes(isSilent);
  availability.suspect();
  await clock.pass(3_500);
  goes(answers);
  await clock.pass(60_000);
  expect(told).toEqual(["away", "back"]);
  expect(state.asked).toBe(5);
});

test("once it has stopped it neither asks nor tells, and an observer that left is told nothing", async () => {
  const one = watched();
  one.availability.start();
  one.goes(isSilent);
  one.availability.stop();
  await one.clock.pass(60_000);
  one.availability.suspect();
  await one.clock.pass(0);
  expect([one.state.asked, one.told]).toEqual([1, []]);

  const other = watched();
  other.unobserve();
  other.goes(isSilent);
  other.availability.start();
  await other.clock.pass(0);
  expect([other.availability.away, other.told]).toEqual([true, []]);
});
