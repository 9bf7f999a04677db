using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How GraphQL queries are bounded.</summary>
internal static class BoundQuery
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Switch introspection and suggestions off where the schema is not public, allow one operation a request, and bound depth, aliases and cost before anything is executed. Persisted queries close the rest."),
        new(
            ServerStack.AspNetCore,
            "GraphQL.NET: no introspection, one operation a request, a bound for depth and cost, and errors that name no fields. Hot Chocolate: AddMaxExecutionDepthRule, ModifyCostOptions and DisableIntrospection.",
            """
            builder.Services.AddGraphQL(graph => graph.AddAutoSchema<Query>().AddSystemTextJson());
            app.MapPost("/graphql", async (HttpContext http, IDocumentExecuter<ISchema> graph, IGraphQLTextSerializer json) =>
            {
                IList<GraphQLRequest> asked = await json.ReadAsync<IList<GraphQLRequest>>(http.Request.Body, http.RequestAborted) ?? [];
                ExecutionResult[] answers = await Task.WhenAll(asked.Select(one => graph.ExecuteAsync(new()
                {
                    Query = one.Query, Variables = one.Variables, User = http.User, RequestServices = http.RequestServices,
                })));
                return Results.Text(json.Serialize<object>(answers is [var only] ? only : answers), "application/json");
            });
            """,
            """
            builder.Services.AddGraphQL(graph => graph.AddAutoSchema<Query>().AddSystemTextJson()
                .AddValidationRule<NoIntrospectionValidationRule>()
                .AddComplexityAnalyzer(limits => (limits.MaxDepth, limits.MaxComplexity) = (8, 200))
                .AddErrorInfoProvider<NoSuggestions>());
            app.MapPost("/graphql", async (OneRequest asked, HttpContext http, IDocumentExecuter<ISchema> graph, IGraphQLTextSerializer json) =>
            {
                ExecutionResult answer = await graph.ExecuteAsync(new()
                {
                    Query = asked.Query, Variables = json.ReadNode<Inputs>(asked.Variables), User = http.User, RequestServices = http.RequestServices,
                });
                return Results.Text(json.Serialize(answer), "application/json");
            });

            public sealed record OneRequest(string Query, JsonElement? Variables);

            public sealed class NoSuggestions : ErrorInfoProvider
            {
                public override ErrorInfo GetInfo(ExecutionError error)
                {
                    ErrorInfo info = base.GetInfo(error);
                    info.Message = error is ValidationError ? "The query is not valid." : info.Message;
                    return info;
                }
            }
            """),
        new(
            ServerStack.Node,
            "Apollo: no introspection, no batching, and validation rules for depth and aliases.",
            "new ApolloServer({ typeDefs, resolvers, introspection: true, allowBatchedHttpRequests: true })",
            "new ApolloServer({ typeDefs, resolvers, introspection: false, includeStacktraceInErrorResponses: false,\n  hideSchemaDetailsFromClientErrors: true, validationRules: [depthLimit(8), maxAliases(15)] })"),
        new(ServerStack.Go, "gqlgen: a complexity limit, and no introspection extension.", "srv := handler.NewDefaultServer(schema)", "srv := handler.New(schema)\nsrv.AddTransport(transport.POST{})\nsrv.Use(extension.FixedComplexityLimit(200))"),
        new(ServerStack.Axum, "async-graphql: limits on the schema.", "Schema::build(Query, m, s).finish()", "Schema::build(Query, m, s).disable_introspection().disable_suggestions().limit_depth(8).limit_complexity(200).finish()"),
        new(ServerStack.Nginx, "Bound the body and the rate in front of it; depth and aliases only the server can see.", null, "limit_req_zone $binary_remote_addr zone=graphql:1m rate=10r/s;\nlocation = /graphql { client_max_body_size 8k; limit_req zone=graphql burst=10; proxy_pass http://backend; }"),
    ];
}
