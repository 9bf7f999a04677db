using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>Between rows and identities. What a hand in SQL has spoiled is an identity that is not let in, not a store that nobody can read.</summary>
internal static class IdentityRows
{
    public static CertificateIdentity Read(IdentityRow row, IEnumerable<MatchRow> matches)
    {
        ImmutableArray<string>? roles = ReadList(row.Roles);
        ImmutableArray<string>? scopes = ReadList(row.Scopes);
        DateTimeOffset? notBefore = null;
        DateTimeOffset? notAfter = null;
        bool datesAreGood = TryReadDate(row.NotBefore, ref notBefore) & TryReadDate(row.NotAfter, ref notAfter);
        return new CertificateIdentity
        {
            Name = row.Name,
            Matches = [.. matches.Select(match => MatchText.Read(match.Kind, match.Value)).OfType<CertificateMatch>()],
            Roles = roles ?? [],
            Scopes = scopes ?? [],
            IsEnabled = row.Enabled && roles is not null && scopes is not null && datesAreGood,
            NotBefore = notBefore,
            NotAfter = notAfter,
            Version = row.Version,
        };
    }

    public static IdentityRow Write(CertificateIdentity identity)
    {
        var row = new IdentityRow { Name = identity.Name, Roles = "[]", Scopes = "[]" };
        Write(identity, row);
        return row;
    }

    public static void Write(CertificateIdentity identity, IdentityRow row)
    {
        row.Roles = WriteList(identity.Roles);
        row.Scopes = WriteList(identity.Scopes);
        row.Enabled = identity.IsEnabled;
        row.NotBefore = identity.NotBefore?.ToUnixTimeMilliseconds();
        row.NotAfter = identity.NotAfter?.ToUnixTimeMilliseconds();
    }

    /// <summary>The identity as a change record tells it.</summary>
    public static string Tell(CertificateIdentity identity, IEnumerable<(string Kind, string Value)> matches) => JsonSerializer.Serialize(
        new Dictionary<string, object?>
        {
            ["enabled"] = identity.IsEnabled,
            ["roles"] = identity.Roles.IsDefault ? [] : identity.Roles.ToArray(),
            ["scopes"] = identity.Scopes.IsDefault ? [] : identity.Scopes.ToArray(),
            ["notBefore"] = identity.NotBefore,
            ["notAfter"] = identity.NotAfter,
            ["matches"] = matches.Select(match => $"{match.Kind}={match.Value}").ToArray(),
        });

    private static string WriteList(ImmutableArray<string> list) => JsonSerializer.Serialize(list.IsDefault ? [] : list.ToArray());

    private static ImmutableArray<string>? ReadList(string text)
    {
        try
        {
            // An array with a null or a number in it is no list of ours.
            return JsonSerializer.Deserialize<string?[]>(text) is { } items && items.All(item => item is not null)
                ? [.. items.OfType<string>()]
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is no Unicode.
            return null;
        }
    }

    private static bool TryReadDate(long? milliseconds, ref DateTimeOffset? date)
    {
        if (milliseconds is not { } given)
        {
            return true;
        }

        if (given < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || given > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        date = DateTimeOffset.FromUnixTimeMilliseconds(given);
        return true;
    }
}
