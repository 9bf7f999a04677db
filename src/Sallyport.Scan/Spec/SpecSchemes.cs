using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Config;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Reads the security schemes that a description defines, of OpenAPI 2.0 and 3.</summary>
internal static class SpecSchemes
{
    private const int Most = 200;

    /// <summary>The schemes, in the order of the description.</summary>
    public static ImmutableArray<DescribedScheme> Of(SpecDocument document)
    {
        IEnumerable<(string Name, SpecNode Value)> schemes = document.Member(document.Root, "components") is { } components
            ? document.Members(components, "securitySchemes")
            : [];
        return
        [
            .. schemes.Concat(document.Members(document.Root, "securityDefinitions"))
                .Where(scheme => scheme.Value.Element.ValueKind == JsonValueKind.Object)
                .Take(Most)
                .Select(scheme => One(document, scheme.Name, scheme.Value))
                .DistinctBy(scheme => scheme.Scheme.Name),
        ];
    }

    /// <summary>The vendor extensions <c>x-mtls</c> and <c>x-client-cert</c>; <c>null</c> when neither stands there.</summary>
    public static bool? Extension(JsonElement element)
    {
        JsonElement? value = Json.Member(element, "x-mtls") ?? Json.Member(element, "x-client-cert");
        if (value is not { } said)
        {
            return null;
        }

        if (said.ValueKind == JsonValueKind.Object)
        {
            said = Json.Member(said, "required") ?? Json.Member(said, "mode") ?? Json.Member(said, "enabled") ?? said;
        }

        return Json.Scalar(said)?.ToLowerInvariant() is "true" or "required" or "require" or "mandatory" or "on";
    }

    private static DescribedScheme One(SpecDocument document, string name, SpecNode node)
    {
        string? type = SpecText.Short(Json.Text(node.Element, "type"));
        string? http = type == "http" ? SpecText.Short(Json.Text(node.Element, "scheme"))?.ToLowerInvariant() : null;
        SecuritySchemeKind kind = Extension(node.Element) == true ? SecuritySchemeKind.MutualTls : Kind(type, http);
        string? place = kind == SecuritySchemeKind.ApiKey && Json.Text(node.Element, "in") is "header" or "query" or "cookie" ? Json.Text(node.Element, "in") : null;
        string? parameter = place is not null && Json.Text(node.Element, "name") is string named && (place == "query" ? named.Length is > 0 and <= 200 : SpecText.IsToken(named)) ? named : null;
        ImmutableArray<(string Name, SpecNode Flow)> flows = kind == SecuritySchemeKind.OAuth2 ? Flows(document, node) : [];
        ImmutableArray<string> scopes = [.. flows.SelectMany(flow => document.Members(flow.Flow, "scopes")).Select(scope => Shown.Line(scope.Name)).Distinct().Take(Most)];
        IEnumerable<string?> urls = flows.SelectMany(flow => (string[])["authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl"], (flow, url) => Json.Text(flow.Flow.Element, url))
            .Append(Json.Text(node.Element, "openIdConnectUrl")).Append(Json.Text(node.Element, "oauth2MetadataUrl"));
        return new(
            new(Shown.Line(name), kind, place, parameter, []), type, http, [.. flows.Select(flow => flow.Name).Distinct()], scopes, [.. urls.Select(SpecText.Short).OfType<string>().Distinct()]);
    }

    private static SecuritySchemeKind Kind(string? type, string? http) => (type?.ToLowerInvariant(), http) switch
    {
        ("mutualtls", _) => SecuritySchemeKind.MutualTls,
        ("http", "bearer") => SecuritySchemeKind.Bearer,
        ("http", "basic") or ("basic", _) => SecuritySchemeKind.Basic,
        ("apikey", _) => SecuritySchemeKind.ApiKey,
        ("oauth2", _) => SecuritySchemeKind.OAuth2,
        ("openidconnect", _) => SecuritySchemeKind.OpenIdConnect,
        _ => SecuritySchemeKind.Unknown,
    };

    private static ImmutableArray<(string Name, SpecNode Flow)> Flows(SpecDocument document, SpecNode scheme)
    {
        if (Json.Text(scheme.Element, "flow") is string old)
        {
            // OpenAPI 2.0 has one flow, in the scheme itself, under other names.
            return [(old switch { "application" => "clientCredentials", "accessCode" => "authorizationCode", _ => Shown.Line(old) }, scheme)];
        }

        return [.. document.Members(scheme, "flows").Where(flow => flow.Value.Element.ValueKind == JsonValueKind.Object).Take(10).Select(flow => (Shown.Line(flow.Name), flow.Value))];
    }
}
