using System.Collections.Immutable;
using System.Linq;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Authorization;

/// <summary>The scan of a shop: three accounts with certificate and token, and a description of its operations.</summary>
internal static class Shop
{
    private static readonly ApiSchema s_text = new() { Types = ["string"] };

    /// <summary>What the description says of a profile.</summary>
    public static ApiSchema Profile { get; } = Object(["name", "email", "note", "role"], closed: true) with
    {
        Properties = Object(["name", "email", "note", "role"], closed: true).Properties.Add("balance", new ApiSchema { Types = ["integer"] }),
    };

    public static ImmutableArray<Operation> Operations { get; } =
    [
        Get("/profiles/{name}") with { Responses = [new("200", "application/json", Profile, [])] },
        Get("/me"),
        Get("/orders"),
        Get("/orders/{orderId}"),
        Get("/orders/{orderId}/lines/{line}"),
        Get("/audit"),
        Get("/admin/accounts") with { Roles = ["admin"] },
        Get("/health") with { HasSecurity = false },
        Write("PUT", "/profiles/{name}", Object(["email", "note"], closed: true)),
        Write("PATCH", "/profiles/{name}", Object(["email", "note"], closed: true)),
        Write("POST", "/orders", Object(["item"], closed: true)) with { Body = new("application/json", true, Object(["item"], closed: true), ["{\"item\":\"a cup\"}"]) },
        Write("DELETE", "/orders/{orderId}", null),
        Write("POST", "/admin/accounts/{account}/role", Object(["role"], closed: true)) with { Roles = ["admin"] },
    ];

    public static ScanRequest Request(CheckLab lab, LabEndpoint site, ScanMode mode = ScanMode.Safe)
    {
        ScanRequest request = lab.Request(site, lab.Pki.Alice, lab.Pki.Bob, lab.Pki.Root);
        return request with
        {
            Operations = Operations,
            Mode = mode,
            Identities = [With(request.Identities[0], "alice", "17"), With(request.Identities[1], "bob", "18"), With(request.Identities[2], "root", "19") with { Role = "admin" }],
        };
    }

    public static Operation Get(string path) => new() { Method = "GET", PathTemplate = path, HasSecurity = true, Roles = ["customer", "admin"], Responses = [] };

    private static Identity With(Identity identity, string name, string order) => identity with
    {
        Token = new Secret($"{name}s-own-token"),
        Values = ImmutableDictionary<string, string>.Empty.Add("name", name).Add("orderId", order).Add("line", order),
    };

    private static Operation Write(string method, string path, ApiSchema? body) =>
        Get(path) with { Method = method, Body = body is null ? null : new ApiBody("application/json", true, body, []) };

    private static ApiSchema Object(ImmutableArray<string> names, bool closed) => new()
    {
        Types = ["object"],
        Properties = ApiSchema.None.AddRange(names.Select(static name => System.Collections.Generic.KeyValuePair.Create(name, s_text))),
        AdditionalProperties = closed ? false : null,
    };
}
