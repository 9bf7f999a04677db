using System;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Lab.Servers;

/// <summary>The small API that every lab server answers, so that their differences are those of their client authentication.</summary>
/// <remarks>
/// GET /public: anyone. GET /profiles/{name}: the certificate whose CN is that name, and root. GET /reports/{name}: the same rule and
/// the same mark; the place where a server with a gap forgets it. GET /shared: every client that the host admits. GET /whoami: what
/// the server believes about the caller, where it can tell. Anything else: 404.
/// </remarks>
public static class LabApi
{
    /// <summary>The accounts that exist. root may read every profile.</summary>
    public static ImmutableArray<string> Users { get; } = ["alice", "bob", "root"];

    /// <summary>The name whose virtual host trusts the second client CA.</summary>
    public const string PublicHost = "public.test";

    /// <summary>The name whose virtual host trusts the first client CA.</summary>
    public const string SecretHost = "secret.test";

    /// <summary>The answer of GET /public.</summary>
    public const string PublicBody = """{"page":"open to all"}""";

    /// <summary>What only the owner's document holds: 21 characters that stand in no request.</summary>
    public static string Mark(string owner)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(owner);
        return "mark-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("lab document of " + owner)))[..16];
    }

    /// <summary>The answer of GET /profiles/{name} to one who may read it.</summary>
    public static string Profile(string name) => $$"""{"name":"{{name}}","mark":"{{Mark(name)}}"}""";

    /// <summary>The answer of GET /reports/{name} to one who may read it.</summary>
    public static string Report(string name) => $$"""{"report":"{{name}}","mark":"{{Mark(name)}}"}""";

    /// <summary>The answer of GET /shared at a host, to every client that it admits.</summary>
    public static string Shared(string host) => $$"""{"shared":"{{host}}","mark":"{{Mark(host)}}"}""";

    /// <summary>An OpenAPI 3.1 description of the API, mutualTLS on everything but /public.</summary>
    public static string OpenApi { get; } =
        """
        {
          "openapi": "3.1.0",
          "info": { "title": "Lab", "version": "1" },
          "security": [ { "clientCertificate": [] } ],
          "components": { "securitySchemes": { "clientCertificate": { "type": "mutualTLS" } } },
          "paths": {
            "/public": { "get": { "security": [], "responses": { "200": { "description": "ok" } } } },
            "/profiles/{name}": { "get": {
              "parameters": [ { "name": "name", "in": "path", "required": true, "schema": { "type": "string" } } ],
              "responses": { "200": { "description": "ok" } } } },
            "/reports/{name}": { "get": {
              "parameters": [ { "name": "name", "in": "path", "required": true, "schema": { "type": "string" } } ],
              "responses": { "200": { "description": "ok" } } } },
            "/shared": { "get": { "responses": { "200": { "description": "ok" } } } }
          }
        }
        """;
}
