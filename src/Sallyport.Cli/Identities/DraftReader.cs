using System;
using System.Globalization;
using System.Linq;
using System.Net;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.Cli.Identities;

/// <summary>Makes an identity of what was given.</summary>
internal static class DraftReader
{
    private const string SanHint = "write dns:alice.example, uri:spiffe://corp.example/alice, email:alice@mail.example or ip:192.0.2.7";

    public static CertificateIdentity Read(IdentityDraft draft, Surroundings surroundings)
    {
        if (string.IsNullOrWhiteSpace(draft.Name) || draft.Name.Any(char.IsControl))
        {
            throw new BadInputException("the name is empty or has control characters", "name the account as your API knows it, such as alice");
        }

        return new CertificateIdentity
        {
            Name = draft.Name,
            Matches =
            [
                .. draft.CertificateFiles.Select(file => new CertificateMatch.Sha256(CertificateFile.Read(surroundings.Place(file), file).Thumbprint)),
                .. draft.IssuerSerialFiles.Select(file => IssuerSerial(CertificateFile.Read(surroundings.Place(file), file))),
                .. draft.AlternativeNames.Select(AlternativeName),
            ],
            Roles = draft.Roles,
            Scopes = draft.Scopes,
            NotBefore = Time("--not-before", draft.NotBefore),
            NotAfter = Time("--not-after", draft.NotAfter),
        };
    }

    /// <summary>What an identity has, and these beside it.</summary>
    public static CertificateIdentity Join(CertificateIdentity there, CertificateIdentity more) => there with
    {
        Matches = [.. there.Matches.Union(more.Matches)],
        Roles = [.. there.Roles.Union(more.Roles, StringComparer.Ordinal)],
        Scopes = [.. there.Scopes.Union(more.Scopes, StringComparer.Ordinal)],
        NotBefore = more.NotBefore ?? there.NotBefore,
        NotAfter = more.NotAfter ?? there.NotAfter,
    };

    private static CertificateMatch.IssuerSerial IssuerSerial(CertificateProfile certificate) => new(certificate.Issuer, certificate.SerialNumber);

    private static CertificateMatch AlternativeName(string given)
    {
        int colon = given.IndexOf(':', StringComparison.Ordinal);
        string value = given[(colon + 1)..];
        GeneralName? name = given[..Math.Max(colon, 0)] switch
        {
            "dns" => new GeneralName.Dns(value),
            "uri" => new GeneralName.Uri(value),
            "email" => new GeneralName.Email(value),
            "ip" when IPAddress.TryParse(value, out IPAddress? address) => new GeneralName.Ip(Octets.Of(address.GetAddressBytes())),
            _ => null,
        };
        return name is null
            ? throw new BadInputException("--san is no alternative name", SanHint)
            : new CertificateMatch.AlternativeName(name);
    }

    private static DateTimeOffset? Time(string option, string? given)
    {
        if (given is null)
        {
            return null;
        }

        return DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw new BadInputException($"{option} is no time", "write 2026-12-01T08:00:00Z; without a zone it is UTC");
    }
}
