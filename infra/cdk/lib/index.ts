export type { ParameterValue } from "./parameters";
export { SpacesInvites, type SpacesInvitesProps } from "./spaces-invites";
