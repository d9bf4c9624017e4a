// Who is calling: user tokens of the trusted issuers, guest tokens of our own.

import { createPrivateKey, createPublicKey, hkdfSync, randomBytes } from "node:crypto";
import { SignJWT, calculateJwkThumbprint, createLocalJWKSet, decodeJwt, decodeProtectedHeader, exportJWK, jwtVerify } from "jose";
import { Problem } from "./http.mjs";

const { PUBLIC_URL, SIGNING_SECRET, ISSUERS } = process.env;
const seed = hkdfSync("sha256", SIGNING_SECRET, "spaces invitation service", "guest token, Ed25519", 32);
// RFC 8410 section 7: a seed in PKCS #8.
const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const privateKey = createPrivateKey({ key: Buffer.concat([prefix, Buffer.from(seed)]), format: "der", type: "pkcs8" });
const publicKey = createPublicKey(privateKey);
const kid = await calculateJwkThumbprint(await exportJWK(publicKey));

const issuers = new Map(
  JSON.parse(ISSUERS ?? "[]").map(({ iss, jwks, algorithms }) => [iss, { algorithms, keys: createLocalJWKSet(jwks), jwks }]),
);

export const newId = () => randomBytes(12).toString("hex");

export function guestToken(displayname) {
  return new SignJWT({ anonymous_id: newId(), product_type: "onesna", displayname })
    .setProtectedHeader({ alg: "EdDSA", typ: "guest+jwt", kid })
    .setIssuer(PUBLIC_URL)
    .setAudience(PUBLIC_URL)
    .setIssuedAt()
    .setNotBefore("0s")
    .setExpirationTime("24h")
    .setJti(randomBytes(16).toString("base64url"))
    .sign(privateKey);
}

/** The caller behind the Authorization header. */
export async function callerOf(event) {
  const [scheme, token] = (event.headers?.authorization ?? "").split(" ");
  if (scheme.toLowerCase() !== "jwt" || !token) throw new Problem(401, "unauthenticated", "Credentials are missing or wrong.");
  try {
    return decodeProtectedHeader(token).typ === "guest+jwt" ? await guest(token) : await user(token);
  } catch {
    throw new Problem(401, "unauthenticated", "Credentials are missing or wrong.");
  }
}

async function guest(token) {
  const options = { algorithms: ["EdDSA"], typ: "guest+jwt", issuer: PUBLIC_URL, audience: PUBLIC_URL, requiredClaims: ["exp"] };
  const { payload } = await jwtVerify(token, publicKey, options);
  return { kind: "anonymousId", id: payload.anonymous_id, name: payload.displayname };
}

async function user(token) {
  const { iss, publickeyid } = decodeJwt(token);
  const issuer = issuers.get(iss);
  // As in the original, the claim publickeyid names the key where the header has no kid.
  const key = issuer.jwks.keys.find((key) => key.kid === publickeyid);
  const keys = decodeProtectedHeader(token).kid ? issuer.keys : createLocalJWKSet({ keys: [key] });
  const { payload } = await jwtVerify(token, keys, { algorithms: issuer.algorithms, issuer: iss, requiredClaims: ["exp"] });
  const { user_id: id, name, email, email_verified, locale, zoneinfo } = payload;
  return { kind: "userId", id, issuer: iss, name, email: email_verified ? email : undefined, locale, zone: zoneinfo };
}
