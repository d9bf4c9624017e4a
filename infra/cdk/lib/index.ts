export type { SpacesInvitesParameters } from "./props";
export { SpacesInvites, type SpacesInvitesProps } from "./spaces-invites";
