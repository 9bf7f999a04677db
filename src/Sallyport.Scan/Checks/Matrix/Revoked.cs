using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>How a certificate that the user says is revoked is treated, at its own resource; asked once for the rows of CRL and OCSP.</summary>
internal static class Revoked
{
    private const string AuthorityInformationAccess = "1.3.6.1.5.5.7.1.1";
    private const string OcspMethod = "1.3.6.1.5.5.7.48.1";

    extension(CheckContext context)
    {
        /// <summary>The revoked identity; only for checks that declare <see cref="Need.RevokedIdentity"/>.</summary>
        public Identity RevokedIdentity => context.Request.Identities.First(one => one is { State: IdentityState.Revoked, HasCertificate: true });

        /// <summary>The protected operation as an identity asks it for itself, with all that it has.</summary>
        /// <param name="identity">The identity.</param>
        public Ask Own(Identity identity)
        {
            Ask shown = context.Shown(Actor.Of(identity));
            return context.Survey.ProtectedOperation is { } operation && context.RequestFor(operation, identity) is { } own ? shown with { Request = own } : shown;
        }

        /// <summary>How the revoked identity is treated.</summary>
        /// <param name="cancellationToken">The scan's token.</param>
        public Task<Outcome> RevokedAsync(CancellationToken cancellationToken) => context.Shared.OnceAsync("revoked identity", () => context.AskRevokedAsync(cancellationToken));

        private async Task<Outcome> AskRevokedAsync(CancellationToken cancellationToken)
        {
            Identity revoked = context.RevokedIdentity;
            Ask ask = context.Own(revoked);
            BaselineResult result = await context.Oracle.LearnAsync(ask, cancellationToken).ConfigureAwait(false);
            if (result is BaselineResult.Failed failed)
            {
                return context.Refusal(revoked, ask, failed);
            }

            Baseline served = ((BaselineResult.Learned)result).Baseline;
            if (!Showing.ShowedCertificate(served.First))
            {
                return new Outcome.NotTested("the server did not ask for the revoked certificate on this connection");
            }

            // Whatever nobody gets too is no proof that the certificate was believed.
            Exchange nobody = await context.Transport.ExchangeAsync(ask with { Title = "no certificate", Actor = ask.Actor.WithoutCertificate() }, cancellationToken).ConfigureAwait(false);
            Verdict without = context.Oracle.Classify(nobody, served);
            if (without is Verdict.Accepted && !context.Survey.CertificateRequested)
            {
                return new Outcome.NotApplicable("a client without a certificate gets the same, and none is asked for");
            }

            if (!await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false))
            {
                return new Outcome.NotTested($"it was served, but the control request of {context.A.Name} no longer succeeded after it");
            }

            bool unverified = await context.IsUnverifiedAsync(cancellationToken).ConfigureAwait(false);
            List<Evidence> evidence = [.. context.Controls(), nobody.ToEvidence("no certificate, at the same resource"), served.First.ToEvidence($"revoked: {revoked.Name}"), served.Second.ToEvidence($"revoked, again: {revoked.Name}")];
            return new Outcome.Failed(new Flaw
            {
                Expected = $"The revoked certificate of {revoked.Name} is refused.",
                Observed = $"It was served, twice ({served.First.Summary}); {Without(without)}.",
                Confidence = Confidence.Firm,
                Severity = context.AtMost(Severity.High),
                Evidence = [.. evidence],
                Cause = unverified ? Causes.CertificateNotVerified : Causes.RevocationNotChecked,
            });
        }

        // A path that was written out ("GET /profiles/alice") may be A's alone although it has no parameter.
        private bool NamesItsOwner => context.Survey.ProtectedOperation is { Parameters.IsEmpty: false }
            || (context.Survey.B is not null && context.Survey.ControlOfB is null)
            || context.ProtectedRequest.Target.Split('/', '?', '&', '=').Any(part =>
                part.Equals(context.A.Name, StringComparison.OrdinalIgnoreCase) || context.A.Values.ContainsValue(part) || LooksLikeNumber(part));

        private Outcome Refusal(Identity revoked, Ask ask, BaselineResult.Failed failed)
        {
            if (failed.Exchange is not { } exchange || VerdictRules.Refused(exchange) is not { } refused || failed.Reason != exchange.Summary)
            {
                return new Outcome.NotTested($"the revoked identity {revoked.Name}: {failed.Reason}");
            }

            if (!Showing.ShowedCertificate(exchange))
            {
                return new Outcome.NotTested("the server did not ask for the revoked certificate on this connection");
            }

            if (refused.Status is 401 or 403 && ApplicationCredentials.Has(context.A) && !ApplicationCredentials.Has(revoked))
            {
                return new Outcome.NotTested($"{revoked.Name} has no token of its own, and {context.A.Name} has: the refusal may be about that alone")
                {
                    Needs = [$"the application credentials of {revoked.Name} (identities.{revoked.Name}.token, cookie, basic, apiKey or login)"],
                };
            }

            // At somebody else's resource the application refuses a good certificate as well.
            bool foreign = ask.Request == context.ProtectedRequest && context.NamesItsOwner
                && !revoked.Values.OrderBy(v => v.Key).SequenceEqual(context.A.Values.OrderBy(v => v.Key));
            return refused.Status is 401 or 403 && foreign
                ? new Outcome.NotTested($"{revoked.Name} could only be asked at the resource of {context.A.Name}, where any other account is refused too")
                {
                    Needs = [$"identities.{revoked.Name}.values, so that it is asked at its own resource"],
                }
                : context.OtherReason(revoked) is { } other ? other : new Outcome.Passed();
        }

        // Only a certificate that would be served if it were not revoked shows by its refusal that revocation is checked.
        private Outcome.NotTested? OtherReason(Identity revoked)
        {
            const string Supply = "a revoked certificate of the same CA that is within its dates: identities.NAME with state: revoked";
            try
            {
                using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(revoked.Chain[0].AsSpan());
                DateTimeOffset now = context.Time.GetUtcNow();
                if (now.UtcDateTime < leaf.NotBefore.ToUniversalTime() || now.UtcDateTime > leaf.NotAfter.ToUniversalTime())
                {
                    return new($"the certificate of {revoked.Name} is out of its dates: it may be refused for that") { Needs = [Supply] };
                }
            }
            catch (CryptographicException)
            {
                return new($"the certificate of {revoked.Name} cannot be read") { Needs = [Supply] };
            }

            Identity[] served = [context.A, .. context.Survey is { B: { } b, ControlOfB: not null } ? (Identity[])[b] : []];
            return served.SelectMany(one => one.Issuers).Intersect(revoked.Issuers, StringComparer.Ordinal).Any()
                ? null
                : new($"the certificate of {revoked.Name} has another issuer than that of {context.A.Name}: the server may refuse it for that") { Needs = [Supply] };
        }
    }

    extension(Identity identity)
    {
        /// <summary>The issuers that the chain names, as hexadecimal DER; a certificate that cannot be read names none.</summary>
        private IEnumerable<string> Issuers
        {
            get
            {
                List<string> issuers = [];
                foreach (ImmutableArray<byte> one in identity.Chain)
                {
                    try
                    {
                        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(one.AsSpan());
                        issuers.Add(Convert.ToHexString(certificate.IssuerName.RawData));
                    }
                    catch (CryptographicException)
                    {
                        // It proves no kinship; others of the chain still may.
                    }
                }

                return issuers;
            }
        }
    }

    /// <summary>Whether a certificate names an OCSP responder (RFC 5280, section 4.2.2.1).</summary>
    /// <param name="identity">Whose certificate.</param>
    public static bool NamesResponder(Identity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        try
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(identity.Chain[0].AsSpan());
            return leaf.Extensions[AuthorityInformationAccess] is { } access
                && new X509AuthorityInformationAccessExtension(access.RawData).EnumerateUris(OcspMethod).Any();
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    // 17, 4e1c…-…, order-17; not v1.
    private static bool LooksLikeNumber(string part) =>
        part.Any(char.IsAsciiDigit) && !(part[0] is 'v' or 'V' && part.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0);

    private static string Without(Verdict nobody) => nobody is Verdict.Accepted
        ? "a client without a certificate is served as well"
        : $"a client without a certificate got: {nobody.Detail}";
}
