using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Client;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks;

/// <summary>The target, what is known of it, and the ways to ask it.</summary>
internal sealed class CheckContext
{
    /// <summary>What the user asked for.</summary>
    public required ScanRequest Request { get; init; }

    /// <summary>What is known of the target.</summary>
    public required Survey Survey { get; init; }

    /// <summary>The way to the network.</summary>
    public required IScanTransport Transport { get; init; }

    /// <summary>The judge.</summary>
    public required IOracle Oracle { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What the server's channel offers, asked for once a scan when a check first needs it.</summary>
    public required ChannelProfile Channel { get; init; }

    /// <summary>The listener that the target can reach; <c>null</c> when there is none.</summary>
    public ICallbackListener? Callback { get; init; }

    /// <summary>The user's hooks; <c>null</c> when they may not run.</summary>
    public IHookRunner? Hooks { get; init; }

    /// <summary>The bad identities made for "A", made on first use; <c>null</c> without an identity. Shared by all checks: never dispose it.</summary>
    public Lazy<IdentityMatrix>? Forge { get; init; }

    /// <summary>A self-signed certificate of nobody, with its key: "G" of the control triple.</summary>
    public required ClientCredential Stranger { get; init; }

    /// <summary>Probes whose answers several checks need.</summary>
    public SharedProbes Shared { get; init; } = new();

    /// <summary>The operations of the API and what each identity gets there.</summary>
    public ApiMap Api { get => field ??= new ApiMap(Request, Survey, Transport, Oracle, Stranger); init; }

    /// <summary>The only way to send what may write: everything is undone at the end of the scan.</summary>
    public WriteJournal Writes { get => field ??= new WriteJournal(Transport); init; }

    /// <summary>How the names of the address treat the user's identities; found out once a scan.</summary>
    public NameSurvey Names { get; init; } = new();

    /// <summary>What this check has proved so far; see <see cref="Keep"/>.</summary>
    public ProvedFlaws Proved { get; init; } = new();

    /// <summary>Notes a probe as soon as it is judged: a flaw that is proved is reported even when the scan ends before the check does.</summary>
    /// <param name="probe">The probe.</param>
    /// <returns>The same probe.</returns>
    public ProbeResult Keep(ProbeResult probe) => Proved.Keep(probe);

    /// <summary>The forged identities of one rule.</summary>
    /// <param name="ruleId">The rule, such as <c>MTLS-104</c>.</param>
    /// <returns>Empty when none could be made: see <see cref="Withheld"/> for why.</returns>
    public ImmutableArray<MatrixIdentity> Forged(string ruleId) => Forge is null ? [] : [.. Forge.Value.Identities.Where(i => i.RuleId == ruleId)];

    /// <summary>The identities of one rule that could not be made, each with its reason and what to supply.</summary>
    /// <param name="ruleId">The rule.</param>
    public ImmutableArray<WithheldIdentity> Withheld(string ruleId) => Forge is null ? [] : [.. Forge.Value.Withheld.Where(i => i.RuleId == ruleId)];

    /// <summary>The usual route to the target.</summary>
    public Route Route => Route.To(Request.Target);

    /// <summary>The identity "A"; only for checks that declare <see cref="Need.Identity"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Identity A => Survey.A ?? throw new InvalidOperationException("The check does not declare Need.Identity.");

    /// <summary>The identity "B"; only for checks that declare <see cref="Need.SecondIdentity"/>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Identity B => Survey.B ?? throw new InvalidOperationException("The check does not declare Need.SecondIdentity.");

    /// <summary>H(x): a full handshake and the protected operation's request, as someone. Without a protected operation: a handshake and GET of the API's root.</summary>
    /// <param name="who">Who asks.</param>
    /// <param name="title">What evidence calls it; <c>null</c> for the actor's name.</param>
    public Ask H(Actor who, string? title = null) => new()
    {
        Title = title ?? who.Name,
        Route = Route,
        Actor = who,
        Request = ProtectedRequest,
    };

    /// <summary>The request of H(x).</summary>
    public RawHttpRequest ProtectedRequest =>
        Survey is { ProtectedOperation: { } operation, ProtectedPath: { } path }
            ? new RawHttpRequest { Method = operation.Method, Target = path }
            : new RawHttpRequest { Target = Request.Target.Path + "/" };

    /// <summary>The request of an operation with an identity's values filled in.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="values">Whose values fill the parameters; <c>null</c> for examples of the description only.</param>
    /// <returns>The request; <c>null</c> when a parameter has no value: a literal <c>{x}</c> is never sent (rule O9).</returns>
    public RawHttpRequest? RequestFor(Operation operation, Identity? values) =>
        OperationPath.Resolve(operation, values) is { } path ? new RawHttpRequest { Method = operation.Method, Target = Request.Target.Path + path } : null;
}
