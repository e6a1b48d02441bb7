import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { HttpsProxies } from "../../src/kong/handshake.ts";
import { fingerprintOf } from "../../src/x509/key-pair.ts";
import type { FakeKong } from "./fake-kong.ts";

/** The gateway's https side: it shows what its Kong has, unless a test has it do something else. */
export class FakeGateway implements HttpsProxies {
  readonly urls: readonly string[];
  /** "address name" of every handshake that was begun. */
  readonly handshakes: string[] = [];
  /** What has happened before a handshake is answered; may reject, or never end. */
  before: (url: string, serverName: string) => Promise<void> | void = () => undefined;
  /** What it shows in place of what its Kong has, while it is behind. */
  behind: string | undefined;
  readonly #kong: FakeKong;

  constructor(kong: FakeKong, urls: readonly string[] = ["https://kong"]) {
    this.#kong = kong;
    this.urls = urls;
  }

  readonly handshake: HttpsProxies["handshake"] = async (url, serverName, _timeoutMs, signal) => {
    this.handshakes.push(`${url.replace("https://", "")} ${serverName}`);
    await Promise.race([this.before(url, serverName), once(signal, "abort")]);
    signal.throwIfAborted();
    const pem = this.behind ?? this.#pemFor(serverName);
    if (pem === undefined) return { leaf: "the gateway's own", coversName: false };
    const certificate = new X509Certificate(pem);
    const coversName = certificate.checkHost(serverName, { subject: "never" }) !== undefined;
    return { leaf: fingerprintOf(certificate), coversName };
  };

  #pemFor(serverName: string): string | undefined {
    const names = [serverName, serverName.replace(/^[^.]+/, "*")];
    const snis = [...this.#kong.stored.snis.values()];
    const sni = names.flatMap((name) => snis.find((one) => one.name === name) ?? []).at(0);
    return sni === undefined ? undefined : this.#kong.stored.certificates.get(sni.certificate.id)?.cert;
  }
}
