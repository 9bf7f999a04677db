using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>What the authorization checks share: whose object is asked for, by whom, and how a proof weighs.</summary>
internal static class Accounts
{
    extension(CheckContext context)
    {
        /// <summary>The account whose objects are asked for: the first ordinary one.</summary>
        public Identity Owner => context.Api.Ordinary[0];

        /// <summary>The account that asks for them: the second ordinary one; only for checks that declare <see cref="Need.SecondCaller"/>.</summary>
        public Identity Other => context.Api.Ordinary[1];

        /// <summary>The operations that are asked: they only read, and nobody declared them public.</summary>
        public IEnumerable<Operation> Readable => context.Api.Operations.Where(static operation => operation is { Method: "GET", DeclaredPublic: false });

        /// <summary>The operations that change or delete one object.</summary>
        public IEnumerable<Operation> Writable => context.Api.Operations.Where(static operation => operation.Method is "PUT" or "PATCH" or "DELETE");

        /// <summary>The second ordinary account trying to write the first one's object; once a scan.</summary>
        /// <param name="operation">The operation.</param>
        /// <param name="cancellationToken">The scan's own token.</param>
        public Task<WriteTrial> TryForeignAsync(Operation operation, CancellationToken cancellationToken) =>
            WriteTrial.RunAsync(context, operation, context.Owner, Actor.Of(context.Other), ScanMode.Intrusive, cancellationToken);

        /// <summary>Why a write is not one account's at another's object; <c>null</c> when it is.</summary>
        /// <param name="operation">The operation.</param>
        /// <param name="cancellationToken">The scan's own token.</param>
        public async Task<Outcome?> OwnPathsDifferAsync(Operation operation, CancellationToken cancellationToken)
        {
            OwnValues owner = await context.Api.ValuesAsync(operation, context.Owner, cancellationToken).ConfigureAwait(false);
            OwnValues other = await context.Api.ValuesAsync(operation, context.Other, cancellationToken).ConfigureAwait(false);
            string? theirs = OperationPath.Resolve(operation, owner.Identity);
            string? own = OperationPath.Resolve(operation, other.Identity);
            if (theirs is null)
            {
                return ApiMap.MissingFor(operation, context.Owner);
            }

            if (own == theirs)
            {
                return new Outcome.NotApplicable("its path names no owner: both accounts write the same");
            }

            if (MatrixRows.Of(context.Request).For(context.Other.Name, operation, theirs) is { Allows: true } row)
            {
                return new Outcome.NotApplicable($"expect.matrix allows it: {row.Text}");
            }

            return await context.IsServedAsync(context.Other, cancellationToken).ConfigureAwait(false)
                ? null
                : new Outcome.NotTested($"{context.Other.Name} is served nowhere, so its refusals prove nothing");
        }

        /// <summary>Whether an identity is served anywhere at all: the refusals of one that is not prove nothing. Found out once a scan.</summary>
        /// <param name="identity">The identity.</param>
        /// <param name="cancellationToken">The scan's own token.</param>
        public Task<bool> IsServedAsync(Identity identity, CancellationToken cancellationToken) =>
            context.Shared.OnceAsync($"served {identity.Name}", async () =>
            {
                foreach (Operation operation in context.Readable)
                {
                    if (await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned)
                    {
                        return true;
                    }
                }

                return false;
            });
    }

    /// <summary>Those who have not signed in: nobody, and where the operation demands more than a certificate, the bare certificate of an account.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="identity">The account.</param>
    public static IEnumerable<Actor> NotSignedIn(Operation operation, Identity identity)
    {
        yield return Actor.Nobody;
        if (DemandsMore(operation) && identity.HasCertificate && ApplicationCredentials.Has(identity))
        {
            yield return Actor.Of(identity).WithoutApplication();
        }
    }

    /// <summary>What findings call one of <see cref="NotSignedIn"/>: whose certificate it was does not matter.</summary>
    /// <param name="actor">The actor.</param>
    public static string Called(Actor actor) => actor.Application is null && actor.Credential is null ? "none" : "certificate only";

    /// <summary>The cause of a certificate that is served without the token that must come with it: BIND-003 sees it at one operation.</summary>
    public const string CertificateAlone = Causes.TokenNotDemanded;

    /// <summary>Whether every way in that the description knows demands something else than a certificate.</summary>
    /// <param name="operation">The operation.</param>
    public static bool DemandsMore(Operation operation) =>
        !operation.Security.IsEmpty && operation.Security.All(static one => one.Schemes.Any(static scheme => scheme.Kind is not (SecuritySchemeKind.MutualTls or SecuritySchemeKind.Unknown)));

    /// <summary>How sure a foreign answer is (CONTRACTS.md, "Verdicts"): without a declared owner rule a marker is firm at most, and equality alone a suspicion.</summary>
    /// <param name="denied">Whether <c>expect.matrix</c> denies the call.</param>
    /// <param name="byMarker">Whether the owner's marker stood in the answer.</param>
    public static Confidence ConfidenceOf(bool denied, bool byMarker) => (denied, byMarker) switch
    {
        (true, true) => Confidence.Confirmed,
        (true, false) or (false, true) => Confidence.Firm,
        _ => Confidence.Suspect,
    };

    /// <summary>The probes of a check, or the answer that there was nothing to probe.</summary>
    /// <param name="probes">The probes.</param>
    /// <param name="otherwise">Why there are none, one clause.</param>
    public static CheckResult ResultOf(ImmutableArray<ProbeResult> probes, string otherwise) =>
        probes.IsEmpty ? CheckResult.NotApplicable(otherwise) : new CheckResult { Probes = probes };

    /// <summary>The outcome of a verdict that is no accept.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="who">Who asked for what.</param>
    public static Outcome Refused(Verdict verdict, string who) =>
        verdict is Verdict.Rejected ? new Outcome.Passed() : new Outcome.NotTested($"{who}: {verdict.Detail}");
}
