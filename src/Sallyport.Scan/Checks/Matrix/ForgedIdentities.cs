using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>Shows forged identities at the protected operation, each once a scan, and holds them against their controls.</summary>
internal static class ForgedIdentities
{
    private const string SelfSigned = "MTLS-101";
    private const string Stranger = "MTLS-302";

    extension(CheckContext context)
    {
        /// <summary>How a forged identity is treated: only the certificate differs from A, and with the issuer's key what a token says of it; everything else is A's.</summary>
        /// <param name="forged">The identity.</param>
        /// <param name="cancellationToken">The scan's token.</param>
        /// <param name="mode">The lowest mode in which it may be shown.</param>
        public Task<Verdict> ShowAsync(MatrixIdentity forged, CancellationToken cancellationToken, ScanMode mode = ScanMode.Safe) => context.Shared.OnceAsync(
            $"forged {forged.RuleId}/{forged.Variant}",
            async () =>
            {
                Ask ask = context.Shown(await context.ShowingAsync(forged, cancellationToken).ConfigureAwait(false)) with { Mode = mode };
                return (await context.Oracle.JudgeAsync(ask, cancellationToken).ConfigureAwait(false)).IfShown();
            });

        /// <summary>Why a forged identity's treatment would prove nothing; <c>null</c> when it does.</summary>
        /// <param name="forged">The identity.</param>
        /// <param name="cancellationToken">The scan's token.</param>
        public async Task<Outcome?> DoubtAsync(MatrixIdentity forged, CancellationToken cancellationToken)
        {
            if (context.SchemeDoubt(forged) is { } scheme)
            {
                return new Outcome.NotTested($"{forged.Description}: {scheme}");
            }

            if (forged.Control is { } name)
            {
                // What the given CA signs must be able to get in, or every refusal is only the CA's or the account's.
                MatrixIdentity? control = context.Forged(IdentityMatrix.ControlRule).FirstOrDefault(one => one.Variant == name);
                if (control is null)
                {
                    return new Outcome.NotTested("no control could be minted under the given CA");
                }

                Verdict verdict = await context.ShowAsync(control, cancellationToken).ConfigureAwait(false);
                if (verdict is Verdict.Accepted)
                {
                    return null;
                }

                Outcome? binding = verdict is Verdict.Rejected rejected ? await context.BindingDoubtAsync(rejected, cancellationToken).ConfigureAwait(false) : null;
                return new Outcome.NotTested($"the control minted under the given CA was not accepted: {verdict.Detail}")
                {
                    Needs = ["the CA that issues the clients' certificates, and an account that is found by the certificate's names", .. (binding as Outcome.NotTested)?.Needs ?? []],
                };
            }

            return null;
        }

        /// <summary>Whether even a copy of A that nobody signed is served: then what else is served has the same cause.</summary>
        /// <param name="cancellationToken">The scan's token.</param>
        public async Task<bool> IsUnverifiedAsync(CancellationToken cancellationToken) =>
            context.Forged(SelfSigned).FirstOrDefault() is { } copy
            && await context.ShowAsync(copy, cancellationToken).ConfigureAwait(false) is Verdict.Accepted;

        /// <summary>Why names do not matter here: a right certificate of somebody without an account is served like A. <c>null</c> when they do.</summary>
        /// <param name="cancellationToken">The scan's token.</param>
        public async Task<Outcome?> NamesDoNotMatterAsync(CancellationToken cancellationToken)
        {
            if (context.Forged(Stranger).FirstOrDefault(one => one.Variant == "stranger") is not { } stranger)
            {
                return null;
            }

            return await context.ShowAsync(stranger, cancellationToken).ConfigureAwait(false) switch
            {
                Verdict.Accepted => new Outcome.NotApplicable("any certificate of the client CA is served here, whatever names it holds (MTLS-302)"),

                // No account, no such resource: the application looked.
                { SaysNo: true } => null,
                var doubt => new Outcome.NotTested($"whether any certificate of the client CA is served here, whatever names it holds, is undecided: {doubt.Detail}"),
            };
        }

        // A key of a kind that the server takes no signatures of is refused for its kind, not for its certificate.
        private string? SchemeDoubt(MatrixIdentity forged)
        {
            AsymmetricAlgorithm key = forged.Identity.Key.Algorithm;
            ImmutableArray<SignatureScheme> taken = context.Survey.Handshakes.Select(h => h.Request).FirstOrDefault(r => r is { SignatureSchemes.IsEmpty: false })?.SignatureSchemes ?? [];
            if (taken.IsEmpty || ReferenceEquals(key, context.A.Key))
            {
                return null;
            }

            bool fits = key is RSA ? taken.Any(scheme => scheme.IsRsa) : taken.Contains(SignatureScheme.EcdsaSecp256R1Sha256);
            return fits ? null : $"the server takes no {(key is RSA ? "RSA" : "P-256")} signatures from clients, and the forged certificate's key is of that kind";
        }
    }

    /// <summary>The outcome of an identity that could not be made.</summary>
    /// <param name="withheld">Why.</param>
    public static Outcome Of(WithheldIdentity withheld)
    {
        ArgumentNullException.ThrowIfNull(withheld);
        return withheld.Supply is { } supply
            ? new Outcome.NotTested($"{withheld.Description}: {withheld.Reason}") { Needs = [supply] }
            : new Outcome.NotApplicable($"{withheld.Description}: {withheld.Reason}");
    }
}
