// Nothing is asked of anybody else: no validator, no configuration by the page's query.
SwaggerUIBundle({
  url: "/api-docs/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  queryConfigEnabled: false,
  validatorUrl: null,
});
