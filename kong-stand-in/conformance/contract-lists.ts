import type { Fact } from "./fact.ts";

const route = (id: string, tags: readonly string[]) => ({
  call: `PUT /routes/${id}`,
  body: { paths: ["/a"], tags },
  status: 200,
});
const three = [route("$R1", ["$ours", "$odd"]), route("$R2", ["$ours"]), route("$R3", ["$ours", "$odd"])];
const list = (query: string, ids: readonly string[], more: object = {}) => ({
  call: `GET /routes?${query}`,
  status: 200,
  answer: { data: ids.map((id) => ({ id })), ...more },
});
const refused = (query: string, answer: object) => ({ call: `GET /routes?${query}`, status: 400, answer });

/** Lists, pages and tags. Ids of one letter are in the order of their numbers. */
export const LIST_CONTRACT: readonly Fact[] = [
  {
    fact: "a list is filtered by a tag and is in the order of ids",
    steps: [...three, list("tags=$ours", ["$R1", "$R2", "$R3"], { next: null })],
  },
  {
    fact: "tags with commas must all be there",
    steps: [...three, list("tags=$ours,$odd", ["$R1", "$R3"], { next: null })],
  },
  {
    fact: "of tags with slashes one is enough",
    steps: [...three, list("tags=$odd/$none", ["$R1", "$R3"], { next: null })],
  },
  { fact: "a tag that nobody has gives an empty list", steps: [list("tags=$none", [], { next: null })] },
  {
    fact: "a page that is full to the last row has no next one",
    steps: [...three, list("tags=$ours&size=3", ["$R1", "$R2", "$R3"], { next: null })],
  },
  {
    fact: "the next page begins after the last row of the page before",
    steps: [
      ...three,
      list("tags=$ours&size=2", ["$R1", "$R2"]),
      list("tags=$ours&size=2&offset=$offset", ["$R3"], { next: null }),
    ],
  },
  {
    fact: "a page goes on where it was although the row at its border is gone",
    steps: [
      ...three,
      list("tags=$ours&size=2", ["$R1", "$R2"]),
      { call: "DELETE /routes/$R2", status: 204 },
      list("tags=$ours&size=2&offset=$offset", ["$R3"], { next: null }),
    ],
  },
  {
    fact: "a page has between 1 and 1000 rows",
    steps: ["0", "1001", "1.5"].map((size) =>
      refused(`size=${size}`, { code: 9, name: "invalid size", message: "size must be an integer between 1 and 1000" }),
    ),
  },
  { fact: "a size must be a number", steps: [refused("size=x", { code: 9, message: "size must be a number" })] },
  {
    fact: "an offset that is none is 400 with code 7",
    steps: [refused("offset=abc", { code: 7, name: "invalid offset" })],
  },
  {
    fact: "more than five tags are refused",
    steps: [refused("tags=a,b,c,d,e,f", { code: 11, options: { tags: "cannot query more than 5 tags" } })],
  },
  {
    fact: "commas and slashes do not mix",
    steps: [refused("tags=a,b/c", { code: 11, options: { tags: "invalid filter syntax" } })],
  },
  {
    fact: "tags are looked up as they are after a change",
    steps: [
      route("$R1", ["$ours"]),
      { call: "PATCH /routes/$R1", body: { tags: ["$odd"] }, status: 200 },
      list("tags=$ours", []),
      list("tags=$odd", ["$R1"]),
    ],
  },
];
