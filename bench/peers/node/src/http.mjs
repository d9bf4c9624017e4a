// Answers and problems (RFC 9457).

const headers = { "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" };

export class Problem extends Error {
  constructor(status, code, detail) {
    super(detail);
    Object.assign(this, { status, code });
  }
}

/** Runs a handler, and answers with what it returns or with the problem that it throws. */
export function answering(handle) {
  return async (event, context) => {
    const started = performance.now();
    let status = 200;
    let body;
    try {
      body = await handle(event);
    } catch (error) {
      status = error instanceof Problem ? error.status : 500;
      const code = error instanceof Problem ? error.code : "internal";
      const detail = status === 500 ? "Something went wrong." : error.message;
      body = { type: "about:blank", title: code, status, detail, code, requestId: event.requestContext?.requestId };
      if (status === 500) console.error(JSON.stringify({ level: "ERROR", message: error.message }));
    }
    const duration_ms = performance.now() - started;
    console.log(JSON.stringify({ level: "INFO", message: "request", status, duration_ms, request_id: context.awsRequestId }));
    return { statusCode: status, headers, body: JSON.stringify(body), isBase64Encoded: false };
  };
}

export function bodyOf(event) {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? "", "base64").toString() : (event.body ?? "");
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, "malformed_request", "The request body is not JSON.");
  }
}
