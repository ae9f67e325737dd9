"use strict";
// Nothing is sent anywhere but to this server: no validator, no telemetry, no fonts from elsewhere.
window.SwaggerUIBundle({
  url: "/v1/openapi.json",
  dom_id: "#operations",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: true,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
