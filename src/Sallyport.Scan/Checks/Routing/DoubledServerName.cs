using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-215: whether a hello with two server names, or with extensions that readers skip, escapes the name's client policy.</summary>
internal sealed class DoubledServerName : Check
{
    private const string Unknown = "sallyport-unknown.invalid";
    private const ushort ServerNameExtension = 0;
    private const ushort EncryptedClientHello = 0xFE0D;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-215",
        Title = "An ambiguous hello escapes the name's client policy",
        Category = Category.MutualTls,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [436], OwaspApi = ["API8:2023"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "A hello must not name two hosts of one type nor repeat an extension. Where a router and a TLS library read the same hello and take different names of it, one chooses the policy and the other the content. Reserved numbers and an encrypted hello must be skipped by both alike.",
        Impact = "Whoever names two hosts reaches the protected operation by the policy of the other one.",
        How = "The protected operation is asked for with two names in server_name in both orders, with a second server_name extension, with reserved (GREASE) numbers and with an encrypted ClientHello that nobody can open, as a client without a certificate and, with the other names, as one that the name refuses. A refusal is right. It is a finding when the right identity's answer comes, twice.",
        Sources = ["RFC 6066, section 3", "RFC 8446, section 4.2", "RFC 8701", "draft-ietf-tls-esni, section 6.2"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) => HelloPassage.RunAsync(
        context, Shapes, "A hello that names two hosts is refused, and what is skipped changes nothing.", notAskedIsThrough: false, cancellationToken);

    private static IEnumerable<(string, Func<Ask, Ask>)> Shapes(NamedSite site, Actor actor, ImmutableArray<NamedSite> sites)
    {
        if (site.Route.ServerNames.IsEmpty)
        {
            yield break;
        }

        // Where the actor is let in, the other name's policy is the one to be confused with.
        string other = sites.FirstOrDefault(s => s != site && s.Of(actor).HoldsSession)?.Name ?? Unknown;
        yield return ($"with {other} before the server name", ask => ask with { Route = ask.Route with { ServerNames = [HelloRequest.RawName(other), .. ask.Route.ServerNames] } });
        yield return ($"with {other} after the server name", ask => ask with { Route = ask.Route with { ServerNames = [.. ask.Route.ServerNames, HelloRequest.RawName(other)] } });
        if (actor.Credential is null)
        {
            yield return ("with a second server_name extension", ask => Extended(ask, new(ServerNameExtension, NameList(other))));
            yield return ("with reserved numbers and an encrypted hello that nobody can open", ask => Extended(ask, new(EncryptedClientHello, Sealed()), grease: true));
        }
    }

    private static Ask Extended(Ask ask, RawExtension extension, bool grease = false) =>
        ask with { Script = script => script with { Hello = script.Hello with { Grease = grease, ExtraExtensions = [.. script.Hello.ExtraExtensions, extension] } } };

    private static ImmutableArray<byte> NameList(string name)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(name);
        return [0, (byte)(bytes.Length + 3), 0, 0, (byte)bytes.Length, .. bytes];
    }

    // Outer hello, HKDF-SHA256 with AES-128-GCM, a configuration nobody has, a key and a payload of the usual lengths.
    private static ImmutableArray<byte> Sealed() => [0, 0, 1, 0, 1, 0x5A, 0, 32, .. RandomNumberGenerator.GetBytes(32), 0, 144, .. RandomNumberGenerator.GetBytes(144)];
}
