// Starts Swagger UI, and carries ids from one answer to the requests below it. A file of its own: the
// page's security policy allows no inline script.

// Which score is worth carrying to the operations of a tag; to all others the last one is.
const takes = {
  overrides: (score) => score.decision === "REFER",
  drawdown: (score) => score.advance_minor,
  outcomes: (score) => score.advance_minor,
};

// What an answer brings: addresses that begin so take this value for their parameter.
function brought(told) {
  if ("advance_minor" in told) return ["/scores/{score_id}", told.score_id];
  if ("lines_total" in told) return ["/score/jobs/{id}", told.id];
  return [];
}

// Puts the id of an answer into every address that asks for it.
function carry(answer) {
  const told = answer.ok && answer.obj;
  if (!told || typeof told !== "object" || told.openapi) return;
  const [start, id] = brought(told);
  if (!id) return;
  ui.specSelectors.specJson().get("paths").forEach((operations, path) => {
    if (!path.startsWith(start)) return;
    operations.forEach((operation, method) => {
      const taken = takes[operation.getIn(["tags", 0])];
      if (taken && !taken(told)) return;
      (operation.get("parameters") || []).forEach((parameter) => {
        if (parameter.get("in") === "path") {
          ui.specActions.changeParamByIdentity([path, method], parameter, id, false);
        }
      });
    });
  });
}

const ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  responseInterceptor: (answer) => {
    carry(answer);
    return answer;
  },
});
