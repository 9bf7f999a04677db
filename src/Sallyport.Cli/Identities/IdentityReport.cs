using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.Cli.Identities;

/// <summary>Identities as people and programs read them.</summary>
internal static class IdentityReport
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteTable(TextWriter output, StoredIdentities all, DateTimeOffset now)
    {
        int width = all.Identities.Select(identity => Shown(identity.Name).Length).DefaultIfEmpty(0).Max();
        foreach (CertificateIdentity identity in all.Identities)
        {
            string state = !identity.IsEnabled ? "disabled" : identity.IsActive(now) ? "active" : "out of dates";
            output.WriteLine($"{Shown(identity.Name).PadRight(width)}  {state,-12}  roles {Words(identity.Roles)}  scopes {Words(identity.Scopes)}  version {identity.Version}");
            foreach (CertificateMatch match in identity.Matches)
            {
                output.WriteLine($"  {Describe(match)}");
            }
        }

        foreach (CertificateThumbprint revoked in all.Revoked)
        {
            output.WriteLine($"revoked sha256:{revoked.ToHex()}");
        }

        output.WriteLine($"{all.Identities.Length} identities, {all.Revoked.Length} revoked certificates, epoch {all.Epoch}");
    }

    public static void WriteJson(TextWriter output, StoredIdentities all, ImmutableArray<IdentityChangeRecord> changes) => output.WriteLine(JsonSerializer.Serialize(
        new Dictionary<string, object>
        {
            ["schemaVersion"] = 1,
            ["epoch"] = all.Epoch,
            ["identities"] = all.Identities.Select(identity => new Dictionary<string, object?>
            {
                ["name"] = identity.Name,
                ["enabled"] = identity.IsEnabled,
                ["notBefore"] = identity.NotBefore,
                ["notAfter"] = identity.NotAfter,
                ["version"] = identity.Version,
                ["roles"] = identity.Roles.ToArray(),
                ["scopes"] = identity.Scopes.ToArray(),
                ["matches"] = identity.Matches.Select(Plain).ToArray(),
            }).ToArray(),
            ["revoked"] = all.Revoked.Select(revoked => revoked.ToHex()).ToArray(),
            ["changes"] = changes.Select(change => new Dictionary<string, object>
            {
                ["epoch"] = change.Epoch,
                ["at"] = change.At,
                ["by"] = change.By,
                ["action"] = change.Action,
                ["name"] = change.Name,
                ["detail"] = change.Detail,
            }).ToArray(),
        },
        Json));

    /// <summary>A match for a terminal.</summary>
    public static string Describe(CertificateMatch match) => Shown(Plain(match));

    /// <summary>Text that came from elsewhere, without what would move a terminal.</summary>
    public static string Shown(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? $"\\u{(int)c:x4}" : c.ToString()));

    private static string Plain(CertificateMatch match) => match switch
    {
        CertificateMatch.Sha256 sha256 => $"sha256:{sha256.Thumbprint.ToHex()}",
        CertificateMatch.IssuerSerial pair => $"issuer-serial:{pair.SerialNumber.ToHex()} of {pair.Issuer.Text}",
        CertificateMatch.AlternativeName { Name: GeneralName.Dns dns } => $"dns:{dns.Name}",
        CertificateMatch.AlternativeName { Name: GeneralName.Uri uri } => $"uri:{uri.Value}",
        CertificateMatch.AlternativeName { Name: GeneralName.Email email } => $"email:{email.Address}",
        CertificateMatch.AlternativeName { Name: GeneralName.Ip { Address: IPAddress address } } => $"ip:{address}",
        CertificateMatch.AlternativeName { Name: GeneralName.OtherName other } => $"other:{other.TypeId}:{other.Value.ToHex()}",
        _ => "a name that no certificate can hold",
    };

    private static string Words(ImmutableArray<string> list) => list.IsEmpty ? "-" : Shown(string.Join(',', list));
}
