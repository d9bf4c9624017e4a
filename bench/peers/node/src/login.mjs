// POST /api/anonymous/auth

import { z } from "zod";
import { answering, bodyOf, Problem } from "./http.mjs";
import { guestToken } from "./tokens.mjs";

const Login = z.object({ displayname: z.string().trim().max(60).default("Guest") });

export const handler = answering(async (event) => {
  const login = Login.safeParse(event.body ? bodyOf(event) : {});
  if (!login.success) throw new Problem(400, "invalid_request", "Fields of the request are missing or wrong.");
  return { token: await guestToken(login.data.displayname || "Guest") };
});
