using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Spec;

namespace Sallyport.Scan.Transport;

/// <summary>What of a login's JSON must not be shown: servers echo single members, not the whole body.</summary>
internal static class JsonSecrets
{
    // Members whose values are known to be no secrets; to hide "password" because of a grant_type would hide half of every report.
    private static readonly ImmutableArray<string> s_open =
        ["grant_type", "username", "user", "name", "login", "email", "client_id", "clientid", "scope", "audience", "resource", "realm", "tenant", "domain", "type", "provider", "connection"];

    /// <summary>The texts and numbers in a JSON text whose member is not known to be open.</summary>
    /// <param name="json">The text; nothing comes of one that is no JSON.</param>
    public static ImmutableArray<string> Of(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. Leaves(document.RootElement, null).Distinct(StringComparer.Ordinal)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static IEnumerable<string> Leaves(JsonElement element, string? member) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static one => Leaves(one.Value, NameOf(one))),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(one => Leaves(one, member)),
        // What is no Unicode text goes out as it is written.
        JsonValueKind.String when !IsOpen(member) => [Json.Scalar(element) ?? element.GetRawText()[1..^1]],
        JsonValueKind.Number when !IsOpen(member) => [element.GetRawText()],
        _ => [],
    };

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a member of a login is known to hold no secret.</summary>
    /// <param name="member">Its name; <c>null</c> for none.</param>
    public static bool IsOpen(string? member) => member is not null && s_open.Contains(member, StringComparer.OrdinalIgnoreCase);
}
