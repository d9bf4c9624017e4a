export { FUNCTIONS, type FunctionName } from "./functions";
export type { AccessTokens, Issuer } from "./issuer";
export type { ApiDomain, SpacesInvitesProps } from "./props";
export { SpacesInvites } from "./spaces-invites";
