/** Whose users are trusted. The fields are those of `ISSUERS` in docs/configuration.md, where each is explained. */
export interface Issuer {
  /** What the claim `iss` must be, letter for letter. */
  readonly iss: string;
  /** Where the public keys are. This or `jwks`. */
  readonly jwks_url?: string;
  /** The public keys themselves, a JWK Set. This or `jwks_url`. */
  readonly jwks?: { readonly keys: readonly object[] };
  /** @default - all three */
  readonly algorithms?: ReadonlyArray<"RS256" | "ES256" | "EdDSA">;
  /** What a user token's `aud` must name. Set it unless the issuer signs for this service alone. @default - not checked */
  readonly audience?: string | readonly string[];
  /** The claim that says who it is. @default - `user_id`, else `sub` */
  readonly user_id_claim?: string;
  /** Whether that claim is this service's user id as it is. At most one issuer should. @default false */
  readonly native_user_ids?: boolean;
  /** Whether an address counts as verified in a token that has no `email_verified`. @default false */
  readonly email_verified_by_default?: boolean;
  /** How this issuer's access tokens are taken. @default - as RFC 9068 says */
  readonly access_tokens?: AccessTokens;
}

/** How an issuer's JWT access tokens are taken. */
export interface AccessTokens {
  /** What `aud` must name. @default - the issuer's `audience` */
  readonly audience?: string | readonly string[];
  /** Instead of an audience, for issuers that give none. @default - none */
  readonly client_ids?: readonly string[];
  /** What the header's `typ` may be. @default - `at+jwt` */
  readonly types?: readonly string[];
  /** The claims that must be there. @default - `sub`, `client_id`, `iat`, `jti` */
  readonly required_claims?: readonly string[];
}
