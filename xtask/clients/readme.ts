// Type-checks the requests and responses of the docs with the types that openapi-typescript generates.
import type { components, paths } from './spaces';

type Create = paths['/api/spaces/invite']['post'];

export const request: Create['requestBody']['content']['application/json'] = {
  topic: { title: 'Team lunch' },
  invitees: [{ inviteeType: 'email', invitee: 'ana@example.com', role: 'member' }],
};

export const meeting: Create['requestBody']['content']['application/json'] = {
  topic: { title: 'Weekly' },
  inviteMode: 'meet',
  informChannel: 'client',
  startDateTime: '2030-04-28T21:00:00+02:00',
  endDateTime: '2030-04-28T22:00:00+02:00',
};

export const invited: paths['/api/spaces/{id}/invite']['post']['requestBody']['content']['application/json'] = {
  invitees: [{ inviteeType: 'userId', invitee: '8e43ca37701228e74983efdb' }],
};

export function link(response: Create['responses'][200]['content']['application/json']): string | undefined {
  return response.data[0]?._id;
}

// API Gateway's own response.
export const gateway: components['schemas']['Problem'] = { message: 'Too Many Requests' };
