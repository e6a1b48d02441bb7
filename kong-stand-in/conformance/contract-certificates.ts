import type { Fact } from "./fact.ts";

const pair = { cert: "$CERT1", key: "$KEY1" };
const put = (more: object = {}, id = "$C1") => ({
  call: `PUT /certificates/${id}`,
  body: { ...pair, ...more },
  status: 200,
});
const sni = (name: string, certificate = "$C1", id = "$N1") => ({
  call: `PUT /snis/${id}`,
  body: { name, certificate: { id: certificate } },
  status: 200,
});

/** Certificates and SNIs. */
export const CERTIFICATE_CONTRACT: readonly Fact[] = [
  {
    fact: "a certificate is stored with its key and has no SNIs at first",
    steps: [{ ...put({ tags: ["tls"] }), answer: { id: "$C1", ...pair, snis: [], tags: ["tls"], cert_alt: null } }],
  },
  {
    fact: "a certificate and the key of another one are refused",
    steps: [
      {
        ...put({ key: "$KEY2" }),
        status: 400,
        answer: { code: 2, fields: { "@entity": ["certificate does not match key"] } },
      },
    ],
  },
  {
    fact: "text that is no certificate is a schema violation of cert",
    steps: [{ ...put({ cert: "nope" }), status: 400, answer: { code: 2 } }],
  },
  {
    fact: "the list of SNIs makes SNI entities, sorted in the answer",
    steps: [
      { ...put({ snis: ["$b.test", "$a.test"] }), answer: { snis: ["$a.test", "$b.test"] } },
      { call: "GET /snis/$a.test", status: 200, answer: { name: "$a.test", certificate: { id: "$C1" } } },
    ],
  },
  {
    fact: "a PUT without a list of SNIs removes every SNI of the certificate",
    steps: [put({ snis: ["$a.test"] }), { ...put(), answer: { snis: [] } }, { call: "GET /snis/$a.test", status: 404 }],
  },
  {
    fact: "a PATCH without a list of SNIs leaves them alone",
    steps: [
      put({ snis: ["$a.test"] }),
      {
        call: "PATCH /certificates/$C1",
        body: { tags: ["x"] },
        status: 200,
        answer: { snis: ["$a.test"], tags: ["x"] },
      },
    ],
  },
  {
    fact: "a PATCH renews certificate and key together",
    steps: [
      put(),
      {
        call: "PATCH /certificates/$C1",
        body: { cert: "$CERT2", key: "$KEY2" },
        status: 200,
        answer: { cert: "$CERT2" },
      },
      { call: "PATCH /certificates/$C1", body: { cert: "$CERT1" }, status: 400, answer: { code: 2 } },
    ],
  },
  {
    fact: "an SNI of another certificate in the list is a schema violation, and nothing is written",
    steps: [
      put({ snis: ["$a.test"] }),
      {
        ...put({ snis: ["$b.test", "$a.test"] }, "$C2"),
        status: 400,
        answer: { code: 2, fields: { snis: "$a.test already associated with existing certificate '$C1'" } },
      },
      { call: "GET /snis/$b.test", status: 404 },
      { call: "GET /certificates/$C2", status: 404 },
    ],
  },
  {
    fact: "an unknown certificate is 404 with code 6",
    steps: [{ call: "GET /certificates/$C1", status: 404, answer: { code: 6, fields: { id: "$C1" } } }],
  },
  {
    fact: "an SNI entity has an id of its own and can be written again",
    steps: [put(), { ...sni("$a.test"), answer: { id: "$N1", name: "$a.test", tags: null } }, sni("$a.test")],
  },
  {
    fact: "an SNI moves to another certificate by a PATCH",
    steps: [
      put(),
      put({}, "$C2"),
      sni("$a.test"),
      {
        call: "PATCH /snis/$N1",
        body: { certificate: { id: "$C2" } },
        status: 200,
        answer: { certificate: { id: "$C2" }, name: "$a.test" },
      },
    ],
  },
  {
    fact: "a name is one SNI's only",
    steps: [
      put(),
      sni("$a.test"),
      { ...sni("$a.test", "$C1", "$N2"), status: 409, answer: { code: 5, fields: { name: "$a.test" } } },
    ],
  },
  {
    fact: "an SNI of a certificate that does not exist is 400 with code 4",
    steps: [{ ...sni("$a.test"), status: 400, answer: { code: 4, fields: { certificate: { id: "$C1" } } } }],
  },
  {
    fact: "an SNI may begin with a wildcard",
    steps: [put(), sni("*.$a.test"), { call: "GET /snis/*.$a.test", status: 200, answer: { id: "$N1" } }],
  },
  {
    fact: "an address is no SNI",
    steps: [put(), { ...sni("10.0.0.1"), status: 400, answer: { code: 2, fields: { name: "must not be an IP" } } }],
  },
  {
    fact: "a certificate takes its SNIs with it",
    steps: [
      put(),
      sni("$a.test"),
      { call: "DELETE /certificates/$C1", status: 204 },
      { call: "GET /snis/$N1", status: 404 },
    ],
  },
  {
    fact: "a certificate that a service uses can't be deleted",
    steps: [
      put(),
      {
        call: "PUT /services/$S1",
        body: { host: "h", protocol: "https", client_certificate: { id: "$C1" } },
        status: 200,
      },
      { call: "DELETE /certificates/$C1", status: 400, answer: { code: 4, fields: { "@referenced_by": "services" } } },
    ],
  },
];
